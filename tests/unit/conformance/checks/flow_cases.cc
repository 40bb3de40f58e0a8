// What a check says in flows that no scenario has: each row was a false accusation that `explore`
// made of a right client, or keeps the check's teeth beside one.
#include <fmt/format.h>

#include <string>

#include "base/text/json.h"
#include "tests/unit/conformance/checks/transcript.h"

namespace aweber::conformance::test {
namespace {

using T = Transcript;
using Reply = StepObservation::Reply;

constexpr std::string_view kFirst = "at-1-0123456789", kFirstRefresh = "rt-1-0123456789";
constexpr std::string_view kSecond = "at-2-0123456789", kSecondRefresh = "rt-2-0123456789";

const Form& StateFirst() {
  static const Form form = {{"state", kState}, {"code", kCode}};
  return form;
}

// A token answer of an unknown type: a client may refuse it as a whole.
std::string MacTokens() {
  return DumpJson({{"access_token", kSecond},
                   {"token_type", "mac"},
                   {"expires_in", 3600},
                   {"refresh_token", kSecondRefresh},
                   {"x_unknown", 1}});
}

void Restart(T& t) { t.Step("restart", "A", Reply::kNone); }

void Unauthorized(T& t) {
  t.Err("call", [&] { t.Api(kFirst, 401); });
}

std::vector<CheckCase> LoginCases() {
  return {
      {"cb-order-free", "awaited", kViolation,
       [](T& t) {
         t.Authorize(Good());
         t.Callback(StateFirst(), Reply::kErr);
       }},
      {"cb-order-free", "after a forged callback", kNotSeen,
       [](T& t) {
         t.Authorize(Good());
         t.Callback({{"code", kCode}, {"state", "invented"}}, Reply::kErr);
         t.Callback(StateFirst(), Reply::kErr);
       }},
      {"cb-order-free", "of the authorization request before", kNotSeen,
       [](T& t) {
         t.Authorize(Good());
         t.Authorize(Good(kState2));
         t.Callback(StateFirst(), Reply::kErr);
       }},
      {"cb-order-free", "another user's redirect, in a session that asked for none", kNotSeen,
       [](T& t) {
         t.Authorize(Good());
         t.Callback(
             StateFirst(), Reply::kErr, [] {}, "B");
       }},
      {"cb-unknown-ignored", "after a restart", kNotSeen,
       [](T& t) {
         t.Authorize(Good());
         Restart(t);
         t.Callback({{"code", kCode}, {"state", kState}, {"lang", "en"}}, Reply::kErr);
       }},
      {"cb-unknown-ignored", "from another issuer", kNotSeen,
       [](T& t) {
         t.Authorize(Good());
         t.Consent({{"code", kCode}, {"state", kState}, {"iss", "https://as.example"}});
         t.Callback({{"code", kCode}, {"state", kState}, {"iss", "https://other"}, {"lang", "en"}},
                    Reply::kErr);
       }},
      {"cb-code-opaque", "its time is over", kNotSeen,
       [](T& t) {
         t.Authorize(Good());
         t.Step("advance", "A", Reply::kNone);
         t.Callback({{"code", "a+b/c"}, {"state", kState}}, Reply::kErr);
       }},
      {"cb-code-opaque", "the token endpoint's certificate was bad", kNotSeen,
       [](T& t) {
         t.Authorize(Good());
         t.Callback({{"code", "a+b/c"}, {"state", kState}}, Reply::kErr).err_kind = "tls";
       }},
      {"cb-state-missing", "the latest authorization request had none", kNotSeen,
       [](T& t) {
         t.Authorize(Good());
         t.Authorize(Without(Good(), "state"));
         t.Callback({{"code", kCode}}, Reply::kOk, [&] { t.Token(Exchange()); });
       }},
      {"tr-unknown-ignored", "of an unknown type as well", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("refresh", [&] { t.Token(Refresh(kFirstRefresh), MacTokens()); });
       }},
      {"tr-refresh-optional", "taken, then the API's certificate was bad", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("call", [&] { t.Token(Refresh(kFirstRefresh), Tokens(kSecond)); }).err_kind = "tls";
       }},
  };
}

