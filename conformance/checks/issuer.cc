// Checks against mix-up: the iss parameter (RFC 9207) and where a code goes.
#include <fmt/format.h>

#include "base/text/diff.h"
#include "conformance/checks/families.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {
namespace {

// The issuer that the session's genuine redirect named; "" when it named none.
std::string GenuineIssuer(const CallbackFacts& callback) {
  return callback.consent ? QueryFields(callback.consent->produced_url).GetOr("iss") : "";
}

constexpr std::string_view kNotClaimed = "the client does not claim to look at iss";

Judgement IssuerEqual(const CaseView& view) {
  if (!MayClaim(view, "iss")) return Unseen(std::string(kNotClaimed));
  Tally tally("callbacks with a foreign issuer");
  for (const auto& callback : Callbacks(view)) {
    const auto sent = callback.sent.GetOr("iss"), expected = GenuineIssuer(callback);
    if (expected.empty() || !callback.sent.Has("iss") || sent == expected) continue;
    auto remark = MustRefuse(view, callback, "iss is not the issuer's");
    if (remark.verdict == Verdict::kViolation)
      remark.message += "\n" + MarkDifference(expected, sent);
    tally.Add(remark, ExchangesOf(view, callback));
  }
  return tally.Close("were refused");
}

Judgement IssuerRequired(const CaseView& view) {
  if (!MayClaim(view, "iss")) return Unseen(std::string(kNotClaimed));
  Tally tally("callbacks without iss");
  for (const auto& callback : Callbacks(view)) {
    if (GenuineIssuer(callback).empty() || callback.sent.Has("iss")) continue;
    tally.Add(MustRefuse(view, callback, "iss is missing, which this server always sends"),
              ExchangesOf(view, callback));
  }
  return tally.Close("were refused");
}

// A code at another host than the server that issued it.
Judgement MixUp(const CaseView& view) {
  if (view.journal == nullptr) return Unseen();
  Tally tally("requests with a code");
  const auto callbacks = Callbacks(view);
  for (const auto& entry : *view.journal) {
    for (const auto& callback : callbacks) {
      if (callback.code.size() < 8 || !Carries(entry, callback.code)) continue;
      if (entry.endpoint == mock::Endpoint::kAuthorize) continue;
      if (entry.endpoint == mock::Endpoint::kDecision) continue;
      const bool own = entry.endpoint == mock::Endpoint::kToken && !IsForeign(view, entry);
      tally.Add(own ? Fine()
                    : Wrong(fmt::format("a code was sent to {}{}, which did not issue it",
                                        entry.request.headers.GetOr("Host"), entry.local_path)),
                entry.sequence);
      break;
    }
  }
  // Two servers are in play when a callback named another issuer: refusing it is the other answer.
  for (const auto& callback : callbacks) {
    const auto issuer = callback.sent.GetOr("iss");
    if (issuer.empty() || issuer == GenuineIssuer(callback)) continue;
    if (callback.step->reply == ReplyKind::kErr && ExchangesOf(view, callback).empty()) {
      tally.Add(Fine(), 0);
    }
  }
  return tally.Close("went to the server that issued it, or none went out");
}

}  // namespace

std::vector<Check> IssuerChecks() {
  using enum Level;
  return {
      {.id = "iss-equal",
       .statement = "An iss that is not exactly the issuer's is refused.",
       .levels = Everywhere(kMust),
       .source = "RFC 9207 §2.4",
       .seen = Seen::kProvoked,
       .why = "A server under attack can pass its codes off as another's.",
       .fix = "Compare iss with the issuer by simple string comparison.",
       .judge = IssuerEqual,
       .note = "For clients that say they support iss; AWeber itself does not send it."},
      {.id = "iss-required",
       .statement = "A missing iss is refused when the server is known to send it.",
       .levels = Everywhere(kMust),
       .source = "RFC 9207 §2.4",
       .seen = Seen::kProvoked,
       .why = "An attacker leaves out what would give the game away.",
       .fix = "Remember which servers send iss and require it of them.",
       .judge = IssuerRequired,
       .note = "For clients that say they support iss; AWeber itself does not send it."},
      {.id = "mixup-endpoint",
       .statement = "A code goes only to the token endpoint of the server that issued it.",
       .levels = Everywhere(kMust),
       .source = "RFC 9700 §4.4.2",
       .seen = Seen::kProvoked,
       .why = "With two providers, one can collect the codes of the other.",
       .fix = "Keep the issuer with the pending authorization and use its endpoints.",
       .judge = MixUp},
  };
}

}  // namespace aweber::conformance
