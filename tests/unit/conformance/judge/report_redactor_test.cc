// No spelling of a secret survives, and what is shown stays readable.
#include "conformance/judge/report_redactor.h"

#include <gtest/gtest.h>

#include "base/text/base64.h"
#include "base/text/json.h"

namespace aweber::conformance {
namespace {

TEST(ReportRedactor, FindsEverySpelling) {
  ReportRedactor redactor;
  redactor.Add("s3cret+/%&\" x", "client_secret");
  for (const char* const text :
       {"raw s3cret+/%&\" x end", "form s3cret%2B%2F%25%26%22+x end",
        "uri s3cret%2B%2F%25%26%22%20x end", "json s3cret+/%&\\\" x end"}) {
    const std::string shown = redactor.Text(text);
    EXPECT_NE(shown.find("[client_secret] end"), std::string::npos) << shown;
  }
}

TEST(ReportRedactor, HidesBasicAndKeepsWords) {
  const ReportRedactor redactor;
  EXPECT_EQ(redactor.Text("Basic YWJjOmRlZmdoaWo="), "Basic [credentials]");
  EXPECT_EQ(redactor.Text("Basic auth is preferred"), "Basic auth is preferred");
}

TEST(ReportRedactor, HidesBasicAsOneWordWhereTheSecretWasFoundInIt) {
  ReportRedactor redactor;
  redactor.Add("AWeberMockSecretDoNotUseLive0001", "client_secret");
  const std::string pair = "AWeberMockConfidentialClient0001:AWeberMockSecretDoNotUseLive0001";
  EXPECT_EQ(redactor.Text("Basic " + Base64Encode(pair) + " end"), "Basic [credentials] end");
  EXPECT_EQ(redactor.Text("Basic YWJjOmRlZmdoaWo=[not a label"), "Basic [credentials][not a label");
}

TEST(ReportRedactor, LongerSecretsGoFirstAndShortOnesStay) {
  ReportRedactor redactor;
  redactor.Add("token1", "at-1");
  redactor.Add("token12345", "at-2");
  redactor.Add("abc", "short");
  EXPECT_EQ(redactor.Text("token12345 token1 abc"), "[at-2] [at-1] abc");
}

TEST(ReportRedactor, LearnsTokensFromReplies) {
  mock::JournalEntry entry;
  entry.sequence = 4;
  entry.endpoint = mock::Endpoint::kToken;
  entry.request.body = "code_verifier=verifier-verifier";
  entry.response_body = R"({"access_token":"mutated-token","refresh_token":"other-token"})";
  ReportRedactor redactor;
  redactor.AddFromJournal({entry});
  EXPECT_EQ(redactor.Text("mutated-token other-token verifier-verifier"),
            "[access_token of #4] [refresh_token of #4] [code_verifier]");
}

TEST(ReportRedactor, EntriesAreShownWithoutSecretsOrPasswords) {
  mock::JournalEntry entry;
  entry.sequence = 2;
  entry.endpoint = mock::Endpoint::kDecision;
  entry.request.method = "POST";
  entry.request.target = "/oauth2/authorize";
  entry.request.body = "username=a&password=hunter22&decision=authorize";
  entry.status = 302;
  entry.response_headers = {{"Location", "https://a/cb?code=thecode&state=s"}};
  ReportRedactor redactor;
  redactor.Add("thecode", "code-1");
  const std::string shown = DumpJson(EntryToJson(entry, redactor));
  EXPECT_EQ(shown.find("hunter22"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("thecode"), std::string::npos) << shown;
  EXPECT_NE(shown.find("code=[code-1]&state=s"), std::string::npos) << shown;
  EXPECT_NE(shown.find("password=[password]&decision=authorize"), std::string::npos) << shown;
}

TEST(ReportRedactor, PartsAtACutGoAsWell) {
  ReportRedactor redactor;
  redactor.Add("access-token-one-1111", "at-1");
  redactor.Add("access-token-two-2222", "at-2");
  const std::pair<const char*, const char*> rows[] = {
      {"got access-token-two...", "got [at-2]..."},
      {"got access-token-...", "got [at-1]..."},
      {"got acces...", "got acces..."},
      {"got xaccess-token-one-111... and access...", "got x[at-1]... and [at-1]..."},
      {"...oken-two-2222 end", "...[at-2] end"},
      {"...222 end", "...222 end"},
      {"....two-2222 end", "....[at-2] end"},
      {"x access-token-o\n[7 bytes left out]\nen-two-2222 y",
       "x [at-1]\n[7 bytes left out]\n[at-2] y"},
      {"access-token-one-1111...access-token-two-2222", "[at-1]...[at-2]"},
      {"access-token and no cut", "access-token and no cut"},
      {"...", "..."},
      {"", ""},
  };
  for (const auto& [text, shown] : rows) EXPECT_EQ(redactor.Text(text), shown) << text;
}

TEST(ReportRedactor, LongBodiesAreCut) {
  mock::JournalEntry entry;
  entry.request.body = std::string(10'000, 'x');
  const Json shown = EntryToJson(entry, {});
  EXPECT_LT(shown.at("request").at("body").get<std::string>().size(), 5000u);
}

TEST(ReportRedactor, WhatIsNotUtf8IsReplaced) {
  EXPECT_EQ(ReportRedactor().Text("a\xff\xfe"
                                  "b"),
            "a\xef\xbf\xbd\xef\xbf\xbd"
            "b");
  EXPECT_EQ(ReportRedactor().Text("\xc3\xa9"), "\xc3\xa9");
}

}  // namespace
}  // namespace aweber::conformance
