// A rule holds wherever it applies: at the revocation as at the exchange, for a public client's
// refresh, for every user, beside the other cases of a run, and for every word of the driver.
#include <fmt/format.h>

#include <string>

#include "tests/unit/conformance/checks/transcript.h"

namespace aweber::conformance::test {
namespace {

using T = Transcript;
using Reply = StepObservation::Reply;

constexpr std::string_view kHeld = "at-1-0123456789", kHeldRefresh = "rt-1-0123456789";
constexpr std::string_view kNext = "at-2-0123456789", kNextRefresh = "rt-2-0123456789";

Form Revocation() { return {{"token", kHeldRefresh}}; }

// The server does not know the token.
JournalEntry& Unknown(JournalEntry& entry) {
  entry.facts.token_state = "unknown";
  return entry;
}

// User A and user B, each with an authorization of their own.
void TwoUsers(T& t) {
  t.Authorize(Good());
  t.Callback({{"code", kCode}, {"state", kState}}, Reply::kOk, [&] {
    t.Token(Exchange(), Tokens(kHeld, kHeldRefresh)).facts.grant_label = "grant-1";
  });
  t.Authorize(Good(kState2), "B");
  t.Callback(
      {{"code", kCode2}, {"state", kState2}}, Reply::kOk,
      [&] { t.Token(Exchange(kCode2), Tokens(kNext, kNextRefresh)).facts.grant_label = "grant-2"; },
      "B");
}

// After a login the tokens were refreshed.
void Refreshed(T& t) {
  t.Login();
  t.Ok("refresh", [&] { t.Token(Refresh(kHeldRefresh), Tokens(kNext, kNextRefresh)); });
}

void CallAnswered(T& t, int status, int told) {
  auto& step = t.Ok("call", [&] {
    t.Api(kHeld, 401);
    t.Api(kHeld, status);
  });
  step.sent_url = fmt::format("{}/1.0/accounts", kBase);
  step.ok = {{"status", told}};
}

std::vector<CheckCase> BackChannelCases() {
  const std::string hostile = "s+e/c%r:e&t word";
  return {
      {"tk-no-uri-creds", "at the revocation", kViolation,
       [](T& t) {
         t.Revoke(Revocation()).request.target += fmt::format("?client_secret={}", kSecret);
       }},
      {"tk-no-dup", "at the revocation", kViolation,
       [](T& t) {
         auto form = Revocation();
         form.Add("token", kHeldRefresh);
         t.Revoke(form);
       },
       "token is sent 2 times"},
      {"tk-auth-one", "at the revocation", kViolation,
       [](T& t) { t.Revoke(With(Revocation(), "client_secret", kSecret)); }, "saw 2"},
      {"tk-basic-encoded", "at the revocation", kViolation,
       [=](T& t) {
         t.view().client_secret = hostile;
         t.Revoke(Revocation())
             .request.headers.Set("Authorization", BasicHeader(kClientId, hostile));
       },
       "raw"},
      {"tk-basic-preferred", "at the revocation", kViolation,
       [](T& t) {
         t.Revoke(With(Revocation(), "client_secret", kSecret))
             .request.headers.Remove("Authorization");
       },
       "in the body"},
      {"tk-public-id", "at the refresh", kViolation,
       [](T& t) {
         t.MakePublic();
         t.Token(Refresh(kHeldRefresh)).request.body = Refresh(kHeldRefresh).Encode();
       },
       "must name itself"},
      {"tk-public-id", "at the refresh, named", kOk,
       [](T& t) {
         t.MakePublic();
         t.Token(Refresh(kHeldRefresh));
       }},
      {"tk-public-id", "another client's", kViolation,
       [](T& t) {
         t.MakePublic();
         t.Token(Exchange()).request.body = With(Exchange(), "client_id", "someone-else").Encode();
       },
       "not the one it was given"},
      {"tk-auth", "another client's id", kViolation,
       [](T& t) {
         t.Token(Exchange())
             .request.headers.Set("Authorization", BasicHeader("someone-else", kSecret));
       },
       "another client"},
      {"tk-auth", "another secret", kViolation,
       [](T& t) {
         t.Token(Exchange()).request.headers.Set("Authorization", BasicHeader(kClientId, "guess"));
       },
       "another secret"},
      {"tk-auth", "a raw id with a colon", kOk,
       [=](T& t) {
         t.view().client_id = "client:1";
         t.view().client_secret = hostile;
         t.Token(Exchange()).request.headers.Set("Authorization", BasicHeader("client:1", hostile));
       }},
      {"rf-auth", "another secret", kViolation,
       [](T& t) {
         t.Token(Refresh(kHeldRefresh))
             .request.headers.Set("Authorization", BasicHeader(kClientId, "guess"));
       },
       "another secret"},
      {"rv-request", "another secret", kViolation,
       [](T& t) {
         t.Revoke(Revocation())
             .request.headers.Set("Authorization", BasicHeader(kClientId, "guess"));
       },
       "another secret"},
  };
}

std::vector<CheckCase> UnissuedCases() {
  return {
      {"rf-request", "a token that was never issued", kViolation,
       [](T& t) {
         t.Login();
         Unknown(t.Refused(Refresh("rt-made-up-0123456789"), 400, "invalid_grant"));
       },
       "none that the server had issued"},
      {"rf-request", "a token that the server has forgotten", kOk,
       [](T& t) {
         t.Login();
         Unknown(t.Refused(Refresh(kHeldRefresh), 400, "invalid_grant"));
       }},
      {"rf-request", "a cut token is tr-size's", kOk,
       [](T& t) {
         t.Login(kState, kCode, Tokens(kHeld, "rt-long-0123456789-0123456789"));
         Unknown(t.Refused(Refresh("rt-long-0123456789"), 400, "invalid_grant"));
       }},
      {"rf-request", "unknown in foreign traffic", kOk,
       [](T& t) {
         t.MakeForeign();
         Unknown(t.Refused(Refresh("rt-made-up-0123456789"), 400, "invalid_grant"));
       }},
      {"rv-request", "a token that was never issued", kViolation,
       [](T& t) {
         t.Login();
         Unknown(t.Revoke({{"token", "rt-made-up-0123456789"}}));
       },
       "none that the server had issued"},
      {"rs-own-token", "a token that was never issued", kViolation,
       [](T& t) {
         t.Login();
         t.Err("call", [&] { Unknown(t.Api("at-made-up-0123456789", 401)); });
       },
       "never issued"},
      {"rs-own-token", "quotes around the token are rs-syntax's", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("call", [&] { Unknown(t.Api(fmt::format("\"{}\"", kHeld), 401)); });
       }},
      {"rs-own-token", "another customer's, at the refresh", kViolation,
       [](T& t) {
         TwoUsers(t);
         t.Ok("refresh", [&] { t.Token(Refresh(kNextRefresh)).facts.grant_label = "grant-2"; });
       },
       "the refresh for session A carried another customer's"},
      {"rs-own-token", "another customer's, at the revocation", kViolation,
       [](T& t) {
         TwoUsers(t);
         t.Ok("revoke", [&] { t.Revoke({{"token", kNextRefresh}}).facts.grant_label = "grant-2"; });
       },
       "the revocation for session A carried another customer's"},
      {"rs-own-token", "their own, at the refresh", kOk,
       [](T& t) {
         TwoUsers(t);
         t.Ok("refresh", [&] { t.Token(Refresh(kHeldRefresh)).facts.grant_label = "grant-1"; });
       }},
  };
}

std::vector<CheckCase> FreshnessCases() {
  const auto pkce = [](std::string_view state) {
    return With(With(Good(state), "code_challenge", kChallenge), "code_challenge_method", "S256");
  };
  return {
      {"az-state-fresh", "another user's of another case", kViolation,
       [](T& t) {
         t.view().earlier = {{"state", std::string(kState), "B"}};
         t.Authorize(Good());
       },
       "user A was given the state that user B had had in another case"},
      {"az-state-fresh", "the same user's of another case", kNotSeen,
       [](T& t) {
         t.view().earlier = {{"state", std::string(kState), "A"}};
         t.Authorize(Good());
       }},
      {"az-state-fresh", "the same user's of another case, RFC 9700", kViolation,
       [](T& t) {
         t.view().profile = "rfc9700";
         t.view().earlier = {{"state", std::string(kState), "A"}};
         t.Authorize(Good());
       },
       "another case"},
      {"pk-fresh", "of another case", kViolation,
       [=](T& t) {
         t.view().earlier = {{"code_challenge", std::string(kChallenge), "A"}};
         t.Authorize(pkce(kState));
       },
       "another case"},
      {"pk-fresh", "of an attempt that was over", kViolation,
       [=](T& t) {
         t.Authorize(pkce(kState));
         t.Ok("callback", [&] { t.Token(With(Exchange(), "code_verifier", kVerifier)); });
         t.Authorize(pkce(kState));
       },
       "two transactions"},
  };
}

std::vector<CheckCase> WordCases() {
  return {
      {"adapter-honest", "an invented refresh token", kViolation,
       [](T& t) {
         t.Login();
         t.Ok("token").ok = {{"access_token", kHeld}, {"refresh_token", "made-up"}};
       },
       "a refresh token that was never issued"},
      {"adapter-honest", "the token before the refresh", kViolation,
       [](T& t) {
         Refreshed(t);
         t.Ok("token").ok = {{"access_token", kHeld}};
       },
       "an access token that was replaced, expected the one that request 4 brought"},
      {"adapter-honest", "the token of the refresh", kOk,
       [](T& t) {
         Refreshed(t);
         t.Ok("token").ok = {{"access_token", kNext}};
       }},
      {"adapter-honest", "the token before a refresh that failed", kOk,
       [](T& t) {
         t.Login();
         t.Err("refresh", [&] { t.Token(Refresh(kHeldRefresh), Tokens(kNext, kNextRefresh)); });
         t.Ok("token").ok = {{"access_token", kHeld}};
       }},
      {"adapter-honest", "the token before a restart", kOk,
       [](T& t) {
         Refreshed(t);
         t.Step("restart", "A", Reply::kNone);
         t.Ok("token").ok = {{"access_token", kHeld}};
       }},
      {"adapter-honest", "another customer's token", kViolation,
       [](T& t) {
         TwoUsers(t);
         t.Ok("token").ok = {{"access_token", kNext}};
       },
       "an access token of another authorization"},
      {"adapter-honest", "the status before the last", kViolation,
       [](T& t) { CallAnswered(t, 200, 401); }, "was answered 401, the last reply to it was 200"},
      {"adapter-honest", "the last status", kOk, [](T& t) { CallAnswered(t, 200, 200); }},
      {"adapter-honest", "an error's status that was not sent", kViolation,
       [](T& t) {
         auto& step = t.Err("refresh", [&] { t.Refused(Refresh("x"), 400, "invalid_grant"); });
         step.err_kind = "http";
         step.err = {{"kind", "http"}, {"status", 500}};
       },
       "says that the server answered 500"},
      {"adapter-honest", "an error's status as sent", kOk,
       [](T& t) {
         auto& step = t.Err("refresh", [&] { t.Refused(Refresh("x"), 400, "invalid_grant"); });
         step.err_kind = "http";
         step.err = {{"kind", "http"}, {"status", 400}};
       }},
      {"adapter-honest", "the provider's error", kOk,
       [](T& t) {
         auto& step = t.Callback({{"error", "access_denied"}, {"state", kState}}, Reply::kErr);
         step.err_kind = "provider_error";
         step.err = {{"kind", "provider_error"}, {"code", "access_denied"}};
       }},
      {"adapter-honest", "another error than the provider's", kViolation,
       [](T& t) {
         auto& step = t.Callback({{"error", "server_error"}, {"state", kState}}, Reply::kErr);
         step.err_kind = "provider_error";
         step.err = {{"kind", "provider_error"}, {"code", "access_denied"}};
       },
       "the provider's error was access_denied, which it did not send"},
  };
}

}  // namespace

std::vector<CheckCase> PlaceCases() {
  std::vector<CheckCase> all;
  for (const auto& cases : {BackChannelCases(), UnissuedCases(), FreshnessCases(), WordCases()}) {
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

}  // namespace aweber::conformance::test
