// A session over fakes: what is sent, when, and what is stored at every moment.
#include "client/session.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/crypto/crypto.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "tests/unit/client/fakes.h"

namespace aweber::client {
namespace {

using std::chrono::seconds;

std::string StateOf(const std::string& url) {
  return ParseForm(*ParseUri(url).value().query).GetOr("state");
}

std::string CallbackFor(const std::string& url, const std::string& code = "C1") {
  return "https://app.test/callback?code=" + code + "&state=" + StateOf(url);
}

TEST(SessionLogin, ExchangesTheCodeAndCarriesTheUsersData) {
  Bench b;
  const std::string url = b.session.AuthorizationUrl("/cart?id=7").value();
  b.http.Enqueue(200, std::string(kTokenBody));
  const auto login = b.session.HandleCallback(CallbackFor(url));
  ASSERT_TRUE(login.ok()) << login.error().message;
  EXPECT_EQ(login->user_data, "/cart?id=7");
  EXPECT_EQ(b.Stored().access_token, "A1");
  ASSERT_EQ(b.http.sent().size(), 1u);
  EXPECT_EQ(b.http.sent()[0].body,
            "grant_type=authorization_code&code=C1"
            "&redirect_uri=https%3A%2F%2Fapp.test%2Fcallback");
}

TEST(SessionLogin, EveryUrlHasAFreshLongState) {
  Bench b;
  const std::string first = StateOf(b.session.AuthorizationUrl().value());
  const std::string second = StateOf(b.session.AuthorizationUrl().value());
  EXPECT_EQ(first.size(), 43u);
  EXPECT_NE(first, second);
}

TEST(SessionLogin, PublicClientsVerifierMatchesItsChallenge) {
  Bench b(PublicConfig());
  const std::string url = b.session.AuthorizationUrl().value();
  b.http.Enqueue(200, std::string(kTokenBody));
  ASSERT_TRUE(b.session.HandleCallback(CallbackFor(url)).ok());
  const std::string verifier = ParseForm(b.http.sent()[0].body).GetOr("code_verifier");
  EXPECT_EQ(verifier.size(), 43u);
  EXPECT_EQ(PkceS256Challenge(verifier),
            ParseForm(*ParseUri(url).value().query).GetOr("code_challenge"));
}

TEST(SessionLogin, WrongStatesSendNothing) {
  Bench b;
  const std::string state = StateOf(b.session.AuthorizationUrl().value());
  Session other(b.config, b.services(), "bob");
  const std::string bobs = StateOf(other.AuthorizationUrl().value());
  std::string flipped = state;
  flipped[5] = flipped[5] == 'x' ? 'y' : 'x';
  for (const std::string& wrong : {std::string("unknown"), state.substr(0, 42), state + "A",
                                   flipped, bobs, std::string("%00")}) {
    const auto login = b.session.HandleCallback("https://app.test/callback?code=C1&state=" + wrong);
    ASSERT_FALSE(login.ok()) << wrong;
    EXPECT_EQ(login.error().kind, FailureKind::kStateMismatch) << wrong;
  }
  EXPECT_TRUE(b.http.sent().empty());
  // Refusing them used up nobody's login.
  b.http.Enqueue(200, std::string(kTokenBody));
  EXPECT_TRUE(other.HandleCallback("https://app.test/callback?code=C1&state=" + bobs).ok());
}

TEST(SessionLogin, AStateIsGoodForOneCallbackWhateverItSays) {
  Bench b;
  const std::string url = b.session.AuthorizationUrl().value();
  const auto denied = b.session.HandleCallback(
      "https://app.test/callback?error=access_denied&state=" + StateOf(url));
  EXPECT_EQ(denied.error().kind, FailureKind::kProviderError);
  EXPECT_EQ(b.session.HandleCallback(CallbackFor(url)).error().kind, FailureKind::kStateMismatch);
  EXPECT_TRUE(b.http.sent().empty());
}

TEST(SessionLogin, AReplayedCallbackIsRefused) {
  Bench b;
  const std::string url = b.session.AuthorizationUrl().value();
  b.http.Enqueue(200, std::string(kTokenBody));
  ASSERT_TRUE(b.session.HandleCallback(CallbackFor(url)).ok());
  EXPECT_EQ(b.session.HandleCallback(CallbackFor(url)).error().kind, FailureKind::kStateMismatch);
  EXPECT_EQ(b.http.sent().size(), 1u);
}

TEST(SessionLogin, TwoTabsBothWork) {
  Bench b;
  const std::string first = b.session.AuthorizationUrl().value();
  const std::string second = b.session.AuthorizationUrl().value();
  b.http.Enqueue(200, std::string(kTokenBody));
  b.http.Enqueue(200, std::string(kTokenBody));
  EXPECT_TRUE(b.session.HandleCallback(CallbackFor(second)).ok());
  EXPECT_TRUE(b.session.HandleCallback(CallbackFor(first)).ok());
}

TEST(SessionLogin, ALoginMayTakeAnHour) {
  Bench b;
  const std::string slow = b.session.AuthorizationUrl().value();
  const std::string late = b.session.AuthorizationUrl().value();
  b.clock.Advance(seconds(3599));
  b.http.Enqueue(200, std::string(kTokenBody));
  EXPECT_TRUE(b.session.HandleCallback(CallbackFor(slow)).ok());
  b.clock.Advance(seconds(1));
  EXPECT_EQ(b.session.HandleCallback(CallbackFor(late)).error().kind, FailureKind::kStateMismatch);
}

TEST(SessionLogin, ALostReplyIsNotRepeated) {
  for (const char* code : {"http.reset", "http.timeout", "http.connect"}) {
    Bench b;
    const std::string url = b.session.AuthorizationUrl().value();
    b.http.Enqueue(Error{code, "gone"});
    const auto login = b.session.HandleCallback(CallbackFor(url));
    ASSERT_FALSE(login.ok());
    EXPECT_EQ(login.error().code, code);
    EXPECT_EQ(login.error().message, std::string("exchanging the code: gone; ") +
                                         (std::string_view(code) == "http.connect"
                                              ? "nothing was sent, log in again"
                                              : "the code may be used up, so log in again"));
    EXPECT_EQ(b.http.sent().size(), 1u);
  }
}

TEST(SessionLogin, A503IsNotRepeatedForACode) {
  Bench b;
  const std::string url = b.session.AuthorizationUrl().value();
  b.http.Enqueue(503, "", {{"Retry-After", "0"}});
  EXPECT_EQ(b.session.HandleCallback(CallbackFor(url)).error().http_status, 503);
  EXPECT_EQ(b.http.sent().size(), 1u);
}

TEST(SessionLogin, AFailedLoginKeepsTheTokenThatWasThere) {
  Bench b;
  b.LogIn();
  const std::string url = b.session.AuthorizationUrl().value();
  b.http.Enqueue(400, R"({"error":"invalid_request"})");
  EXPECT_FALSE(b.session.HandleCallback(CallbackFor(url)).ok());
  EXPECT_EQ(b.Stored().access_token, "A1");
}

TEST(SessionLogin, OutOfBandTakesTheLatestLogin) {
  ClientConfig config = PublicConfig();
  config.redirect_uri = kOutOfBand;
  Bench b(config);
  EXPECT_EQ(b.session.HandleCallback("CODE").error().kind, FailureKind::kStateMismatch);
  (void)b.session.AuthorizationUrl().ok();
  b.http.Enqueue(200, std::string(kTokenBody));
  EXPECT_TRUE(b.session.HandleCallback("CODE").ok());
  EXPECT_EQ(ParseForm(b.http.sent()[0].body).GetOr("redirect_uri"), kOutOfBand);
  EXPECT_EQ(b.session.HandleCallback("CODE").error().kind, FailureKind::kStateMismatch);
}

TEST(SessionCall, NeedsALogin) {
  Bench b;
  const auto reply = b.session.Call({.url = "/accounts"});
  EXPECT_EQ(reply.error().kind, FailureKind::kReauthorize);
  EXPECT_EQ(reply.error().code, "session.no_token");
  EXPECT_TRUE(b.http.sent().empty());
}

TEST(SessionCall, ForeignLinksGetNoToken) {
  Bench b;
  b.LogIn();
  EXPECT_EQ(b.session.Call({.url = "https://evil.test/1.0/next"}).error().code, "api.foreign_url");
  EXPECT_TRUE(b.http.sent().empty());
}

TEST(SessionCall, RenewsInTheLastMinute) {
  Bench b;
  b.LogIn();
  b.clock.Advance(seconds(3539));
  b.http.Enqueue(200, "{}");
  ASSERT_TRUE(b.session.Call({.url = "/accounts"}).ok());
  EXPECT_EQ(b.http.sent().size(), 1u);
  b.clock.Advance(seconds(1));
  b.http.Enqueue(200, std::string(kRenewedBody));
  b.http.Enqueue(200, "{}");
  ASSERT_TRUE(b.session.Call({.url = "/accounts"}).ok());
  const auto sent = b.http.sent();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[1].body, "grant_type=refresh_token&refresh_token=R1");
  EXPECT_EQ(sent[2].headers.Get("Authorization"), "Bearer A2");
}

TEST(SessionCall, ShortLivesAreNotRenewedOnEveryCall) {
  Bench b;
  b.LogIn();
  TokenSet token = b.Stored();
  token.expires_in = seconds(30);
  (void)b.tokens.Save("ann", token).ok();
  b.clock.Advance(seconds(26));
  b.http.Enqueue(200, "{}");
  ASSERT_TRUE(b.session.Call({.url = "/accounts"}).ok());
  EXPECT_EQ(b.http.sent().size(), 1u);
}

TEST(SessionCall, AnEarlyRenewalThatFailsDoesNoHarmWhileTheTokenLasts) {
  Bench b;
  b.LogIn();
  b.clock.Advance(seconds(3560));
  b.http.Enqueue(503, "");
  b.http.Enqueue(200, "{}");
  EXPECT_TRUE(b.session.Call({.url = "/accounts"}).ok());
  EXPECT_EQ(b.http.sent()[1].headers.Get("Authorization"), "Bearer A1");
  b.clock.Advance(seconds(60));  // now it has ended
  b.http.Enqueue(503, "");
  EXPECT_EQ(b.session.Call({.url = "/accounts"}).error().code, "token.http");
  EXPECT_EQ(b.Stored().refresh_token, "R1");
}

TEST(SessionCall, A401IsAnsweredByOneRefreshAndOneRepetition) {
  Bench b;
  b.LogIn();
  b.http.Enqueue(401, R"({"error":"invalid_token"})");
  b.http.Enqueue(200, std::string(kRenewedBody));
  b.http.Enqueue(201, "");
  const ApiCall post =
      MakeApiCall("POST", "/accounts/1/lists/2/subscribers", {{"email", "x"}}, false);
  const auto reply = b.session.Call(post);
  ASSERT_TRUE(reply.ok()) << reply.error().message;
  const auto sent = b.http.sent();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[0].headers.Get("Authorization"), "Bearer A1");
  EXPECT_EQ(sent[1].url, "https://mock.test/oauth2/token");
  EXPECT_EQ(sent[2].headers.Get("Authorization"), "Bearer A2");
  EXPECT_EQ(sent[2].body, sent[0].body);
  EXPECT_EQ(b.Stored().refresh_token, "R2");
}

