// The token store: finding, lineage, deadlines, renaming, and its cost with many tokens.
#include "mockserver/model/token_registry.h"

#include <gtest/gtest.h>

#include "base/os/clock.h"
#include "base/os/random.h"

namespace aweber::mock {
namespace {

using std::chrono::seconds;
const UnixTime kStart = FromUnixSeconds(1'000'000);

TokenId Add(TokenRegistry& store, TokenKind kind, const std::string& value, GrantId grant,
            std::optional<int> lifetime = {}) {
  TokenRegistry::Issue issue;
  issue.kind = kind;
  issue.value = value;
  issue.grant = grant;
  issue.now = kStart;
  if (lifetime) issue.expires_at = kStart + seconds(*lifetime);
  return store.Add(issue);
}

TEST(TokenRegistry, FindsByValueAndLabel) {
  TokenRegistry store;
  const GrantId grant = store.AddGrant("client", "user", {"a", "b"});
  const TokenId code = Add(store, TokenKind::kCode, "the-code", grant, 600);
  const TokenId access = Add(store, TokenKind::kAccess, std::string(32, 'x'), grant, 3600);
  const TokenId odd = Add(store, TokenKind::kAccess, std::string(5000, 'y'), grant);
  EXPECT_EQ(store.Find("the-code"), code);
  EXPECT_EQ(store.Find(std::string(32, 'x')), access);
  EXPECT_EQ(store.Find(std::string(5000, 'y')), odd);
  EXPECT_EQ(store.Find("x"), kNoId);
  EXPECT_EQ(store.FindLabel("at-2"), odd);
  for (const char* label : {"at-3", "at-0", "at-", "at", "at-1x", "rt-1", "at--1", ""}) {
    EXPECT_EQ(store.FindLabel(label), kNoId) << label;
  }
  EXPECT_EQ(store.FindGrant("grant-1"), grant);
  EXPECT_EQ(store.FindGrant("grant-2"), kNoId);
  EXPECT_EQ(store.client_id(access), "client");
  EXPECT_EQ(store.scopes(access), (std::vector<std::string>{"a", "b"}));
}

TEST(TokenRegistry, RenamedTokenIsFoundByItsNewTextOnly) {
  TokenRegistry store;
  const GrantId grant = store.AddGrant("c", "u", {});
  std::vector<TokenId> ids;
  for (int i = 0; i < 1000; ++i) {
    ids.push_back(Add(store, TokenKind::kAccess, "token-" + std::to_string(i), grant));
  }
  for (int i = 0; i < 1000; i += 3) store.Rename(ids[i], "new-" + std::to_string(i));
  for (int i = 0; i < 1000; ++i) {
    const bool renamed = i % 3 == 0;
    EXPECT_EQ(store.Find("token-" + std::to_string(i)), renamed ? kNoId : ids[i]);
    EXPECT_EQ(store.Find("new-" + std::to_string(i)), renamed ? ids[i] : kNoId);
  }
}

// A server that gives every token one text means the last it gave.
TEST(TokenRegistry, OfOneValueTheNewestIsFound) {
  TokenRegistry store;
  const GrantId grant = store.AddGrant("c", "u", {});
  const TokenId first = Add(store, TokenKind::kAccess, "first", grant);
  const TokenId second = Add(store, TokenKind::kAccess, "second", grant);
  store.Rename(first, "fixed");
  EXPECT_EQ(store.Find("fixed"), first);
  store.Rename(second, "fixed");
  EXPECT_EQ(store.Find("fixed"), second);
  EXPECT_EQ(store.value(first), "fixed");
  const TokenId third = Add(store, TokenKind::kAccess, "fixed", grant);
  for (int i = 0; i < 500; ++i) {  // and however the table grows
    Add(store, TokenKind::kAccess, "token-" + std::to_string(i), grant);
  }
  EXPECT_EQ(store.Find("fixed"), third);
  store.Rename(first, "elsewhere");
  EXPECT_EQ(store.Find("elsewhere"), first);
  EXPECT_EQ(store.Find("fixed"), third);
}

TEST(TokenRegistry, StatesAndWhenTheyBegan) {
  TokenRegistry store;
  const GrantId grant = store.AddGrant("c", "u", {});
  const TokenId id = Add(store, TokenKind::kAccess, "a", grant, 10);
  EXPECT_EQ(store.State(id, kStart + seconds(9)), TokenState::kLive);
  EXPECT_EQ(store.State(id, kStart + seconds(10)), TokenState::kExpired);
  EXPECT_EQ(store.State(id, kStart + seconds(10), 1), TokenState::kLive);
  const TokenId used = Add(store, TokenKind::kRefresh, "r", grant);
  store.MarkUsed(used, kStart + seconds(3));
  store.Revoke(used, kStart + seconds(4));
  EXPECT_EQ(store.State(used, kStart), TokenState::kUsed) << "used says more than revoked";
  EXPECT_EQ(store.ended_at(used), kStart + seconds(3));
  const TokenId other = Add(store, TokenKind::kRefresh, "s", grant);
  EXPECT_EQ(store.RevokeGrant(grant, kStart + seconds(5)), 2);
  EXPECT_EQ(store.State(other, kStart), TokenState::kRevoked);
}

TEST(TokenRegistry, DeadlinesComeInOrderAndOnce) {
  TokenRegistry store;
  const GrantId grant = store.AddGrant("c", "u", {});
  Add(store, TokenKind::kAccess, "late", grant, 30);
  Add(store, TokenKind::kCode, "early", grant, 10);
  const TokenId gone = Add(store, TokenKind::kAccess, "gone", grant, 20);
  store.Revoke(gone, kStart);
  ASSERT_EQ(store.PendingExpiries(kStart).size(), 2u);
  EXPECT_EQ(store.NextExpiry(kStart), kStart + seconds(10));
  const auto taken = store.TakeExpiries(kStart, kStart + seconds(30));
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].label, "code-1");
  EXPECT_EQ(taken[1].label, "at-1");
  EXPECT_EQ(taken[1].at, kStart + seconds(30));
  EXPECT_TRUE(store.TakeExpiries(kStart, kStart + seconds(99)).empty());
  EXPECT_FALSE(store.NextExpiry(kStart + seconds(30)));
}

