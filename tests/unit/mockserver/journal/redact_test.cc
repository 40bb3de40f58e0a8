// Redaction: canary secrets in every place and encoding, searched for in what is shown.
#include "mockserver/journal/redact.h"

#include <gtest/gtest.h>

#include "base/text/base64.h"
#include "base/text/form.h"
#include "base/text/json.h"

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
  EXPECT_EQ(redactor.HeaderValue("Authorization", kSecret), "[redacted]") << "it has a space";
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

// What we say ourselves names headers too.
TEST(Redact, AHeaderNamedInASentenceIsNoHeaderLine) {
  for (const char* text :
       {"the request names no client: no Authorization: Basic, no client_id; the body is empty",
        "expected Authorization: Bearer, saw Basic", "send it as Authorization: Bearer"}) {
    EXPECT_EQ(Make().Text(text), text);
  }
  EXPECT_EQ(Make().Text("ran curl -H 'Authorization: Bearer abc' twice, no Authorization: Basic"),
            "ran curl -H 'Authorization: Bearer [redacted]' twice, no Authorization: Basic");
  EXPECT_EQ(
      Make().Text("X: y\n \tauthorization:abc def\nProxy-Authorization: Basic a b\nCookie: c"),
      "X: y\n \tauthorization:[redacted]\nProxy-Authorization: [redacted]\nCookie: [redacted]");
}

TEST(Redact, QuotedValues) {
  EXPECT_EQ(Make().Text(R"(client_secret="a b" password='c&d' token="" code="end)"),
            R"(client_secret="[redacted]" password='[redacted]' token="" code="[redacted])");
}

TEST(Redact, PartsOfAMultipartForm) {
  const auto part = [](const std::string& head, const std::string& value) {
    return "--b\r\n" + head + "\r\n\r\n" + value + "\r\n";
  };
  constexpr const char* kForm = "Content-Disposition: form-data; ";
  const auto body = [&](const std::string& secret, const std::string& code) {
    return part(kForm + std::string(R"(name="grant_type")"), "authorization_code") +
           part(kForm + std::string(R"(filename="name"; name="client_secret")"), secret) +
           part(kForm + std::string("name=code\r\nContent-Type: text/plain"), code) +
           part(std::string("content-disposition:form-data;NAME=\"Password\""), secret) +
           part(kForm + std::string(R"(name="token")"), "") +
           part(kForm + std::string(R"(name="state")"), "s") + "--b--\r\n";
  };
  for (const char* type : {"multipart/form-data; boundary=b", "", "application/json"}) {
    EXPECT_EQ(Make().Body(body("unknown & and\r\nmore", kCode), type),
              body("[redacted]", "[redacted:code-1]"));
  }
  EXPECT_EQ(Make().Text("Content-Disposition: form-data; name=code\n\nunknown"),
            "Content-Disposition: form-data; name=code\n\n[redacted]");
}

TEST(Redact, NumbersAndWhatIsInsideUnderASecretName) {
  EXPECT_EQ(Make().Body(R"({"code":12345678,"token":[{"a":"x","b":1.5}],"expires_in":3600,)"
                        R"("password":null})",
                        "application/json"),
            R"({"code":"[redacted]","token":[{"a":"[redacted]","b":"[redacted]"}],)"
            R"("expires_in":3600,"password":null})");
  EXPECT_EQ(
      Make().Body(R"({"code": -12e3, "token":["a","b"], "expires_in":3600)", "application/json"),
      R"({"code": [redacted], "token":[[redacted]], "expires_in":3600)");
}

// Neither what is repeated nor what never ends may be looked through again for every name: each of
// these texts would take longer than the two minutes that a test may take.
TEST(Redact, CostsInProportionToTheText) {
  for (const std::string& part :
       {std::string("code="), std::string("token=\""), std::string("\"code\":\""),
        std::string("x Cookie: "), std::string("code\"  "), std::string("\"token\":["),
        std::string("\nContent-Disposition: x; name=code\n"), std::string("x authorization: "),
        std::string(kSecret)}) {
    std::string text;
    while (text.size() < 2'000'000) text += part;
    EXPECT_EQ(Make().Text(text).find("CANARY"), std::string::npos);
  }
}

