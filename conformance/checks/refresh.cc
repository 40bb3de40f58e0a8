// Checks of the refresh request and of what the client does with its answer.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text/json.h"
#include "conformance/checks/client_auth.h"
#include "conformance/checks/families.h"
#include "conformance/checks/holding.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

Judgement RefreshRequest(const CaseView& view) {
  Tally tally("refresh requests");
  std::set<std::string> access_tokens, refresh_tokens;
  for (const auto& tokens : TokenResponses(view)) {
    access_tokens.insert(tokens.access_token);
    refresh_tokens.insert(tokens.refresh_token);
  }
  for (const auto& request : RefreshRequests(view)) {
    const auto token = request.Get("refresh_token");
    const auto grant = request.Get("grant_type");
    Remark remark = Fine();
    if (grant != "refresh_token") {
      remark = Wrong(
          fmt::format("expected grant_type=refresh_token, saw {}", grant.empty() ? "none" : grant));
    } else if (token.empty()) {
      remark = Wrong("expected a refresh_token; the parameter is missing or empty");
    } else if (access_tokens.count(token) > 0 && refresh_tokens.count(token) == 0) {
      remark = Wrong("the access token was sent as refresh_token");
    } else if (WasNeverIssued(view, *request.entry, token)) {
      remark = Wrong("the refresh token is none that the server had issued");
    }
    tally.Add(remark, request.sequence());
  }
  return tally.Close("had grant_type=refresh_token and the token");
}

Judgement RefreshAuth(const CaseView& view) {
  Tally tally("refresh requests");
  for (const auto& request : RefreshRequests(view)) {
    tally.Add(Authenticates(view, request), request.sequence());
  }
  return tally.Close("were authenticated");
}

// --- scope -----------------------------------------------------------------------------------

// The scopes that the answer to `request` names.
void AddTold(const CaseView& view, const BackRequest& request, std::set<std::string>& scopes) {
  for (const auto& tokens : TokenResponses(view)) {
    if (tokens.entry != request.entry) continue;
    for (auto& scope : SplitWords(JsonString(tokens.members, "scope").value_or(""))) {
      scopes.insert(scope);
    }
  }
}

// What the family of `grant_label` may have: what the server said it granted, else what was asked, and
// what it told of at a refresh.
std::set<std::string> GrantedScopes(const CaseView& view, const std::string& grant_label,
                                    std::uint64_t before) {
  std::set<std::string> asked, granted, told_later;
  const auto authorizations = AuthorizationUrls(view);
  for (const auto& request : TokenRequests(view)) {
    if (request.sequence() >= before) continue;
    if (!grant_label.empty() && request.entry->facts.grant_label != grant_label) continue;
    if (request.IsRefresh()) AddTold(view, request, told_later);
    if (!request.IsExchange()) continue;
    const auto* origin = FindOrigin(view, authorizations, request.Get("code"), "");
    if (origin) {
      for (auto& scope : SplitWords(origin->Get("scope"))) asked.insert(scope);
    }
    AddTold(view, request, granted);
  }
  if (granted.empty()) granted = std::move(asked);
  if (granted.empty()) {
    for (const auto& request : authorizations) {
      for (auto& scope : SplitWords(request.Get("scope"))) granted.insert(scope);
    }
  }
  granted.merge(told_later);
  return granted;
}

Judgement Scope(const CaseView& view) {
  Tally tally("refresh requests with a scope");
  for (const auto& request : RefreshRequests(view)) {
    const auto scope = request.Get("scope");
    if (scope.empty()) continue;
    const auto granted = GrantedScopes(view, request.entry->facts.grant_label, request.sequence());
    if (granted.empty()) continue;
    Remark remark = Fine();
    for (const auto& word : SplitWords(scope)) {
      if (granted.count(word) == 0) {
        remark = Wrong(fmt::format("scope {} was not granted originally", word));
      }
    }
    tally.Add(remark, request.sequence());
  }
  return tally.Close("asked for no more than was granted");
}

// --- rotation --------------------------------------------------------------------------------

struct Superseded {
  std::uint64_t by = 0;  // the refresh that brought its successor
  UnixTime known_at;     // when the reply had gone out
};

// The latest refresh of the step's session that brought a new refresh token, where the step then
// met an expired access token, sent no refresh and failed: what was brought was not kept. 0: none.
std::uint64_t ForgottenBefore(const CaseView& view, const StepObservation& step) {
  if (step.op != "call" || step.reply != StepObservation::Reply::kErr) return 0;
  if (!MayClaim(view, "refresh:on_401")) return 0;
  if (!RanAlone(view, step)) return 0;  // the call beside it may have refreshed for both
  const auto refreshes = RefreshRequests(view);
  std::string grant;
  for (const auto& request : ApiCalls(view)) {
    if (!During(step, *request.entry) || request.entry->status != 401) continue;
    if (request.entry->facts.token_state == "expired") grant = request.entry->facts.grant_label;
  }
  if (grant.empty() || !HoldingBefore(view, step).CanRefresh()) return 0;
  std::uint64_t brought = 0;
  for (const auto& request : refreshes) {
    if (During(step, *request.entry)) return 0;
    if (request.sequence() > step.first_sequence) break;
    if (request.entry->facts.grant_label != grant) continue;
    brought = 0;  // a later one that was refused, or that kept the old token, tells nothing
    for (const auto& tokens : TokenResponses(view)) {
      const bool rotated = tokens.entry == request.entry && ClientSaw(*request.entry) &&
                           !KilledAt(view, request.sequence()) && !tokens.refresh_token.empty() &&
                           (IsPlainAnswer(tokens) || WasTaken(view, tokens)) &&
                           tokens.refresh_token != request.Get("refresh_token");
      if (rotated) brought = request.sequence();
    }
  }
  return brought;
}

