#include <algorithm>

#include "conformance/checks/check.h"
#include "conformance/checks/families.h"

namespace aweber::conformance {

const char* LevelName(Level level) {
  switch (level) {
    case Level::kMust:
      return "must";
    case Level::kShould:
      return "should";
    case Level::kGuide:
      return "guide";
    case Level::kInterop:
      return "interop";
    case Level::kOff:
      return "off";
  }
  return "off";
}

Level Levels::For(std::string_view profile) const {
  if (profile == "rfc6749") return rfc6749;
  if (profile == "rfc9700") return rfc9700;
  return aweber;
}

const StepObservation* CaseView::FindStep(std::string_view label) const {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const StepObservation& step) { return step.label == label; });
  return found == steps.end() ? nullptr : &*found;
}

const std::vector<Check>& AllChecks() {
  static const std::vector<Check> checks = [] {
    std::vector<Check> all;
    for (const auto& family :
         {AuthorizeChecks(), StateChecks(), PkceChecks(), CallbackChecks(), RedirectionChecks(),
          IssuerChecks(), TokenRequestChecks(), ClientAuthChecks(), TokenResponseChecks(),
          TransportChecks(), ResourceChecks(), OwnTokenChecks(), RefreshChecks(),
          RefreshOverTimeChecks(), RevokeChecks(), WebApplicationChecks(), SharedStoreChecks(),
          StoreHygieneChecks(), HonestyChecks()}) {
      all.insert(all.end(), family.begin(), family.end());
    }
    return all;
  }();
  return checks;
}

const Check* FindCheck(std::string_view id) {
  const auto& checks = AllChecks();
  const auto found = std::find_if(checks.begin(), checks.end(),
                                  [&](const Check& check) { return check.id == id; });
  return found == checks.end() ? nullptr : &*found;
}

}  // namespace aweber::conformance
