// Where a member of a fault's row lies in Fault: the one list that reads and shows faults by their
// rows.
//
// Thread safety: constant. Headers and the lists of changes are not scalars and have no line here.
#pragma once

#include <string>
#include <string_view>

#include "mockserver/faults/rule.h"

namespace aweber::mock {

// One of the two pointers is set.
struct FaultField {
  std::string_view member;
  int Fault::*integer = nullptr;
  std::string Fault::*text = nullptr;
};
// Null for a member that is no scalar.
const FaultField* FindFaultField(std::string_view member);

}  // namespace aweber::mock