TEST(TokenRegistry, SkewMovesDeadlinesAsItMovesStates) {
  TokenRegistry store;
  const GrantId grant = store.AddGrant("c", "u", {});
  const TokenId id = Add(store, TokenKind::kAccess, "a", grant, 10);
  const TokenId other = Add(store, TokenKind::kAccess, "b", grant, 20);
  ASSERT_EQ(store.PendingExpiries(kStart + seconds(12), 5).size(), 2u);
  EXPECT_EQ(store.PendingExpiries(kStart + seconds(12), 5)[0].at, kStart + seconds(15));
  EXPECT_EQ(store.NextExpiry(kStart + seconds(12), 5), kStart + seconds(15));
  EXPECT_TRUE(store.TakeExpiries(kStart, kStart + seconds(14), 5).empty());
  const auto taken = store.TakeExpiries(kStart + seconds(14), kStart + seconds(15), 5);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].label, store.label(id));
  EXPECT_EQ(taken[0].at, kStart + seconds(15));
  // Within its skew a token is still there to be ended.
  EXPECT_EQ(store.State(other, kStart + seconds(22), 5), TokenState::kLive);
  store.Expire(other, kStart + seconds(22), 5);
  EXPECT_EQ(store.State(other, kStart + seconds(22), 5), TokenState::kExpired);
  EXPECT_EQ(store.expires_at(other), kStart + seconds(20)) << "what the client was told stays";
}

TEST(TokenRegistry, EveryTokenOfManyIsFound) {
  TokenRegistry store;
  SeededRandom random(1);
  const GrantId grant = store.AddGrant("c", "u", {"a"});
  std::vector<std::string> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(random.Alphanumeric(32));
    Add(store, TokenKind::kAccess, values.back(), grant, 3600);
  }
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(store.Find(values[i]), i);
}

}  // namespace
}  // namespace aweber::mock
