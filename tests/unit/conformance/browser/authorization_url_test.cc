#include "conformance/browser/authorization_url.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace aweber::conformance {
namespace {

struct UrlRow {
  std::string output;
  bool more_may_come;
  std::string url;  // "" for none
};

TEST(FindAuthorizationUrlTest, TakesTheFirstUrlThatAsksForACode) {
  const std::string url = "https://auth.aweber.com/oauth2/authorize?response_type=code&state=a-b";
  const std::vector<UrlRow> rows = {
      {"Go here to authorize: " + url + "\n", true, url},
      {"see https://docs.example/ first\nthen <" + url + ">.\n", true, url},
      {"(" + url + ").\n", true, url},
      {"open '" + url + "', please", true, url},
      {"\033[4m" + url + "\033[0m", true, url},
      {"https://example.com/?client_id=1\n", false, ""},
      {"response_type=code is needed\n", false, ""},
      {"https://example.com/response_type=code\n", false, ""},
      // It may go on: only when nothing more comes is it whole.
      {"Go here to authorize: " + url, true, ""},
      {"Go here to authorize: " + url, false, url},
      {"", false, ""},
      {"http", false, ""},
  };
  for (const UrlRow& row : rows) {
    EXPECT_EQ(FindAuthorizationUrl(row.output, nullptr, row.more_may_come).value_or(""), row.url)
        << row.output;
  }
}

TEST(FindAuthorizationUrlTest, TakesTheFirstGroupOfAPattern) {
  const auto pattern = Pattern::Compile("visit: *([^ ]+)");
  ASSERT_TRUE(pattern.ok());
  EXPECT_EQ(FindAuthorizationUrl("Visit:  https://a/b?x=1 now", &*pattern, true),
            "https://a/b?x=1");
  EXPECT_EQ(FindAuthorizationUrl("Visit: https://a/b?x=", &*pattern, true), std::nullopt);
  EXPECT_EQ(FindAuthorizationUrl("Visit: https://a/b?x=", &*pattern, false), "https://a/b?x=");
}

TEST(BehindProxyTest, NamesAWeberAsTheMock) {
  const std::string mock = "https://127.0.0.1:4711/s/c1/oauth2/authorize?own=1";
  EXPECT_EQ(BehindProxy("https://auth.aweber.com/oauth2/authorize?a=b", mock),
            "https://127.0.0.1:4711/s/c1/oauth2/authorize?a=b");
  EXPECT_EQ(BehindProxy("https://auth.aweber.com/oauth/authorize?a=b", mock),
            "https://127.0.0.1:4711/s/c1/oauth/authorize?a=b");
  for (const std::string other :
       {"https://auth.aweber.com.evil.test/oauth2/authorize", "http://auth.aweber.com/",
        "https://auth.aweber.com:8443/", "https://example.com/"}) {
    EXPECT_EQ(BehindProxy(other, mock), other);
  }
}

TEST(PatternTest, IsExtendedIgnoresCaseAndTakesLongPages) {
  const auto pattern = Pattern::Compile("connected|verbunden$");
  ASSERT_TRUE(pattern.ok());
  EXPECT_TRUE(pattern->Matches("You are CONNECTED."));
  EXPECT_TRUE(pattern->Matches("Sie sind verbunden\nweiter"));
  EXPECT_FALSE(pattern->Matches("Sie sind verbunden mit"));
  const auto greedy = Pattern::Compile("a.*z");
  ASSERT_TRUE(greedy.ok());
  EXPECT_TRUE(greedy->Matches("a" + std::string(1u << 20, 'x') + "z"));
}

TEST(PatternTest, RefusesWhatIsNone) {
  EXPECT_EQ(Pattern::Compile("").error().message, "the expression is empty");
  EXPECT_TRUE(Pattern::Compile("a(b").error().message.starts_with(
      "'a(b' is no POSIX extended expression: "));
}

}  // namespace
}  // namespace aweber::conformance
