// Accusations: which there are, where, and that one cause is told once.
#include "conformance/explore/judge.h"

#include <gtest/gtest.h>

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
  for (const Accusation& one : AccusationsOf(result, TheFlow(), kFull)) {
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

TEST(ExploreJudge, AStorysPlaceIsTheActionWithoutItsUser) {
  EXPECT_EQ(Keys(ResultOf({Failed("expected-outcome", "step call: expected a refusal", {5})})),
            Texts{"expected-outcome at call [api/403]"});
}

TEST(ExploreJudge, ACheckExplainsTheStory) {
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
}

TEST(ExploreJudge, TheSameCauseIsTheSameCheckAtTheSamePlace) {
  const CaseResult result = ResultOf({Failed("tk-auth", "no credentials", {4})});
  EXPECT_TRUE(
      StillAccused(result, TheFlow(), kFull, {"tk-auth", "token authorization_code", true, ""}));
  EXPECT_FALSE(
      StillAccused(result, TheFlow(), kFull, {"tk-auth", "token refresh_token", true, ""}));
  EXPECT_FALSE(
      StillAccused(result, TheFlow(), kFull, {"tk-post", "token authorization_code", true, ""}));
}

TEST(ExploreJudge, ARefusalThatTheModelAllowsIsNoFailureToAccept) {
  const Flow replayed = FlowFrom("authorize; consent; callback; callback");
  CaseResult result;
  result.outcome = Outcome::kFail;
  const auto keys = [&](const std::string& step) {
    result.checks = {Failed("cb-order-free", "step " + step + ": it refused")};
    result.steps = {{{"label", step}, {"reply", {{"err", {{"kind", "state_mismatch"}}}}}}};
    std::vector<std::string> found;
    for (const Accusation& one : AccusationsOf(result, replayed, kFull)) found.push_back(one.Key());
    return found;
  };
  EXPECT_EQ(keys("callback"), Texts{"cb-order-free at callback"});
  EXPECT_EQ(keys("callback#2"), Texts{});
}

TEST(ExploreJudge, WhoTookNoTokensHasNoneToRevoke) {
  const auto keys = [&](std::string_view flow) {
    const CaseResult result = ResultOf({Failed("adapter-honest", "step revoke: no request")});
    std::vector<std::string> found;
    for (const Accusation& one : AccusationsOf(result, FlowFrom(flow), kFull)) {
      found.push_back(one.Key());
    }
    return found;
  };
  EXPECT_EQ(keys("authorize; consent; callback; revoke"), Texts{"adapter-honest at revoke"});
  EXPECT_EQ(keys("authorize; consent; callback [token/error-as-200]; revoke"), Texts{});
}

TEST(ExploreJudge, NewTokensAfterARestartAreNoLossOfTheOldOnes) {
  const auto count = [](std::string_view flow) {
    const CaseResult result = ResultOf({Failed("rf-persist", "another refresh token", {4})});
    return AccusationsOf(result, FlowFrom(flow), kFull).size();
  };
  EXPECT_EQ(count("authorize; consent; callback; restart; refresh"), 1u);
  EXPECT_EQ(count("authorize; consent; callback; restart; authorize; consent; callback; refresh"),
            0u);
}

TEST(ExploreJudge, TheStoryComesFirstAmongTheChecks) {
  EXPECT_EQ(JudgedChecks().front(), kStoryCheck);
  for (const std::string& id : JudgedChecks()) {
    EXPECT_TRUE(id == kStoryCheck || FindCheck(id) != nullptr) << id;
  }
}

}  // namespace
}  // namespace aweber::conformance::explore