std::vector<CheckCase> RecoveryCases() {
  return {
      {"rs-401-recovers", "without a refresh token", kNotSeen,
       [](T& t) {
         t.Login(kState, kCode, Tokens(kFirst));
         Unauthorized(t);
       }},
      {"rs-401-recovers", "after an answer that was refused", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("refresh", [&] { t.Token(Refresh(kFirstRefresh), MacTokens()); });
         Unauthorized(t);
       }},
      {"rs-401-recovers", "the new token is of an unknown type", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("call", [&] {
           t.Api(kFirst, 401);
           t.Token(Refresh(kFirstRefresh), MacTokens());
         });
       }},
      {"rs-401-recovers", "the refresh before lost its reply", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("refresh", [&] {
           auto& lost = t.Token(Refresh(kFirstRefresh), Tokens(kSecond, kSecondRefresh));
           lost.fault = "lose_reply";
           lost.facts.committed = true;
         });
         Unauthorized(t);
       }},
      {"rs-401-recovers", "after a login anew", kViolation,
       [](T& t) {
         t.Login();
         t.Err("refresh", [&] { t.Refused(Refresh(kFirstRefresh), 400, "invalid_grant"); });
         t.Login(kState2, kCode2, Tokens(kSecond, kSecondRefresh));
         t.Err("call", [&] { t.Api(kSecond, 401); });
       },
       "none was sent"},
      {"adapter-honest", "nothing left to revoke after a refused refresh", kOk,
       [](T& t) {
         t.Login();
         t.Err("refresh", [&] { t.Refused(Refresh(kFirstRefresh), 400, "invalid_grant"); });
         t.Ok("revoke");
       }},
      {"rv-503", "tried again, and the reply was lost", kOk,
       [](T& t) {
         t.Login();
         t.Err("revoke", [&] { t.Revoke({{"token", kFirstRefresh}}, 503); });
         t.Err("revoke", [&] { t.Revoke({{"token", kFirstRefresh}}).fault = "lose_reply"; });
       }},
      {"rv-503", "forgotten with the process, which keeps nothing", kOk,
       [](T& t) {
         t.view().features = {"revoke"};
         t.Login();
         t.Err("revoke", [&] { t.Revoke({{"token", kFirstRefresh}}, 503); });
         t.Step("restart", "A", Reply::kNone);
         t.Err("revoke");
       }},
      {"rv-503", "cannot be asked again", kOk,
       [](T& t) {
         t.Login();
         t.Err("revoke", [&] { t.Revoke({{"token", kFirstRefresh}}, 503); });
         t.Step("revoke", "A", Reply::kUnsupported);
       }},
  };
}

