// The authorization URL to the byte, and every sort of callback.
#include <gtest/gtest.h>

#include "client/protocol/protocol.h"
#include "tests/unit/client/fakes.h"

namespace aweber::client {
namespace {

PendingAuthorization Pending(std::string verifier = "") {
  PendingAuthorization pending;
  pending.state = "S-1";
  pending.code_verifier = std::move(verifier);
  pending.redirect_uri = "https://app.test/callback";
  return pending;
}

TEST(AuthorizationUrl, ConfidentialClient) {
  EXPECT_EQ(BuildAuthorizationUrl(TestConfig(), Pending()),
            "https://mock.test/oauth2/authorize?response_type=code&client_id=the-id"
            "&redirect_uri=https%3A%2F%2Fapp.test%2Fcallback&scope=account.read+list.read"
            "&state=S-1");
}

TEST(AuthorizationUrl, PublicClientSendsTheS256Challenge) {
  // The vector AWeber publishes.
  EXPECT_EQ(
      BuildAuthorizationUrl(PublicConfig(), Pending("HLBvz1g_bbLZ31kjvlXJ5Rl0W1GgxU8rjYJdQIIEH_Y")),
      "https://mock.test/oauth2/authorize?response_type=code&client_id=the-id"
      "&redirect_uri=https%3A%2F%2Fapp.test%2Fcallback&scope=account.read+list.read"
      "&state=S-1&code_challenge=-oiamT7-EafhQ27P3V9cGEtu3crg731kec-GWhgrTV8"
      "&code_challenge_method=S256");
}

TEST(AuthorizationUrl, KeepsTheEndpointsOwnQuery) {
  ClientConfig config = TestConfig();
  config.provider.authorize_url += "?brand=blue";
  config.scopes.clear();
  EXPECT_EQ(BuildAuthorizationUrl(config, Pending()),
            "https://mock.test/oauth2/authorize?brand=blue&response_type=code&client_id=the-id"
            "&redirect_uri=https%3A%2F%2Fapp.test%2Fcallback&state=S-1");
}

TEST(AuthorizationUrl, DefaultsToAWeber) {
  ClientConfig config = TestConfig();
  config.provider = Provider{};
  EXPECT_TRUE(BuildAuthorizationUrl(config, Pending())
                  .starts_with("https://auth.aweber.com/oauth2/authorize?response_type=code&"));
  EXPECT_EQ(config.provider.token_url, "https://auth.aweber.com/oauth2/token");
  EXPECT_EQ(config.provider.revoke_url, "https://auth.aweber.com/oauth2/revoke");
  EXPECT_EQ(config.provider.api_url, "https://api.aweber.com/1.0");
}

struct CallbackRow {
  const char* name;
  const char* url;
  const char* code;     // expected, when accepted
  const char* failure;  // expected failure code, when refused
  FailureKind kind = FailureKind::kOther;
};

void PrintTo(const CallbackRow& row, std::ostream* out) { *out << row.name; }

class CallbackTable : public testing::TestWithParam<CallbackRow> {};

// What a session does with a callback, without the store.
Outcome<std::string> Judge(const ClientConfig& config, std::string_view url) {
  const auto callback = ReadCallback(config, url);
  if (!callback) return callback.error();
  return JudgeCallback(config, *callback);
}

TEST_P(CallbackTable, Judged) {
  const CallbackRow& row = GetParam();
  const auto code = Judge(TestConfig(), row.url);
  if (row.failure == nullptr) {
    ASSERT_TRUE(code.ok()) << code.error().message;
    EXPECT_EQ(*code, row.code);
  } else {
    ASSERT_FALSE(code.ok()) << "accepted with code " << *code;
    EXPECT_EQ(code.error().code, row.failure);
    EXPECT_EQ(code.error().kind, row.kind);
  }
}

constexpr FailureKind kState = FailureKind::kStateMismatch;
constexpr FailureKind kIssuer = FailureKind::kIssuerMismatch;
constexpr FailureKind kInvalid = FailureKind::kInvalidResponse;
constexpr FailureKind kProvider = FailureKind::kProviderError;
#define CB "https://app.test/callback"
const CallbackRow kCallbacks[] = {
    {"code then state", CB "?code=C1&state=S", "C1", nullptr},
    {"state then code", CB "?state=S&code=C1", "C1", nullptr},
    {"extra parameters", CB "?x=1&code=C1&y&state=S&scope=a+b", "C1", nullptr},
    {"code with reserved characters", CB "?code=a%2Bb%2Fc%3D%3D%26+d&state=S", "a+b/c==& d",
     nullptr},
    {"state with a plus", CB "?code=C1&state=a+b%2B", "C1", nullptr},
    {"fragment ignored", CB "?code=C1&state=S#_=_", "C1", nullptr},
    {"pasted with white space", "  " CB "?code=C1&state=S\r\n", "C1", nullptr},
    {"no state", CB "?code=C1", nullptr, "callback.state", kState},
    {"empty state", CB "?code=C1&state=", nullptr, "callback.state", kState},
    {"two states", CB "?code=C1&state=S&state=S", nullptr, "callback.state", kState},
    {"unreadable state", CB "?code=C1&state=%ff", nullptr, "callback.state", kState},
    {"error without state", CB "?error=access_denied", nullptr, "callback.state", kState},
    {"no code", CB "?state=S", nullptr, "callback.malformed", kInvalid},
    {"empty code", CB "?code=&state=S", nullptr, "callback.malformed", kInvalid},
    {"two codes", CB "?code=C1&code=C2&state=S", nullptr, "callback.malformed", kInvalid},
    {"unreadable code", CB "?code=%ff&state=S", nullptr, "callback.malformed", kInvalid},
    {"denied", CB "?error=access_denied&state=S", nullptr, "callback.refused", kProvider},
    {"empty error is an error", CB "?error=&code=C1&state=S", nullptr, "callback.refused",
     kProvider},
    {"error beats code", CB "?code=C1&state=S&error=server_error", nullptr, "callback.refused",
     kProvider},
    {"our issuer by origin", CB "?code=C1&state=S&iss=https%3A%2F%2Fmock.test", "C1", nullptr},
    {"foreign issuer", CB "?code=C1&state=S&iss=https%3A%2F%2Fevil.test", nullptr,
     "callback.issuer", kIssuer},
    {"two issuers", CB "?code=C1&state=S&iss=https%3A%2F%2Fmock.test&iss=x", nullptr,
     "callback.issuer", kIssuer},
    {"foreign issuer beats error", CB "?error=x&state=S&iss=evil", nullptr, "callback.issuer",
     kIssuer},
    {"another host", "https://evil.test/callback?code=C1&state=S", nullptr, "callback.uri",
     kInvalid},
    {"another port", "https://app.test:8443/callback?code=C1&state=S", nullptr, "callback.uri",
     kInvalid},
    {"another scheme", "http://app.test/callback?code=C1&state=S", nullptr, "callback.uri",
     kInvalid},
    {"another path", "https://app.test/callback/?code=C1&state=S", nullptr, "callback.uri",
     kInvalid},
    {"not a URL", "code=C1&state=S", nullptr, "callback.malformed", kInvalid},
};
#undef CB
INSTANTIATE_TEST_SUITE_P(Callbacks, CallbackTable, testing::ValuesIn(kCallbacks));

TEST(Callback, RedirectUriWithQueryKeepsItsParameters) {
  ClientConfig config = TestConfig();
  config.redirect_uri = "https://app.test/callback?tenant=7";
  EXPECT_TRUE(Judge(config, "https://app.test/callback?tenant=7&code=C1&state=S").ok());
  EXPECT_EQ(Judge(config, "https://app.test/callback?tenant=8&code=C1&state=S").error().code,
            "callback.uri");
}

TEST(Callback, BrowsersAddTheRootPath) {
  ClientConfig config = TestConfig();
  config.redirect_uri = "http://127.0.0.1:8765";
  EXPECT_TRUE(Judge(config, "http://127.0.0.1:8765/?code=C1&state=S").ok());
}

TEST(Callback, AnnouncedIssuerMustComeAndBeEqual) {
  ClientConfig config = TestConfig();
  config.provider.issuer = "https://mock.test/s/1";
  config.provider.issuer_required = true;
  const std::string base = "https://app.test/callback?code=C1&state=S";
  EXPECT_TRUE(Judge(config, base + "&iss=https://mock.test/s/1").ok());
  EXPECT_EQ(Judge(config, base).error().code, "callback.issuer");
  // No normalization (RFC 9207 §2.4).
  EXPECT_EQ(Judge(config, base + "&iss=https://mock.test/s/1/").error().code, "callback.issuer");
  EXPECT_EQ(Judge(config, base + "&iss=https://MOCK.test/s/1").error().code, "callback.issuer");
}

TEST(Callback, OutOfBandCannotNameAnIssuer) {
  ClientConfig config = PublicConfig();
  config.redirect_uri = kOutOfBand;
  config.provider.issuer = "https://mock.test";
  config.provider.issuer_required = true;
  EXPECT_EQ(Judge(config, "CODE").value(), "CODE");
  EXPECT_EQ(Judge(config, "urn:ietf:wg:oauth:2.0:oob?code=C1&iss=evil").error().code,
            "callback.issuer");
}

TEST(Callback, OutOfBandTakesTheBareCodeOrAUrl) {
  ClientConfig config = PublicConfig();
  config.redirect_uri = kOutOfBand;
  const auto bare = ReadCallback(config, " abc_DEF-123 \n");
  ASSERT_TRUE(bare.ok());
  EXPECT_FALSE(bare->state.has_value());
  EXPECT_EQ(JudgeCallback(config, *bare).value(), "abc_DEF-123");
  const auto url = ReadCallback(config, "urn:ietf:wg:oauth:2.0:oob?code=C1&state=S");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->state, "S");
  EXPECT_EQ(JudgeCallback(config, *url).value(), "C1");
  EXPECT_EQ(ReadCallback(config, "urn:ietf:wg:oauth:2.0:oob?code=C1&state=").error().kind, kState);
}

TEST(Callback, ProvidersWordsAreKeptAndMadeHarmless) {
  const auto refused = Judge(TestConfig(),
                             "https://app.test/callback?error=access_denied&state=S"
                             "&error_description=%1b%5B31m%3Cscript%3E");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().provider_code, "access_denied");
  EXPECT_EQ(refused.error().provider_text, "?[31m<script>");
  EXPECT_EQ(refused.error().message,
            "AWeber did not authorize: access_denied: ?[31m<script> (the customer said no, or "
            "closed the page)");
}

}  // namespace
}  // namespace aweber::client
