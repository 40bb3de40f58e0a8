// rs-own-token: whose authorization the token of a call comes from.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "conformance/checks/families.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {
namespace {

// The authorizations that a session's callbacks brought it, before a step.
struct Grants {
  std::set<std::string> all;
  std::set<std::string> current;  // the latest; several where the client may have kept either
};

Grants GrantsOf(const CaseView& view, const StepObservation& before, bool of_its_session) {
  Grants grants;
  for (const auto& step : view.steps) {
    if (&step == &before) break;
    if (step.op != "callback" || (step.session == before.session) != of_its_session) continue;
    const auto code = QueryFields(step.sent_url).GetOr("code");
    const auto requests = TokenRequests(view);
    for (const auto& tokens : TokensIssued(view)) {
      const auto& label = tokens.entry->facts.grant_label;
      if (label.empty() || !During(step, *tokens.entry)) continue;
      const bool ours = RanAlone(view, step) ||
                        std::any_of(requests.begin(), requests.end(), [&](const auto& request) {
                          return request.entry == tokens.entry && request.Get("code") == code;
                        });
      if (!ours) continue;
      grants.all.insert(label);
      // What a client does with tokens over which it failed is not known.
      if (step.reply == ReplyKind::kOk) grants.current.clear();
      grants.current.insert(label);
    }
  }
  return grants;
}

Judgement OwnToken(const CaseView& view) {
  Tally tally("API requests");
  const auto calls = ApiRequests(view);
  for (const auto& step : view.steps) {
    if (step.op != "call" || !RanAlone(view, step)) continue;
    const auto own = GrantsOf(view, step, true), others = GrantsOf(view, step, false);
    for (const auto& call : calls) {
      const auto& label = call.entry->facts.grant_label;
      if (label.empty() || !During(step, *call.entry)) continue;
      if (own.current.count(label) > 0) {
        tally.Add(Fine(), call.sequence());
      } else if (own.all.count(label) > 0) {
        tally.Add(Wrong(fmt::format("step {}: the call carried a token of an earlier "
                                    "authorization of this customer ({}), expected one of the "
                                    "latest",
                                    step.label, label)),
                  call.sequence());
      } else if (others.all.count(label) > 0) {
        tally.Add(Wrong(fmt::format("step {}: the call for session {} carried another customer's "
                                    "token ({})",
                                    step.label, step.session, label)),
                  call.sequence());
      }
    }
  }
  return tally.Close("carried a token of their own customer's latest authorization");
}

}  // namespace

std::vector<Check> OwnTokenChecks() {
  using enum Level;
  return {
      {.id = "rs-own-token",
       .statement = "A call carries a token of its own customer's latest authorization.",
       .levels = Everywhere(kInterop),
       .source = "our judgement; cf. RFC 6749 §10.12",
       .seen = Seen::kProvoked,
       .why = "One customer's subscribers end up in another's account; old tokens miss new scopes.",
       .fix = "Store tokens by customer, and let every login replace that customer's.",
       .judge = OwnToken,
       .verified = false,
       .note = "Judged in every case: each session of a scenario is a customer of its own."},
  };
}

}  // namespace aweber::conformance
