// Checks of where secrets may not go: bad certificates, redirects, logs and messages.
#include <fmt/format.h>

#include <algorithm>

#include "conformance/checks/families.h"
#include "conformance/checks/secrets.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {
namespace {

// --- secrets ---------------------------------------------------------------------------------

// A web server's access log has the line by which the browser delivered the code: that is where it
// came from, not where the application put it.
bool IsDeliveredByBrowser(const CaseView& view, const std::string& value) {
  return std::any_of(view.steps.begin(), view.steps.end(), [&](const StepObservation& step) {
    return step.op == "callback" && !step.pages.empty() &&
           QueryFields(step.sent_url).GetOr("code") == value;
  });
}

Judgement NoSecretLog(const CaseView& view) {
  const bool spoke =
      std::any_of(view.steps.begin(), view.steps.end(),
                  [](const StepObservation& step) { return step.reply != ReplyKind::kNone; });
  const auto secrets = SecretsOf(view);
  if (!spoke || secrets.empty()) return Unseen("the client was given no secrets");
  for (const auto& secret : secrets) {
    for (const auto& step : view.steps) {
      if (secret.IsIn(step.err_message)) {
        return Violated(
            fmt::format("step {}: the error message contains {}", step.label, secret.name));
      }
      for (const auto& page : step.pages) {
        if (!secret.IsIn(page.body)) continue;
        return Violated(
            fmt::format("step {}: the page shown contains {}", step.label, secret.name));
      }
    }
    // Last, because messages and pages are often written there as well.
    if (secret.IsIn(view.driver_stderr) && !IsDeliveredByBrowser(view, secret.value)) {
      return Violated(secret.name + " was written to the program's output");
    }
  }
  return Passed(
      fmt::format("none of {} secrets is in {} bytes of standard error, in error messages "
                  "or in pages",
                  secrets.size(), view.driver_stderr.size()));
}

// --- transport -------------------------------------------------------------------------------

Judgement Tls(const CaseView& view) {
  if (view.journal == nullptr) return Unseen();
  Tally tally("connections with a bad certificate");
  for (const auto& step : view.steps) {
    std::uint64_t bad = 0;
    const JournalEntry* went_on = nullptr;
    for (const auto& entry : *view.journal) {
      if (!During(step, entry)) continue;
      const bool handshake =
          entry.fault.Has(mock::FaultKind::kTls) && entry.endpoint == mock::Endpoint::kOther;
      if (handshake) bad = entry.sequence;
      if (!handshake && bad != 0 && !went_on) went_on = &entry;
    }
    if (bad == 0) continue;
    if (went_on) {
      tally.Add(Wrong(fmt::format("step {}: the server's certificate was bad, expected the client "
                                  "to stop; it sent {} {}",
                                  step.label, went_on->request.method, went_on->local_path)),
                Evidence{bad, went_on->sequence});
    } else if (step.reply == ReplyKind::kErr) {
      tally.Add(Fine(), bad);
    }
  }
  return tally.Close("were given up");
}

Judgement NoCrossOrigin(const CaseView& view) {
  if (view.journal == nullptr) return Unseen();
  Tally tally("redirects of the token or revocation endpoint to another host");
  const auto tokens = TokenRequests(view), revocations = RevokeRequests(view);
  std::vector<BackRequest> requests(tokens.begin(), tokens.end());
  requests.insert(requests.end(), revocations.begin(), revocations.end());
  for (const auto& request : requests) {
    const auto& entry = *request.entry;
    const auto target = Authority(entry.response_headers.GetOr("Location"));
    if (entry.status < 300 || entry.status >= 400 || target.empty()) continue;
    if (target == Lower(entry.request.headers.GetOr("Host"))) continue;
    Remark remark = Fine();
    Evidence evidence = {entry.sequence};
    for (const auto& later : *view.journal) {
      if (later.sequence <= entry.sequence) continue;
      if (Lower(later.request.headers.GetOr("Host")) != target) continue;
      for (const auto& secret :
           {view.client_secret, request.Get("code"), request.Get("refresh_token"),
            request.Get("code_verifier"), request.Get("token")}) {
        if (secret.size() < 8 || !Carries(later, secret)) continue;
        remark = Wrong(
            "the server redirected to another host, and the client sent its credentials there");
        evidence.push_back(later.sequence);
        break;
      }
    }
    tally.Add(remark, evidence);
  }
  return tally.Close("were not followed with credentials");
}

}  // namespace

std::vector<Check> TransportChecks() {
  using enum Level;
  return {
      {.id = "tk-tls",
       .statement = "A bad certificate ends the connection before anything is sent.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.9",
       .seen = Seen::kProvoked,
       .why = "Whoever sits between takes the code, the secret and the tokens.",
       .fix = "Leave certificate verification on; trust a private CA instead of switching it off.",
       .judge = Tls},
      {.id = "tk-no-xorigin",
       .statement = "Credentials are not sent on when the token endpoint redirects elsewhere.",
       .levels = Everywhere(kInterop),
       .source = "our judgement; cf. RFC 9700 §4.12",
       .seen = Seen::kProvoked,
       .why = "A 307 makes HTTP libraries repeat the whole body, secret included.",
       .fix = "Switch redirects off for token requests.",
       .judge = NoCrossOrigin,
       .verified = false,
       .note = "No RFC asks it of the client in these words."},
      {.id = "tr-no-secret-log",
       .statement = "Secrets are not in logs, error messages or pages.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.3, §10.4, §10.1",
       .seen = Seen::kProvoked,
       .why = "Logs are copied, mailed and kept for years.",
       .fix = "Log names and lengths, never values.",
       .judge = NoSecretLog},
  };
}

}  // namespace aweber::conformance
