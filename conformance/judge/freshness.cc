#include "conformance/judge/freshness.h"

#include "conformance/checks/wire.h"

namespace aweber::conformance {

std::vector<EarlierValue> Freshness::Note(const std::string& owner, const CaseView& view) {
  std::vector<EarlierValue> earlier;
  const std::lock_guard lock(mutex_);
  for (const auto& request : AuthorizationUrls(view)) {
    for (const std::string name : {"state", "code_challenge"}) {
      const std::string value = request.Get(name);
      if (value.empty()) continue;
      const auto [known, is_new] = first_.try_emplace({name, value}, First{owner, request.session});
      if (is_new || known->second.owner == owner) continue;
      earlier.push_back({name, value, known->second.session});
    }
  }
  return earlier;
}

}  // namespace aweber::conformance