TEST(SessionCall, APersistent401Ends) {
  Bench b;
  b.LogIn();
  b.http.Enqueue(401, "");
  b.http.Enqueue(200, std::string(kRenewedBody));
  b.http.Enqueue(401, "");
  const auto reply = b.session.Call({.url = "/accounts"});
  EXPECT_EQ(reply.error().code, "api.unauthorized");
  EXPECT_EQ(reply.error().kind, FailureKind::kReauthorize);
  EXPECT_EQ(reply.error().http_status, 401);
  EXPECT_EQ(b.http.sent().size(), 3u);
}

TEST(SessionCall, ATokenJustRenewedIsNotRenewedAgain) {
  Bench b;
  b.LogIn();
  b.clock.Advance(seconds(3600));
  b.http.Enqueue(200, std::string(kRenewedBody));
  b.http.Enqueue(401, "");
  EXPECT_EQ(b.session.Call({.url = "/accounts"}).error().kind, FailureKind::kReauthorize);
  EXPECT_EQ(b.http.sent().size(), 2u);
}

TEST(SessionCall, WithoutRefreshTokenA401MeansLogInAgain) {
  Bench b;
  b.LogIn("");
  b.clock.Advance(seconds(3600));
  b.http.Enqueue(401, "");
  EXPECT_EQ(b.session.Call({.url = "/accounts"}).error().code, "session.no_refresh_token");
  EXPECT_EQ(b.http.sent().size(), 1u);
}

