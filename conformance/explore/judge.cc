#include "conformance/explore/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text/json.h"
#include "conformance/checks/check.h"
#include "conformance/explore/flow_scenario.h"
#include "conformance/judge/verdict.h"

namespace aweber::conformance::explore {
namespace {

// The label of "step LABEL: ..."; "" when the message names none.
std::string StepIn(const std::string& message) {
  constexpr std::string_view kStep = "step ";
  if (!message.starts_with(kStep)) return "";
  const std::size_t colon = message.find(':');
  return colon == std::string::npos ? "" : message.substr(kStep.size(), colon - kStep.size());
}

// The number of the action that made this step.
std::optional<std::size_t> ActionLabelled(const Flow& flow, const std::string& label) {
  const std::vector<std::string> labels = LabelsOf(flow);
  const auto found = std::find(labels.begin(), labels.end(), label);
  if (found == labels.end()) return std::nullopt;
  return static_cast<std::size_t>(found - labels.begin());
}

// "token authorization_code" of the first request that the check points at.
std::string PlaceOnTheWire(const CaseResult& result, const CheckResult& check) {
  if (check.evidence.empty()) return "";
  for (const Json& entry : result.journal) {
    if (JsonInt(entry, "sequence").value_or(0) !=
        static_cast<std::int64_t>(check.evidence.front())) {
      continue;
    }
    std::string place = JsonString(entry, "endpoint").value_or("");
    const Json* const facts = JsonMember(entry, "facts");
    const std::string grant = facts == nullptr ? "" : JsonString(*facts, "grant_type").value_or("");
    if (!grant.empty()) place += " " + grant;
    return place;
  }
  return "";
}

std::string PlaceOf(const CaseResult& result, const CheckResult& check, const Flow& flow) {
  const auto action = ActionLabelled(flow, StepIn(check.message));
  if (check.id != kOutcomeCheck) {
    std::string place = PlaceOnTheWire(result, check);
    if (place.empty() && action) place = ActionName(flow.actions[*action].kind());
    return place;
  }
  if (!action) return "";
  Action anybody = flow.actions[*action];
  anybody.session = 'A';
  return DescribeAction(anybody);
}

Accusation OfDriver(const CaseResult& result) {
  // "the driver died: ...": what happened, without what was printed, and at whichever request.
  std::string what = result.reason.substr(0, result.reason.find_first_of(":;\n"));
  constexpr std::string_view kId = " id ";
  if (const std::size_t at = what.find(kId); at != std::string::npos) {
    const std::size_t number = at + kId.size();
    const std::size_t end = std::min(what.find_first_not_of("0123456789", number), what.size());
    what.replace(number, end - number, "N");
  }
  return {std::string(kDriverBroke), what, true, result.reason};
}

}  // namespace

const std::vector<std::string>& JudgedChecks() {
  static const auto* const ids = [] {
    auto* const all = new std::vector<std::string>{std::string(kOutcomeCheck)};
    for (const Check& check : AllChecks()) {
      const bool always = std::find(std::begin(kAlwaysJudged), std::end(kAlwaysJudged), check.id) !=
                          std::end(kAlwaysJudged);
      if (check.judge == nullptr || check.seen == Seen::kWire || always) continue;
      if (check.id != kHonestyCheck) all->emplace_back(check.id);
    }
    return all;
  }();
  return *ids;
}

std::vector<Accusation> AccusationsOf(const CaseResult& result, const Flow& flow) {
  if (result.outcome == Outcome::kError) return {OfDriver(result)};
  std::vector<Accusation> accusations, outcomes;
  for (const CheckResult& check : result.checks) {
    if (check.outcome != Outcome::kFail && check.outcome != Outcome::kWarn) continue;
    Accusation accusation{check.id, PlaceOf(result, check, flow), check.outcome == Outcome::kFail,
                          check.message};
    (check.id == kOutcomeCheck ? outcomes : accusations).push_back(std::move(accusation));
  }
  const bool explained = std::any_of(accusations.begin(), accusations.end(),
                                     [](const Accusation& a) { return a.must; });
  if (!explained) accusations.insert(accusations.end(), outcomes.begin(), outcomes.end());
  return accusations;
}

bool StillAccused(const CaseResult& result, const Flow& flow, const Accusation& accusation) {
  const auto accusations = AccusationsOf(result, flow);
  return std::any_of(accusations.begin(), accusations.end(), [&](const Accusation& other) {
    return other.check == accusation.check &&
           (other.place == accusation.place || other.check == kOutcomeCheck);
  });
}

}  // namespace aweber::conformance::explore
