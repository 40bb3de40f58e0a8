#include "conformance/checks/violation.h"

#include <algorithm>

namespace aweber::conformance {

const char* HarmName(Harm harm) {
  switch (harm) {
    case Harm::kTheft:
      return "theft";
    case Harm::kForgery:
      return "forgery";
    case Harm::kLockout:
      return "lockout";
    case Harm::kBroken:
      return "broken flow";
  }
  return "broken flow";
}

const std::vector<Violation>& AllViolations() {
  static const std::vector<Violation> violations = [] {
    std::vector<Violation> all = LoginViolations();
    for (const Violation& one : TokenViolations()) all.push_back(one);
    for (const Violation& one : WebViolations()) all.push_back(one);
    for (const Violation& one : StoreViolations()) all.push_back(one);
    return all;
  }();
  return violations;
}

const Violation* FindViolation(std::string_view check) {
  const auto& all = AllViolations();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Violation& one) { return one.check == check; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace aweber::conformance
