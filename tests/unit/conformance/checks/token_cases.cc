// Transcripts for the checks of the token request, client authentication, API requests, refresh.
#include <fmt/format.h>

#include "base/text/json.h"
#include "tests/unit/conformance/checks/transcript.h"

namespace aweber::conformance::test {
namespace {
using T = Transcript;

constexpr std::string_view kAt1 = "at-1-0123456789", kAt2 = "at-2-0123456789";
constexpr std::string_view kRt1 = "rt-1-0123456789", kRt2 = "rt-2-0123456789";

void ByQuery(JournalEntry& entry) {
  entry.request.target += "?" + entry.request.body;
  entry.request.body.clear();
}

void NoHeader(JournalEntry& entry) { entry.request.headers.Remove("Authorization"); }

std::string Answer(Json json) { return DumpJson(json); }
}  // namespace

std::vector<CheckCase> TokenRequestCases() {
  return {
      {"tk-post", "POST", kOk, [](T& t) { t.Token(Exchange()); }},
      {"tk-post", "GET", kViolation,
       [](T& t) {
         auto& entry = t.Token(Exchange());
         entry.request.method = "GET";
         ByQuery(entry);
       },
       "saw GET"},
      {"tk-post", "somebody looks at the URL", kNotSeen,
       [](T& t) { t.Entry(mock::Endpoint::kToken, "GET", "/oauth2/token"); }},
      {"tk-form", "form", kOk, [](T& t) { t.Token(Exchange()); }},
      {"tk-form", "form with charset", kOk,
       [](T& t) {
         t.Token(Exchange())
             .request.headers.Set("Content-Type",
                                  "application/x-www-form-urlencoded; charset=UTF-8");
       }},
      {"tk-form", "JSON", kViolation,
       [](T& t) {
         auto& entry = t.Token(Exchange());
         entry.request.headers.Set("Content-Type", "application/json");
         entry.request.body = R"({"grant_type":"authorization_code","code":"x"})";
       },
       "saw JSON"},
      {"tk-form", "query only", kViolation, [](T& t) { ByQuery(t.Token(Exchange())); },
       "body is empty"},
      {"tk-form", "wrong type", kViolation,
       [](T& t) { t.Token(Exchange()).request.headers.Set("Content-Type", "text/plain"); }},
      {"tk-no-uri-creds", "none", kOk, [](T& t) { t.Token(Exchange()); }},
      {"tk-no-uri-creds", "secret in the query", kViolation,
       [](T& t) {
         t.Token(Exchange()).request.target += fmt::format("?client_secret={}", kSecret);
       }},
      {"tk-grant", "right", kOk, [](T& t) { t.Token(Exchange()); }},
      {"tk-grant", "misspelt", kViolation,
       [](T& t) { t.Token(With(Exchange(), "grant_type", "authorization-code")); },
       "saw authorization-code"},
      {"tk-grant", "missing", kViolation, [](T& t) { t.Token(Without(Exchange(), "grant_type")); }},
      {"tk-grant", "a refresh is no exchange", kNotSeen, [](T& t) { t.Token(Refresh(kRt1)); }},
      {"tk-code-exact", "exact", kOk, [](T& t) { t.Login(); }},
      {"tk-code-exact", "cut", kViolation,
       [](T& t) {
         t.Redirect({{"code", kCode}, {"state", kState}});
         t.Token(Exchange(kCode.substr(0, 21))).facts.token_state = "unknown";
       },
       "22 characters expected, 21 seen; the first difference is at character 22"},
      {"tk-code-exact", "shown on a page to copy", kOk,
       [](T& t) { t.Token(Exchange()).facts.token_state = "live"; }},
      {"tk-code-exact", "never saw the code", kNotSeen, [](T& t) { t.Token(Exchange()); }},
      {"tk-redirect-same", "same", kOk, [](T& t) { t.Login(); }},
      {"tk-redirect-same", "slash", kViolation,
       [](T& t) {
         t.Get(Good());
         t.Redirect({{"code", kCode}, {"state", kState}});
         t.Token(With(Exchange(), "redirect_uri", "https://app.example/callback/"));
       },
       "character 29"},
      {"tk-redirect-same", "missing", kViolation,
       [](T& t) {
         t.Get(Good());
         t.Redirect({{"code", kCode}, {"state", kState}});
         t.Token(Without(Exchange(), "redirect_uri"));
       }},
      {"tk-redirect-same", "missing, public, as AWeber's samples", kNotSeen,
       [](T& t) {
         t.MakePublic();
         t.Get(Good());
         t.Redirect({{"code", kCode}, {"state", kState}});
         t.Token(Without(Exchange(), "redirect_uri"));
       }},
      {"tk-code-once", "once", kOk, [](T& t) { t.Token(Exchange()); }},
      {"tk-code-once", "twice", kViolation,
       [](T& t) {
         t.Token(Exchange());
         t.Refused(Exchange(), 400, "invalid_grant");
       },
       "after request 1 had used it"},
      {"tk-code-once", "again after the reply was lost", kViolation,
       [](T& t) {
         auto& lost = t.Token(Exchange());
         lost.status = 0;
         lost.state = mock::EntryState::kAborted;
         lost.fault = "lose_reply";
         t.Refused(Exchange(), 400, "invalid_grant");
       }},
      {"tk-code-once", "again after 503", kOk,
       [](T& t) {
         t.Refused(Exchange(), 503, "temporarily_unavailable");
         t.Token(Exchange());
       }},
      {"tk-code-once", "again with other credentials after 401", kOk,
       [](T& t) {
         t.Refused(Exchange(), 401, "invalid_client");
         t.Token(Exchange());
       }},
      {"tk-no-dup", "none", kOk, [](T& t) { t.Token(Exchange()); }},
      {"tk-no-dup", "twice", kViolation,
       [](T& t) {
         auto form = Exchange();
         form.Add("grant_type", "authorization_code");
         t.Token(form);
       },
       "grant_type is sent 2 times"},
      {"tk-no-dup", "query and body", kViolation,
       [](T& t) { t.Token(Exchange()).request.target += "?grant_type=authorization_code"; }},
  };
}

std::vector<CheckCase> ClientAuthCases() {
  const std::string hostile = "s+e/c%r:e&t word";
  return {
      {"tk-auth", "Basic", kOk, [](T& t) { t.Token(Exchange()); }},
      {"tk-auth", "body", kOk,
       [](T& t) { NoHeader(t.Token(With(Exchange(), "client_secret", kSecret))); }},
      {"tk-auth", "none", kViolation, [](T& t) { NoHeader(t.Token(Exchange())); },
       "no credentials"},
      {"tk-auth", "empty password", kViolation,
       [](T& t) {
         t.Token(Exchange()).request.headers.Set("Authorization", BasicHeader(kClientId, ""));
       }},
      {"tk-auth", "the secret is empty", kOk,
       [](T& t) {
         t.view().client_secret.clear();
         NoHeader(t.Token(With(Exchange(), "client_id", kClientId)));
       }},
      {"tk-auth", "public", kNotSeen,
       [](T& t) {
         t.MakePublic();
         t.Token(Exchange());
       }},
      {"tk-auth-one", "Basic", kOk, [](T& t) { t.Token(Exchange()); }},
      {"tk-auth-one", "Basic and client_id in the body", kOk,
       [](T& t) { t.Token(With(Exchange(), "client_id", kClientId)); }},
      {"tk-auth-one", "Basic and body", kViolation,
       [](T& t) { t.Token(With(Exchange(), "client_secret", kSecret)); },
       "saw 2: HTTP Basic, client_secret in the body"},
      {"tk-auth-one", "none", kNotSeen, [](T& t) { NoHeader(t.Token(Exchange())); }},
      {"tk-basic-encoded", "encoded", kOk,
       [=](T& t) {
         t.view().client_secret = hostile;
         t.Token(Exchange())
             .request.headers.Set("Authorization", BasicHeader(kClientId, FormEncode(hostile)));
       }},
      {"tk-basic-encoded", "encoded with other escapes", kOk,
       [=](T& t) {
         t.view().client_secret = hostile;
         t.Token(Exchange())
             .request.headers.Set("Authorization",
                                  BasicHeader(kClientId, "s%2be%2Fc%25r%3ae%26t%20word"));
       }},
      {"tk-basic-encoded", "raw", kViolation,
       [=](T& t) {
         t.view().client_secret = hostile;
         t.Token(Exchange()).request.headers.Set("Authorization", BasicHeader(kClientId, hostile));
       },
       "raw"},
      {"tk-basic-encoded", "only the colon escaped", kViolation,
       [=](T& t) {
         t.view().client_secret = hostile;
         std::string password = hostile;
         password.replace(password.find(':'), 1, "%3A");
         t.Token(Exchange()).request.headers.Set("Authorization", BasicHeader(kClientId, password));
       },
       "others raw"},
      {"tk-basic-encoded", "another secret", kNotSeen,
       [=](T& t) {
         t.view().client_secret = hostile;
         t.Token(Exchange()).request.headers.Set("Authorization", BasicHeader(kClientId, "other"));
       }},
      {"tk-basic-encoded", "nothing to encode", kNotSeen, [](T& t) { t.Token(Exchange()); }},
      {"tk-basic-encoded", "raw in foreign traffic", kViolation,
       [](T& t) {
         t.MakeForeign();
         t.Token(Exchange()).facts.basic_encoding = "raw";
       }},
      {"tk-basic-preferred", "Basic", kOk, [](T& t) { t.Token(Exchange()); }},
      {"tk-basic-preferred", "body", kViolation,
       [](T& t) { NoHeader(t.Token(With(Exchange(), "client_secret", kSecret))); }, "in the body"},
      {"tk-basic-preferred", "body, as the scenario asked", kNotSeen,
       [](T& t) {
         t.view().told_auth = "body";
         NoHeader(t.Token(With(Exchange(), "client_secret", kSecret)));
       }},
      {"tk-public-id", "client_id", kOk,
       [](T& t) {
         t.MakePublic();
         t.Token(Exchange());
       }},
      {"tk-public-id", "Basic with an empty secret", kOk,
       [](T& t) {
         t.MakePublic();
         auto& entry = t.Token(Exchange());
         entry.request.body = Exchange().Encode();
         entry.request.headers.Add("Authorization", BasicHeader(kClientId, ""));
       }},
      {"tk-public-id", "nothing", kViolation,
       [](T& t) {
         t.MakePublic();
         t.Token(Exchange()).request.body = Exchange().Encode();
       }},
  };
}

std::vector<CheckCase> ResourceCases() {
  const auto form = [](JournalEntry& entry, std::string_view token) {
    entry.request.headers.Remove("Authorization");
    entry.request.headers.Set("Content-Type", "application/x-www-form-urlencoded");
    entry.request.method = "POST";
    entry.request.body = fmt::format("access_token={}", token);
  };
  // 401, refresh, and again with the new token.
  const auto recover = [](T& t, std::string_view second_token, int refresh_status = 200) {
    t.Login();
    return [&t, second_token, refresh_status] {
      t.Api(kAt1, 401);
      t.Token(Refresh(kRt1), Tokens(kAt2, kRt2)).status = refresh_status;
      if (!second_token.empty()) t.Api(second_token);
    };
  };
  // A refresh of grant-1 or another was answered so; then grant-1's token met a 401.
  // Of the same call.
  const auto refused_ahead = [](T& t, int status) {
    t.Login();
    t.Err("call", [&] {
      t.Refused(Refresh(kRt1), status, "x");
      t.Api(kAt1, 401);
    });
  };
  const auto refused_before = [](T& t, int status, std::string_view grant) {
    t.Authorize(Good());
    t.Callback({{"code", kCode}, {"state", kState}}, StepObservation::Reply::kOk,
               [&] { t.Token(Exchange()).facts.grant_label = "grant-1"; });
    t.Err("refresh", [&] { t.Refused(Refresh(kRt1), status, "x").facts.grant_label = grant; });
    t.Err("call", [&] { t.Api(kAt1, 401).facts.grant_label = "grant-1"; });
  };
  return {
      {"rs-header", "Bearer", kOk, [](T& t) { t.Api(kAt1); }},
      {"rs-header", "form", kViolation, [=](T& t) { form(t.Api(kAt1), kAt1); }, "in the form"},
      {"rs-header", "form, as the scenario asked", kNotSeen,
       [=](T& t) {
         t.view().told_token_transport = "body";
         form(t.Api(kAt1), kAt1);
       }},
      {"rs-header", "another scheme", kViolation,
       [](T& t) { t.Api(kAt1).request.headers.Set("Authorization", "OAuth at-1"); },
       "the scheme OAuth"},
      {"rs-header", "OAuth 1 is another protocol", kNotSeen,
       [](T& t) {
         t.Api(kAt1).request.headers.Set("Authorization", "OAuth oauth_consumer_key=\"x\"");
       }},
      {"rs-header", "no token at all", kNotSeen, [](T& t) { NoHeader(t.Api(kAt1)); }},
      {"rs-syntax", "plain", kOk, [](T& t) { t.Api(kAt1); }},
      {"rs-syntax", "scheme in lower case", kOk,
       [](T& t) { t.Api(kAt1).request.headers.Set("Authorization", "bearer abc"); }},
      {"rs-syntax", "quoted", kViolation,
       [](T& t) { t.Api(kAt1).request.headers.Set("Authorization", "Bearer \"abc\""); }, "quotes"},
      {"rs-syntax", "no scheme", kViolation,
       [](T& t) { t.Api(kAt1).request.headers.Set("Authorization", std::string(kAt1)); },
       "without a scheme"},
      {"rs-syntax", "odd characters as issued", kOk,
       [](T& t) {
         t.Token(Exchange(), Tokens("at:odd!token"));
         t.Api("at:odd!token");
       }},
      {"rs-one-method", "header", kOk, [](T& t) { t.Api(kAt1); }},
      {"rs-one-method", "header and query", kViolation,
       [](T& t) { t.Api(kAt1).request.target += "?access_token=abc"; }, "header, query"},
      {"rs-no-query", "header", kOk, [](T& t) { t.Api(kAt1); }},
      {"rs-no-query", "query", kViolation,
       [](T& t) {
         auto& entry = t.Api(kAt1);
         NoHeader(entry);
         entry.request.target += "?access_token=abc";
       }},
      {"rs-form-rules", "POST form", kOk, [=](T& t) { form(t.Api(kAt1), kAt1); }},
      {"rs-form-rules", "GET", kViolation,
       [=](T& t) {
         auto& entry = t.Api(kAt1);
         form(entry, kAt1);
         entry.request.method = "GET";
       }},
      {"rs-form-rules", "no type", kViolation,
       [=](T& t) {
         auto& entry = t.Api(kAt1);
         form(entry, kAt1);
         entry.request.headers.Remove("Content-Type");
       }},
      {"rs-form-rules", "JSON that mentions it", kNotSeen,
       [](T& t) {
         auto& entry = t.Api(kAt1);
         entry.request.headers.Set("Content-Type", "application/json");
         entry.request.body = R"({"note":"x&access_token=y"})";
       }},
      {"rs-confined", "redirect not followed", kOk,
       [](T& t) {
         t.Login();
         t.Api(kAt1, 302).response_headers.Add("Location", "https://localhost:9/x");
       }},
      {"rs-confined", "link followed without the token", kOk,
       [](T& t) {
         t.Login();
         auto& entry = t.Entry(mock::Endpoint::kOther, "GET", "/x");
         entry.request.headers.Set("Host", "localhost:9");
       }},
      {"rs-confined", "token sent to another host", kViolation,
       [](T& t) {
         t.Login();
         t.Api(kAt1, 302).response_headers.Add("Location", "https://localhost:9/x");
         auto& entry = t.Api(kAt1);
         entry.request.headers.Set("Host", "localhost:9");
       },
       "localhost:9"},
      {"rs-confined", "no bait", kNotSeen,
       [](T& t) {
         t.Login();
         t.Api(kAt1);
       }},
      {"rs-401-recovers", "recovers", kOk, [=](T& t) { t.Ok("call", recover(t, kAt2)); }},
      {"rs-401-recovers", "with the new token in quotes", kOk,
       [=](T& t) { t.Ok("call", recover(t, "\"at-2-0123456789\"")); }},
      {"rs-401-recovers", "with the old token", kViolation,
       [=](T& t) { t.Ok("call", recover(t, kAt1)); }, "with the new token"},
      {"rs-401-recovers", "not again", kViolation, [=](T& t) { t.Err("call", recover(t, "")); }},
      {"rs-401-recovers", "no refresh", kViolation,
       [](T& t) {
         t.Login();
         t.Err("call", [&] { t.Api(kAt1, 401); });
       },
       "none was sent"},
      {"rs-401-recovers", "a token that this call had just refreshed", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("call", [&] {
           t.Token(Refresh(kRt1), Tokens(kAt2, kRt2));
           t.Api(kAt2, 401);
         });
       }},
      {"rs-401-recovers", "refreshed before, and the old token sent", kViolation,
       [](T& t) {
         t.Login();
         t.Err("call", [&] {
           t.Token(Refresh(kRt1), Tokens(kAt2, kRt2));
           t.Api(kAt1, 401);
         });
       },
       "none was sent"},
      {"rs-401-recovers", "body lost on the way", kViolation,
       [](T& t) {
         t.Login();
         t.Ok("call", [&] {
           t.Api(kAt1, 401).request.body = "name=x";
           t.Token(Refresh(kRt1), Tokens(kAt2, kRt2));
           t.Api(kAt2);
         });
       },
       "another body"},
      {"rs-401-recovers", "the refresh was refused", kNotSeen,
       [=](T& t) { t.Err("call", recover(t, "", 400)); }},
      {"rs-401-recovers", "no other refresh after one that was refused", kNotSeen,
       [=](T& t) { refused_before(t, 400, "grant-1"); }},
      {"rs-401-recovers", "no other refresh after one with an unknown token", kNotSeen,
       [=](T& t) { refused_before(t, 400, ""); }},
      {"rs-401-recovers", "the refresh ahead of the call was refused", kNotSeen,
       [=](T& t) { refused_ahead(t, 400); }},
      {"rs-401-recovers", "the answer to the refresh ahead of the call was lost", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("call", [&] {
           t.Refused(Refresh(kRt1), 0, "").fault = "close_empty";
           t.Api(kAt1, 401);
         });
       }},
      {"rs-401-recovers", "the refresh ahead of the call met a busy server", kViolation,
       [=](T& t) { refused_ahead(t, 503); }, "none was sent"},
      {"rs-401-recovers", "the refresh ahead of the call met a rate limit", kViolation,
       [=](T& t) { refused_ahead(t, 429); }, "none was sent"},
      {"rs-401-recovers", "the refresh ahead of the call brought no access token", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("call", [&] {
           t.Token(Refresh(kRt1), R"({"token_type":"bearer"})");
           t.Api(kAt1, 401);
         });
       }},
      {"rs-401-recovers", "a second refresh ahead of the call brought one", kViolation,
       [](T& t) {
         t.Login();
         t.Err("call", [&] {
           t.Refused(Refresh(kRt1), 0, "").fault = "close_empty";
           t.Token(Refresh(kRt1), Tokens(kAt2, kRt2));
           t.Api(kAt1, 401);
         });
       },
       "none was sent"},
      {"rs-401-recovers", "another customer's refresh was refused", kViolation,
       [=](T& t) { refused_before(t, 400, "grant-2"); }, "none was sent"},
      {"rs-401-recovers", "a refresh before could not be answered", kViolation,
       [=](T& t) { refused_before(t, 503, "grant-1"); }, "none was sent"},
      {"rs-401-recovers", "not claimed", kNotSeen,
       [](T& t) {
         t.view().features = {"state"};
         t.Login();
         t.Err("call", [&] { t.Api(kAt1, 401); });
       }},
      {"rs-403-no-refresh", "reported", kOk,
       [](T& t) { t.Err("call", [&] { t.Api(kAt1, 403); }); }},
      {"rs-403-no-refresh", "refreshed", kViolation,
       [](T& t) {
         t.Err("call", [&] {
           t.Api(kAt1, 403);
           t.Token(Refresh(kRt1));
         });
       }},
      {"rs-403-no-refresh", "401 came first", kNotSeen,
       [](T& t) {
         t.Err("call", [&] {
           t.Api(kAt1, 401);
           t.Token(Refresh(kRt1));
           t.Api(kAt2, 403);
         });
       }},
      {"rs-bounded", "one", kOk,
       [](T& t) {
         t.Err("call", [&] {
           t.Api(kAt1, 401);
           t.Token(Refresh(kRt1));
           t.Api(kAt2, 401);
         });
       }},
      {"rs-bounded", "two", kViolation,
       [](T& t) {
         t.Err("call", [&] {
           t.Api(kAt1, 401);
           t.Token(Refresh(kRt1));
           t.Api(kAt2, 401);
           t.Token(Refresh(kRt2));
         });
       },
       "2 refreshes"},
      {"rs-bounded", "one, sent once more since its answer was lost", kOk,
       [](T& t) {
         t.Err("call", [&] {
           t.Api(kAt1, 401);
           t.Refused(Refresh(kRt1), 0, "").fault = "close_empty";
           t.Refused(Refresh(kRt1), 0, "").fault = "close_empty";
         });
       }},
      {"rs-bounded", "one whose answer is lost, for ever", kViolation,
       [](T& t) {
         t.Err("call", [&] {
           t.Api(kAt1, 401);
           for (int i = 0; i < 5; ++i) t.Refused(Refresh(kRt1), 0, "").fault = "close_empty";
         });
       },
       "5 refreshes"},
      {"rs-bounded", "one, and a retry of it after 503", kOk,
       [](T& t) {
         t.Ok("call", [&] {
           t.Api(kAt1, 401);
           t.Refused(Refresh(kRt1), 503, "");
           t.Token(Refresh(kRt1));
           t.Api(kAt2);
         });
       }},
  };
}

