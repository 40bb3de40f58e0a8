// Renewal and revocation over fakes: who asks, how often, and what is stored at every moment.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/text/form.h"
#include "base/text/uri.h"
#include "client/session.h"
#include "tests/unit/client/await_sleep.h"
#include "tests/unit/client/fakes.h"

namespace aweber::client {
namespace {

// A store that says what was stored when the new token was first used.
TEST(SessionRefresh, TheRotatedTokenIsSavedBeforeItIsUsed) {
  Bench b;
  b.LogIn();
  std::string stored_at_use;
  b.http.handler = [&](const SentRequest& request) -> FakeHttp::Reply {
    if (request.url.ends_with("/token")) return Answer(200, std::string(kRenewedBody));
    if (request.headers.Get("Authorization") == "Bearer A1") return Answer(401, "");
    stored_at_use = b.Stored().refresh_token;
    return Answer(200, "{}");
  };
  ASSERT_TRUE(b.session.Call({.url = "/accounts"}).ok());
  EXPECT_EQ(stored_at_use, "R2");
}

TEST(SessionRefresh, ManualRefreshRotates) {
  Bench b;
  b.LogIn();
  b.http.Enqueue(200, std::string(kRenewedBody));
  ASSERT_TRUE(b.session.Refresh().ok());
  EXPECT_EQ(b.Stored().access_token, "A2");
  EXPECT_EQ(b.Stored().scope, "account.read list.read");
  EXPECT_EQ(b.session.CurrentToken()->refresh_token, "R2");
}

TEST(SessionRefresh, FailuresKeepWhatWasStored) {
  const std::pair<FakeHttp::Reply, FailureKind> rows[] = {
      {Error{"http.reset", "gone"}, FailureKind::kNetwork},
      {Error{"http.timeout", "slow"}, FailureKind::kTimeout},
      {Error{"http.tls", "bad certificate"}, FailureKind::kTls},
      {Answer(500, ""), FailureKind::kHttp},
      {Answer(503, ""), FailureKind::kHttp},
      {Answer(200, "<html>"), FailureKind::kInvalidResponse},
      {Answer(200, R"({"access_token":"A2","token_type":"mac"})"),
       FailureKind::kUnsupportedTokenType},
      {Answer(401, R"({"error":"invalid_client"})"), FailureKind::kProviderError},
  };
  for (const auto& [reply, kind] : rows) {
    Bench b;
    b.LogIn();
    const TokenSet before = b.Stored();
    b.http.Enqueue(reply);
    EXPECT_EQ(b.session.Refresh().error().kind, kind);
    EXPECT_EQ(b.Stored(), before);
    EXPECT_EQ(b.http.sent().size(), 1u) << "a refresh must not be repeated";
  }
}

// A token endpoint that is down must not slow down every call of the token's last minute.
TEST(SessionRefresh, AnEarlyRenewalThatFailedIsNotTriedAtEachCall) {
  Bench b;
  b.LogIn();
  int renewals = 0;
  b.http.handler = [&](const SentRequest& request) -> FakeHttp::Reply {
    if (!request.url.ends_with("/token")) return Answer(200, "{}");
    ++renewals;
    return Error{"http.connect", "refused"};
  };
  const auto call = [&] { return b.session.Call({.url = "/accounts"}).ok(); };
  b.clock.Advance(std::chrono::seconds(3550));
  EXPECT_TRUE(call() && call());
  EXPECT_EQ(renewals, 1);
  b.clock.Advance(std::chrono::seconds(10));
  EXPECT_TRUE(call() && call());
  EXPECT_EQ(renewals, 2);
  b.clock.Advance(std::chrono::seconds(35));
  EXPECT_TRUE(call());
  b.clock.Advance(std::chrono::seconds(5));
  EXPECT_FALSE(call()) << "the token has ended";
  EXPECT_EQ(renewals, 4);
}

// Processes of one store learn it from the stored token, also one that waited for the lock meanwhile.
TEST(SessionRefresh, AnEarlyRenewalThatFailedRestsInEveryProcess) {
  for (const bool lost : {false, true}) {
    Bench b;
    b.LogIn();
    Session other(TestConfig(), b.services(), "ann");
    int renewals = 0;
    b.http.handler = [&](const SentRequest& request) -> FakeHttp::Reply {
      if (!request.url.ends_with("/token")) return Answer(200, "{}");
      ++renewals;
      return lost ? Error{"http.reset", "gone"} : Error{"http.connect", "refused"};
    };
    const auto call = [](Session& session) { return session.Call({.url = "/accounts"}).ok(); };
    b.clock.Advance(std::chrono::seconds(3550));
    EXPECT_TRUE(call(b.session) && call(other));
    EXPECT_EQ(renewals, 1);
    b.clock.Advance(std::chrono::seconds(10));
    EXPECT_TRUE(call(other) && call(b.session));
    EXPECT_EQ(renewals, lost ? 1 : 2) << "a refresh token that may be used up rests to the end";
    EXPECT_TRUE(b.Stored().rest_until.has_value());
    // Whoever needs a token now asks all the same, and what it gets rests no more.
    b.http.handler = nullptr;
    b.http.Enqueue(200, std::string(kRenewedBody));
    EXPECT_TRUE(other.Refresh().ok());
    EXPECT_EQ(b.Stored().rest_until, std::nullopt);
  }
}

// Whether the refresh token may be used up decides what may follow.
TEST(SessionRefresh, AfterALostEarlyRenewalTheRefreshTokenRests) {
  for (const char* code :
       {"http.reset", "http.timeout", "http.invalid", "http.too_large", "my.own"}) {
    Bench b;
    b.LogIn();
    int renewals = 0;
    int api_status = 401;
    b.http.handler = [&](const SentRequest& request) -> FakeHttp::Reply {
      if (!request.url.ends_with("/token")) return Answer(api_status, "{}");
      ++renewals;
      return Error{code, "gone"};
    };
    const auto call = [&] { return b.session.Call({.url = "/accounts"}); };
    b.clock.Advance(std::chrono::seconds(3550));
    EXPECT_EQ(call().error().code, code);
    EXPECT_EQ(renewals, 1) << code << ": sent again after the 401";
    api_status = 200;
    b.clock.Advance(std::chrono::seconds(49));
    EXPECT_TRUE(call().ok());
    EXPECT_EQ(renewals, 1) << code << ": sent again though the old token serves";
    b.clock.Advance(std::chrono::seconds(1));
    EXPECT_FALSE(call().ok()) << "the token has ended";
    EXPECT_EQ(renewals, 2) << code << ": nothing else is left";
  }
}

// The same request would be refused again.
TEST(SessionRefresh, AfterAnEarlyRenewalThatWasRefusedA401IsToldWithItsReason) {
  for (const char* code : {"invalid_client", "unauthorized_client"}) {
    Bench b;
    b.LogIn();
    b.clock.Advance(std::chrono::seconds(3550));
    b.http.Enqueue(code == std::string_view("invalid_client") ? 401 : 403,
                   fmt::format(R"({{"error":"{}"}})", code));
    b.http.Enqueue(401, "");
    const auto reply = b.session.Call({.url = "/accounts"});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().provider_code, code);
    EXPECT_EQ(b.http.sent().size(), 2u) << code << ": asked for again";
  }
}

// What another process has brought meanwhile is better than what became of our own renewal.
TEST(SessionRefresh, AfterAnEarlyRenewalInVainAnotherProcessMayHaveDoneBetter) {
  for (const bool renewed : {true, false}) {
    Bench b;
    b.LogIn();
    Session other(TestConfig(), b.services(), "ann");
    b.clock.Advance(std::chrono::seconds(3550));
    std::vector<std::string> sent;
    b.http.handler = [&](const SentRequest& request) -> FakeHttp::Reply {
      sent.push_back(request.url);
      if (request.url.ends_with("/token")) {
        if (sent.size() == 1) return Answer(401, R"({"error":"invalid_client"})");
        if (renewed) return Answer(200, std::string(kRenewedBody));
        return Answer(400, R"({"error":"invalid_grant"})");
      }
      if (sent.size() > 2) return Answer(200, "{}");
      static_cast<void>(other.Refresh().ok());
      return Answer(401, "");
    };
    const auto reply = b.session.Call({.url = "/accounts"});
    EXPECT_EQ(reply.ok(), renewed);
    if (!renewed) {
      EXPECT_EQ(reply.error().kind, FailureKind::kReauthorize);
    }
    EXPECT_EQ(sent.size(), renewed ? 4u : 3u);
  }
}

TEST(SessionRefresh, AfterAnEarlyRenewalThatDidNothingA401Renews) {
  const FakeHttp::Reply rows[] = {Error{"http.connect", "refused"}, Error{"http.tls", "unknown CA"},
                                  Answer(503, ""), Answer(429, ""),
                                  Answer(403, R"({"error":{"type":"ForbiddenError",)"
                                              R"("message":"Rate Limit Error"}})")};
  for (const FakeHttp::Reply& first : rows) {
    Bench b;
    b.LogIn();
    b.clock.Advance(std::chrono::seconds(3550));
    b.http.Enqueue(first);
    b.http.Enqueue(401, "");
    b.http.Enqueue(200, std::string(kRenewedBody));
    b.http.Enqueue(200, "{}");
    EXPECT_TRUE(b.session.Call({.url = "/accounts"}).ok());
    EXPECT_EQ(b.Stored().refresh_token, "R2");
  }
}

// The provider has rotated, and what it gave is lost with the failed save.
TEST(SessionRefresh, ATokenThatCouldNotBeSavedIsNotAskedForAgain) {
  Bench b;
  b.LogIn();
  SaveHookStore full(b.tokens);
  full.on_save = [] { return MakeFailure(FailureKind::kInternal, "store.save", "disk full"); };
  Session session(b.config, {b.http, b.clock, b.random, full, b.pending}, "ann");
  b.clock.Advance(std::chrono::seconds(3550));
  b.http.Enqueue(200, std::string(kRenewedBody));
  b.http.Enqueue(401, "");
  EXPECT_EQ(session.Call({.url = "/accounts"}).error().code, "store.save");
  EXPECT_EQ(b.http.sent().size(), 2u);
}

TEST(SessionRefresh, AStoreThatThrowsLeavesTheSessionUsable) {
  Bench b;
  b.LogIn();
  SaveHookStore store(b.tokens);
  bool broken = true;
  store.on_save = [&]() -> Outcome<void> {
    if (broken) throw std::runtime_error("no database");
    return {};
  };
  Session session(b.config, {b.http, b.clock, b.random, store, b.pending}, "ann");
  b.http.Enqueue(200, std::string(kRenewedBody));
  EXPECT_THROW((void)session.Refresh().ok(), std::runtime_error);
  broken = false;
  b.http.Enqueue(200, std::string(kRenewedBody));
  EXPECT_TRUE(session.Refresh().ok()) << "neither the flight nor the lock is held for ever";
}

TEST(SessionRefresh, WhatMayBeUsedUpIsSaid) {
  const std::string kept = "The stored token is kept: try again";
  const std::pair<const char*, std::string> rows[] = {
      {"http.connect", "; nothing was sent. " + kept},
      {"http.tls", "; nothing was sent. " + kept},
      {"http.url", "; nothing was sent. " + kept},
      {"http.reset", "; not repeated, since the refresh token may be used up. " + kept +
                         ", and log in again if AWeber then refuses it"},
  };
  for (const auto& [code, words] : rows) {
    Bench b;
    b.LogIn();
    b.http.Enqueue(Error{code, "why"});
    EXPECT_EQ(b.session.Refresh().error().message, "refreshing the token: why" + words);
  }
}

TEST(SessionRefresh, A503WithRetryAfterIsAskedAgainOnce) {
  Bench b;
  b.LogIn();
  b.http.Enqueue(503, "", {{"Retry-After", "0"}});
  b.http.Enqueue(200, std::string(kRenewedBody));
  EXPECT_TRUE(b.session.Refresh().ok());
  b.http.Enqueue(503, "", {{"Retry-After", "0"}});
  b.http.Enqueue(503, "", {{"Retry-After", "0"}});
  EXPECT_EQ(b.session.Refresh().error().http_status, 503);
  EXPECT_EQ(b.http.sent().size(), 4u);
}

TEST(SessionRefresh, ADeadGrantIsRememberedAndAskedForOnce) {
  for (const char* word : {"invalid_grant", "invalid_request"}) {
    Bench b;
    b.LogIn();
    b.http.Enqueue(400, std::string("{\"error\":\"") + word + "\"}");
    EXPECT_EQ(b.session.Refresh().error().kind, FailureKind::kReauthorize);
    EXPECT_EQ(b.Stored().refused, word);
    EXPECT_EQ(b.Stored().refresh_token, "R1") << "kept for people to see";
    EXPECT_EQ(b.session.Refresh().error().code, "session.refused");
    EXPECT_EQ(b.session.Call({.url = "/accounts"}).error().kind, FailureKind::kReauthorize);
    EXPECT_EQ(b.http.sent().size(), 1u);
    // A new login clears it.
    const std::string url = b.session.AuthorizationUrl().value();
    const std::string state = ParseForm(*ParseUri(url).value().query).GetOr("state");
    b.http.Enqueue(200, std::string(kTokenBody));
    ASSERT_TRUE(b.session.HandleCallback("https://app.test/callback?code=C1&state=" + state).ok());
    EXPECT_TRUE(b.session.CurrentToken().ok());
  }
}

// Its answer holds the only copy of the next refresh token.
TEST(SessionRefresh, ARefreshThatIsOnItsWayIsSeenToItsEnd) {
  Bench b;
  b.LogIn();
  std::stop_source source;
  b.http.handler = [&](const SentRequest& request) -> FakeHttp::Reply {
    if (!request.url.ends_with("/token")) return Answer(401, "");
    source.request_stop();
    return Answer(200, std::string(kRenewedBody));
  };
  (void)b.session.Call({.url = "/accounts"}, source.get_token()).ok();
  EXPECT_EQ(b.Stored().refresh_token, "R2");
  const auto sent = b.http.sent();
  ASSERT_GE(sent.size(), 2u);
  EXPECT_TRUE(sent[0].cancellable) << "the call";
  EXPECT_FALSE(sent[1].cancellable) << "the refresh";
}

TEST(SessionRefresh, WhoIsStoppedBeforeSendsNothing) {
  Bench b;
  b.LogIn();
  std::stop_source source;
  source.request_stop();
  const auto token = b.session.Refresh(source.get_token());
  EXPECT_EQ(token.error().code, "http.cancelled");
  EXPECT_EQ(token.error().message, "refreshing the token: stopped, as asked");
  EXPECT_TRUE(b.http.sent().empty());
  EXPECT_EQ(b.Stored().refresh_token, "R1");
}

TEST(SessionRefresh, WaitingForAnotherProcessCanBeCancelled) {
  Bench b;
  b.LogIn();
  const auto theirs = b.tokens.Acquire("ann").value();
  std::stop_source source;
  Outcome<TokenSet> token = TokenSet{};
  std::atomic<long> caller_id{0};
  std::thread caller([&] {
    caller_id = ThisThread();
    token = b.session.Refresh(source.get_token());
  });
  AwaitSleep(caller_id);
  source.request_stop();
  caller.join();
  EXPECT_EQ(token.error().code, "http.cancelled");
  EXPECT_TRUE(b.http.sent().empty());
}

TEST(SessionRefresh, WhatAnotherProcessRenewedIsTaken) {
  Bench b;
  b.LogIn();
  b.http.handler = [&](const SentRequest& request) -> FakeHttp::Reply {
    EXPECT_FALSE(request.url.ends_with("/token")) << "no second refresh";
    if (request.headers.Get("Authorization") == "Bearer A2") return Answer(200, "{}");
    // While our request was on its way, another process renewed the token.
    TokenSet theirs = b.Stored();
    theirs.access_token = "A2";
    theirs.refresh_token = "R2";
    (void)b.tokens.Save("ann", theirs).ok();
    return Answer(401, "");
  };
  EXPECT_TRUE(b.session.Call({.url = "/accounts"}).ok());
  EXPECT_EQ(b.http.sent().size(), 2u);
}

TEST(SessionRefresh, EightThreadsAndTwoSessionsAskOnce) {
  Bench b;
  b.LogIn();
  Session twin(b.config, b.services(), "ann");
  std::atomic<int> refused{0}, refreshes{0};
  b.http.handler = [&](const SentRequest& request) -> FakeHttp::Reply {
    if (request.url.ends_with("/token")) {
      ++refreshes;
      return Answer(200, std::string(kRenewedBody));
    }
    if (request.headers.Get("Authorization") == "Bearer A2") return Answer(200, "{}");
    // Nobody's 401 is told before all eight have been refused.
    ++refused;
    while (refused < 8) std::this_thread::yield();
    return Answer(401, "");
  };
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      if ((i % 2 ? twin : b.session).Call({.url = "/accounts"}).ok()) ++good;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 8);
  EXPECT_EQ(refreshes, 1);
}

