// Globs, selection, and the order of play.
#include "conformance/cli/selection.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/driver/features.h"
#include "conformance/run/plan.h"

namespace aweber::conformance {
namespace {

using mock::Scenario;

Scenario Named(std::string id, std::vector<std::string> tags = {}, std::string control = "") {
  Scenario scenario;
  scenario.id = std::move(id);
  scenario.tags = std::move(tags);
  scenario.control = std::move(control);
  return scenario;
}

class SelectionTest : public testing::Test {
 protected:
  const std::vector<Scenario> all_ = {Named("api/ok", {"api"}), Named("callback/ok", {"callback"}),
                                      Named("callback/state-mismatch", {"callback", "bad-state"}),
                                      Named("token/expires[float]"), Named("token/expires[null]")};
  std::vector<std::string> Ids(const Selection& selection) const {
    std::vector<std::string> ids;
    const auto selected = Select(all_, selection);
    if (!selected) return {selected.error().code + ": " + selected.error().message};
    for (const std::size_t which : *selected) ids.push_back(all_[which].id);
    return ids;
  }
  using Strings = std::vector<std::string>;
};

TEST_F(SelectionTest, PatternsTagsAndSkipsCombine) {
  EXPECT_EQ(Ids({}).size(), 5u);
  EXPECT_EQ(Ids({.patterns = {"callback/**"}}),
            (Strings{"callback/ok", "callback/state-mismatch"}));
  EXPECT_EQ(Ids({.tags = {"bad-state", "api"}}), (Strings{"api/ok", "callback/state-mismatch"}));
  EXPECT_EQ(Ids({.patterns = {"callback/*"}, .skips = {"**/ok"}}),
            (Strings{"callback/state-mismatch"}));
  EXPECT_EQ(Ids({.patterns = {"token/expires"}}),
            (Strings{"token/expires[float]", "token/expires[null]"}));
  EXPECT_EQ(Ids({.only_ids = true, .ids = {"api/ok"}}), (Strings{"api/ok"}));
}

TEST_F(SelectionTest, WhatMatchesNothingIsAnErrorThatNamesTheNearest) {
  EXPECT_EQ(Ids({.patterns = {"callback/ok", "calback/**"}}),
            (Strings{"select.pattern: pattern 'calback/**' matches no scenario; did you mean "
                     "'callback/**'? See aweber-conformance list"}));
  EXPECT_EQ(Ids({.tags = {"bad-sate"}}).front().substr(0, 11), "select.tag:");
  EXPECT_EQ(Ids({.patterns = {"api/ok"}, .skips = {"**"}}).front().substr(0, 15),
            "select.nothing:");
}

TEST(Plan, ControlsComeFirstAndOnce) {
  const std::vector<Scenario> all = {Named("a/neg", {}, "z/ok"), Named("b/neg", {}, "z/ok"),
                                     Named("z/ok")};
  const auto plan = PlanCases(all, {0, 1});
  ASSERT_EQ(plan.size(), 3u);
  EXPECT_EQ(plan[0].scenario->id, "z/ok");
  EXPECT_FALSE(plan[0].selected);
  EXPECT_EQ(plan[1].scenario->id, "a/neg");
  EXPECT_EQ(plan[1].control, 0u);
  EXPECT_EQ(plan[1].index, 0u);
  EXPECT_EQ(plan[2].control, 0u);
  const auto with_control = PlanCases(all, {0, 2});
  EXPECT_TRUE(with_control[0].selected);
  EXPECT_EQ(with_control[0].index, 1u);
}

TEST(Plan, NeedsOfTheControlAreNeedsOfTheCase) {
  std::vector<Scenario> all = {Named("a/neg", {}, "z/ok"), Named("z/ok")};
  all[1].needs = {"auth:basic"};
  EXPECT_EQ(PlanCases(all, {0})[1].needed, (std::vector<std::string>{"auth:basic"}));
}

TEST(Plan, ACircleOfControlsEnds) {
  const std::vector<Scenario> all = {Named("a", {}, "b"), Named("b", {}, "a")};
  EXPECT_GE(PlanCases(all, {0, 1}).size(), 2u);
}

TEST(Features, ARefreshIsPlayedByWhatTheClientHas) {
  ClientIdentity client;
  EXPECT_EQ(WayToRefresh(client), RefreshWay::kNone);
  client.feature_list = {"refresh:on_expiry"};
  EXPECT_EQ(WayToRefresh(client), RefreshWay::kOnExpiry);
  client.feature_list = {"refresh:on_expiry", "refresh:on_401"};
  EXPECT_EQ(WayToRefresh(client), RefreshWay::kOn401);
  client.feature_list.emplace_back("refresh:manual");
  EXPECT_EQ(WayToRefresh(client), RefreshWay::kManual);
  client.cannot = {"refresh"};  // a web application without such a page
  EXPECT_EQ(WayToRefresh(client), RefreshWay::kOn401);
  client.calls = {"POST /accounts/*/lists"};  // and no page that reads
  EXPECT_EQ(WayToRefresh(client), RefreshWay::kNone);
}

TEST(Features, StepsAndClientImplyThem) {
  Scenario scenario = Named("x");
  scenario.needs = {"state"};
  scenario.server.client.type = "public";
  mock::Step revoke;
  revoke.op = "revoke";
  mock::Step refresh;
  refresh.op = "refresh";
  mock::Step parallel;
  parallel.op = "parallel";
  parallel.steps = {refresh, refresh, refresh};
  scenario.steps = {revoke, parallel};
  EXPECT_EQ(NeededFeatures(scenario), (std::vector<std::string>{"state", "public_clients", "revoke",
                                                                "concurrent:3", "refresh"}));
  ClientIdentity client;
  client.feature_list = {"state", "revoke"};
  client.concurrent = 2;
  EXPECT_EQ(NeededWay(scenario, "auth"), "");
  scenario.needs.push_back("auth:body");
  EXPECT_EQ(NeededWay(scenario, "auth"), "body");
  EXPECT_EQ(NeededWay(scenario, "token_transport"), "");
  scenario.needs.pop_back();
  EXPECT_EQ(MissingFeatures(NeededFeatures(scenario), client, {"public_clients"}),
            (std::vector<std::string>{"concurrent:3", "refresh"}));
  EXPECT_EQ(FeatureClaim("refresh:manual"), R"("refresh":["manual"])");
  EXPECT_EQ(FeatureClaim("refresh"), R"("refresh":["manual"])");
  EXPECT_EQ(FeatureClaim("concurrent:3"), R"("concurrent":3)");
  EXPECT_EQ(FeatureClaim("iss"), R"("iss":true)");
  EXPECT_EQ(FeatureFlag("webapp"), "--driver-kind webapp");
  EXPECT_EQ(FeatureFlag("iss"), "");
  EXPECT_EQ(WhyMissing({"refresh:on_401"}, {}),
            "needs refresh:on_401 (a refresh after a 401); hello did not claim "
            "\"refresh\":[\"on_401\"]");
  EXPECT_EQ(WhyMissing({"concurrent:3", "processes", "traced"}, {}),
            "needs processes, traced (many processes on one token store); give --driver-kind "
            "process, a system where programs can be traced (ptrace)");
  EXPECT_EQ(WhyMissing({"auth:query", "iss"}, {}),
            "needs auth:query, iss; hello did not claim \"auth\":[\"query\"], \"iss\":true");
}

// A configuration has steps and claims, and no hello.
TEST(Features, WhatIsMissingIsSaidInTheWordsOfTheKind) {
  const auto client = [](const char* kind) {
    ClientIdentity identity;
    identity.configured_kind = kind;
    identity.cannot = {"revoke", "refresh"};
    return identity;
  };
  EXPECT_EQ(WhyMissing({"revoke"}, client("webapp")),
            "needs revoke (disconnecting); your configuration has no `revoke` "
            "(docs drivers)");
  EXPECT_EQ(WhyMissing({"refresh", "revoke"}, client("process")),
            "needs refresh, revoke; your configuration has no `refresh` and no `logout` "
            "(docs drivers)");
  EXPECT_EQ(WhyMissing({"revoke", "persist"}, client("prompt")),
            "needs revoke, persist (disconnecting); this kind of driver cannot revoke");
  EXPECT_EQ(WhyMissing({"public_clients", "pkce:S256"}, client("webapp")),
            "needs public_clients, pkce:S256 (a client without a secret); your `claims` have no "
            "public_clients: true, pkce: [S256] (docs drivers)");
  EXPECT_EQ(WhyMissing({"refresh:on_401"}, client("webapp")),
            "needs refresh:on_401 (a refresh after a 401); your `claims` have no refresh: [on_401] "
            "(docs drivers)");
}

TEST(Features, WhatIsSkippedForOtherKindsOfClientsIsKnown) {
  struct Row {
    const char* need;
    const char* path;  // of its call
    const char* why;
    bool for_others;
  };
  const Row rows[] = {
      {"", "/accounts", "", false},
      {"", "/accounts/1/lists", "", false},
      {"", "/accounts/1/lists/2/tags",
       "it is about GET /accounts/1/lists/2/tags, which \"calls\" do not name; add the page that "
       "makes it",
       true},
      {"processes", "/accounts",
       "needs processes (many processes on one token store); give --driver-kind process", true},
      {"real_browser", "/accounts", "needs real_browser; give --browser chromium", false},
      {"oob", "/accounts",
       "needs oob (a code that the customer copies); hello did not claim \"oob\":true", true},
      {"iss", "/accounts",
       "needs iss (two servers that are mixed up); hello did not claim \"iss\":true", false},
  };
  ClientIdentity client;
  client.calls = std::vector<std::string>{"GET /accounts", "GET /accounts/*/lists"};
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.need) + row.path);
    Scenario scenario = Named("x");
    if (*row.need != '\0') scenario.needs = {row.need};
    mock::Step call;
    call.op = "call";
    call.method = "GET";
    call.path = row.path;
    scenario.steps = {call};
    const Skip skip = WhySkipped(scenario, NeededFeatures(scenario), client, {"webapp"});
    EXPECT_EQ(skip.why, row.why);
    EXPECT_EQ(skip.for_others, row.for_others);
  }
}

TEST(Features, WhatASinglePageApplicationCannotBeAskedIsSaid) {
  ClientIdentity client;
  client.configured_kind = "webapp";
  client.cannot = {"call", "secret", "tls"};
  Scenario call = Named("call");
  call.steps.resize(1);
  call.steps.front().op = call.steps.front().label = "call";
  EXPECT_EQ(WhyUnplayable(call, client),
            "step call: your configuration has no `calls`, the pages behind which the API is "
            "called (docs drivers)");
  Scenario secret = Named("secret");
  secret.expect.checks = {"tk-auth-one"};
  EXPECT_EQ(WhyUnplayable(secret, client),
            "it is about the client's secret, and a public client has none");
  Scenario certificate = Named("certificate");
  certificate.needs = {"tls"};
  EXPECT_EQ(WhyUnplayable(certificate, client),
            "it is about AWeber's certificate, which the user's browser checks and no page can "
            "see");
  client.cannot.clear();
  for (const Scenario& scenario : {call, secret, certificate}) {
    EXPECT_EQ(WhyUnplayable(scenario, client), "") << scenario.id;
  }
}

}  // namespace
}  // namespace aweber::conformance