std::vector<CheckCase> OwnTokenCases() {
  // Tokens of the login of that name, and a call of `session` with them.
  const auto login = [](T& t, const char* name, std::string session) {
    const Form back = {{"code", std::string("code-of-") + name}, {"state", kState}};
    t.Authorize(Good(), session);
    t.Consent(back, session);
    t.Callback(
        back, StepObservation::Reply::kOk,
        [&] {
          t.Token(Exchange(back.GetOr("code")), Tokens(std::string("at-of-") + name))
              .facts.grant_label = name;
        },
        session);
  };
  const auto call = [](T& t, const char* name, std::string session) {
    t.Step("call", std::move(session), StepObservation::Reply::kOk,
           [&] { t.Api(std::string("at-of-") + name).facts.grant_label = name; });
  };
  return {
      {"rs-own-token", "each its own", kOk,
       [=](T& t) {
         login(t, "grant-1", "A");
         login(t, "grant-2", "B");
         call(t, "grant-1", "A");
         call(t, "grant-2", "B");
       }},
      {"rs-own-token", "crossed", kViolation,
       [=](T& t) {
         login(t, "grant-1", "A");
         login(t, "grant-2", "B");
         call(t, "grant-1", "B");
       },
       "the call for session B carried another customer's token (grant-1)"},
      {"rs-own-token", "the latest login's", kOk,
       [=](T& t) {
         login(t, "grant-1", "A");
         login(t, "grant-2", "A");
         call(t, "grant-2", "A");
       }},
      {"rs-own-token", "the first login's", kViolation,
       [=](T& t) {
         login(t, "grant-1", "A");
         login(t, "grant-2", "A");
         call(t, "grant-1", "A");
       },
       "of an earlier authorization of this customer (grant-1)"},
      {"rs-own-token", "the first login's, for the second failed in the client", kOk,
       [=](T& t) {
         login(t, "grant-1", "A");
         login(t, "grant-2", "A");
         t.view().steps.back().reply = StepObservation::Reply::kErr;
         call(t, "grant-1", "A");
       }},
      {"rs-own-token", "a code of another session that was delivered here", kOk,
       [=](T& t) {
         t.Authorize(Good(), "B");
         login(t, "grant-1", "A");
         login(t, "grant-2", "B");
         t.view().steps.back().session = "A";
         call(t, "grant-2", "A");
       }},
      {"rs-own-token", "a token that nobody knows", kNotSeen,
       [=](T& t) {
         login(t, "grant-1", "A");
         call(t, "", "A");
       }},
  };
}

