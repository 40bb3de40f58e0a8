#include "conformance/explore/cause.h"

#include <algorithm>
#include <utility>

#include "conformance/judge/verdict.h"

namespace aweber::conformance::explore {
namespace {

// A reply that was not as expected, or a break, is named by itself.
bool IsOfCheck(const Finding& finding) {
  const std::string& check = finding.accusation.check;
  return finding.shrunk && check != kOutcomeCheck && check != kDriverBroke;
}

bool Fails(Outcome outcome) { return outcome == Outcome::kFail || outcome == Outcome::kWarn; }

}  // namespace

void StartFromPlainer(Cause& cause, const std::vector<Cause>& causes) {
  for (const Cause& other : causes) {
    const Accusation* const same = FindCause(other.seen, cause.finding.accusation);
    if (!other.finding.shrunk || same == nullptr) continue;
    cause.finding.accusation = *same;
    cause.finding.flow = other.finding.flow;
    cause.finding.result = other.finding.result;
    cause.finding.shrunk = true;
    cause.seen = other.seen;
    return;
  }
}

void AddCause(Cause cause, std::vector<Cause>& causes) {
  cause.keys.push_back(cause.finding.accusation.Key());
  const auto same = std::find_if(causes.begin(), causes.end(), [&](const Cause& other) {
    return IsOfCheck(other.finding) && IsOfCheck(cause.finding) &&
           other.finding.flow == cause.finding.flow;
  });
  if (same == causes.end()) return causes.push_back(std::move(cause));
  same->finding.also.push_back(std::move(cause.finding.accusation));
  same->keys.insert(same->keys.end(), cause.keys.begin(), cause.keys.end());
}

bool IsSeen(const Accusation& accusation, const CaseResult& result) {
  return Fails(result.outcome) &&
         std::any_of(result.checks.begin(), result.checks.end(), [&](const CheckResult& check) {
           return check.id == accusation.check && Fails(check.outcome);
         });
}

}  // namespace aweber::conformance::explore
