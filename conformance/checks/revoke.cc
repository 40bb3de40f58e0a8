// Checks of revocation (RFC 7009).
#include <fmt/format.h>

#include <algorithm>

#include "conformance/checks/client_auth.h"
#include "conformance/checks/families.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

Judgement RevokeRequest(const CaseView& view) {
  Tally tally("revocation requests");
  for (const auto& request : RevokeRequests(view)) {
    const auto& raw = request.entry->request;
    Remark remark = Fine();
    if (raw.method != "POST") {
      remark = Wrong(fmt::format("expected POST, saw {}", raw.method));
    } else if (!request.body_is_form) {
      remark = Wrong(fmt::format("expected a form body, saw Content-Type {}",
                                 raw.headers.GetOr("Content-Type", "none")));
    } else if (request.InBody("token").empty()) {
      remark = Wrong("expected the parameter token in the body; it is missing or empty");
    } else if (const auto auth = Authenticates(view, request);
               auth.verdict == Verdict::kViolation) {
      remark = auth;
    } else if (ClientIsPublic(view, *request.entry) && !request.Has("client_id") &&
               !request.basic) {
      remark = Wrong("a public client must name itself; expected client_id in the body");
    } else if (ClientIsPublic(view, *request.entry) && OtherClient(view, request)) {
      remark = Wrong(*OtherClient(view, request));
    } else if (WasNeverIssued(view, *request.entry, request.InBody("token"))) {
      remark = Wrong("the token is none that the server had issued");
    }
    tally.Add(remark, request.sequence());
  }
  return tally.Close("were well formed and authenticated");
}

std::vector<const JournalEntry*> RevocationsOf(const CaseView& view, const StepObservation& step) {
  std::vector<const JournalEntry*> entries;
  for (const auto& request : RevokeRequests(view)) {
    if (During(step, *request.entry) && ClientSaw(*request.entry)) entries.push_back(request.entry);
  }
  return entries;
}

// Whether or not the client was answered.
bool AskedToRevoke(const CaseView& view, const StepObservation& step) {
  const auto requests = RevokeRequests(view);
  return std::any_of(requests.begin(), requests.end(),
                     [&](const BackRequest& request) { return During(step, *request.entry); });
}

// RFC 7009 §2.2: 200 also for a token that is unknown or dead already.
Judgement OkIsOk(const CaseView& view) {
  Tally tally("revocations answered 200");
  for (const auto& step : view.steps) {
    if (step.op != "revoke") continue;
    const auto entries = RevocationsOf(view, step);
    if (entries.empty() || entries.back()->status != 200) continue;
    const auto sequence = entries.back()->sequence;
    if (step.reply == ReplyKind::kOk) tally.Add(Fine(), sequence);
    if (step.reply == ReplyKind::kErr) {
      tally.Add(Wrong(fmt::format("step {}: revocation was answered 200, the client failed ({})",
                                  step.label, step.err_kind)),
                sequence);
    }
  }
  return tally.Close("were taken for success");
}

// RFC 7009 §2.2.1: after a 503 the token still exists; the client may try again.
Judgement Unavailable(const CaseView& view) {
  Tally tally("revocations answered 503");
  for (std::size_t i = 0; i < view.steps.size(); ++i) {
    const auto& step = view.steps[i];
    if (step.op != "revoke") continue;
    const auto entries = RevocationsOf(view, step);
    const bool failed = std::any_of(entries.begin(), entries.end(),
                                    [](const JournalEntry* entry) { return entry->status == 503; });
    if (!failed) continue;
    const auto sequence = entries.back()->sequence;
    if (entries.back()->status == 200) {
      tally.Add(Fine(), sequence);  // it tried again by itself
      continue;
    }
    if (step.reply == ReplyKind::kOk) {
      tally.Add(Wrong(fmt::format("step {}: revocation was answered 503, the client answered ok; "
                                  "the token is still alive",
                                  step.label)),
                sequence);
      continue;
    }
    Remark remark = step.reply == ReplyKind::kErr ? Fine() : Silent();
    for (std::size_t j = i + 1; j < view.steps.size(); ++j) {
      const auto& again = view.steps[j];
      if (again.op != "revoke" || again.session != step.session) continue;
      const bool says = again.reply == ReplyKind::kOk || again.reply == ReplyKind::kErr;
      if (!says || AskedToRevoke(view, again)) break;
      if (HoldingBefore(view, again).tokens == Holding::Tokens::kUnclear) break;
      remark =
          Wrong(fmt::format("step {}: the client had forgotten the token after a 503; expected "
                            "another revocation request",
                            again.label));
      break;
    }
    tally.Add(remark, sequence);
  }
  return tally.Close("were not taken for success");
}

}  // namespace

std::vector<Check> RevokeChecks() {
  using enum Level;
  return {
      {.id = "rv-request",
       .statement = "Revocation is a POST with a form body, token, and client authentication.",
       .levels = Everywhere(kMust),
       .source = "RFC 7009 §2.1",
       .seen = Seen::kWire,
       .why = "A request that is refused leaves a token alive which the user believes dead.",
       .fix = "POST token=… form-encoded, with the client's credentials.",
       .judge = RevokeRequest},
      {.id = "rv-200",
       .statement = "A 200 is success, also for a token that was unknown.",
       .levels = Everywhere(kMust),
       .source = "RFC 7009 §2.2",
       .seen = Seen::kProvoked,
       .why = "Disconnecting twice must not look like a failure to the user.",
       .fix = "Look at the status alone; ignore the body.",
       .judge = OkIsOk,
       .note = "Implied: the section has the server answer 200 for invalid tokens."},
      {.id = "rv-503",
       .statement = "After a 503 the token is taken for alive, to be revoked later.",
       .levels = Everywhere(kMust),
       .source = "RFC 7009 §2.2.1",
       .seen = Seen::kProvoked,
       .why = "A token the client has forgotten is one nobody can revoke any more.",
       .fix = "Keep the token until a revocation was answered 200, and try again later.",
       .judge = Unavailable},
  };
}

}  // namespace aweber::conformance
