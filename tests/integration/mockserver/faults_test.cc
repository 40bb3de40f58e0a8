// Every fault, watched from the client's side of the socket.
#include <gtest/gtest.h>

#include <thread>

#include "base/http/client.h"
#include "base/text/json.h"
#include "mockserver/faults/effects.h"
#include "tests/support/mock_flow.h"
#include "tests/support/raw_socket.h"

namespace aweber::mock {
namespace {

using testing::Flow;

Rule OnToken(Fault fault, const std::string& grant = "refresh_token") {
  Rule rule;
  rule.on.endpoint = Endpoint::kToken;
  rule.on.grant = grant;
  rule.then.push_back(std::move(fault));
  return rule;
}

class Faults : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = MockServer::Start({.scheme = "http", .seed = 5});
    ASSERT_TRUE(started.ok());
    server_ = std::move(*started);
    flow_ = std::make_unique<Flow>(*server_);
    tokens_ = flow_->Tokens();
  }
  // The next refresh meets `fault`.
  HttpResponse Refresh(Fault fault) {
    server_->Enqueue(OnToken(std::move(fault)));
    return flow_->Refresh(tokens_["refresh_token"]);
  }
  JournalEntry Last() { return server_->default_space()->journal().Entries().back(); }
  std::string StateOf(const std::string& label) {
    const auto info = server_->default_space()->FindToken(label);
    return info ? info->state : "none";
  }
  // Waits until the transport has said how the last reply ended.
  JournalEntry LastFinished() {
    Journal& journal = server_->default_space()->journal();
    const auto entry = journal.Wait(
        journal.LastSequence() - 1,
        [](const JournalEntry& e) { return e.state == EntryState::kAborted || e.bytes_sent > 0; },
        5000);
    return entry.value_or(JournalEntry{});
  }

  std::unique_ptr<MockServer> server_;
  std::unique_ptr<Flow> flow_;
  Json tokens_;
};

TEST_F(Faults, OAuthErrorComesBeforeAnythingHappens) {
  Fault fault{.kind = FaultKind::kOAuthError, .error = "invalid_grant", .description = "no"};
  const HttpResponse reply = Refresh(fault);
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body, R"({"error":"invalid_grant","error_description":"no"})");
  EXPECT_EQ(StateOf("rt-1"), "live");
  EXPECT_EQ(Last().rule, "fault-1");
  EXPECT_EQ(Last().fault, "oauth_error");
  EXPECT_EQ(flow_->Refresh(tokens_["refresh_token"]).status, 200) << "once only";
}

TEST_F(Faults, OAuthErrorAfterCommit) {
  Fault fault{.kind = FaultKind::kOAuthError, .phase = Phase::kAfter, .error = "server_error"};
  EXPECT_EQ(Refresh(fault).status, 500);
  EXPECT_EQ(StateOf("rt-1"), "used");
  EXPECT_TRUE(Last().facts.committed);
  EXPECT_EQ(Last().facts.issued_refresh_label, "rt-2");
}

