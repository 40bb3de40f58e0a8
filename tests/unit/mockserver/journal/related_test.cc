// What an entry has to do with others is found by what they carry, in bounded time and space.
#include "mockserver/journal/related.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "base/crypto/crypto.h"
#include "base/text/base64.h"

namespace aweber::mock {
namespace {

JournalEntry Numbered(std::uint64_t sequence, Endpoint endpoint) {
  JournalEntry entry;
  entry.sequence = sequence;
  entry.endpoint = endpoint;
  entry.request.headers.Add("Host", "localhost:8080");
  return entry;
}

JournalEntry Authorize(std::uint64_t sequence, const std::string& query,
                       const std::string& location = "") {
  JournalEntry entry = Numbered(sequence, Endpoint::kAuthorize);
  entry.request.target = "/oauth2/authorize?client_id=the-client-0123456789&" + query;
  entry.facts.client_id = "the-client-0123456789";
  if (!location.empty()) entry.response_headers.Add("Location", location);
  return entry;
}

JournalEntry Token(std::uint64_t sequence, const std::string& body, const std::string& reply = "") {
  JournalEntry entry = Numbered(sequence, Endpoint::kToken);
  entry.request.target = "/oauth2/token";
  entry.request.body = "client_id=the-client-0123456789&" + body;
  entry.facts.client_id = "the-client-0123456789";
  if (body.find("refresh_token=") != std::string::npos) entry.facts.grant_type = "refresh_token";
  entry.response_body = reply;
  return entry;
}

JournalEntry Api(std::uint64_t sequence, const std::string& target, const std::string& header) {
  JournalEntry entry = Numbered(sequence, Endpoint::kApi);
  entry.request.target = target;
  if (!header.empty()) entry.request.headers.Add("Authorization", header);
  return entry;
}

std::string Issue(const std::string& access, const std::string& refresh) {
  return fmt::format(R"({{"access_token":"{}","refresh_token":"{}"}})", access, refresh);
}

// The entries related to the last of `entries`, "1 3".
std::string RelatedToLast(const std::vector<JournalEntry>& entries) {
  RelatedEntries kept;
  for (const JournalEntry& entry : entries) kept.Add(entry);
  std::vector<std::uint64_t> shown;
  for (const JournalEntry& entry : kept.To(entries.back().sequence)) {
    shown.push_back(entry.sequence);
  }
  return fmt::format("{}", fmt::join(shown, " "));
}

TEST(RelatedEntries, AreFoundByWhatTheyCarry) {
  const std::string verifier(43, 'v');
  const std::string challenge = PkceS256Challenge(verifier);
  const JournalEntry other = Api(2, "/1.0/accounts", "Bearer somebody-elses-1");
  const struct {
    const char* name;
    std::string want;
    std::vector<JournalEntry> entries;
  } rows[] = {
      {"nothing", "2", {Api(1, "/1.0/lists", "Bearer a"), other}},
      {"the client alone", "2", {Api(1, "/1.0/lists", ""), Token(2, "refresh_token=r2")}},
      {"a short token",
       "1 3",
       {Token(1, "refresh_token=r", Issue("a", "r2")), other, Api(3, "/1.0/lists", "Bearer a")}},
      {"in a path",
       "1 3",
       {Token(1, "refresh_token=r", Issue("at-1-0123456789", "r2")), other,
        Api(3, "/1.0/lists/at-1-0123456789/x", "")}},
      {"encoded in a query",
       "1 3",
       {Token(1, "refresh_token=r", Issue("a b+c", "r2")), other,
        Api(3, "/1.0/lists?access_token=a%20b%2Bc", "")}},
      {"in Basic",
       "1 3",
       {Token(1, "refresh_token=r", Issue("a", "rt-1-0123456789")), other,
        Api(3, "/1.0/lists", "Basic " + Base64Encode("x:rt-1-0123456789"))}},
      {"the same refresh token",
       "1 3",
       {Token(1, "refresh_token=r"), other, Token(3, "refresh_token=r")}},
      {"a verifier of its challenge",
       "1 3",
       {Authorize(1, "code_challenge=" + challenge), other,
        Token(3, "code=x&code_verifier=" + verifier)}},
      {"the authorization request behind a refreshed token",
       "1 3 4 5",
       {Authorize(1, "state=s", "http://localhost/cb?state=s&code=c"), other,
        Token(3, "code=c", Issue("a", "r1")), Token(4, "refresh_token=r1", Issue("b", "r2")),
        Token(5, "refresh_token=r2&code=c")}},
  };
  for (const auto& row : rows) EXPECT_EQ(RelatedToLast(row.entries), row.want) << row.name;
}

TEST(RelatedEntries, AnExchangeSeesTheLastAuthorizationRequests) {
  std::vector<JournalEntry> entries;
  for (std::uint64_t i = 1; i <= 20; ++i) entries.push_back(Authorize(i, fmt::format("x={}", i)));
  entries.push_back(Token(21, "code=unknown"));
  EXPECT_EQ(RelatedToLast(entries), "13 14 15 16 17 18 19 20 21");
}

// A million rotations: each refresh is shown its predecessor, and the client's first and last ones,
// however many came before.
TEST(RelatedEntries, StayAsFewAsTheHistoryGrows) {
  RelatedEntries kept;
  const std::string secret = "&client_secret=0123456789ABCDEF";
  std::size_t after_ten = 0;
  for (std::uint64_t i = 1; i <= 3000; ++i) {
    kept.Add(Token(i, fmt::format("refresh_token=r{}", i) + secret,
                   Issue(fmt::format("a{}", i), fmt::format("r{}", i + 1))));
    const std::size_t related = kept.To(i).size();
    if (i == 10) after_ten = related;
    if (i > 10) {
      ASSERT_EQ(related, after_ten) << i;
    }
  }
  EXPECT_LE(after_ten, 6u);
}

TEST(RelatedEntries, KeepSoManyAndSoManyBytes) {
  RelatedEntries kept;
  for (std::uint64_t i = 1; i <= RelatedEntries::kMostEntries + 1; ++i) {
    kept.Add(Token(i, "refresh_token=r"));
  }
  EXPECT_TRUE(kept.To(1).empty());
  EXPECT_EQ(kept.To(2).front().sequence, 2u);
  JournalEntry big = Token(5000, "code=c");
  big.request.body.assign(RelatedEntries::kMostBytes - 100, 'x');
  kept.Add(big);
  EXPECT_LE(kept.bytes(), RelatedEntries::kMostBytes);
  EXPECT_TRUE(kept.To(RelatedEntries::kMostEntries).empty());
  big.sequence = 5001;
  big.request.body.assign(RelatedEntries::kMostBytes + 1, 'x');
  kept.Add(big);
  EXPECT_EQ(kept.To(5001).size(), 1u) << "the newest stays whatever it weighs";
  kept.Clear();
  EXPECT_EQ(kept.bytes(), 0u);
  EXPECT_TRUE(kept.To(5001).empty());
}

}  // namespace
}  // namespace aweber::mock
