// Redaction: canary secrets in every place and encoding, searched for in what is shown.
#include "mockserver/journal/redact.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/form.h"

namespace aweber::mock {
namespace {

constexpr const char* kAccess = "CANARYaccess0123456789abcdefghij";
constexpr const char* kCode = "CANARYcode-0123456789_";
constexpr const char* kSecret = "CANARY+/%:& =secret";

Redactor Make() {
  return Redactor(
      [](std::string_view value) -> std::optional<std::string> {
        if (value == kAccess) return "at-3";
        if (value == kCode) return "code-1";
        return std::nullopt;
      },
      {{kSecret, "client_secret"}});
}

TEST(Redact, NamesAndValuesInAForm) {
  EXPECT_EQ(Make().Body(std::string("grant_type=authorization_code&code=") + kCode +
                            "&client_secret=" + FormEncode(kSecret) + "&other=" + kAccess,
                        "application/x-www-form-urlencoded"),
            "grant_type=authorization_code&code=[redacted:code-1]&client_secret="
            "[redacted:client_secret]&other=[redacted:at-3]");
}

TEST(Redact, UnknownValuesGoByName) {
  EXPECT_EQ(Make().Url("/1.0/accounts?access_token=nobody-knows&a=1"),
            "/1.0/accounts?access_token=[redacted]&a=1");
  EXPECT_EQ(Make().Url("/x?Refresh%5Ftoken=abc"), "/x?Refresh%5Ftoken=[redacted]");
  EXPECT_EQ(Make().Url("/x?code="), "/x?code=");
}

TEST(Redact, Headers) {
  const Redactor redactor = Make();
  EXPECT_EQ(redactor.HeaderValue("Authorization", std::string("Bearer ") + kAccess),
            "Bearer [redacted:at-3]");
  EXPECT_EQ(redactor.HeaderValue("authorization", "Basic abc"), "Basic [redacted]");
  EXPECT_EQ(redactor.HeaderValue("Cookie", "a=b"), "[redacted]");
  EXPECT_EQ(redactor.HeaderValue("Location", std::string("https://a/cb?state=s&code=") + kCode),
            "https://a/cb?state=s&code=[redacted:code-1]");
  EXPECT_EQ(redactor.HeaderValue("X-Debug", std::string("x ") + kAccess + " y"),
            "x [redacted:at-3] y");
}

TEST(Redact, Json) {
  EXPECT_EQ(
      Make().Body(std::string(R"({"access_token":")") + kAccess +
                      R"(","refresh_token":"unknown","note":"see )" + kAccess +
                      R"(","expires_in":3600,"deep":[{"password":"p"}]})",
                  "application/json; charset=utf-8"),
      R"({"access_token":"[redacted:at-3]","refresh_token":"[redacted]",)"
      R"("note":"see [redacted:at-3]","expires_in":3600,"deep":[{"password":"[redacted]"}]})");
  EXPECT_EQ(Make().Body(R"({"refresh_token":"unknown",)", "application/json"),
            R"({"refresh_token":"[redacted]",)");
}

TEST(Redact, HiddenFieldOfAPage) {
  EXPECT_EQ(Make().Body(R"(<input name="csrf_token" value="abc"> <b>x</b>)", "text/html"),
            R"(<input name="csrf_token" value="[redacted]"> <b>x</b>)");
}

TEST(Redact, MalformedRequestHead) {
  EXPECT_EQ(Make().Text("GET / HTTP/1.1\r\nAuthorization: Basic abc\r\nX: y\r\n"),
            "GET / HTTP/1.1\r\nAuthorization: [redacted]\r\nX: y\r\n");
}

TEST(Redact, NoCanaryInAnyEncoding) {
  const Redactor redactor = Make();
  for (const std::string& canary :
       {std::string(kAccess), std::string(kCode), std::string(kSecret)}) {
    for (const std::string& form : {canary, FormEncode(canary), FormEncode(FormEncode(canary)),
                                    "https%3A%2F%2Fa%3Fx%3D" + FormEncode(canary)}) {
      for (const std::string& shown :
           {redactor.Text("a " + form + " b"), redactor.Url("/p/" + form + "?q=" + form),
            redactor.Body("q=" + form, "application/x-www-form-urlencoded"),
            redactor.Body("<p>" + form + "</p>", "text/html"),
            redactor.HeaderValue("Referer", "https://a/?" + form)}) {
        EXPECT_EQ(shown.find("CANARY"), std::string::npos) << form << " in " << shown;
      }
    }
  }
}

TEST(Redact, EntryLeavesNoCanary) {
  JournalEntry entry;
  entry.local_path = std::string("/1.0/") + kAccess;
  entry.request.target = std::string("/1.0/") + kAccess + "?code=" + kCode;
  entry.request.headers = {{"Content-Type", "application/json"},
                           {"Authorization", std::string("Bearer ") + kAccess}};
  entry.request.body = std::string(R"({"client_secret":")") + kSecret + "\"}";
  entry.response_headers = {{"Location", std::string("/?code=") + kCode}};
  entry.response_body = std::string("<code>") + kCode + "</code>";
  entry.why_rejected = std::string("sent ") + kSecret;
  entry.findings = {{"c", "must", std::string("token ") + kAccess}};
  const JournalEntry shown = Make().Entry(entry);
  std::string all = shown.local_path + shown.request.target + shown.request.body +
                    shown.response_body + shown.why_rejected + shown.findings[0].message;
  for (const HttpHeaders* headers : {&shown.request.headers, &shown.response_headers}) {
    for (const auto& [name, value] : headers->fields()) all += name + value;
  }
  EXPECT_EQ(all.find("CANARY"), std::string::npos) << all;
  EXPECT_NE(all.find("[redacted:at-3]"), std::string::npos);
}

TEST(Redact, OrdinaryTextStays) {
  for (const char* text :
       {"grant_type=authorization_code", "error code: 5", "/1.0/accounts/1000001",
        "the code was used 3 s ago", "scope=list.read list.write"}) {
    EXPECT_EQ(Make().Text(text), text);
  }
}

}  // namespace
}  // namespace aweber::mock
