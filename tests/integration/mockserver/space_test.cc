// Spaces: isolation, clock and expiry boundaries, lineage, determinism, reset.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/text/json.h"
#include "conformance/checks/live_lint.h"
#include "mockserver/scenario/loader.h"
#include "tests/support/mock_flow.h"

namespace aweber::mock {
namespace {

using std::chrono::seconds;
using testing::Flow;

std::unique_ptr<MockServer> StartPlain(MockServerOptions options = {}) {
  options.scheme = "http";
  auto server = MockServer::Start(std::move(options));
  EXPECT_TRUE(server.ok());
  return std::move(*server);
}

// Every lifetime, one second before, at, and one second after its end.
TEST(Expiry, AccessTokenEndsAtItsSecond) {
  for (const auto& [offset, status] : {std::pair(-1, 200), std::pair(0, 401), std::pair(1, 401)}) {
    auto server = StartPlain();
    Flow flow(*server, false);
    const Json tokens = flow.Tokens();
    server->default_space()->Advance(seconds(3600 + offset));
    EXPECT_EQ(flow.Call("/1.0/accounts", tokens["access_token"]).status, status) << offset;
  }
}

TEST(Expiry, CodeEndsAtItsSecond) {
  for (const auto& [offset, status] : {std::pair(-1, 200), std::pair(0, 400), std::pair(1, 400)}) {
    auto server = StartPlain();
    Flow flow(*server, false);
    const std::string code = flow.Code();
    server->default_space()->Advance(seconds(600 + offset));
    EXPECT_EQ(flow.Exchange(code).status, status) << offset;
  }
}

TEST(Expiry, RefreshTokenEndsAtItsSecondWhenItHasOne) {
  for (const auto& [offset, status] : {std::pair(-1, 200), std::pair(0, 400), std::pair(1, 400)}) {
    MockServerOptions options;
    options.settings.refresh_token_ttl = 5000;
    auto server = StartPlain(options);
    Flow flow(*server, false);
    const Json tokens = flow.Tokens();
    server->default_space()->Advance(seconds(5000 + offset));
    EXPECT_EQ(flow.Refresh(tokens["refresh_token"]).status, status) << offset;
  }
}

TEST(Expiry, SkewMovesTheBoundary) {
  MockServerOptions options;
  options.settings.clock_skew = 30;
  auto server = StartPlain(options);
  Flow flow(*server, false);
  const Json tokens = flow.Tokens();
  server->default_space()->Advance(seconds(3629));
  EXPECT_EQ(flow.Call("/1.0/accounts", tokens["access_token"]).status, 200);
  server->default_space()->Advance(seconds(1));
  EXPECT_EQ(flow.Call("/1.0/accounts", tokens["access_token"]).status, 401);
  EXPECT_EQ(server->default_space()->journal().Entries().back().why_rejected.find(
                "access token at-1 expired by 30 s: it was good until "),
            0u);
}

TEST(Expiry, SkewIsInWhatTheClockAnswersAndInWhatIsExpiredByHand) {
  MockServerOptions options;
  options.settings.clock_skew = 30;
  auto server = StartPlain(options);
  Flow flow(*server, false);
  Space& space = *server->default_space();
  const std::string first = flow.Tokens()["access_token"];
  const UnixTime start = space.Now();
  EXPECT_TRUE(space.Advance(seconds(3610)).empty()) << "at-1 is within its skew";
  EXPECT_EQ(flow.Call("/1.0/accounts", first).status, 200);
  ASSERT_EQ(space.PendingExpiries().size(), 1u);
  EXPECT_EQ(space.PendingExpiries()[0].at, start + seconds(3630));
  ASSERT_TRUE(space.ExpireToken("at-1").ok());
  EXPECT_EQ(flow.Call("/1.0/accounts", first).status, 401);
  const std::string second = flow.Tokens()["access_token"];
  const auto expired = space.AdvanceToNextExpiry();
  ASSERT_EQ(expired.size(), 1u);
  EXPECT_EQ(expired[0].label, "at-2");
  EXPECT_EQ(flow.Call("/1.0/accounts", second).status, 401) << "to_next goes to the end itself";
}

TEST(Clock, AnswersWhatExpiredInOrder) {
  auto server = StartPlain();
  Flow flow(*server, false);
  Space& space = *server->default_space();
  flow.Tokens();  // code-1 used, at-1 at +3600
  space.Advance(seconds(100));
  flow.Code();  // code-2 at +700
  space.Advance(seconds(100));
  flow.Tokens();  // at-2 at +3800
  const UnixTime before = space.Now();
  ASSERT_EQ(space.PendingExpiries().size(), 3u);
  auto first = space.AdvanceToNextExpiry();
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].label, "code-2");
  EXPECT_EQ(space.Now() - before, seconds(500));
  const auto rest = space.Advance(seconds(10'000));
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[0].label + " " + rest[1].label, "at-1 at-2");
  EXPECT_TRUE(space.AdvanceToNextExpiry().empty());
  const auto past = space.AdvanceTo(before);
  ASSERT_FALSE(past.ok());
  EXPECT_EQ(past.error().code, "clock.past");
  EXPECT_TRUE(space.Advance(seconds(-5)).empty());
}

TEST(Lineage, EveryTokenNamesItsParent) {
  auto server = StartPlain();
  Flow flow(*server, false);
  const Json first = flow.Tokens();
  flow.Refresh(first["refresh_token"]);
  std::string seen;
  for (const TokenInfo& token : server->default_space()->Tokens()) {
    seen += token.label + "<" + token.parent + ":" + std::to_string(token.generation) + ":" +
            token.state + ":" + token.grant_label + " ";
  }
  EXPECT_EQ(seen,
            "code-1<:0:used:grant-1 at-1<code-1:0:live:grant-1 rt-1<code-1:0:used:grant-1 "
            "at-2<rt-1:1:live:grant-1 rt-2<rt-1:1:live:grant-1 ");
}

TEST(Tokens, ExpireRevokeAndIssueByHand) {
  auto server = StartPlain();
  Flow flow(*server, false);
  Space& space = *server->default_space();
  const Json tokens = flow.Tokens();
  ASSERT_TRUE(space.ExpireToken("at-1").ok());
  EXPECT_EQ(flow.Call("/1.0/accounts", tokens["access_token"]).status, 401);
  ASSERT_TRUE(space.RevokeToken("grant-1").ok());
  EXPECT_EQ(flow.Refresh(tokens["refresh_token"]).body, R"({"error":"invalid_request"})");
  EXPECT_EQ(space.RevokeToken("at-99").error().code, "token.unknown");
  const auto issued = space.IssueTokens({testing::kClientId, "", {"account.read"}});
  ASSERT_TRUE(issued.ok());
  EXPECT_EQ(flow.Call("/1.0/accounts", issued->first.value).status, 200);
  EXPECT_EQ(flow.Call("/1.0/accounts/1000001/lists", issued->first.value).status, 403);
  EXPECT_EQ(flow.Refresh(issued->second.value).status, 200);
}

TEST(Spaces, DoNotSeeEachOther) {
  auto server = StartPlain();
  SpaceOptions options;
  options.name = "a";
  auto space = server->CreateSpace(options);
  ASSERT_TRUE(space.ok());
  EXPECT_EQ(server->CreateSpace(options).error().code, "space.exists");
  EXPECT_EQ(server->CreateSpace({.name = "no/slash"}).error().code, "space.name");
  Flow inside(*server, true, "/s/a");
  Flow outside(*server);
  const Json tokens = inside.Tokens();
  ASSERT_TRUE(tokens.contains("access_token"));
  EXPECT_EQ(outside.Call("/1.0/accounts", tokens["access_token"]).status, 401);
  const HttpResponse accounts = inside.Call("/1.0/accounts", tokens["access_token"]);
  EXPECT_NE(accounts.body.find(server->base_url() + "/s/a/1.0/accounts/1000001"),
            std::string::npos);
  server->default_space()->Advance(std::chrono::hours(2));
  EXPECT_EQ(inside.Call("/1.0/accounts", tokens["access_token"]).status, 200);
  EXPECT_EQ(server->default_space()->journal().LastSequence(), 1u);
  EXPECT_EQ((*space)->journal().LastSequence(), 5u);
  EXPECT_TRUE(server->RemoveSpace("a"));
  EXPECT_EQ(inside.Call("/1.0/accounts", "x").status, 404);
  EXPECT_EQ(server->default_space()->journal().Entries().back().why_rejected,
            "there is no space \"a\"");
}

TEST(Spaces, AreMadeOnUseWhenAllowed) {
  auto server = StartPlain({.create_spaces_on_use = true});
  Flow flow(*server, false, "/s/new-one");
  EXPECT_TRUE(flow.Tokens().contains("access_token"));
  EXPECT_NE(server->FindSpace("new-one"), nullptr);
}

std::string Transcript(std::uint64_t seed) {
  auto server = StartPlain({.seed = seed, .honesty = true});
  Rule rule;
  rule.on.grant = "refresh_token";
  rule.when.probability = 0.5;
  rule.then = {{.kind = FaultKind::kHttpStatus, .status = 503}};
  server->default_space()->SetRules({rule}, "now/and-then");
  Flow flow(*server, false);
  for (int i = 0; i < 16; ++i) flow.Refresh(flow.Tokens()["refresh_token"]);
  std::string all;
  for (const JournalEntry& entry : server->default_space()->journal().Entries()) {
    std::string body = entry.response_body;
    all += entry.request.target + entry.request.body + entry.response_headers.GetOr("Location") +
           body + entry.rule + entry.fault.Text() + std::to_string(entry.status) + "\n";
  }
  return all;
}

TEST(Seed, OneSeedTwoRunsOneTranscript) {
  // Links name the port, which differs: nothing here is one.
  EXPECT_EQ(Transcript(11), Transcript(11));
  EXPECT_NE(Transcript(11), Transcript(12));
  EXPECT_NE(Transcript(11).find("now/and-then#1http_status503"), std::string::npos);
}

TEST(Reset, IsAsAtCreation) {
  auto server = StartPlain({.seed = 3});
  Flow flow(*server, false);
  Space& space = *server->default_space();
  const UnixTime start = space.Now();
  Rule rule;
  rule.then = {{.kind = FaultKind::kDelay, .delay_ms = 0}};
  space.SetRules({rule}, "x");
  const Json first = flow.Tokens();
  space.Advance(std::chrono::hours(1));
  space.AddFault(rule);
  space.Reset();
  EXPECT_EQ(space.Now(), start);
  EXPECT_EQ(space.journal().LastSequence(), 0u);
  ASSERT_EQ(space.Rules().size(), 1u);
  EXPECT_EQ(space.Rules()[0].seen, 0u);
  EXPECT_TRUE(space.Tokens().empty());
  EXPECT_EQ(flow.Tokens(), first);
}

// What `prepare` sets up is there before anybody can ask.
TEST(Embedding, PreparesBeforeItListens) {
  MockServerOptions options;
  options.prepare = [](MockServer& server) -> Status {
    server.default_space()->AddClient({"mine", "secret-of-mine", false, "Mine", {}, {}});
    return {};
  };
  auto server = StartPlain(options);
  EXPECT_EQ(server->default_space()->clients().back().id, "mine");
  options.scheme = "http";
  options.prepare = [](MockServer&) -> Status { return Error{"mine", "no"}; };
  const auto refused = MockServer::Start(options);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "no");
}