TEST(Redact, ASecretBehindATagIsNoTag) {
  EXPECT_EQ(Make().Text(std::string("Cookie: ") + kSecret + "; other=unknown"),
            "Cookie: [redacted]");
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
  entry.request.method = kSecret;
  entry.request.server_name = std::string(kAccess) + ".test";
  entry.facts.grant_type = kSecret;
  entry.error = kSecret;
  entry.why_rejected = std::string("sent ") + kSecret;
  entry.findings = {{"c", "must", std::string("token ") + kAccess}};
  const JournalEntry shown = Make().Entry(entry);
  std::string all = shown.local_path + shown.request.target + shown.request.body +
                    shown.response_body + shown.why_rejected + shown.findings[0].message +
                    shown.request.method + shown.request.server_name + shown.facts.grant_type +
                    shown.error;
  for (const HttpHeaders* headers : {&shown.request.headers, &shown.response_headers}) {
    for (const auto& [name, value] : headers->fields()) all += name + value;
  }
  EXPECT_EQ(all.find("CANARY"), std::string::npos) << all;
  EXPECT_NE(all.find("[redacted:at-3]"), std::string::npos);
}

// What nobody knows is hidden by its look, wherever it is sent; what is random and public is not.
TEST(Redact, WhatLooksLikeASecretIsHidden) {
  constexpr const char* kForeign = "uUe5vQ2mJk8xTz4LrYw0aBcDfG7hN9pS";
  constexpr const char* kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  constexpr const char* kHex = "9f86d081884c7d659a2feaa0c55ad015";
  const Redactor redactor([](std::string_view) { return std::nullopt; }, Redactor::Encode({}),
                          [](std::string_view word) { return word == kHex; });
  const std::string foreign = kForeign, verifier = kVerifier, hex = kHex;
  struct {
    std::string shown, expected;
  } const kRows[] = {
      {redactor.Url("/x?client_id=" + foreign), "/x?client_id=[redacted uUe5...]"},
      {redactor.Url("/x/" + foreign + "/y"), "/x/[redacted uUe5...]/y"},
      {redactor.Body("a=1&client_id=" + verifier, "application/x-www-form-urlencoded"),
       "a=1&client_id=[redacted dBjf...]"},
      {redactor.Body(R"({"client_id":")" + foreign + R"(","n":1})", "application/json"),
       R"({"client_id":"[redacted uUe5...]","n":1})"},
      {redactor.HeaderValue("X-Debug", "at " + foreign), "at [redacted uUe5...]"},
      {redactor.Text("unknown client \"" + foreign + "\""),
       "unknown client \"[redacted uUe5...]\""},
      // Shown: client ids that are registered, and what is random by design.
      {redactor.Url("/x?client_id=" + hex), "/x?client_id=" + hex},
      {redactor.Url("/x?state=" + foreign), "/x?state=" + foreign},
      {redactor.Url("/x?code_challenge=" + verifier), "/x?code_challenge=" + verifier},
      {redactor.HeaderValue("ETag", foreign), foreign},
      {redactor.Body(R"({"uuid":")" + foreign + R"("})", "application/json"),
       R"({"uuid":")" + foreign + R"("})"},
      {redactor.Text("123e4567-e89b-12d3-a456-426614174000"),
       "123e4567-e89b-12d3-a456-426614174000"},
  };
  for (const auto& row : kRows) EXPECT_EQ(row.shown, row.expected);
  for (const char* name :
       {"AWeberMockConfidentialClient0001", "refresh/rotated-after-restart-2", "grant_type",
        "urn:ietf:params:oauth:grant-type:jwt-bearer", "RefreshTokenAfter2HoursIn2025",
        "aweber-conformance/0.1.0 (+https://example.test)", "20240101T000000Z-20240201T000000Z"}) {
    EXPECT_EQ(redactor.Text(name), name);
  }
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