TEST(SessionCall, A403NeverRefreshes) {
  Bench b;
  b.LogIn();
  b.http.Enqueue(403, R"({"error":{"message":"Rate Limit Error","type":"ForbiddenError"}})");
  EXPECT_EQ(b.session.Call({.url = "/accounts"}).error().code, "api.rate_limited");
  b.http.Enqueue(403, R"({"error":"insufficient_scope"})");
  EXPECT_EQ(b.session.Call({.url = "/accounts"}).error().http_status, 403);
  EXPECT_EQ(b.http.sent().size(), 2u);
}

TEST(SessionCall, RedirectsAreNotFollowed) {
  Bench b;
  b.LogIn();
  b.http.Enqueue(302, "", {{"Location", "https://evil.test/"}});
  EXPECT_EQ(b.session.Call({.url = "/accounts"}).error().http_status, 302);
  EXPECT_EQ(b.http.sent().size(), 1u);
}

TEST(SessionCall, RetryAfterIsHonouredForGetOnly) {
  for (const int status : {429, 503}) {
    Bench b;
    b.LogIn();
    b.http.Enqueue(status, "", {{"Retry-After", "3"}});
    b.http.Enqueue(200, "{}");
    Outcome<ApiReply> reply = ApiReply{};
    std::thread caller([&] { reply = b.session.Call({.url = "/accounts"}); });
    b.clock.AwaitSleepers(1);
    EXPECT_EQ(b.http.sent().size(), 1u);
    b.clock.Advance(seconds(3));
    caller.join();
    EXPECT_TRUE(reply.ok());
    EXPECT_EQ(b.http.sent().size(), 2u);
    b.http.Enqueue(status, "", {{"Retry-After", "0"}});
    EXPECT_EQ(b.session.Call({"POST", "/accounts", "", ""}).error().http_status, status);
    EXPECT_EQ(b.http.sent().size(), 3u);
  }
}