// Clients and accounts are replaced each for themselves.
TEST(Embedding, OwnClientsOrAccountsInsteadOfTheBuiltInOnes) {
  MockServerOptions options;
  options.create_spaces_on_use = true;
  options.clients = {{"mine", "secret-of-mine", false, "Mine", {}, {}}};
  auto server = StartPlain(options);
  Flow(*server, false, "/s/used").Get("/1.0");
  for (const auto& space : server->spaces()) {
    ASSERT_EQ(space->clients().size(), 1u) << space->name();
    EXPECT_EQ(space->clients()[0].id, "mine");
    EXPECT_EQ(space->accounts().size(), 2u);
  }
  options.clients.clear();
  options.accounts = {{"me@example.com", "my-password", false, 7, "Mine"}};
  server = StartPlain(options);
  EXPECT_EQ(server->default_space()->clients().size(), 2u);
  ASSERT_EQ(server->default_space()->accounts().size(), 1u);
  EXPECT_EQ(server->default_space()->accounts()[0].username, "me@example.com");
  options.accounts[0].developer = true;
  const auto issued =
      StartPlain(options)->default_space()->IssueTokens({testing::kClientId, "", {}});
  ASSERT_FALSE(issued.ok());
  EXPECT_EQ(issued.error().message,
            "space \"default\" has no customer's account (one that is not a developer's)");
}