std::vector<CheckCase> RefreshCases() {
  // Two calls at the same time: their ranges of the journal overlap.
  const auto together = [](T& t, int refreshes) {
    t.Ok("call", [&] {
      t.Api(kAt1, 401);
      t.Api(kAt1, 401);
      for (int i = 0; i < refreshes; ++i) t.Token(Refresh(kRt1), Tokens(kAt2, kRt2));
      t.Api(kAt2);
      t.Api(kAt2);
    });
    t.view().steps.push_back(t.view().steps.back());
    t.view().steps.back().label = "call-b";
  };
  return {
      {"rf-request", "right", kOk, [](T& t) { t.Token(Refresh(kRt1)); }},
      {"rf-request", "no grant_type", kViolation,
       [](T& t) { t.Token(Without(Refresh(kRt1), "grant_type")); }},
      {"rf-request", "no token", kViolation,
       [](T& t) { t.Token(Without(Refresh(kRt1), "refresh_token")); }},
      {"rf-request", "the access token", kViolation,
       [](T& t) {
         t.Login();
         t.Refused(Refresh(kAt1), 400, "invalid_grant");
       },
       "access token"},
      {"rf-auth", "Basic", kOk, [](T& t) { t.Token(Refresh(kRt1)); }},
      {"rf-auth", "none", kViolation, [](T& t) { NoHeader(t.Token(Refresh(kRt1))); }},
      {"rf-scope", "fewer", kOk,
       [](T& t) {
         t.Login();
         t.Token(With(Refresh(kRt1), "scope", "list.read"));
       }},
      {"rf-scope", "more", kViolation,
       [](T& t) {
         t.Login();
         t.Token(With(Refresh(kRt1), "scope", "list.read email.write"));
       },
       "email.write"},
      {"rf-scope", "more than the server granted", kViolation,
       [](T& t) {
         t.Login(kState, kCode,
                 Answer({{"access_token", kAt1}, {"refresh_token", kRt1}, {"scope", "list.read"}}));
         t.Token(With(Refresh(kRt1), "scope", "account.read"));
       }},
      {"rf-scope", "more, as the server told of at a refresh", kOk,
       [](T& t) {
         t.Login(kState, kCode,
                 Answer({{"access_token", kAt1}, {"refresh_token", kRt1}, {"scope", "list.read"}}));
         t.Token(Refresh(kRt1), Answer({{"access_token", kAt2},
                                        {"refresh_token", kRt2},
                                        {"scope", "list.read account.read"}}));
         t.Token(With(Refresh(kRt2), "scope", "account.read"));
       }},
      {"rf-scope", "none asked for", kNotSeen,
       [](T& t) {
         t.Login();
         t.Token(Refresh(kRt1));
       }},
      {"rf-rotate", "new", kOk,
       [](T& t) {
         t.Token(Refresh(kRt1), Tokens(kAt2, kRt2));
         t.Token(Refresh(kRt2), Tokens("at-3-0123456789", "rt-3-0123456789"));
       }},
      {"rf-rotate", "old", kViolation,
       [](T& t) {
         t.Token(Refresh(kRt1), Tokens(kAt2, kRt2));
         t.Refused(Refresh(kRt1), 400, "invalid_grant");
       },
       "request 1 had replaced"},
      {"rf-rotate", "the new one was not kept", kViolation,
       [](T& t) {
         t.Ok("call",
              [&] { t.Token(Refresh(kRt1), Tokens(kAt2, kRt2)).facts.grant_label = "grant-1"; });
         t.Err("call", [&] {
           auto& call = t.Api(kAt2, 401);
           call.facts.token_state = "expired";
           call.facts.grant_label = "grant-1";
         });
       },
       "the client has none any more"},
      {"rf-rotate", "a 401 that the client does not claim to cure", kNotSeen,
       [](T& t) {
         t.view().features = {"refresh:manual"};
         t.Login();
         t.Ok("call",
              [&] { t.Token(Refresh(kRt1), Tokens(kAt2, kRt2)).facts.grant_label = "grant-1"; });
         t.Err("call", [&] {
           auto& call = t.Api(kAt2, 401);
           call.facts.token_state = "expired";
           call.facts.grant_label = "grant-1";
         });
       }},
      {"rf-rotate", "the call beside it has refreshed", kNotSeen,
       [](T& t) {
         t.Login();
         t.Ok("call",
              [&] { t.Token(Refresh(kRt1), Tokens(kAt2, kRt2)).facts.grant_label = "grant-1"; });
         t.Err("call", [&] {
           auto& call = t.Api(kAt2, 401);
           call.facts.token_state = "expired";
           call.facts.grant_label = "grant-1";
         });
         t.view().steps.push_back(t.view().steps.back());
       }},
      {"rf-rotate", "the new one was never received", kNotSeen,
       [](T& t) {
         t.Token(Refresh(kRt1), Tokens(kAt2, kRt2)).fault = "lose_reply";
         t.Refused(Refresh(kRt1), 400, "invalid_grant");
       }},
      {"rf-rotate", "sent before the answer was there", kNotSeen,
       [](T& t) {
         auto& slow = t.Token(Refresh(kRt1), Tokens(kAt2, kRt2));
         slow.finished_real_time += std::chrono::minutes(1);
         t.Refused(Refresh(kRt1), 400, "invalid_grant");
       }},
      {"rf-rotate", "two calls at the same time", kNotSeen,
       [](T& t) {
         t.Ok("call", [&] {
           t.Token(Refresh(kRt1), Tokens(kAt2, kRt2));
           t.Refused(Refresh(kRt1), 400, "invalid_grant");
         });
         t.view().steps.push_back(t.view().steps.back());
       }},
      {"rf-rotate", "after a restart it is persistence", kNotSeen,
       [](T& t) {
         t.Ok("refresh", [&] { t.Token(Refresh(kRt1), Tokens(kAt2, kRt2)); });
         t.Step("restart", "A", StepObservation::Reply::kNone);
         t.Err("refresh", [&] { t.Refused(Refresh(kRt1), 400, "invalid_grant"); });
       }},
      {"rf-rotate", "the server did not rotate", kNotSeen,
       [](T& t) {
         t.Token(Refresh(kRt1), Tokens(kAt2, kRt1));
         t.Token(Refresh(kRt1), Tokens(kAt2, kRt1));
       }},
      {"rf-confined", "token endpoint", kOk,
       [](T& t) {
         t.Login();
         t.Token(Refresh(kRt1));
       }},
      {"rf-confined", "API", kViolation,
       [](T& t) {
         t.Login();
         t.Api(kRt1);
       },
       "GET /1.0/accounts"},
      {"rf-keep", "kept", kOk,
       [](T& t) {
         t.Token(Refresh(kRt1), Tokens(kAt2));
         t.Token(Refresh(kRt1), Tokens(kAt2));
       }},
      {"rf-keep", "dropped", kViolation,
       [](T& t) {
         t.Ok("refresh", [&] { t.Token(Refresh(kRt1), Tokens(kAt2)); });
         t.Err("refresh");
       },
       "could not refresh any more"},
      {"rf-keep", "sent empty", kViolation,
       [](T& t) {
         t.Token(Refresh(kRt1), Tokens(kAt2));
         t.Token(Without(Refresh(kRt1), "refresh_token"), Tokens(kAt2));
       }},
      {"rf-persist", "newest", kOk,
       [](T& t) {
         t.Login();
         t.Ok("refresh", [&] { t.Token(Refresh(kRt1), Tokens(kAt2, kRt2)); });
         t.Step("restart", "A", StepObservation::Reply::kNone);
         t.Ok("refresh", [&] { t.Token(Refresh(kRt2)); });
       }},
      {"rf-persist", "older", kViolation,
       [](T& t) {
         t.Login();
         t.Ok("refresh", [&] { t.Token(Refresh(kRt1), Tokens(kAt2, kRt2)); });
         t.Step("restart", "A", StepObservation::Reply::kNone);
         t.Err("refresh", [&] { t.Refused(Refresh(kRt1), 400, "invalid_grant"); });
       }},
      {"rf-persist", "gone", kViolation,
       [](T& t) {
         t.Login();
         t.Step("restart", "A", StepObservation::Reply::kNone);
         t.Err("refresh");
       },
       "had no refresh token"},
      {"rf-persist", "holds back after a rate limit, though another customer's call went through",
       kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("call", [&] { t.Api(kAt1, 403); });
         t.Step("call", "B", StepObservation::Reply::kOk, [&] { t.Api(kAt2); });
         t.Step("restart", "A", StepObservation::Reply::kNone);
         t.Err("call");
       }},
      {"rf-persist", "gone, though another customer met a rate limit", kViolation,
       [](T& t) {
         t.Login();
         t.Step("call", "B", StepObservation::Reply::kErr, [&] { t.Api(kAt2, 403); });
         t.Step("restart", "A", StepObservation::Reply::kNone);
         t.Err("call");
       },
       "had no refresh token"},
      {"rf-persist", "gone, for it was refused before", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("refresh", [&] { t.Refused(Refresh(kRt1), 400, "invalid_grant"); });
         t.Step("restart", "A", StepObservation::Reply::kNone);
         t.Err("refresh");
       }},
      {"rf-persist", "gone, for the newest was refused by the API", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("call", [&] {
           t.Api(kAt1, 401);
           t.Token(Refresh(kRt1), Tokens(kAt2, kRt2));
           t.Api(kAt2, 401);
         });
         t.Step("restart", "A", StepObservation::Reply::kNone);
         t.Err("refresh");
       }},
      {"rf-persist", "what failed before the restart", kNotSeen,
       [](T& t) {
         t.Login();
         t.Err("refresh");
         t.Step("restart", "A", StepObservation::Reply::kNone);
       }},
      {"rf-persist", "the newest was never received", kOk,
       [](T& t) {
         t.Login();
         t.Err("refresh", [&] { t.Token(Refresh(kRt1), Tokens(kAt2, kRt2)).fault = "lose_reply"; });
         t.Step("restart", "A", StepObservation::Reply::kNone);
         t.Err("refresh", [&] { t.Refused(Refresh(kRt1), 400, "invalid_grant"); });
       }},
      {"rf-single-flight", "one", kOk, [=](T& t) { together(t, 1); }},
      {"rf-single-flight", "two", kViolation, [=](T& t) { together(t, 2); }, "saw 2"},
      {"rf-single-flight", "none worked", kNotSeen,
       [](T& t) {
         t.Err("call", [&] {
           t.Api(kAt1, 401);
           t.Api(kAt1, 401);
           t.Refused(Refresh(kRt1), 400, "invalid_scope");
           t.Refused(Refresh(kRt1), 400, "invalid_scope");
         });
         t.view().steps.push_back(t.view().steps.back());
       }},
      {"rf-single-flight", "one call after the other", kNotSeen,
       [](T& t) {
         for (int i = 0; i < 2; ++i) {
           t.Ok("call", [&] {
             t.Api(kAt1, 401);
             t.Token(Refresh(kRt1));
           });
         }
       }},
      {"rf-dead-end", "gives up", kOk,
       [](T& t) { t.Err("refresh", [&] { t.Refused(Refresh(kRt1), 400, "invalid_grant"); }); }},
      {"rf-dead-end", "AWeber's invalid_request", kOk,
       [](T& t) { t.Err("refresh", [&] { t.Refused(Refresh(kRt1), 400, "invalid_request"); }); }},
      {"rf-dead-end", "loop", kViolation,
       [](T& t) {
         t.Err("refresh", [&] {
           t.Refused(Refresh(kRt1), 400, "invalid_grant");
           t.Refused(Refresh(kRt1), 400, "invalid_grant");
         });
       },
       "sent 2 times"},
      {"rf-dead-end", "refusals that it never saw", kNotSeen,
       [](T& t) {
         t.Err("refresh", [&] {
           t.Refused(Refresh(kRt1), 400, "invalid_grant").fault = "lose_reply";
           t.Refused(Refresh(kRt1), 400, "invalid_grant").fault = "lose_reply";
         });
       }},
      {"rf-dead-end", "says ok", kViolation,
       [](T& t) { t.Ok("refresh", [&] { t.Refused(Refresh(kRt1), 400, "invalid_grant"); }); }},
      {"rf-dead-end", "reports invalid_client", kOk,
       [](T& t) { t.Err("refresh", [&] { t.Refused(Refresh(kRt1), 401, "invalid_client"); }); }},
      {"rf-dead-end", "the same again after invalid_client", kViolation,
       [](T& t) {
         t.Err("refresh", [&] {
           t.Refused(Refresh(kRt1), 401, "invalid_client");
           t.Refused(Refresh(kRt1), 401, "invalid_client");
         });
       },
       "the same credentials 2 times"},
      {"rf-dead-end", "another way to authenticate after invalid_client", kOk,
       [](T& t) {
         t.Ok("refresh", [&] {
           t.Refused(Refresh(kRt1), 401, "invalid_client");
           NoHeader(t.Token(With(Refresh(kRt1), "client_secret", kSecret)));
         });
       }},
      {"rf-dead-end", "503 is no dead end", kNotSeen,
       [](T& t) { t.Err("refresh", [&] { t.Refused(Refresh(kRt1), 503, ""); }); }},
  };
}

