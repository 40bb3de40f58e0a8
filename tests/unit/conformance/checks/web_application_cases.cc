// Transcripts for the checks of what belongs to a web application.
#include <fmt/format.h>

#include "base/text/base64.h"
#include "tests/unit/conformance/checks/transcript.h"

namespace aweber::conformance::test {
namespace {

using T = Transcript;

constexpr const char* kSid = "sid=0123456789abcdef0123456789abcdef";
constexpr const char* kNewSid = "sid=fedcba9876543210fedcba9876543210";

// A page of the application that sets a cookie.
Page Sets(const std::string& line, const std::string& url = "https://app.example/") {
  return {url, 200, {{"Content-Type", "text/html"}, {"Set-Cookie", line}}, "hello"};
}

StepObservation& Begins(T& t, const std::string& line, const std::string& session = "A") {
  auto& step = t.Step("authorize", session, StepObservation::Reply::kOk);
  step.pages.push_back(Sets(line));
  return step;
}

void LogsIn(T& t, const std::string& line_at_login) {
  Begins(t, fmt::format("{}; HttpOnly; Secure; SameSite=Lax", kSid));
  t.Get(Good());
  auto& callback = t.Callback(Form{{"code", std::string(kCode)}, {"state", std::string(kState)}},
                              StepObservation::Reply::kOk, [&] { t.Token(Exchange()); });
  callback.pages.push_back(line_at_login.empty()
                               ? Page{"https://app.example/connected", 200, {}, "hello"}
                               : Sets(line_at_login));
}

void Leaves(T& t, BrowserTrace trace) { t.Ok("call").traces.push_back(std::move(trace)); }

CheckCase Attributes(const char* name, Verdict want, const char* line, const char* message = "") {
  return {"wb-cookie-attributes", name, want, [line](T& t) { Begins(t, line); }, message};
}

}  // namespace

std::vector<CheckCase> WebApplicationCases() {
  return {
      Attributes("all three", kOk, "sid=abc; HttpOnly; Secure; SameSite=Lax"),
      Attributes("strict", kOk, "sid=abc; httponly; secure; samesite=strict"),
      Attributes("nothing", kViolation, "sid=abc", "HttpOnly, Secure, SameSite=Lax"),
      Attributes("no HttpOnly", kViolation, "session=abc; Secure; SameSite=Lax",
                 "step authorize-1: the cookie session is set without HttpOnly"),
      Attributes("other sites", kViolation, "x=abc; HttpOnly; Secure; SameSite=None",
                 "SameSite=Lax instead of None"),
      Attributes("a taste", kNotSeen, "theme=dark"),
      Attributes("for the scripts of forms", kNotSeen, "XSRF-TOKEN=abc; Secure"),
      Attributes("deleted", kNotSeen, "sid=; Max-Age=0"),
      {"wb-cookie-attributes", "over http nothing can be Secure", kOk,
       [](T& t) {
         t.Ok("authorize")
             .pages.push_back(Sets("sid=abc; HttpOnly; SameSite=Lax", "http://127.0.0.1:5000/"));
       }},
      {"wb-session-unguessable", "128 bits", kOk,
       [](T& t) { Begins(t, fmt::format("{}; HttpOnly", kSid)); }},
      {"wb-session-unguessable", "a number", kViolation,
       [](T& t) { Begins(t, "sid=1000000000000017; HttpOnly"); }, "can be guessed"},
      {"wb-session-unguessable", "short", kViolation,
       [](T& t) { Begins(t, "sid=sid-100017; HttpOnly"); }, "a value of 10 characters"},
      {"wb-session-unguessable", "one for two", kViolation,
       [](T& t) {
         Begins(t, fmt::format("{}; HttpOnly", kSid));
         Begins(t, fmt::format("{}; HttpOnly", kSid), "B");
       },
       "one value in two people's browsers"},
      {"wb-session-renewed", "a new one at the login", kOk,
       [](T& t) { LogsIn(t, fmt::format("{}; HttpOnly", kNewSid)); }},
      {"wb-session-renewed", "the same", kViolation, [](T& t) { LogsIn(t, ""); },
       "the same sid as before"},
      {"wb-session-renewed", "no cookie before", kNotSeen, [](T& t) { t.Login(); }},
      {"wb-no-secret-cookie", "an id", kOk,
       [](T& t) { LogsIn(t, fmt::format("{}; HttpOnly", kNewSid)); }},
      {"wb-no-secret-cookie", "a token", kViolation,
       [](T& t) { LogsIn(t, "t=at-1-0123456789; HttpOnly"); },
       "an access token stands in the cookie t"},
      {"wb-no-secret-cookie", "a token in a signed session", kViolation,
       [](T& t) {
         LogsIn(t, "s=" + Base64UrlEncode(R"({"token":"at-1-0123456789"})") + ".YWJj.c2lnbg");
       },
       "an access token"},
      {"wb-no-secret-address", "none", kOk, [](T& t) { LogsIn(t, ""); }},
      {"wb-no-secret-address", "a redirect with the token", kViolation,
       [](T& t) {
         LogsIn(t, "");
         t.view().steps.back().pages.push_back(
             {"https://app.example/callback", 302, {{"Location", "/done?t=at-1-0123456789"}}, ""});
       },
       "an access token stands in the address"},
      {"wb-no-secret-storage", "nothing but the theme", kOk,
       [](T& t) {
         LogsIn(t, "");
         Leaves(t, {"localStorage \"theme\"", "dark", false});
       }},
      {"wb-no-secret-storage", "the token", kViolation,
       [](T& t) {
         LogsIn(t, "");
         Leaves(t, {"localStorage \"t\"", "{\"t\":\"at-1-0123456789\"}", false});
       },
       "an access token stands in localStorage \"t\""},
      {"wb-no-secret-storage", "what others were told is another rule's", kNotSeen,
       [](T& t) {
         LogsIn(t, "");
         Leaves(t, {"requests to other sites", "at-1-0123456789", true});
       }},
      {"wb-no-secret-third-party", "nothing was said", kOk,
       [](T& t) {
         LogsIn(t, "");
         Leaves(t, {"requests to other sites", "", true});
       }},
      {"wb-no-secret-third-party", "the token in an address", kViolation,
       [](T& t) {
         LogsIn(t, "");
         Leaves(t,
                {"the address of a request to https://cdn.example", "/?t=at-1-0123456789", true});
       },
       "an access token stands in the address of a request to https://cdn.example"},
      {"wb-cross-site-post", "refused", kOk,
       [](T& t) {
         LogsIn(t, "");
         t.Ok("forge").ok = {{"page", 403}};
       }},
      {"wb-cross-site-post", "it disconnected", kViolation,
       [](T& t) {
         LogsIn(t, "");
         t.Ok("forge", [&] { t.Revoke(Form{{"token", "rt-1-0123456789"}}); });
       },
       "disconnected the user"},
      {"wb-cross-site-post", "it started a login", kViolation,
       [](T& t) {
         t.Ok("forge").ok = {{"left", t.view().authorize_url + "?client_id=x"}};
       },
       "started a login"},
      {"wb-cross-site-post", "whom it does not know it sends to a login of its own", kOk,
       [](T& t) {
         LogsIn(t, "");
         t.Ok("forge").ok = {{"left", "https://login.example/?next=%2F"}};
       }},
      {"wb-cross-site-post", "nothing was posted", kNotSeen,
       [](T& t) {
         LogsIn(t, "");
         t.Err("forge");
       }},
      {"wb-token-file", "0600", kOk,
       [](T& t) {
         t.Login();
         t.view().stored_files = {{"tokens.json", 0600, "at-1-0123456789"}};
       }},
      {"wb-token-file", "0644", kViolation,
       [](T& t) {
         t.Login();
         t.view().stored_files = {{"tokens.json", 0644, "at-1-0123456789"}};
       },
       "tokens.json holds tokens and has mode 644"},
      {"wb-token-file", "holds no token", kNotSeen,
       [](T& t) {
         t.Login();
         t.view().stored_files = {{"app.log", 0644, "hello"}};
       }},
  };
}

}  // namespace aweber::conformance::test