TEST(Embedding, EnqueueAndTakeRequest) {
  auto server = StartPlain();
  Flow flow(*server);
  Rule rule;
  rule.on.endpoint = Endpoint::kApi;
  rule.then = {{.kind = FaultKind::kHttpStatus, .status = 500}};
  server->Enqueue(rule);
  EXPECT_EQ(flow.Call("/1.0/accounts", "x").status, 500);
  EXPECT_EQ(flow.Call("/1.0/lists", "x").status, 401);
  EXPECT_EQ(server->TakeRequest()->local_path, "/1.0/accounts");
  EXPECT_EQ(server->TakeRequest()->local_path, "/1.0/lists");
  EXPECT_FALSE(server->TakeRequest(0));
}

TEST(Journal, IsBoundedAndCounts) {
  auto server = StartPlain({.journal_size = 3});
  Flow flow(*server, false);
  for (int i = 0; i < 5; ++i) flow.Call("/1.0/accounts", "x");
  Journal& journal = server->default_space()->journal();
  EXPECT_EQ(journal.Entries().size(), 3u);
  EXPECT_EQ(journal.evicted(), 2u);
  EXPECT_EQ(journal.Entries().front().sequence, 3u);
}

// Large requests are as bounded as many.
TEST(Journal, IsBoundedInBytesToo) {
  Journal journal(100, 1000);
  JournalEntry entry;
  for (int i = 0; i < 10; ++i) {
    entry.request.body.assign(300, 'x');
    journal.Append(entry);
  }
  EXPECT_EQ(journal.Entries().size(), 3u);
  EXPECT_EQ(journal.evicted(), 7u);
  journal.Update({0, 10}, [](JournalEntry& one) { one.response_body.assign(500, 'y'); });
  EXPECT_EQ(journal.Entries().size(), 1u);
  EXPECT_EQ(journal.Entries().front().sequence, 10u);
  entry.request.body.assign(5000, 'x');
  EXPECT_EQ(journal.Append(entry).sequence, 11u);
  EXPECT_EQ(journal.Entries().size(), 1u) << "the newest stays whatever it weighs";
  journal.Clear();
  entry.request.body.assign(900, 'x');
  journal.Append(entry);
  EXPECT_EQ(journal.evicted(), 10u);
}