TEST(SessionCall, LongWaitsAreReportedInstead) {
  Bench b;
  b.LogIn();
  b.http.Enqueue(429, "", {{"Retry-After", "6"}});
  EXPECT_EQ(b.session.Call({.url = "/accounts"}).error().retry_after, seconds(6));
  EXPECT_EQ(b.http.sent().size(), 1u);
}

TEST(SessionCall, AWaitCanBeCancelled) {
  Bench b;
  b.LogIn();
  std::stop_source source;
  source.request_stop();
  b.http.Enqueue(429, "", {{"Retry-After", "1"}});
  EXPECT_EQ(b.session.Call({.url = "/accounts"}, source.get_token()).error().http_status, 429);
  EXPECT_EQ(b.http.sent().size(), 1u);
}

constexpr const char* kRateLimit =
    R"({"error":{"status":403,"message":"Rate Limit Error","type":"ForbiddenError"}})";

// The refused request did nothing, so that a POST may go again as well.
TEST(SessionCall, TheRateLimitIsSatOutWhereTheWaitIsAllowed) {
  for (const char* method : {"GET", "POST"}) {
    ClientConfig config = TestConfig();
    config.longest_wait = seconds(60);
    Bench b(config);
    b.LogIn();
    b.http.Enqueue(403, kRateLimit);
    b.http.Enqueue(201, "");
    Outcome<ApiReply> reply = ApiReply{};
    std::thread caller([&] { reply = b.session.Call({method, "/accounts", "", ""}); });
    b.clock.AwaitSleepers(1);
    b.clock.Advance(seconds(59));
    EXPECT_EQ(b.clock.Sleepers(), 1);
    EXPECT_EQ(b.http.sent().size(), 1u);
    b.clock.Advance(seconds(1));
    caller.join();
    ASSERT_TRUE(reply.ok()) << reply.error().message;
    const auto sent = b.http.sent();
    ASSERT_EQ(sent.size(), 2u);
    EXPECT_EQ(sent[1].method, method);
    EXPECT_EQ(sent[1].headers.Get("Authorization"), "Bearer A1") << "no refresh";
  }
}

TEST(SessionCall, SittingOutTheRateLimitCanBeCancelled) {
  ClientConfig config = TestConfig();
  config.longest_wait = seconds(60);
  Bench b(config);
  b.LogIn();
  b.http.Enqueue(403, kRateLimit);
  std::stop_source source;
  Outcome<ApiReply> reply = ApiReply{};
  std::thread caller([&] { reply = b.session.Call({.url = "/accounts"}, source.get_token()); });
  b.clock.AwaitSleepers(1);
  source.request_stop();
  caller.join();
  EXPECT_EQ(reply.error().code, "api.rate_limited");
  EXPECT_EQ(b.http.sent().size(), 1u);
}

TEST(SessionCall, ALostReplyIsRepeatedForGetOnly) {
  Bench b;
  b.LogIn();
  b.http.Enqueue(Error{"http.reset", "gone"});
  b.http.Enqueue(200, "{}");
  EXPECT_TRUE(b.session.Call({.url = "/accounts"}).ok());
  b.http.Enqueue(Error{"http.reset", "gone"});
  EXPECT_EQ(b.session.Call({"POST", "/accounts", "", ""}).error().kind, FailureKind::kNetwork);
  EXPECT_EQ(b.http.sent().size(), 3u);
}

}  // namespace
}  // namespace aweber::client
