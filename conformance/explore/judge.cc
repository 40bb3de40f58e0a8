#include "conformance/explore/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

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

// "call#2" is a call. Whatever the server does and however the step is done: it is one cause.
std::string OperationOf(const std::string& label) { return label.substr(0, label.find('#')); }

// Of a place that is an action: "call" of "call lists [api/503]" and of "parallel".
std::string_view OperationAt(std::string_view place) {
  const std::string_view action = place.substr(0, place.find(' '));
  return action == ActionName(ActionKind::kTwoCalls) ? ActionName(ActionKind::kCall) : action;
}

Expected ExpectedAt(const Flow& flow, const ClientTraits& client, std::size_t at) {
  Model model(client, TraitsOf(flow.world));
  for (std::size_t i = 0; i < at; ++i) model.Do(flow.actions[i]);
  return model.Do(flow.actions[at]);
}

bool IsOfBreak(const CheckResult& check, const std::optional<Break>& broke) {
  return broke && check.id == kOutcomeCheck && !broke->step.empty() &&
         StepIn(check.message) == broke->step;
}

Accusation OfDriver(const CaseResult& result, const std::optional<Break>& broke) {
  // "the driver died: ...": what happened, without what was printed, and at whichever request.
  std::string what = result.reason.substr(0, result.reason.find_first_of(":;\n"));
  constexpr std::string_view kId = " id ";
  if (const std::size_t at = what.find(kId); at != std::string::npos) {
    const std::size_t number = at + kId.size();
    const std::size_t end = std::min(what.find_first_not_of("0123456789", number), what.size());
    what.replace(number, end - number, "N");
  }
  return {std::string(kDriverBroke), what, true, result.reason, broke};
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

std::vector<Accusation> AccusationsOf(const CaseResult& result, const Flow& flow,
                                      const std::optional<Break>& broke,
                                      const std::set<std::string>& constant) {
  if (result.outcome == Outcome::kError) return {OfDriver(result, broke)};
  std::vector<Accusation> accusations, outcomes;
  for (const CheckResult& check : result.checks) {
    if (check.outcome != Outcome::kFail && check.outcome != Outcome::kWarn) continue;
    Accusation accusation{check.id, PlaceOf(result, check, flow), check.outcome == Outcome::kFail,
                          check.message};
    const bool of_break = IsOfBreak(check, broke);
    if (of_break) {
      accusation.place = OperationOf(broke->step);
      accusation.broke = broke;
    }
    const bool may_be_explained = check.id == kOutcomeCheck && !of_break;
    (may_be_explained ? outcomes : accusations).push_back(std::move(accusation));
  }
  const bool explained =
      std::any_of(accusations.begin(), accusations.end(),
                  [&](const Accusation& a) { return a.must && !constant.contains(a.Key()); });
  if (!explained) accusations.insert(accusations.end(), outcomes.begin(), outcomes.end());
  return accusations;
}

std::optional<Refusal> RefusalIn(const CaseResult& result, const Flow& flow,
                                 const ClientTraits& client) {
  const auto outcome =
      std::find_if(result.checks.begin(), result.checks.end(), [](const CheckResult& check) {
        return check.id == kOutcomeCheck && check.outcome == Outcome::kFail;
      });
  if (outcome == result.checks.end()) return std::nullopt;
  const auto at = ActionLabelled(flow, StepIn(outcome->message));
  if (!at || ExpectedAt(flow, client, *at) != Expected::kOk) return std::nullopt;
  Refusal refusal{{outcome->id, PlaceOf(result, *outcome, flow), true, outcome->message}, {}};
  const auto add = [&](const Flow& plainer) {
    const bool fits = !(plainer == flow) && IsLegal(plainer, client) &&
                      ExpectedAt(plainer, client, *at) == Expected::kOk;
    if (fits) refusal.plainer.push_back(plainer);
  };
  Flow plain = flow;
  for (Action& action : plain.actions) action.behaviour = 0;
  plain.actions[*at].way = WaysOf(plain.actions[*at].kind()).front();
  add(plain);
  for (std::size_t i = 0; i < flow.world.size(); ++i) {
    Flow usual = flow;
    usual.world.erase(usual.world.begin() + static_cast<std::ptrdiff_t>(i));
    add(usual);
  }
  return refusal;
}

// A reply that was not as expected may be one of another way or server as the flow shrinks, and of one
// call where there were two; of another operation it is another mistake.
const Accusation* FindCause(const std::vector<Accusation>& accusations, const Accusation& cause) {
  const auto found =
      std::find_if(accusations.begin(), accusations.end(), [&](const Accusation& other) {
        if (other.check != cause.check || other.broke.has_value() != cause.broke.has_value()) {
          return false;
        }
        if (other.place == cause.place) return true;
        return other.check == kOutcomeCheck && !cause.broke &&
               OperationAt(other.place) == OperationAt(cause.place);
      });
  return found == accusations.end() ? nullptr : &*found;
}

}  // namespace aweber::conformance::explore