TEST(Lint, FindingsHangBesideTheEntry) {
  MockServerOptions options;
  options.linter = [](const std::vector<JournalEntry>& all, const JournalEntry& newest, Profile) {
    return std::vector<Finding>{
        {"some-check", "must", newest.local_path + " " + std::to_string(all.size())}};
  };
  auto server = StartPlain(options);
  Flow flow(*server, false);
  flow.Call("/1.0/accounts", "x");
  flow.Call("/1.0/lists", "x");
  server->DrainLint();
  const auto entries = server->default_space()->journal().Entries();
  ASSERT_EQ(entries[1].findings.size(), 1u);
  EXPECT_EQ(entries[1].findings[0].message, "/1.0/lists 2");
}

TEST(Lint, KnowsTheRegisteredRedirectFromTheRefusal) {
  MockServerOptions options;
  options.linter = [](const std::vector<JournalEntry>& all, const JournalEntry& newest,
                      Profile profile) {
    return conformance::LiveLint(all, newest, ProfileName(profile));
  };
  auto server = StartPlain(options);
  Flow flow(*server, false);
  flow.Get(flow.AuthorizeUrl({{"redirect_uri", std::string(testing::kCallback) + "/"}}));
  flow.Get(flow.AuthorizeUrl());
  server->DrainLint();
  const auto entries = server->default_space()->journal().Entries();
  const auto found = [&](const JournalEntry& entry) {
    return std::any_of(entry.findings.begin(), entry.findings.end(), [](const Finding& finding) {
      return finding.check == "az-redirect-registered";
    });
  };
  EXPECT_TRUE(found(entries[0]));
  EXPECT_FALSE(found(entries[1]));
}