TEST(SessionRevoke, RevokesBothAndForgets) {
  Bench b;
  b.LogIn();
  b.http.Enqueue(200, "");
  b.http.Enqueue(200, "");
  ASSERT_TRUE(b.session.Revoke().ok());
  const auto sent = b.http.sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].body, "token=R1&token_type_hint=refresh_token");
  EXPECT_EQ(sent[1].body, "token=A1&token_type_hint=access_token");
  EXPECT_EQ(sent[0].headers.Get("Authorization"), "Basic dGhlLWlkOnRoZS1zZWNyZXQ=");
  EXPECT_EQ(b.session.Call({.url = "/accounts"}).error().code, "session.no_token");
  EXPECT_EQ(b.session.Revoke().error().kind, FailureKind::kReauthorize);
}

TEST(SessionRevoke, AFailureKeepsTheTokens) {
  for (const int status : {503, 500, 401}) {
    Bench b;
    b.LogIn();
    b.http.Enqueue(status, R"({"error":"invalid_client"})");
    EXPECT_FALSE(b.session.Revoke().ok());
    EXPECT_EQ(b.Stored().refresh_token, "R1");
    EXPECT_EQ(b.http.sent().size(), 1u);
  }
}

// AWeber answers invalid_request for tokens that it no longer has. Without knowing why, that is an
// error; after it refused the refresh token, it is what was to be expected.
TEST(SessionRevoke, WhatTheCustomerDisconnectedCanBeForgotten) {
  Bench b;
  b.LogIn();
  b.http.Enqueue(400, R"({"error":"invalid_request"})");
  EXPECT_EQ(b.session.Revoke().error().code, "revoke.refused");
  b.http.Enqueue(400, R"({"error":"invalid_request"})");
  EXPECT_EQ(b.session.Refresh().error().code, "token.reauthorize");
  b.http.Enqueue(400, R"({"error":"invalid_request"})");
  b.http.Enqueue(400, R"({"error":"invalid_request"})");
  EXPECT_TRUE(b.session.Revoke().ok());
  EXPECT_FALSE(b.tokens.Load("ann").value().has_value());
}

