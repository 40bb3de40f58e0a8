// Lint over recordings: what is read from them, and that nothing is `ok` which could not be seen.
#include "conformance/cli/lint.h"

#include <gtest/gtest.h>

#include <map>

namespace aweber::conformance {
namespace {

using mock::Endpoint;

std::map<std::string, Verdict> Verdicts(const Traffic& traffic) {
  std::map<std::string, Verdict> verdicts;
  for (const LintRow& row : LintTraffic(traffic, "aweber")) {
    verdicts[std::string(row.check->id)] = row.judgement.verdict;
  }
  return verdicts;
}

Traffic Read(std::string_view text) {
  auto traffic = ReadTraffic(text);
  EXPECT_TRUE(traffic.ok()) << traffic.error().message;
  return traffic ? std::move(traffic).value() : Traffic{};
}

TEST(Lint, AHarBecomesAJournal) {
  const Traffic traffic = Read(R"({"log":{"entries":[
    {"request":{"method":"GET","url":"https://auth.test/oauth2/authorize?client_id=c&code_challenge=x",
      "headers":[{"name":":authority","value":"auth.test"},{"name":"Accept","value":"*/*"}]},
     "response":{"status":200,"headers":[],"content":{"text":"aGk=","encoding":"base64"}}},
    {"request":{"method":"POST","url":"https://auth.test/p/oauth2/token","headers":[],
      "postData":{"params":[{"name":"grant_type","value":"refresh_token"}]}},
     "response":{"status":0}}]}})");
  ASSERT_EQ(traffic.entries.size(), 2u);
  const JournalEntry& authorize = traffic.entries[0];
  const JournalEntry& token = traffic.entries[1];
  EXPECT_EQ(authorize.endpoint, Endpoint::kAuthorize);
  EXPECT_FALSE(authorize.request.headers.Has(":authority"));
  EXPECT_EQ(authorize.response_body, "hi");
  EXPECT_TRUE(authorize.facts.client_public);
  EXPECT_EQ(token.endpoint, Endpoint::kToken);
  EXPECT_EQ(token.request.body, "grant_type=refresh_token");
  EXPECT_EQ(token.state, mock::EntryState::kAborted);
  EXPECT_FALSE(traffic.redacted);
  EXPECT_FALSE(traffic.judged);
}

TEST(Lint, ErrorsSayWhatIsMissing) {
  EXPECT_EQ(ReadTraffic("{}").error().message, "it has neither \"log.entries\" nor \"requests\"");
  EXPECT_EQ(ReadTraffic(R"({"requests":[{}]})").error().message,
            "requests[0]: no \"request.method\"");
  EXPECT_FALSE(ReadTraffic("<har/>").ok());
}

TEST(Lint, NothingIsOkFromAbsence) {
  for (const char* const nothing :
       {R"({"log":{"entries":[]}})", R"({"requests":[]})",
        R"({"log":{"entries":[{"request":{"method":"GET","url":"https://x.test/"},
            "response":{"status":200}}]}})"}) {
    for (const auto& [id, verdict] : Verdicts(Read(nothing))) {
      EXPECT_EQ(verdict, Verdict::kNotSeen) << id << " of " << nothing;
    }
  }
}

// A token request by HTTP Basic, as a mock's HAR shows it and as it was.
std::string TokenRequest(const std::string& credentials, const std::string& verifier) {
  return R"({"log":{"entries":[
    {"request":{"method":"POST","url":"https://auth.test/oauth2/token","headers":[
       {"name":"Content-Type","value":"application/x-www-form-urlencoded"},
       {"name":"Authorization","value":"Basic )" +
         credentials + R"("}],
      "postData":{"mimeType":"application/x-www-form-urlencoded",
        "text":"grant_type=authorization_code&redirect_uri=https://a.test/&code=c&code_verifier=)" +
         verifier + R"("}},
     "response":{"status":200,"headers":[],"content":{"text":""}}}]}})";
}

TEST(Lint, SecretsTakenOutAreNoViolation) {
  auto plain = Verdicts(Read(TokenRequest("Y2xpZW50OnNlY3JldA==", std::string(43, 'v'))));
  EXPECT_EQ(plain["tk-auth"], Verdict::kOk);
  EXPECT_EQ(plain["pk-verifier-syntax"], Verdict::kOk);
  auto shorter = Verdicts(Read(TokenRequest("Y2xpZW50OnNlY3JldA==", "short")));
  EXPECT_EQ(shorter["pk-verifier-syntax"], Verdict::kViolation);
  const Traffic traffic = Read(TokenRequest("[redacted]", "[redacted:verifier-1]"));
  EXPECT_TRUE(traffic.redacted);
  auto redacted = Verdicts(traffic);
  EXPECT_EQ(redacted["tk-auth"], Verdict::kOk) << "that there are credentials is seen";
  EXPECT_EQ(redacted["pk-verifier-syntax"], Verdict::kNotSeen) << "their letters are not";
}

// Two exchanges of what the recording calls by these names.
std::string TwoCodes(const std::string& first, const std::string& second) {
  std::string text = R"({"requests":[)";
  int sequence = 0;
  for (const std::string& code : {first, second}) {
    ++sequence;
    if (sequence > 1) text += ",";
    text += R"({"sequence":)" + std::to_string(sequence) +
            R"(,"request":{"method":"POST","target":"/oauth2/token","headers":[
               ["Content-Type","application/x-www-form-urlencoded"]],
               "body":"grant_type=authorization_code&code=)" +
            code + R"("},"response":{"status":)" + (sequence == 1 ? "200" : "400") +
            R"(,"headers":[],"body":""},"findings":[)" +
            (sequence == 2 && first == second
                 ? R"({"check":"tk-code-once","level":"must","message":"again"})"
                 : "") +
            "]}";
  }
  return text + "]}";
}

TEST(Lint, LabelsKeepSecretsApart) {
  const Traffic same = Read(TwoCodes("[redacted:code-1]", "[redacted:code-1]"));
  EXPECT_TRUE(same.judged);
  EXPECT_EQ(Verdicts(same)["tk-code-once"], Verdict::kViolation);
  EXPECT_EQ(Verdicts(Read(TwoCodes("[redacted:code-1]", "[redacted:code-2]")))["tk-code-once"],
            Verdict::kOk);
  // Two that have no label may be the same or not.
  EXPECT_EQ(Verdicts(Read(TwoCodes("[redacted]", "[redacted] ")))["tk-code-once"],
            Verdict::kNotSeen);
}

TEST(Lint, WhatTheMockFoundStands) {
  const std::string journal = TwoCodes("[redacted:code-1]", "[redacted:code-1]");
  for (const LintRow& row : LintTraffic(Read(journal), "aweber")) {
    if (row.check->id != "tk-code-once") continue;
    EXPECT_EQ(row.judgement.message, "again");
    EXPECT_EQ(row.judgement.evidence, (std::vector<std::uint64_t>{2}));
  }
}

}  // namespace
}  // namespace aweber::conformance
