// Accusations: which there are, where, and that one cause is told once.
#include "conformance/explore/judge.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/json.h"
#include "conformance/judge/verdict.h"
#include "tests/unit/conformance/explore/flow_text.h"

namespace aweber::conformance::explore {
namespace {

CheckResult Failed(const std::string& id, const std::string& message,
                   std::vector<std::uint64_t> evidence = {}, Outcome outcome = Outcome::kFail) {
  CheckResult check;
  check.id = id;
  check.outcome = outcome;
  check.message = message;
  check.evidence = std::move(evidence);
  return check;
}

CaseResult ResultOf(std::vector<CheckResult> checks) {
  CaseResult result;
  result.outcome = Outcome::kFail;
  result.checks = std::move(checks);
  result.journal = {
      {{"sequence", 4}, {"endpoint", "token"}, {"facts", {{"grant_type", "authorization_code"}}}},
      {{"sequence", 5}, {"endpoint", "api"}, {"facts", Json::object()}}};
  return result;
}

const Flow& TheFlow() {
  static const Flow flow = FlowFrom("authorize; consent; callback; B: call [api/403]");
  return flow;
}

std::vector<std::string> Keys(const CaseResult& result) {
  std::vector<std::string> keys;
  for (const Accusation& one : AccusationsOf(result, TheFlow())) {
    keys.push_back(one.Key() + (one.must ? "" : " (should)"));
  }
  return keys;
}

using Texts = std::vector<std::string>;

TEST(ExploreJudge, APlaceIsTheRequestOrTheStep) {
  EXPECT_EQ(Keys(ResultOf({Failed("tk-auth", "no credentials", {4, 5})})),
            Texts{"tk-auth at token authorization_code"});
  EXPECT_EQ(Keys(ResultOf({Failed("rs-header", "in the URL", {5}, Outcome::kWarn)})),
            Texts{"rs-header at api (should)"});
  EXPECT_EQ(Keys(ResultOf({Failed("adapter-honest", "step call: said 200")})),
            Texts{"adapter-honest at call"});
  EXPECT_EQ(Keys(ResultOf({Failed("tr-no-secret-log", "the secret was printed")})),
            Texts{"tr-no-secret-log at "});
}

TEST(ExploreJudge, AnOutcomesPlaceIsTheActionWithoutItsUser) {
  EXPECT_EQ(Keys(ResultOf({Failed("expected-outcome", "step call: expected a refusal", {5})})),
            Texts{"expected-outcome at call [api/403]"});
}

TEST(ExploreJudge, ACheckExplainsTheOutcome) {
  EXPECT_EQ(Keys(ResultOf({Failed("expected-outcome", "step callback: expected ok"),
                           Failed("tk-auth", "no credentials", {4})})),
            Texts{"tk-auth at token authorization_code"});
  // A warning does not: the client that only should do otherwise has another mistake.
  EXPECT_EQ(Keys(ResultOf({Failed("expected-outcome", "step callback: expected ok"),
                           Failed("rs-header", "in the URL", {5}, Outcome::kWarn)})),
            (Texts{"rs-header at api (should)", "expected-outcome at callback"}));
}

TEST(ExploreJudge, WhatPassedOrShowedNothingIsNoAccusation) {
  EXPECT_EQ(Keys(ResultOf({Failed("tk-auth", "", {}, Outcome::kPass),
                           Failed("cb-state-missing", "", {}, Outcome::kInconclusive)})),
            Texts{});
}

TEST(ExploreJudge, ADriverThatBreaksIsTheOnlyAccusation) {
  CaseResult result = ResultOf({Failed("tk-auth", "no credentials", {4})});
  result.outcome = Outcome::kError;
  result.reason = "the driver died (exit status 3): boom";
  EXPECT_EQ(Keys(result), Texts{"driver at the driver died (exit status 3)"});
  result.reason = "the reply with id 57 breaks the contract: it has none";
  EXPECT_EQ(Keys(result), Texts{"driver at the reply with id N breaks the contract"});
}

// However the step is done and whatever the server does: a break has one cause for each operation.
TEST(ExploreJudge, ABreaksPlaceIsItsOperation) {
  const CaseResult result =
      ResultOf({Failed("tk-auth", "no credentials", {4}),
                Failed("expected-outcome", "step call: the driver ended (exit status 1)", {5})});
  const auto accusations = AccusationsOf(result, TheFlow(), Break{"call"});
  ASSERT_EQ(accusations.size(), 2u);  // no check explains it
  EXPECT_EQ(accusations[1].Key(), "expected-outcome at call");
  EXPECT_TRUE(accusations[1].broke);
  const CaseResult second =
      ResultOf({Failed("expected-outcome", "step call#2: the driver ended (exit status 1)")});
  EXPECT_EQ(AccusationsOf(second, TheFlow(), Break{"call#2"})[0].Key(), "expected-outcome at call");
  // What was not as expected before is no break.
  const CaseResult before = ResultOf({Failed("expected-outcome", "step callback: expected ok")});
  EXPECT_FALSE(AccusationsOf(before, TheFlow(), Break{"call"})[0].broke);
}

TEST(ExploreJudge, ABreakIsTheSameCauseAtItsOwnOperationOnly) {
  const Accusation at_call{"expected-outcome", "call", true, "", Break{"call"}};
  const Accusation at_revoke{"expected-outcome", "revoke", true, "", Break{"revoke"}};
  const Accusation reply{"expected-outcome", "call", true, ""};
  EXPECT_TRUE(FindCause({at_call}, at_call));
  EXPECT_FALSE(FindCause({at_revoke}, at_call));
  EXPECT_FALSE(FindCause({reply}, at_call));
  EXPECT_FALSE(FindCause({at_call}, reply));
}

TEST(ExploreJudge, AReplyNotAsExpectedMayBeOfAnotherWayOfTheSameOperation) {
  const Accusation reply{"expected-outcome", "call", true, ""};
  EXPECT_TRUE(FindCause({reply}, {"expected-outcome", "call lists [api/503]", true, ""}));
  EXPECT_TRUE(FindCause({reply}, {"expected-outcome", "parallel", true, ""}));
  EXPECT_FALSE(FindCause({reply}, {"expected-outcome", "callback", true, ""}));
  EXPECT_FALSE(FindCause({reply}, {"expected-outcome", "refresh", true, ""}));
}

TEST(ExploreJudge, WhatWasRefusedIsTriedWithoutWhatIsUnusual) {
  struct Row {
    const char* flow;
    std::vector<std::string> plainer;
  };
  const Row rows[] = {
      {"authorize; consent [redirect/swapped]; callback unknown-parameters; with awkward; "
       "with loopback",
       {"authorize; consent; callback; with awkward; with loopback",
        "authorize; consent [redirect/swapped]; callback unknown-parameters; with loopback",
        "authorize; consent [redirect/swapped]; callback unknown-parameters; with awkward"}},
      {"authorize; consent; callback", {}},
      // Without its consent page missing there is no such callback.
      {"authorize; callback; with auto-approve", {}},
  };
  const CaseResult result = ResultOf({Failed("expected-outcome", "step callback: refused", {})});
  for (const Row& row : rows) {
    const auto refusal = RefusalIn(result, FlowFrom(row.flow), kFull);
    ASSERT_TRUE(refusal.has_value()) << row.flow;
    std::vector<std::string> plainer;
    for (const Flow& flow : refusal->plainer) plainer.push_back(DescribeFlow(flow));
    EXPECT_EQ(plainer, row.plainer) << row.flow;
  }
  // What a client may refuse, or has to, is no refusal of what it should take.
  EXPECT_FALSE(RefusalIn(result, FlowFrom("authorize; consent; callback state-cut"), kFull));
  EXPECT_FALSE(RefusalIn(ResultOf({Failed("tk-auth", "no credentials", {4})}),
                         FlowFrom("authorize; consent; callback"), kFull));
}

// Whichever of two calls at once fails.
TEST(ExploreJudge, EachOfTwoCallsIsOfTheirAction) {
  const Flow flow = FlowFrom("authorize; consent; callback; call; parallel");
  for (const char* const label : {"call#2", "call#3"}) {
    const CaseResult result =
        ResultOf({Failed("expected-outcome", fmt::format("step {}: expected ok", label), {})});
    const auto accusations = AccusationsOf(result, flow);
    ASSERT_EQ(accusations.size(), 1u);
    EXPECT_EQ(accusations[0].Key(), "expected-outcome at parallel") << label;
  }
}

TEST(ExploreJudge, TheSameCauseIsTheSameCheckAtTheSamePlace) {
  const CaseResult result = ResultOf({Failed("tk-auth", "no credentials", {4})});
  const auto accusations = AccusationsOf(result, TheFlow());
  EXPECT_TRUE(FindCause(accusations, {"tk-auth", "token authorization_code", true, ""}));
  EXPECT_FALSE(FindCause(accusations, {"tk-auth", "token refresh_token", true, ""}));
  EXPECT_FALSE(FindCause(accusations, {"tk-post", "token authorization_code", true, ""}));
}

// Else a client whose state is too short would never be told of the tokens that it loses.
TEST(ExploreJudge, WhatIsAlwaysWrongExplainsNoFailure) {
  const CaseResult result = ResultOf({Failed("expected-outcome", "step callback: expected ok", {}),
                                      Failed("tk-auth", "no credentials", {4})});
  EXPECT_EQ(AccusationsOf(result, TheFlow()).size(), 1);
  const std::set<std::string> constant = {"tk-auth at token authorization_code"};
  const auto accusations = AccusationsOf(result, TheFlow(), {}, constant);
  ASSERT_EQ(accusations.size(), 2);
  EXPECT_EQ(accusations[1].Key(), "expected-outcome at callback");
}

TEST(ExploreJudge, TheOutcomeComesFirstAmongTheChecks) {
  EXPECT_EQ(JudgedChecks().front(), kOutcomeCheck);
  for (const std::string& id : JudgedChecks()) {
    EXPECT_TRUE(id == kOutcomeCheck || FindCheck(id) != nullptr) << id;
  }
}

}  // namespace
}  // namespace aweber::conformance::explore