std::vector<CheckCase> RevokeCases() {
  const Form body = {{"token", kRt1}};
  return {
      {"rv-request", "right", kOk, [=](T& t) { t.Revoke(body); }},
      {"rv-request", "GET", kViolation,
       [=](T& t) {
         auto& entry = t.Revoke(body);
         entry.request.method = "GET";
         ByQuery(entry);
       },
       "saw GET"},
      {"rv-request", "no token", kViolation,
       [](T& t) {
         t.Revoke({{"refresh_token", "x"}});
       }},
      {"rv-request", "no credentials", kViolation, [=](T& t) { NoHeader(t.Revoke(body)); }},
      {"rv-request", "public", kOk,
       [=](T& t) {
         t.MakePublic();
         t.Revoke(body);
       }},
      {"rv-200", "success", kOk, [=](T& t) { t.Ok("revoke", [&] { t.Revoke(body); }); }},
      {"rv-200", "failure", kViolation, [=](T& t) { t.Err("revoke", [&] { t.Revoke(body); }); }},
      {"rv-503", "reported, tried again", kOk,
       [=](T& t) {
         t.Err("revoke", [&] { t.Revoke(body, 503); });
         t.Ok("revoke", [&] { t.Revoke(body); });
       }},
      {"rv-503", "tried again at once", kOk,
       [=](T& t) {
         t.Ok("revoke", [&] {
           t.Revoke(body, 503);
           t.Revoke(body);
         });
       }},
      {"rv-503", "taken for success", kViolation,
       [=](T& t) { t.Ok("revoke", [&] { t.Revoke(body, 503); }); }, "still alive"},
      {"rv-503", "forgotten", kViolation,
       [=](T& t) {
         t.Err("revoke", [&] { t.Revoke(body, 503); });
         t.Err("revoke");
       },
       "forgotten"},
      {"rv-503", "answered 200", kNotSeen, [=](T& t) { t.Ok("revoke", [&] { t.Revoke(body); }); }},
  };
}

}  // namespace aweber::conformance::test
