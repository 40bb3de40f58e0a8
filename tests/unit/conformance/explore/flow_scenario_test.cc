// Every row of the tables, as a scenario that the loader takes.
#include "conformance/explore/flow_scenario.h"

#include <gtest/gtest.h>

#include <map>

#include "base/text/json.h"
#include "conformance/explore/finding.h"
#include "conformance/explore/yaml_text.h"
#include "mockserver/journal/fault_kinds.h"
#include "tests/unit/conformance/explore/flow_text.h"

namespace aweber::conformance::explore {
namespace {

mock::Scenario Loaded(const Flow& flow) {
  const auto scenario = ToScenario(flow, kFull, {});
  EXPECT_TRUE(scenario.ok()) << DescribeFlow(flow) << "\n" << scenario.error().message;
  return scenario.ok() ? *scenario : mock::Scenario{};
}

TEST(ExploreScenario, EveryRowLoads) {
  const Action login{0, 'A', 0};
  for (std::size_t way = 0; way < Ways().size(); ++way) {
    for (const char session : {'A', 'B'}) Loaded({{}, {login, {way, session, 0}}});
  }
  const std::map<Where, std::string> hosts = {{Where::kAuthorize, "authorize"},
                                              {Where::kDecision, "consent"},
                                              {Where::kToken, "callback"},
                                              {Where::kApi, "parallel"},
                                              {Where::kRevoke, "revoke"}};
  for (std::size_t row = 1; row < Behaviours().size(); ++row) {
    Action host = ActionFrom(hosts.at(Behaviours()[row].where));
    host.behaviour = row;
    EXPECT_FALSE(Loaded({{}, {login, host}}).server.rules.empty()) << Behaviours()[row].name;
  }
  for (std::size_t row = 0; row < Variations().size(); ++row) Loaded({{row}, {login}});
}

TEST(ExploreScenario, NamesAreUnique) {
  std::map<std::string, int> names;
  for (std::size_t way = 0; way < Ways().size(); ++way) ++names[DescribeAction({way, 'A', 0})];
  for (const Behaviour& row : Behaviours()) ++names[std::string(row.name)];
  for (const Variation& row : Variations()) ++names["with " + std::string(row.name)];
  for (const auto& [name, count] : names) EXPECT_EQ(count, 1) << name;
}

// Each fault of the mock is met, or there is a reason why it is not.
TEST(ExploreScenario, EveryFaultIsABehaviour) {
  const std::map<std::string_view, std::string_view> kLeftOut = {
      {"hang", "the client's own timeout decides, and takes longer than everything else together"},
      {"gate", "holds requests until a step frees them, which no flow has"},
  };
  std::map<std::string_view, int> met;
  const auto count = [&](std::string_view text) {
    for (const mock::FaultRow& row : mock::AllFaults()) {
      if (text.find("\"" + std::string(row.name) + "\"") != std::string_view::npos) ++met[row.name];
    }
  };
  for (const Behaviour& row : Behaviours()) count(row.then);
  for (const Variation& row : Variations()) count(row.rule);
  for (const mock::FaultRow& row : mock::AllFaults()) {
    EXPECT_NE(met[row.name] > 0, kLeftOut.contains(row.name)) << row.name;
  }
}

TEST(ExploreScenario, IsWrittenAsPeopleWriteThem) {
  Wording wording;
  wording.id = "explore/x-1";
  wording.title = "cb-state-missing: no state";
  wording.why = "Found.";
  wording.profile = "rfc9700";
  wording.checks = {"cb-state-missing"};
  EXPECT_EQ(
      ScenarioText(
          FlowFrom("authorize; consent; callback state-missing; B: call; parallel; with public"),
          kFull, wording),
      R"(id: explore/x-1
title: "cb-state-missing: no state"
why: Found.
tags: [explored]
needs: [state]
profiles: [rfc9700]
control: callback/ok
server:
  client: {scopes: [account.read, list.read, subscriber.read, subscriber.write], type: public}
  rules: [{"on": {endpoint: token, grant: refresh_token}, then: {delay: "60ms"}}]
steps:
  - authorize
  - consent
  - callback: {tamper: [{remove: state}]}
  - call: {path: "/accounts", session: B}
  - parallel:
      steps:
        - call: {path: "/accounts"}
        - call: {path: "/accounts"}
expect:
  client: {authorize: ok, callback: refused, call: refused, "call#2": refused, "call#3": refused}
  requires: [{seen: authorize}]
  checks: [cb-state-missing]
)");
}

TEST(ExploreScenario, TheModelsWordsAreTheExpectation) {
  const mock::Scenario scenario =
      Loaded(FlowFrom("authorize; consent; callback [token/lost]; callback; call"));
  std::map<std::string, std::string> words;
  for (const auto& expected : scenario.expect.client) words[expected.step] = expected.is;
  EXPECT_EQ(
      words,
      (std::map<std::string, std::string>{
          {"authorize", "ok"}, {"callback", "refused"}, {"callback#2", "any"}, {"call", "any"}}));
  ASSERT_EQ(scenario.server.rules.size(), 1u);
  EXPECT_EQ(scenario.server.rules[0].during, "callback");
  EXPECT_EQ(scenario.control, kControl);
}

TEST(ExploreScenario, ATokenThatIsOverMeetsItsOwn401First) {
  const std::map<std::string, std::string> rows = {
      {"api/403", "live"}, {"api/reset", "live"}, {"api/401", ""}, {"api/expired-once", ""}};
  for (const auto& [name, token_state] : rows) {
    const auto scenario = Loaded(FlowFrom("authorize; consent; callback; call [" + name + "]"));
    ASSERT_EQ(scenario.server.rules.size(), 1u) << name;
    EXPECT_EQ(scenario.server.rules[0].on.token_state.value_or(""), token_state) << name;
  }
}

// Else a client that repeats the values of the case before would pass alone.
TEST(ExploreFinding, FreshValuesAreComparedWithThoseOfTheControl) {
  Finding finding;
  finding.flow = FlowFrom("authorize; authorize");
  const std::map<std::string, bool> rows = {
      {"az-state-fresh", true}, {"pk-fresh", true}, {"az-response-type", false}};
  for (const auto& [check, leans] : rows) {
    finding.accusation = {check, "authorize", true, "wrong"};
    const std::string text = FindingText(finding, kFull, "aweber", 1);
    EXPECT_EQ(text.find("control: callback/ok") != std::string::npos, leans) << check;
  }
}

TEST(ExploreYaml, EveryValueIsReadAsItself) {
  const Json document = {{"words", {"yes", "null", "12", "a: b", "x#y", "", " a", "é\n\"q\""}},
                         {"numbers", {1, -2.5, 1e30}},
                         {"nothing", nullptr},
                         {"deep", {{"on", true}, {"list", {{{"a", 1}}, {{"b", {1, 2}}}}}}}};
  const std::string text = YamlText(document);
  EXPECT_EQ(text, R"(words: ["yes", "null", "12", "a: b", "x#y", "", " a", "é\n\"q\""]
numbers: [1, -2.5, 1e+30]
nothing: null
deep: {"on": true, list: [{a: 1}, {b: [1, 2]}]}
)");
}

}  // namespace
}  // namespace aweber::conformance::explore