TEST_F(Faults, HttpStatusAndRetryAfter) {
  const HttpResponse plain = Refresh({.kind = FaultKind::kHttpStatus, .status = 503});
  EXPECT_EQ(plain.status, 503);
  EXPECT_EQ(plain.body, R"({"error":{"status":503,"message":"Service Unavailable",)"
                        R"("type":"ServiceUnavailableError",)"
                        R"("documentation_url":"https://api.aweber.com#serviceunavailable"}})");
  const HttpResponse later =
      Refresh({.kind = FaultKind::kRetryAfter, .status = 429, .retry_after_s = 7});
  EXPECT_EQ(later.status, 429);
  EXPECT_EQ(later.headers.GetOr("Retry-After"), "7");
  const HttpResponse away =
      Refresh({.kind = FaultKind::kHttpStatus, .status = 307, .location = "${other}/oauth2/token"});
  EXPECT_EQ(away.headers.GetOr("Location"), server_->other_origin() + "/oauth2/token");
  EXPECT_EQ(StateOf("rt-1"), "live");
}

TEST_F(Faults, RawBodyKeepsWhatWasIssued) {
  Fault fault{.kind = FaultKind::kRawBody, .phase = Phase::kAfter, .content_type = "text/plain"};
  fault.body = "\xEF\xBB\xBF${body}";
  const HttpResponse reply = Refresh(fault);
  EXPECT_EQ(reply.headers.GetOr("Content-Type"), "text/plain");
  EXPECT_EQ(reply.body.find("\xEF\xBB\xBF{\"access_token\":\""), 0u);
}

TEST_F(Faults, LoseReplyCommitsFirst) {
  const HttpResponse reply = Refresh({.kind = FaultKind::kLoseReply, .phase = Phase::kAfter});
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(StateOf("rt-1"), "used");
  EXPECT_EQ(StateOf("rt-2"), "live");
  const JournalEntry entry = LastFinished();
  EXPECT_EQ(entry.state, EntryState::kAborted);
  EXPECT_EQ(entry.status, 0);
  EXPECT_TRUE(entry.facts.committed);
  EXPECT_EQ(entry.fault, "lose_reply");
  EXPECT_EQ(entry.facts.refresh_label, "rt-1");
  EXPECT_EQ(entry.facts.issued_refresh_label, "rt-2");
}

TEST_F(Faults, ConnectionsThatEndEarly) {
  EXPECT_EQ(Refresh({.kind = FaultKind::kReset}).status, 0);
  EXPECT_EQ(LastFinished().state, EntryState::kAborted);
  EXPECT_EQ(Refresh({.kind = FaultKind::kCloseEmpty}).status, 0);
  EXPECT_EQ(StateOf("rt-1"), "live");
  const HttpResponse cut = Refresh({.kind = FaultKind::kTruncate, .bytes = 10});
  EXPECT_EQ(cut.status, 0) << cut.body;
  EXPECT_EQ(StateOf("rt-1"), "used") << "a truncated reply was acted on";
}

TEST_F(Faults, RawSocketSeesTruncationAndWrongLength) {
  const std::string body = "grant_type=refresh_token&refresh_token=x";
  const std::string request =
      "POST /oauth2/token HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: "
      "application/x-www-form-urlencoded\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  const auto ask = [&](Fault fault) {
    server_->Enqueue(OnToken(std::move(fault)));
    test::RawSocket client(ParseUri(server_->base_url())->EffectivePort());
    client.Send(request);
    return client.ReadAll();
  };
  const std::string cut = ask({.kind = FaultKind::kTruncate, .bytes = 3});
  EXPECT_EQ(cut.substr(cut.find("\r\n\r\n") + 4), "{\"e");
  const std::string longer = ask({.kind = FaultKind::kContentLength, .bytes = 5000});
  EXPECT_NE(longer.find("Content-Length: 5000\r\n"), std::string::npos) << longer;
  const std::string chunked = ask({.kind = FaultKind::kMalformedChunk});
  EXPECT_NE(chunked.find("Transfer-Encoding: chunked"), std::string::npos) << chunked;
  const std::string slow = ask({.kind = FaultKind::kDribble, .delay_ms = 1});
  EXPECT_NE(slow.find("documentation_url"), std::string::npos);
  const std::string none = ask({.kind = FaultKind::kReset});
  EXPECT_EQ(none, "");
}

TEST_F(Faults, HangEndsWithTheServer) {
  server_->Enqueue(OnToken({.kind = FaultKind::kHang}));
  std::thread client([&] { EXPECT_EQ(flow_->Refresh(tokens_["refresh_token"]).status, 0); });
  Journal& journal = server_->default_space()->journal();
  ASSERT_TRUE(journal.Wait(
      0, [](const JournalEntry& e) { return e.fault == "hang"; }, 5000));
  EXPECT_EQ(Last().state, EntryState::kUnderWay);
  server_->Stop();
  client.join();
  EXPECT_EQ(StateOf("rt-1"), "live");
}