TEST(SessionRevoke, HalfARevocationIsFinishedByTheNext) {
  const FakeHttp::Reply ends[] = {Answer(200, ""), Answer(400, R"({"error":"invalid_request"})")};
  for (const FakeHttp::Reply& end : ends) {
    Bench b;
    b.LogIn();
    b.http.Enqueue(200, "");
    b.http.Enqueue(503, "");
    EXPECT_EQ(b.session.Revoke().error().code, "revoke.http");
    EXPECT_EQ(b.Stored().refresh_token, "") << "revoked, so not kept";
    EXPECT_EQ(b.session.Refresh().error().message, "the refresh token is revoked; log in again");
    b.http.Enqueue(end);
    EXPECT_TRUE(b.session.Revoke().ok());
    ASSERT_EQ(b.http.sent().size(), 3u);
    EXPECT_EQ(b.http.sent()[2].body, "token=A1&token_type_hint=access_token");
    EXPECT_FALSE(b.tokens.Load("ann").value().has_value());
  }
}

// The reply was lost, not the revocation: AWeber then says invalid_request.
TEST(SessionRevoke, ALostReplyDoesNotBlockTheNextAttempt) {
  for (const bool arrived : {true, false}) {
    Bench b;
    b.LogIn();
    b.http.Enqueue(Error{arrived ? "http.reset" : "http.connect", "gone"});
    EXPECT_EQ(b.session.Revoke().error().kind, FailureKind::kNetwork);
    EXPECT_EQ(b.Stored().refresh_token, "R1");
    b.http.Enqueue(400, R"({"error":"invalid_request"})");
    b.http.Enqueue(200, "");
    EXPECT_EQ(b.session.Revoke().ok(), arrived);
  }
}

TEST(SessionRevoke, AnAccessTokenThatWentAlongIsNoFailure) {
  Bench b;
  b.LogIn();
  b.http.Enqueue(200, "");
  b.http.Enqueue(400, R"({"error":"invalid_request"})");
  EXPECT_TRUE(b.session.Revoke().ok());
  EXPECT_FALSE(b.tokens.Load("ann").value().has_value());
}

}  // namespace
}  // namespace aweber::client