// Concurrent refreshes are rf-single-flight's, a restart's loss rf-persist's.
Judgement Rotate(const CaseView& view) {
  std::map<std::string, Superseded> superseded;
  std::set<std::string> successors;
  Tally tally("refreshes after a rotation");
  const auto issued = TokenResponses(view);
  for (const auto& request : RefreshRequests(view)) {
    const auto token = request.Get("refresh_token");
    if (const auto old = superseded.find(token); old != superseded.end()) {
      const auto& [by, known_at] = old->second;
      const bool knew = request.entry->real_time >= known_at;
      if (knew && !RestartedBetween(view, by, request.sequence()) &&
          !Concurrent(view, by, request.sequence())) {
        tally.Add(Wrong(fmt::format("the refresh token that request {} had replaced was used "
                                    "again, expected its successor",
                                    by)),
                  request.sequence());
      }
    } else if (successors.count(token) > 0) {
      tally.Add(Fine(), request.sequence());
    }
    for (const auto& tokens : issued) {
      if (tokens.entry != request.entry || tokens.refresh_token.empty()) continue;
      if (tokens.refresh_token == token || KilledAt(view, request.sequence())) continue;
      // Who may refuse the answer as a whole has no successor then.
      if (!IsPlainAnswer(tokens) && !WasTaken(view, tokens)) continue;
      superseded[token] = {request.sequence(), request.entry->finished_real_time};
      successors.insert(tokens.refresh_token);
    }
  }
  for (const auto& step : view.steps) {
    const std::uint64_t brought = ForgottenBefore(view, step);
    if (brought == 0) continue;
    tally.Add(
        Wrong(fmt::format("step {}: request {} had brought a new refresh token, and the client "
                          "has none any more",
                          step.label, brought)),
        brought);
  }
  return tally.Close("used the new refresh token");
}

Judgement RefreshConfined(const CaseView& view) {
  std::set<std::string> secrets;
  for (const auto& tokens : TokenResponses(view)) {
    if (tokens.refresh_token.size() >= 8) secrets.insert(tokens.refresh_token);
  }
  Tally tally("requests");
  if (view.journal == nullptr) return Unseen();
  for (const auto& entry : *view.journal) {
    const bool server =
        entry.endpoint == mock::Endpoint::kToken || entry.endpoint == mock::Endpoint::kRevoke;
    const bool carries = std::any_of(secrets.begin(), secrets.end(), [&](const std::string& token) {
      return Carries(entry, token);
    });
    if (!carries) continue;
    tally.Add(server && !IsForeign(view, entry)
                  ? Fine()
                  : Wrong(fmt::format("a refresh token was sent to {} {}", entry.request.method,
                                      entry.local_path)),
              entry.sequence);
  }
  return tally.Close("carried the refresh token, all to the authorization server");
}

}  // namespace

std::vector<Check> RefreshChecks() {
  using enum Level;
  return {
      {.id = "rf-request",
       .statement = "A refresh has grant_type=refresh_token and the refresh token.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §6; AWeber guide, step 5",
       .seen = Seen::kWire,
       .why = "Anything else is refused and the customer has to authorize again.",
       .fix = "POST grant_type=refresh_token&refresh_token=… to the token endpoint.",
       .judge = RefreshRequest},
      {.id = "rf-auth",
       .statement = "A confidential client authenticates when it refreshes.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §6, §3.2.1; AWeber guide, step 5",
       .seen = Seen::kWire,
       .why = "The refresh token alone must not be enough for a thief.",
       .fix = "Send the same credentials as for the code exchange.",
       .judge = RefreshAuth},
      {.id = "rf-scope",
       .statement = "A refresh asks for no scope beyond the original grant.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §6",
       .seen = Seen::kWire,
       .why = "The server answers invalid_scope and the integration stops after an hour.",
       .fix = "Leave scope out of refresh requests; authorize again for more.",
       .judge = Scope},
      {.id = "rf-rotate",
       .statement = "A new refresh token replaces the old one, which is not used again.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §6; AWeber guide, step 5",
       .seen = Seen::kWire,
       .why = "The old one is dead at AWeber: the next refresh fails and the customer is lost.",
       .fix = "Store the refresh token of every answer over the one before.",
       .judge = Rotate},
      {.id = "rf-confined",
       .statement = "Refresh tokens go to the authorization server only.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.4",
       .seen = Seen::kWire,
       .why = "It outlives every access token: whoever sees it keeps the customer's account.",
       .fix = "Send it to the token and revocation endpoints and nowhere else.",
       .judge = RefreshConfined},
  };
}

}  // namespace aweber::conformance
