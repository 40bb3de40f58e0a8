// Checks of revocation (RFC 7009).
#include <fmt/format.h>

#include "conformance/checks/client_auth.h"
#include "conformance/checks/families.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

Judgement Request(const CaseView& view) {
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
    }
    tally.Add(remark, request.sequence());
  }
  return tally.Close("were well formed and authenticated");
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
       .judge = Request},
  };
}

}  // namespace aweber::conformance
