// No spelling of a secret survives, and what is shown stays readable.
#include "conformance/redactor.h"

#include <gtest/gtest.h>

#include "conformance/har.h"

namespace aweber::conformance {
namespace {

TEST(Redactor, FindsEverySpelling) {
  Redactor redactor;
  redactor.Add("s3cret+/%&\" x", "client_secret");
  for (const char* const text :
       {"raw s3cret+/%&\" x end", "form s3cret%2B%2F%25%26%22+x end",
        "uri s3cret%2B%2F%25%26%22%20x end", "json s3cret+/%&\\\" x end"}) {
    const std::string shown = redactor.Text(text);
    EXPECT_NE(shown.find("[client_secret] end"), std::string::npos) << shown;
  }
}

TEST(Redactor, HidesBasicAndKeepsWords) {
  const Redactor redactor;
  EXPECT_EQ(redactor.Text("Basic YWJjOmRlZmdoaWo="), "Basic [credentials]");
  EXPECT_EQ(redactor.Text("Basic auth is preferred"), "Basic auth is preferred");
}

TEST(Redactor, LongerSecretsGoFirstAndShortOnesStay) {
  Redactor redactor;
  redactor.Add("token1", "at-1");
  redactor.Add("token12345", "at-2");
  redactor.Add("abc", "short");
  EXPECT_EQ(redactor.Text("token12345 token1 abc"), "[at-2] [at-1] abc");
}

TEST(Redactor, LearnsTokensFromReplies) {
  mock::JournalEntry entry;
  entry.sequence = 4;
  entry.endpoint = mock::Endpoint::kToken;
  entry.request.body = "code_verifier=verifier-verifier";
  entry.response_body = R"({"access_token":"mutated-token","refresh_token":"other-token"})";
  Redactor redactor;
  redactor.AddFromJournal({entry});
  EXPECT_EQ(redactor.Text("mutated-token other-token verifier-verifier"),
            "[access_token of #4] [refresh_token of #4] [code_verifier]");
}

TEST(Redactor, EntriesAreShownWithoutSecretsOrPasswords) {
  mock::JournalEntry entry;
  entry.sequence = 2;
  entry.endpoint = mock::Endpoint::kDecision;
  entry.request.method = "POST";
  entry.request.target = "/oauth2/authorize";
  entry.request.body = "username=a&password=hunter22&decision=authorize";
  entry.status = 302;
  entry.response_headers = {{"Location", "https://a/cb?code=thecode&state=s"}};
  Redactor redactor;
  redactor.Add("thecode", "code-1");
  const std::string shown = DumpJson(EntryToJson(entry, redactor));
  EXPECT_EQ(shown.find("hunter22"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("thecode"), std::string::npos) << shown;
  EXPECT_NE(shown.find("code=[code-1]&state=s"), std::string::npos) << shown;
  EXPECT_NE(shown.find("password=[password]&decision=authorize"), std::string::npos) << shown;
}

TEST(Redactor, LongBodiesAreCut) {
  mock::JournalEntry entry;
  entry.request.body = std::string(10'000, 'x');
  const Json shown = EntryToJson(entry, {});
  EXPECT_LT(shown.at("request").at("body").get<std::string>().size(), 5000u);
}

TEST(Har, BecomesAJournal) {
  const auto document = ParseJson(R"({"log":{"entries":[
    {"request":{"method":"GET","url":"https://auth.test/oauth2/authorize?client_id=c&code_challenge=x",
      "headers":[{"name":":authority","value":"auth.test"},{"name":"Accept","value":"*/*"}]},
     "response":{"status":200,"headers":[],"content":{"text":"aGk=","encoding":"base64"}}},
    {"request":{"method":"POST","url":"https://auth.test/p/oauth2/token","headers":[],
      "postData":{"params":[{"name":"grant_type","value":"refresh_token"}]}},
     "response":{"status":0}}]}})");
  const auto journal = ReadHar(*document, "f.har");
  ASSERT_TRUE(journal.ok()) << journal.error().message;
  ASSERT_EQ(journal->size(), 2u);
  EXPECT_EQ((*journal)[0].endpoint, mock::Endpoint::kAuthorize);
  EXPECT_EQ((*journal)[0].request.headers.fields().size(), 1u);
  EXPECT_EQ((*journal)[0].response_body, "hi");
  EXPECT_TRUE((*journal)[0].facts.client_public);
  EXPECT_EQ((*journal)[1].endpoint, mock::Endpoint::kToken);
  EXPECT_EQ((*journal)[1].request.body, "grant_type=refresh_token");
  EXPECT_EQ((*journal)[1].state, mock::EntryState::kAborted);
  EXPECT_NE(ReadHar(Json::object(), "f.har").error().message.find("no log.entries"),
            std::string::npos);
}

}  // namespace
}  // namespace aweber::conformance