TEST(Play, EveryBuiltInScenarioPlays) {
  const auto scenarios = BuiltInScenarios();
  ASSERT_TRUE(scenarios.ok()) << scenarios.error().message;
  ASSERT_GT(scenarios->size(), 20u);
  auto server = StartPlain();
  int number = 0;
  for (const Scenario& scenario : *scenarios) {
    auto space = server->CreateSpace({.name = "case-" + std::to_string(++number)});
    ASSERT_TRUE(space.ok());
    const auto client = server->Play(**space, scenario);
    ASSERT_TRUE(client.ok()) << client.error().message;
    EXPECT_EQ(client->id.size(), 32u);
    EXPECT_EQ((*space)->scenario_id(), scenario.id);
    EXPECT_EQ(client->secret.empty(),
              client->is_public || scenario.server.client.secret == "empty");
  }
}

// The profile sets every switch, so it goes first wherever it stands.
TEST(Play, ASwitchNamedBeforeTheProfileHolds) {
  auto server = StartPlain();
  Scenario scenario;
  scenario.id = "x/y";
  scenario.server.settings = {{"rotate_refresh_token", false}, {"profile", "rfc9700"}};
  ASSERT_TRUE(server->Play(*server->default_space(), scenario).ok());
  const Settings settings = server->default_space()->settings();
  EXPECT_FALSE(settings.rotate_refresh_token);
  EXPECT_EQ(settings.profile, Profile::kRfc9700);
  EXPECT_TRUE(settings.iss_parameter);
  scenario.server.settings = {{"rotate_refresh_tokens", false}};
  EXPECT_EQ(server->Play(*server->default_space(), scenario).error().message,
            "scenario x/y: unknown setting \"rotate_refresh_tokens\"; did you mean "
            "\"rotate_refresh_token\"?");
}

TEST(Play, HostileSecretNeedsEncoding) {
  auto server = StartPlain();
  Scenario scenario;
  scenario.id = "x/y";
  scenario.server.client.secret = "hostile";
  Space& space = *server->default_space();
  const auto client = server->Play(space, scenario);
  ASSERT_TRUE(client.ok());
  Flow flow(*server, false);
  const Form form{{"grant_type", "refresh_token"}, {"refresh_token", "x"}};
  EXPECT_EQ(flow.Token(form, testing::Basic(client->id, client->secret)).status, 400);
  EXPECT_EQ(space.journal().Entries().back().facts.basic_encoding, "raw");
  EXPECT_EQ(flow.Token(form, testing::Basic(client->id, FormEncode(client->secret))).status, 400);
  EXPECT_EQ(space.journal().Entries().back().facts.basic_encoding, "encoded");
  Settings strict = space.settings();
  strict.raw_basic = false;
  space.SetSettings(strict);
  EXPECT_EQ(flow.Token(form, testing::Basic(client->id, client->secret)).status, 401);
  EXPECT_NE(space.journal().Entries().back().why_rejected.find("was not form-encoded"),
            std::string::npos);
}

}  // namespace
}  // namespace aweber::mock