std::vector<CheckCase> RotationCases() {
  // Two calls at once, both refused; then what `refreshes` adds.
  const auto together = [](T& t, const T::Body& refreshes) {
    t.Login();
    t.Ok("call", [&] {
      t.Api(kFirst, 401);
      t.Api(kFirst, 401);
      refreshes();
    });
    t.view().steps.push_back(t.view().steps.back());
  };
  return {
      {"rf-rotate", "the successor came in an answer that was refused", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("refresh", [&] { t.Token(Refresh(kFirstRefresh), MacTokens()); });
         t.Err("refresh", [&] { t.Refused(Refresh(kFirstRefresh), 400, "invalid_grant"); });
       }},
      {"rf-rotate", "the successor came in an odd answer that was taken", kViolation,
       [](T& t) {
         t.Login();
         t.Ok("refresh", [&] { t.Token(Refresh(kFirstRefresh), MacTokens()); });
         t.Err("refresh", [&] { t.Refused(Refresh(kFirstRefresh), 400, "invalid_grant"); });
       }},
      {"rf-rotate", "given up after a refused refresh", kNotSeen,
       [](T& t) {
         t.Login();
         t.Ok("refresh", [&] { t.Token(Refresh(kFirstRefresh), Tokens(kSecond, kSecondRefresh)); });
         t.Err("refresh", [&] { t.Refused(Refresh(kSecond), 400, "invalid_grant"); });
         t.Err("call", [&] { t.Api(kSecond, 401).facts.token_state = "expired"; });
       }},
      {"rf-keep", "a call that failed for another reason", kNotSeen,
       [](T& t) {
         t.Login();
         t.Ok("refresh", [&] { t.Token(Refresh(kFirstRefresh), Tokens(kSecond)); });
         t.Err("call", [&] { t.Api(kSecond, 500); });
       }},
      {"rf-keep", "another user's refresh", kNotSeen,
       [](T& t) {
         t.Login();
         t.Ok("refresh", [&] { t.Token(Refresh(kFirstRefresh), Tokens(kSecond)); });
         t.Step("refresh", "B", Reply::kErr);
       }},
      {"rf-keep", "a call to another host", kNotSeen,
       [](T& t) {
         t.Login();
         t.Ok("refresh", [&] { t.Token(Refresh(kFirstRefresh), Tokens(kSecond)); });
         t.Err("call").sent_url = "https://elsewhere.example/1.0/accounts";
       }},
      {"rf-persist", "a login since the restart", kOk,
       [](T& t) {
         t.Login();
         Restart(t);
         t.Login(kState2, kCode2, Tokens(kSecond, kSecondRefresh));
         t.Ok("refresh", [&] { t.Token(Refresh(kSecondRefresh)); });
       }},
      {"rf-persist", "the newest came to two calls at once", kViolation,
       [=](T& t) {
         together(t, [&] {
           t.Token(Refresh(kFirstRefresh), Tokens(kSecond, kSecondRefresh));
           t.Api(kSecond);
           t.Api(kSecond);
         });
         Restart(t);
         t.Err("refresh", [&] { t.Refused(Refresh(kFirstRefresh), 400, "invalid_grant"); });
       }},
      {"rf-persist", "given up before the restart", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("refresh", [&] { t.Token(Refresh(kFirstRefresh), MacTokens()); });
         Restart(t);
         t.Err("refresh");
       }},
      {"rf-persist", "revoked before the restart", kNotSeen,
       [](T& t) {
         t.Login();
         t.Ok("revoke", [&] { t.Revoke({{"token", kFirstRefresh}}); });
         Restart(t);
         t.Err("refresh");
       }},
      {"rf-single-flight", "the first reply was lost", kNotSeen,
       [=](T& t) {
         together(t, [&] {
           t.Token(Refresh(kFirstRefresh), Tokens(kSecond, kSecondRefresh)).fault = "lose_reply";
           t.Refused(Refresh(kFirstRefresh), 400, "invalid_grant");
         });
       }},
      {"rf-single-flight", "the new token was refused as well", kOk,
       [=](T& t) {
         together(t, [&] {
           t.Token(Refresh(kFirstRefresh), Tokens(kSecond, kSecondRefresh));
           t.Api(kSecond, 401);
           t.Token(Refresh(kSecondRefresh), Tokens("at-3-0123456789", "rt-3-0123456789"));
         });
       }},
      {"rf-dead-end", "each of two calls tried", kNotSeen,
       [=](T& t) {
         together(t, [&] {
           t.Refused(Refresh(kFirstRefresh), 400, "invalid_grant");
           t.Refused(Refresh(kFirstRefresh), 400, "invalid_grant");
         });
       }},
  };
}

}  // namespace

std::vector<CheckCase> FlowCases() {
  std::vector<CheckCase> all;
  for (const auto& cases : {LoginCases(), RecoveryCases(), RotationCases()}) {
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

}  // namespace aweber::conformance::test
