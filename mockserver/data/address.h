// Addresses: which two are those of one subscriber.
//
// Purpose: a list has a subscriber once, however the address is written. Letters of ASCII are compared
//   without their case, the rest byte for byte (assumed: AWeber publishes no rule).
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/text/ascii.h"

namespace aweber::mock {

// What all spellings of an address have in common.
inline std::string AddressKey(std::string_view email) { return Lower(email); }
// The same as to compare the keys, without making them.
inline bool SameAddress(std::string_view a, std::string_view b) { return EqualsIgnoreCase(a, b); }

}  // namespace aweber::mock
