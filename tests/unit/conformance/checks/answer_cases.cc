// Transcripts for the checks of token answers, of transport, and of the driver's honesty.
#include <fmt/format.h>

#include "base/text/json.h"
#include "tests/unit/conformance/checks/transcript.h"

namespace aweber::conformance::test {
namespace {
using T = Transcript;

constexpr std::string_view kAt = "at-1-0123456789";

Json Usual() {
  return {{"access_token", kAt},
          {"token_type", "bearer"},
          {"expires_in", 3600},
          {"refresh_token", "rt-1-0123456789"}};
}

Json Set(const char* name, Json value) {
  Json json = Usual();
  json[name] = std::move(value);
  return json;
}

Json Drop(const char* name) {
  Json json = Usual();
  json.erase(name);
  return json;
}

// The answer was taken; or it came and the client failed over it.
void Takes(T& t, const Json& answer) {
  t.Get(Good());
  t.Ok("callback", [&] { t.Token(Exchange(), DumpJson(answer)); });
}

StepObservation& Fails(T& t, const Json& answer) {
  t.Get(Good());
  return t.Err("callback", [&] { t.Token(Exchange(), DumpJson(answer)); });
}

// The answer was taken, and the driver names an end that many seconds after it was asked for.
void Names(T& t, const Json& answer, std::int64_t seconds) {
  Takes(t, answer);
  const auto asked = ToUnixSeconds(t.view().journal->back().real_time);
  t.view().steps.back().ok = {{"token", {{"access_token", kAt}, {"expires_at", asked + seconds}}}};
}

JournalEntry& BadCertificate(T& t) {
  auto& entry = t.Entry(mock::Endpoint::kOther, "", "");
  entry.fault = "tls";
  entry.state = mock::EntryState::kAborted;
  return entry;
}
constexpr const char* kAnotherDay =
    R"({"access_token":"at-3-0123456789","refresh_token":"rt-3-0123456789","expires_in":86400})";

// A token of one second, refreshed into one of a day.
void RenewedForADay(T& t) {
  Takes(t, Set("expires_in", 1));
  t.Ok("refresh", [&] {
    t.Token(Refresh("rt-1-0123456789"),
            R"({"access_token":"at-2-0123456789","refresh_token":"rt-2-0123456789",)"
            R"("expires_in":86400})");
  });
}

}  // namespace

std::vector<CheckCase> TokenResponseCases() {
  const auto pair = [](const char* check, const char* name, Json answer) {
    return std::vector<CheckCase>{
        {check, name, kOk, [=](T& t) { Takes(t, answer); }},
        {check, name, kViolation, [=](T& t) { Fails(t, answer); },
         "expected the client to take it"},
    };
  };
  std::vector<CheckCase> cases = {
      {"tr-unknown-ignored", "nothing unknown", kNotSeen, [](T& t) { Takes(t, Usual()); }},
      {"tr-type-case", "lower case says nothing", kNotSeen, [](T& t) { Takes(t, Usual()); }},
      {"tr-type-case", "another type", kNotSeen, [](T& t) { Fails(t, Set("token_type", "mac")); }},
      {"tr-type-unknown", "refused", kOk, [](T& t) { Fails(t, Set("token_type", "mac")); }},
      {"tr-type-unknown", "used", kViolation,
       [](T& t) {
         Takes(t, Set("token_type", "mac"));
         t.Api(kAt);
       },
       "type mac was used"},
      {"tr-type-unknown", "stored, not used so far", kNotSeen,
       [](T& t) { Takes(t, Set("token_type", "mac")); }},
      {"tr-type-unknown", "none, as AWeber's traces", kNotSeen,
       [](T& t) { Takes(t, Drop("token_type")); }},
      {"tr-expires-optional", "it was there", kNotSeen, [](T& t) { Takes(t, Usual()); }},
      {"tr-expires-tolerant", "negative refused", kOk,
       [](T& t) { Fails(t, Set("expires_in", -5)); }},
      {"tr-expires-tolerant", "words refused", kOk,
       [](T& t) { Fails(t, Set("expires_in", "soon")); }},
      {"tr-expires-tolerant", "null refused", kOk,
       [](T& t) { Fails(t, Set("expires_in", nullptr)); }},
      {"tr-expires-tolerant", "breaks down over words", kViolation,
       [](T& t) { Fails(t, Set("expires_in", "soon")).err_kind = "internal"; }, "broke down"},
      {"tr-expires-tolerant", "a fraction, beside a type that may be refused", kOk,
       [](T& t) {
         Json answer = Set("expires_in", 3600.5);
         answer.erase("token_type");
         Fails(t, answer);
       }},
      {"tr-expires-tolerant", "an ordinary number", kNotSeen, [](T& t) { Fails(t, Usual()); }},
      {"tr-expires-latest", "as the answer said", kOk,
       [](T& t) { Names(t, Set("expires_in", 7200), 7200); }},
      {"tr-expires-latest", "with a margin", kOk,
       [](T& t) { Names(t, Set("expires_in", 7200), 6000); }},
      {"tr-expires-latest", "a short one with a margin", kOk,
       [](T& t) { Names(t, Set("expires_in", 1), -60); }},
      {"tr-expires-latest", "an hour, whatever the answer says", kViolation,
       [](T& t) { Names(t, Set("expires_in", 7200), 3600); },
       "said expires_in 7200, the client counts on 3600 seconds"},
      {"tr-expires-latest", "an hour for a second", kViolation,
       [](T& t) { Names(t, Set("expires_in", 1), 3600); }},
      {"tr-expires-latest", "the old one after a refresh", kViolation,
       [](T& t) {
         Names(t, Set("expires_in", 1), 1);
         t.Ok("refresh", [&] {
           t.Token(Refresh("rt-1-0123456789"),
                   R"({"access_token":"at-2-0123456789","expires_in":86400})");
         });
         t.Ok("token").ok = {{"access_token", "at-2-0123456789"}, {"expires_at", 1'700'000'003}};
       },
       "said expires_in 86400"},
      {"tr-expires-latest", "the longer life is used", kOk,
       [](T& t) {
         RenewedForADay(t);
         t.Ok("call", [&] { t.Api("at-2-0123456789"); });
       }},
      {"tr-expires-latest", "renewed once more by the old one", kViolation,
       [](T& t) {
         RenewedForADay(t);
         t.Ok("call", [&] { t.Token(Refresh("rt-2-0123456789"), kAnotherDay); });
       },
       "a token with 86398 of its 86400 seconds left was refreshed; the one before lived 1"},
      {"tr-expires-latest", "renewed once more after a restart", kNotSeen,
       [](T& t) {
         RenewedForADay(t);
         t.Step("restart", "A", StepObservation::Reply::kNone);
         t.Ok("call", [&] { t.Token(Refresh("rt-2-0123456789"), kAnotherDay); });
       }},
      {"tr-expires-latest", "renewed once more when told to", kNotSeen,
       [](T& t) {
         RenewedForADay(t);
         t.Ok("refresh", [&] { t.Token(Refresh("rt-2-0123456789"), kAnotherDay); });
       }},
      {"tr-expires-latest", "renewed once more after a refusal", kNotSeen,
       [](T& t) {
         RenewedForADay(t);
         t.Ok("call", [&] {
           t.Api("at-2-0123456789").status = 401;
           t.Token(Refresh("rt-2-0123456789"), kAnotherDay);
         });
       }},
      {"tr-expires-latest", "an odd lifetime is another check's", kNotSeen,
       [](T& t) { Names(t, Set("expires_in", 9'000'000'000'000'000'000), 3600); }},
      {"tr-expires-latest", "the driver does not say", kNotSeen,
       [](T& t) { Takes(t, Set("expires_in", 7200)); }},
      {"tr-scope-changed", "the same in another order", kNotSeen,
       [](T& t) { Fails(t, Set("scope", "list.read account.read")); }},
      {"tr-size", "whole", kOk,
       [](T& t) {
         Takes(t, Set("access_token", std::string(8192, 'x')));
         t.Api(std::string(8192, 'x'));
       }},
      {"tr-size", "cut", kViolation,
       [](T& t) {
         Takes(t, Set("access_token", std::string(8192, 'x')));
         t.Api(std::string(1024, 'x'));
       },
       "8192 characters expected, 1024 seen"},
      {"tr-size", "refused", kViolation,
       [](T& t) { Fails(t, Set("refresh_token", std::string(8192, 'x'))); }},
      {"tr-size", "not used so far", kNotSeen,
       [](T& t) { Takes(t, Set("access_token", std::string(8192, 'x'))); }},
      {"tr-error-class", "400 reported", kOk,
       [](T& t) { t.Err("callback", [&] { t.Refused(Exchange(), 400, "invalid_grant"); }); }},
      {"tr-error-class", "400 swallowed", kViolation,
       [](T& t) { t.Ok("callback", [&] { t.Refused(Exchange(), 400, "invalid_grant"); }); },
       "status 400, invalid_grant"},
      {"tr-error-class", "error with status 200 swallowed", kViolation,
       [](T& t) { t.Ok("callback", [&] { t.Token(Exchange(), R"({"error":"x"})"); }); }},
      {"tr-error-class", "HTML with status 200 swallowed", kViolation,
       [](T& t) { t.Ok("callback", [&] { t.Token(Exchange(), "<html>"); }); }},
      {"tr-error-class", "a byte order mark is no error", kNotSeen,
       [](T& t) {
         t.Ok("callback", [&] { t.Token(Exchange(), "\xEF\xBB\xBF" + DumpJson(Usual())); });
       }},
      {"tr-error-class", "repeated names are no error for certain", kNotSeen,
       [](T& t) {
         t.Ok("callback",
              [&] { t.Token(Exchange(), R"({"access_token":"a","access_token":"b"})"); });
       }},
      {"tr-error-class", "503, then success", kNotSeen,
       [](T& t) {
         t.Ok("callback", [&] {
           t.Refused(Exchange(), 503, "");
           t.Token(Exchange());
         });
       }},
  };
  for (const auto& both :
       {pair("tr-unknown-ignored", "extra member", Set("region", "us")),
        pair("tr-type-case", "BEARER", Set("token_type", "BEARER")),
        pair("tr-expires-optional", "absent", Drop("expires_in")),
        pair("tr-expires-tolerant", "string", Set("expires_in", "3600")),
        pair("tr-expires-tolerant", "fraction", Set("expires_in", 3600.5)),
        pair("tr-expires-tolerant", "huge", Set("expires_in", 9'000'000'000'000'000'000)),
        pair("tr-refresh-optional", "absent", Drop("refresh_token")),
        pair("tr-scope-changed", "narrower", Set("scope", "list.read"))}) {
    cases.insert(cases.end(), both.begin(), both.end());
  }
  return cases;
}

std::vector<CheckCase> TransportCases() {
  const auto redirected = [](T& t) {
    auto& entry = t.Token(Exchange());
    entry.status = 307;
    entry.response_headers.Add("Location", "https://localhost:9/oauth2/token");
  };
  return {
      {"tk-tls", "gives up", kOk, [](T& t) { t.Err("callback", [&] { BadCertificate(t); }); }},
      {"tk-tls", "goes on", kViolation,
       [](T& t) {
         t.Ok("callback", [&] {
           BadCertificate(t);
           t.Token(Exchange());
         });
       },
       "it sent POST /oauth2/token"},
      {"tk-tls", "good certificate", kNotSeen,
       [](T& t) { t.Ok("callback", [&] { t.Token(Exchange()); }); }},
      {"tk-no-xorigin", "not followed", kOk, redirected},
      {"tk-no-xorigin", "followed", kViolation,
       [=](T& t) {
         redirected(t);
         auto& entry = t.Token(Exchange());
         entry.endpoint = mock::Endpoint::kOther;
         entry.request.headers.Set("Host", "localhost:9");
       },
       "sent its credentials"},
      {"tk-no-xorigin", "followed without credentials", kOk,
       [=](T& t) {
         redirected(t);
         auto& entry = t.Entry(mock::Endpoint::kOther, "GET", "/oauth2/token");
         entry.request.headers.Set("Host", "localhost:9");
       }},
      {"tk-no-xorigin", "redirected on the same host", kNotSeen,
       [](T& t) {
         auto& entry = t.Token(Exchange());
         entry.status = 307;
         entry.response_headers.Add("Location", "https://127.0.0.1:4711/elsewhere");
       }},
      {"tr-no-secret-log", "quiet", kOk, [](T& t) { t.Login(); }},
      {"tr-no-secret-log", "speaks of other things", kOk,
       [](T& t) {
         t.Login();
         t.view().driver_stderr = "exchanged a code of 22 characters\n";
       }},
      {"tr-no-secret-log", "client secret on stderr", kViolation,
       [](T& t) {
         t.Login();
         t.view().driver_stderr = fmt::format("POST client_secret={}\n", kSecret);
       },
       "the client secret was written to the program's output"},
      {"tr-no-secret-log", "the Authorization header on stderr", kViolation,
       [](T& t) {
         t.Login();
         t.view().driver_stderr =
             fmt::format("> Authorization: {}\n", BasicHeader(kClientId, kSecret));
       },
       "the client secret"},
      {"tr-no-secret-log", "the encoded Authorization header on stderr", kViolation,
       [](T& t) {
         t.view().client_secret = "s+e/c%r:e&t word";
         t.Login();
         t.view().driver_stderr = BasicHeader(kClientId, FormEncode("s+e/c%r:e&t word"));
       },
       "as HTTP Basic sends it"},
      {"tr-no-secret-log", "the secret inside JSON", kViolation,
       [](T& t) {
         t.view().client_secret = "secret\"with\"quotes";
         t.Login();
         t.view().driver_stderr = R"({"client_secret":"secret\"with\"quotes"})";
       },
       "the client secret was written"},
      {"tr-no-secret-log", "another client's credentials", kOk,
       [](T& t) {
         t.Login();
         t.view().driver_stderr = BasicHeader(kClientId, "not-the-secret-at-all");
       }},
      {"tr-no-secret-log", "token in a message", kViolation,
       [](T& t) {
         t.Login();
         t.Err("call").err_message = fmt::format("401 for {}", kAt);
       },
       "an access token"},
      {"tr-no-secret-log", "the code on stderr", kViolation,
       [](T& t) {
         t.Login();
         t.view().secrets = {std::string(kCode)};
         t.view().driver_stderr = fmt::format("GET /callback?code={}\n", kCode);
       },
       "the program's output"},
      {"tr-no-secret-log", "the code in a web server's access log", kOk,
       [](T& t) {
         t.Callback({{"code", kCode}, {"state", kState}}, StepObservation::Reply::kOk)
             .pages.push_back({"https://app.example/", 200, {}, "connected"});
         t.view().secrets = {std::string(kCode)};
         t.view().driver_stderr = fmt::format("GET /callback?code={}\n", kCode);
       }},
      {"tr-no-secret-log", "planted secret in a page", kViolation,
       [](T& t) {
         t.view().secrets = {"planted-0123456789"};
         t.Ok("callback")
             .pages.push_back({"https://app.example/", 200, {}, "debug: planted-0123456789"});
       },
       "page"},
  };
}

namespace {

// A token of one second, and a call two seconds later.
void LateCall(T& t, std::vector<std::string> features, bool refreshed) {
  t.view().features = std::move(features);
  t.Login(kState, kCode,
          R"({"access_token":"at-1-0123456789","token_type":"bearer","expires_in":1,)"
          R"("refresh_token":"rt-1-0123456789"})");
  t.Ok("call", [&] {
     if (refreshed) t.Refused(Refresh("rt-1-0123456789"), 503, "temporarily_unavailable");
     t.Api(kAt);
   }).ok = {{"status", 200}};
}

}  // namespace

std::vector<CheckCase> HonestyCases() {
  return {
      {"adapter-honest", "a whole login", kOk, [](T& t) { t.Login(); }},
      {"adapter-honest", "ok without an exchange", kViolation, [](T& t) { t.Ok("callback"); },
       "no token request was answered 200"},
      {"adapter-honest", "ok to the same callback again, for it is connected", kOk,
       [](T& t) {
         t.Login();
         t.Callback({{"code", kCode}, {"state", kState}}, StepObservation::Reply::kOk);
       }},
      {"adapter-honest", "ok to another callback without an exchange", kViolation,
       [](T& t) {
         t.Login();
         t.Callback({{"code", kCode2}, {"state", kState}}, StepObservation::Reply::kOk);
       },
       "no token request was answered 200"},
      {"adapter-honest", "ok to another user's callback without an exchange", kViolation,
       [](T& t) {
         t.Login();
         t.Callback(
             {{"code", kCode}, {"state", kState}}, StepObservation::Reply::kOk, [] {}, "B");
       },
       "no token request was answered 200"},
      {"adapter-honest", "ok to a refused refresh", kViolation,
       [](T& t) { t.Ok("refresh", [&] { t.Refused(Refresh("x"), 400, "invalid_grant"); }); }},
      {"adapter-honest", "another status", kViolation,
       [](T& t) {
         t.Ok("call", [&] { t.Api(kAt, 401); }).ok = {{"status", 200}};
       },
       "answered 200, but no such reply"},
      {"adapter-honest", "the status of the last try", kOk,
       [](T& t) {
         t.Ok("call", [&] {
            t.Api(kAt, 401);
            t.Api(kAt, 200);
          }).ok = {{"status", 200}};
       }},
      {"adapter-honest", "claims refresh on_expiry, and comes with the old token", kViolation,
       [](T& t) { LateCall(t, {"refresh:on_expiry"}, false); }, "claims refresh on_expiry"},
      {"adapter-honest", "claims refresh on_expiry, and tried", kOk,
       [](T& t) { LateCall(t, {"refresh:on_expiry"}, true); }},
      {"adapter-honest", "claims refresh on_expiry, and has no refresh token", kOk,
       [](T& t) {
         t.view().features = {"refresh:on_expiry"};
         t.Login(kState, kCode,
                 R"({"access_token":"at-1-0123456789","token_type":"bearer","expires_in":1})");
         t.Ok("call", [&] { t.Api(kAt); }).ok = {{"status", 200}};
       }},
      {"adapter-honest", "the old token, and nothing claimed", kOk,
       [](T& t) { LateCall(t, {"refresh:on_401"}, false); }},
      {"adapter-honest", "an invented token", kViolation,
       [](T& t) {
         t.Login();
         t.Ok("token").ok = {{"access_token", "made-up-token"}};
       },
       "never issued"},
      {"adapter-honest", "the token as issued", kOk,
       [](T& t) {
         t.Login();
         t.Ok("token").ok = {{"access_token", kAt}};
       }},
      {"adapter-honest", "the status of a last try that was cut", kOk,
       [](T& t) {
         t.Ok("call", [&] {
            t.Api(kAt, 401);
            t.Api(kAt, 201).fault = "truncate";
          }).ok = {{"status", 201}};
       }},
      {"adapter-honest", "the token of an answer that was cut", kOk,
       [](T& t) {
         t.Login();
         t.Ok("refresh", [&] {
            auto& cut = t.Token(Refresh("rt-1-0123456789"), Tokens("at-2-0123456789", ""));
            cut.fault = "content_length";
          }).ok = {{"access_token", "at-2-0123456789"}};
       }},
      {"adapter-honest", "one of two errors in the callback", kOk,
       [](T& t) {
         t.Get(Good());
         auto& step = t.Callback(
             {{"error", "temporarily_unavailable"}, {"state", kState}, {"error", "access_denied"}},
             StepObservation::Reply::kErr);
         step.err_kind = "provider_error";
         step.err = {{"code", "access_denied"}};
       }},
      {"adapter-honest", "an error that was not sent", kViolation,
       [](T& t) {
         t.Get(Good());
         auto& step = t.Callback({{"error", "server_error"}, {"state", kState}},
                                 StepObservation::Reply::kErr);
         step.err_kind = "provider_error";
         step.err = {{"code", "access_denied"}};
       },
       "which it did not send"},
      {"adapter-honest", "revoke without a request", kViolation,
       [](T& t) {
         t.Login();
         t.Ok("revoke");
       },
       "no revocation request"},
      {"adapter-honest", "revoke without a request, though one follows later", kViolation,
       [](T& t) {
         t.Login();
         t.Ok("revoke");
         t.Ok("revoke", [&] { t.Revoke({{"token", "rt-1-0123456789"}}); });
       },
       "no revocation request"},
      {"adapter-honest", "revoke without a request, though another user's was sent", kViolation,
       [](T& t) {
         t.Login();
         t.Login(kState2, kCode2, Tokens("at-2-0123456789", "rt-2-0123456789"), "B");
         t.Step("revoke", "B", StepObservation::Reply::kOk, [&] {
           t.Revoke({{"token", "rt-2-0123456789"}});
         });
         t.Ok("revoke");
       },
       "no revocation request"},
      {"adapter-honest", "revoke of what was revoked", kOk,
       [](T& t) {
         t.Login();
         t.Ok("revoke", [&] { t.Revoke({{"token", "rt-1-0123456789"}}); });
         t.Ok("revoke");
       }},
      {"adapter-honest", "revoke of nothing", kNotSeen, [](T& t) { t.Ok("revoke"); }},
      {"adapter-honest", "a URL somewhere else", kViolation,
       [](T& t) { t.Ok("authorize").produced_url = "https://auth.example/oauth2/authorize?x=y"; }},
      {"adapter-honest", "unsupported though claimed", kViolation,
       [](T& t) { t.Step("revoke", "A", StepObservation::Reply::kUnsupported); }, "claimed"},
      {"adapter-honest", "unsupported and not claimed", kNotSeen,
       [](T& t) {
         t.view().features = {};
         t.Step("revoke", "A", StepObservation::Reply::kUnsupported);
       }},
      {"adapter-honest", "unsupported though every driver must", kViolation,
       [](T& t) { t.Step("call", "A", StepObservation::Reply::kUnsupported); }, "must support"},
  };
}

}  // namespace aweber::conformance::test