TEST_F(Faults, DelayIsBeforeTheReply) {
  const Micros before = SystemClock::System().Steady();
  const HttpResponse reply = Refresh({.kind = FaultKind::kDelay, .delay_ms = 30});
  EXPECT_GE(SystemClock::System().Steady() - before, Micros(30'000));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(Last().fault, "delay");
}

TEST_F(Faults, TokenMutations) {
  using Kind = TokenMutation::Kind;
  Fault fault{.kind = FaultKind::kTokenMutation, .phase = Phase::kAfter};
  fault.token = {{Kind::kSet, "expires_in", "3600"},
                 {Kind::kRemove, "token_type", {}},
                 {Kind::kSet, "access_token", std::string(8192, 'a')}};
  const HttpResponse reply = Refresh(fault);
  const Json members = *ParseJson(reply.body);
  EXPECT_EQ(members["expires_in"], "3600");
  EXPECT_FALSE(members.contains("token_type"));
  EXPECT_EQ(flow_->Call("/1.0/accounts", std::string(8192, 'a')).status, 200)
      << "a token is known by the text the client was given";
}

TEST_F(Faults, RefreshTokenRemovedOrKeptStaysGood) {
  using Kind = TokenMutation::Kind;
  for (Kind kind : {Kind::kRemove, Kind::kKeep}) {
    Fault fault{.kind = FaultKind::kTokenMutation, .phase = Phase::kAfter};
    fault.token = {{kind, "refresh_token", {}}};
    const Json members = *ParseJson(Refresh(fault).body);
    EXPECT_EQ(members.contains("refresh_token"), kind == Kind::kKeep);
    EXPECT_EQ(StateOf("rt-1"), "live");
  }
}

TEST_F(Faults, RedirectTampering) {
  using Kind = RedirectTamper::Kind;
  Rule rule;
  rule.on.endpoint = Endpoint::kDecision;
  Fault fault{.kind = FaultKind::kRedirectTamper, .phase = Phase::kAfter};
  fault.redirect = {{Kind::kSet, "state", "other", {}},
                    {Kind::kAdd, "extra", "1", {}},
                    {Kind::kOrder, "", "", {"extra", "state"}}};
  rule.then = {fault};
  server_->Enqueue(rule);
  const HttpResponse reply = flow_->Decide(flow_->Get(flow_->AuthorizeUrl()));
  EXPECT_EQ(reply.headers.GetOr("Location")
                .find("https://app.example.test/callback?extra=1&state=other&code="),
            0u)
      << reply.headers.GetOr("Location");
}

TEST_F(Faults, OAuthErrorAtTheAuthorizationEndpointIsARedirect) {
  Rule rule;
  rule.on.endpoint = Endpoint::kDecision;
  rule.then = {{.kind = FaultKind::kOAuthError, .error = "temporarily_unavailable"}};
  server_->Enqueue(rule);
  const HttpResponse reply = flow_->Decide(flow_->Get(flow_->AuthorizeUrl()));
  EXPECT_EQ(reply.headers.GetOr("Location"),
            "https://app.example.test/callback?error=temporarily_unavailable&state=state-1");
}

TEST_F(Faults, RateLimitBlocksForAMinuteOfTheVirtualClock) {
  Rule rule;
  rule.on.endpoint = Endpoint::kApi;
  rule.then = {{.kind = FaultKind::kRateLimit}};
  server_->Enqueue(rule);
  const std::string token = tokens_["access_token"];
  const HttpResponse reply = flow_->Call("/1.0/accounts", token);
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.body,
            R"({"error":{"status":403,"message":"Rate Limit Error",)"
            R"("type":"ForbiddenError","documentation_url":"https://api.aweber.com#forbidden"}})");
  EXPECT_FALSE(reply.headers.Has("Retry-After"));
  Space& space = *server_->default_space();
  space.Advance(std::chrono::seconds(59));
  EXPECT_EQ(flow_->Call("/1.0/accounts", token).status, 403);
  space.Advance(std::chrono::seconds(1));
  EXPECT_EQ(flow_->Call("/1.0/accounts", token).status, 200);
}

// An expired token is good for one request where a rule says so; a revoked one never is.
TEST_F(Faults, GraceLetsAnExpiredTokenPass) {
  const std::string token = tokens_["access_token"];
  Space& space = *server_->default_space();
  space.Advance(std::chrono::hours(3));
  EXPECT_EQ(flow_->Call("/1.0/accounts", token).status, 401);
  Rule rule;
  rule.on.endpoint = Endpoint::kApi;
  rule.then = {{.kind = FaultKind::kGrace}};
  const std::string id = space.AddFault(rule);
  EXPECT_EQ(flow_->Call("/1.0/accounts", token).status, 200);
  EXPECT_EQ(flow_->Call("/1.0/accounts", "no-such-token").status, 401);
  EXPECT_TRUE(space.RemoveFault(id));
  EXPECT_EQ(flow_->Call("/1.0/accounts", token).status, 401);
}

// Two refreshes behind a gate: with rotation exactly one wins, and the lineage says which.
TEST_F(Faults, GateFreesTwoRefreshesTogether) {
  Rule rule = OnToken({.kind = FaultKind::kGate, .gate = "g", .gate_size = 2});
  server_->default_space()->AddFault(rule);
  std::vector<int> statuses(2);
  {
    std::vector<std::jthread> clients;
    for (int& status : statuses) {
      clients.emplace_back([&] {
        Flow mine(*server_);
        status = mine.Refresh(tokens_["refresh_token"]).status;
      });
    }
  }
  EXPECT_EQ(statuses[0] + statuses[1], 200 + 400);
  int issued = 0, used = 0;
  for (const JournalEntry& entry : server_->default_space()->journal().Entries()) {
    if (entry.fault != "gate") continue;
    EXPECT_EQ(entry.facts.refresh_label, "rt-1");
    issued += entry.facts.issued_refresh_label == "rt-2" ? 1 : 0;
    used += entry.facts.token_state == "used" ? 1 : 0;
  }
  EXPECT_EQ(issued, 1);
  EXPECT_EQ(used, 1);
  EXPECT_EQ(StateOf("rt-3"), "none");
}

TEST_F(Faults, GateIsReleasedByHand) {
  Rule rule = OnToken({.kind = FaultKind::kGate, .gate = "g"});
  Space& space = *server_->default_space();
  space.AddFault(rule);
  std::jthread client([&] { EXPECT_EQ(flow_->Refresh(tokens_["refresh_token"]).status, 200); });
  while (space.Gates().empty() || space.Gates()[0].waiting == 0) std::this_thread::yield();
  EXPECT_EQ(StateOf("rt-1"), "live");
  EXPECT_EQ(space.ReleaseGate("g"), 1);
}

TEST_F(Faults, GateDoesNotOutliveTheServer) {
  server_->default_space()->AddFault(OnToken({.kind = FaultKind::kGate, .gate = "g"}));
  std::jthread client([&] { EXPECT_EQ(flow_->Refresh(tokens_["refresh_token"]).status, 0); });
  while (server_->default_space()->Gates().empty()) std::this_thread::yield();
  server_->Stop();
}

TEST_F(Faults, SelectorsAndCounts) {
  Space& space = *server_->default_space();
  Rule second = OnToken({.kind = FaultKind::kHttpStatus, .status = 500});
  second.when.nth = 2;
  space.SetRules({second}, "a/b");
  EXPECT_EQ(flow_->Refresh("x").status, 400);
  EXPECT_EQ(flow_->Refresh("x").status, 500);
  EXPECT_EQ(Last().rule, "a/b#1");
  EXPECT_EQ(flow_->Refresh("x").status, 400);
  EXPECT_EQ(space.Rules()[0].seen, 3u);
  EXPECT_EQ(space.Rules()[0].acted, 1u);

  Rule third = OnToken({.kind = FaultKind::kHttpStatus, .status = 502});
  third.when.every = 3;
  space.SetRules({third}, "a/c");
  std::string seen;
  for (int i = 0; i < 6; ++i) seen += std::to_string(flow_->Refresh("x").status) + " ";
  EXPECT_EQ(seen, "400 400 502 400 400 502 ");

  Rule by_state = OnToken({.kind = FaultKind::kHttpStatus, .status = 504});
  by_state.on.token_state = "unknown";
  by_state.on.client_id = testing::kClientId;
  space.SetRules({by_state}, "a/d");
  EXPECT_EQ(flow_->Refresh("x").status, 504);
  EXPECT_EQ(flow_->Refresh(tokens_["refresh_token"]).status, 200);
}

// "times" counts what a rule acted on: what the one before it took is not lost to the next.
TEST_F(Faults, QueuedFaultsActOneAfterTheOther) {
  Space& space = *server_->default_space();
  server_->Enqueue(OnToken({.kind = FaultKind::kHttpStatus, .status = 500}));
  server_->Enqueue(OnToken({.kind = FaultKind::kHttpStatus, .status = 503}));
  Rule twice = OnToken({.kind = FaultKind::kHttpStatus, .status = 502});
  twice.when.first = 2;
  space.SetRules({twice}, "a/b");
  std::string seen;
  for (int i = 0; i < 5; ++i) seen += std::to_string(flow_->Refresh("x").status) + " ";
  EXPECT_EQ(seen, "500 503 502 502 400 ");
  const auto states = space.Rules();
  ASSERT_EQ(states.size(), 3u);
  for (const RuleState& state : states) {
    EXPECT_EQ(state.seen, 5u) << "every request that fits is seen";
    EXPECT_EQ(state.acted, state.rule.when.first);
  }
}

// Which request is the second does not depend on who acted on the first.
TEST_F(Faults, NthCountsWhatOthersActedOn) {
  Rule second = OnToken({.kind = FaultKind::kHttpStatus, .status = 502});
  second.when.nth = 2;
  second.when.first = 1;
  server_->default_space()->SetRules({second}, "a/b");
  server_->Enqueue(OnToken({.kind = FaultKind::kHttpStatus, .status = 500}));
  EXPECT_EQ(flow_->Refresh("x").status, 500);
  EXPECT_EQ(flow_->Refresh("x").status, 502);
  EXPECT_EQ(flow_->Refresh("x").status, 400);
}

TEST_F(Faults, OneTextForEveryTokenMeansTheNewest) {
  using Kind = TokenMutation::Kind;
  Fault fault{.kind = FaultKind::kTokenMutation, .phase = Phase::kAfter};
  fault.token = {{Kind::kSet, "access_token", "always-the-same"}};
  server_->default_space()->SetRules({OnToken(fault)}, "a/b");
  const Json first = *ParseJson(flow_->Refresh(tokens_["refresh_token"]).body);
  server_->Advance(std::chrono::hours(2));
  flow_->Refresh(first["refresh_token"]);
  EXPECT_EQ(flow_->Call("/1.0/accounts", "always-the-same").status, 200)
      << "the one that expired had the same text";
}

TEST_F(Faults, ProbabilityRepeatsWithTheSeed) {
  const auto run = [](std::uint64_t seed) {
    auto server = MockServer::Start({.scheme = "http", .seed = seed});
    Rule rule = OnToken({.kind = FaultKind::kHttpStatus, .status = 500});
    rule.when.probability = 0.5;
    (*server)->default_space()->SetRules({rule}, "p");
    Flow flow(**server, false);
    std::string seen;
    for (int i = 0; i < 32; ++i) seen += flow.Refresh("x").status == 500 ? '1' : '0';
    return seen;
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
  EXPECT_NE(run(1).find('1'), std::string::npos);
  EXPECT_NE(run(1).find('0'), std::string::npos);
}

TEST(TlsFaults, SpoilTheHandshakeOfTheirEndpointOnly) {
  auto server = MockServer::Start({.scheme = "https"});
  ASSERT_TRUE(server.ok());
  SpaceOptions options;
  options.name = "case-1";
  const auto space = *(*server)->CreateSpace(options);
  Rule rule = OnToken({.kind = FaultKind::kTls, .tls = "expired"});
  rule.on.grant.reset();
  space->SetRules({rule}, "token/tls-bad-cert");
  EXPECT_EQ((*server)->OriginFor(*space, Endpoint::kAuthorize), (*server)->base_url());
  const std::string bad = (*server)->OriginFor(*space, Endpoint::kToken);
  EXPECT_NE(bad, (*server)->base_url());
  EXPECT_EQ((*server)->OriginFor(*space, Endpoint::kToken), bad);

  const std::string ca = ::testing::TempDir() + "/tls_faults_ca.pem";
  FILE* file = std::fopen(ca.c_str(), "w");
  std::fputs((*server)->ca_pem().c_str(), file);
  std::fclose(file);
  auto client = MakeHttpClient({.ca_file = ca});
  EXPECT_EQ(client->Send("GET", (*server)->base_url() + "/s/case-1/1.0/accounts", {}, "")->status,
            400);
  const auto refused = client->Send("POST", bad + "/s/case-1/oauth2/token", {}, "");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "http.tls");
  const auto note = space->journal().Wait(
      0, [](const JournalEntry& e) { return e.fault == "tls"; }, 5000);
  ASSERT_TRUE(note);
  EXPECT_NE(note->why_rejected.find("expired"), std::string::npos);
}

}  // namespace
}  // namespace aweber::mock
