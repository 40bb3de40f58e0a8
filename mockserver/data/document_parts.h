// The collections of a list by their names in the document.
//
// Thread safety: pure.
#pragma once

#include <string_view>

#include "mockserver/data/customer_data.h"

namespace aweber::mock {

// Calls use(table) with the collection that `part` names; false when there is none.
template <typename List, typename Use>
bool WithPart(List& list, std::string_view part, Use use) {
  if (part == "subscribers") return use(list.subscribers), true;
  if (part == "broadcasts") return use(list.broadcasts), true;
  if (part == "follow_ups") return use(list.follow_ups), true;
  if (part == "custom_fields") return use(list.custom_fields), true;
  if (part == "segments") return use(list.segments), true;
  if (part == "web_forms") return use(list.web_forms), true;
  if (part == "split_tests") return use(list.split_tests), true;
  if (part == "landing_pages") return use(list.landing_pages), true;
  if (part == "purchases") return use(list.purchases), true;
  return false;
}

}  // namespace aweber::mock
