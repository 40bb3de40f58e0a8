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
    for (const auto& tokens : TokenResponses(view)) {
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

// Whose token a request carries, beside those of the step's own session.
Remark WhoseToken(const StepObservation& step, const std::string& what, const std::string& label,
                  const Grants& own, const Grants& others) {
  if (own.current.count(label) > 0) return Fine();
  if (own.all.count(label) > 0) {
    return Wrong(
        fmt::format("step {}: the {} carried a token of an earlier authorization of this "
                    "customer ({}), expected one of the latest",
                    step.label, what, label));
  }
  if (others.all.count(label) == 0) return Silent();
  return Wrong(fmt::format("step {}: the {} for session {} carried another customer's token ({})",
                           step.label, what, step.session, label));
}

Judgement OwnToken(const CaseView& view) {
  Tally tally("requests with a token");
  const auto calls = ApiCalls(view);
  const auto refreshes = RefreshRequests(view);
  const auto revocations = RevokeRequests(view);
  for (const auto& step : view.steps) {
    const bool uses = step.op == "call" || step.op == "refresh" || step.op == "revoke";
    if (!uses || !RanAlone(view, step)) continue;
    const auto own = GrantsOf(view, step, true), others = GrantsOf(view, step, false);
    const auto judge = [&](const JournalEntry& entry, const char* what, const std::string& token) {
      if (!During(step, entry)) return;
      const auto& label = entry.facts.grant_label;
      if (!label.empty()) {
        tally.Add(WhoseToken(step, what, label, own, others), entry.sequence);
      } else if (entry.endpoint == mock::Endpoint::kApi && WasNeverIssued(view, entry, token)) {
        tally.Add(Wrong(fmt::format("step {}: the {} carried a token that was never issued",
                                    step.label, what)),
                  entry.sequence);
      }
    };
    for (const auto& call : calls) judge(*call.entry, "call", call.Token());
    for (const auto& refresh : refreshes) judge(*refresh.entry, "refresh", "");
    for (const auto& revocation : revocations) judge(*revocation.entry, "revocation", "");
  }
  return tally.Close("carried one of their own customer's latest authorization");
}

}  // namespace

std::vector<Check> OwnTokenChecks() {
  using enum Level;
  return {
      {.id = "rs-own-token",
       .statement = "A request carries a token of its own customer's latest authorization.",
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
