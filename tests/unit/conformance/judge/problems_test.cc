// Problems: one cause is one problem, the gravest first.
#include "conformance/judge/problems.h"

#include <gtest/gtest.h>

#include "base/text/json.h"
#include "tests/unit/conformance/judge/made_run.h"

namespace aweber::conformance {
namespace {

TEST(Problems, AGoodRunHasNone) {
  MadeRun run;
  run.Add("a/ok", {MakeCheck("az-client-id", Outcome::kPass)});
  run.Add("a/skipped", {}, Outcome::kSkip);
  run.Add("a/not-run", {}, Outcome::kNotRun);
  EXPECT_EQ(run.Ids(), std::vector<std::string>{});
}

TEST(Problems, ADecisionOfTheClientThatShowsEverywhereIsOne) {
  MadeRun run;
  for (int i = 0; i < 159; ++i) {
    auto& one = run.Add(
        fmt::format("a/{}", i),
        {MakeCheck("tk-grant", Outcome::kPass), MakeCheck("pk-confidential", Outcome::kWarn, {1})});
    if (i != 77) one.steps.push_back({{"op", "call"}});
  }
  const auto problems = run.Problems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].id, "pk-confidential");
  EXPECT_EQ(problems[0].outcome, Outcome::kWarn);
  EXPECT_EQ(problems[0].cases.size(), 159u);
  EXPECT_EQ(problems[0].example, "a/77") << "the plainest";
  EXPECT_EQ(problems[0].title, "A confidential client logs in without PKCE.");
  EXPECT_EQ(problems[0].seen, "pk-confidential was broken");
  EXPECT_EQ(problems[0].why, "why pk-confidential");
  EXPECT_EQ(problems[0].fix, "fix pk-confidential");
  EXPECT_EQ(problems[0].harm, "theft");
  EXPECT_EQ(problems[0].evidence, std::vector<std::uint64_t>{1});
  EXPECT_EQ(problems[0].reproduce, "aweber-conformance run a/77");
  EXPECT_EQ(problems[0].see, "docs/checks/pk-confidential.md");
}

TEST(Problems, OneRequestThatBreaksTwoRulesIsToldByTheGraver) {
  MadeRun run;
  run.Add("callback/state-replay", {MakeCheck("cb-state-single-use", Outcome::kWarn, {4}),
                                    MakeCheck("tk-code-once", Outcome::kFail, {4})});
  const auto problems = run.Problems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].id, "tk-code-once");
  EXPECT_EQ(problems[0].also, std::vector<std::string>{"cb-state-single-use"});
  EXPECT_EQ(problems[0].outcome, Outcome::kFail);
}

TEST(Problems, WhatACaseProvokedExplainsWhatFailsLaterInIt) {
  MadeRun run;
  run.Add("refresh/absent", {MakeCheck("rf-keep", Outcome::kFail, {3, 4}),
                             MakeCheck("rf-request", Outcome::kFail, {4})});
  run.Add("refresh/missing", {MakeCheck("rf-request", Outcome::kFail, {4})});
  const auto problems = run.Problems();
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].id, "rf-keep");
  EXPECT_EQ(problems[0].also, std::vector<std::string>{"rf-request"});
  EXPECT_EQ(problems[1].id, "rf-request");
  EXPECT_EQ(problems[1].cases, std::vector<std::string>{"refresh/missing"});
}

TEST(Problems, WhatFailsEarlierIsNotExplainedByWhatFailsLater) {
  MadeRun run;
  run.Add("a", {MakeCheck("tk-code-once", Outcome::kFail, {4}),
                MakeCheck("az-no-dup", Outcome::kFail, {1})});
  EXPECT_EQ(run.Ids(), (std::vector<std::string>{"tk-code-once", "az-no-dup"}));
}

TEST(Problems, WhatFailsWhereNothingProvokedItStandsAlone) {
  MadeRun run;
  run.Add("flow/full", {MakeCheck("tk-grant", Outcome::kPass),
                        MakeCheck("tk-basic-preferred", Outcome::kWarn, {3})});
  run.Add("refresh/missing", {MakeCheck("rf-request", Outcome::kFail, {3}),
                              MakeCheck("tk-basic-preferred", Outcome::kWarn, {3})});
  const auto problems = run.Problems();
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].id, "rf-request");
  EXPECT_EQ(problems[0].also, std::vector<std::string>{});
  EXPECT_EQ(problems[1].id, "tk-basic-preferred");
  EXPECT_EQ(problems[1].cases, (std::vector<std::string>{"flow/full", "refresh/missing"}));
}

TEST(Problems, TwoKindsOfEvidenceAreTwo) {
  MadeRun run;
  const std::pair<const char*, const char*> rows[] = {
      {"token/html-200", "<html>"},
      {"token/error-200", R"({"error":"x"})"},
      {"token/empty", R"({"access_token":""})"},
      {"token/html-again", "<p>"},
  };
  for (const auto& [id, body] : rows) {
    run.Add(id, {MakeCheck("tr-error-class", Outcome::kFail, {3})}).journal[2] =
        MadeEntry(3, 200, body);
  }
  const auto problems = run.Problems();
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0].id, "tr-error-class:not-json");
  EXPECT_EQ(problems[0].cases, (std::vector<std::string>{"token/html-200", "token/html-again"}));
  EXPECT_EQ(problems[1].id, "tr-error-class:error-in-200");
  EXPECT_EQ(problems[1].title, "An error with status 200 is taken for a success.");
  EXPECT_EQ(problems[2].id, "tr-error-class:no-token");
}

TEST(Problems, ACaseWhoseControlFailedBelongsToTheControl) {
  MadeRun run;
  run.Add("revoke/ok", {MakeCheck("rv-200", Outcome::kFail)});
  run.Add("revoke/503", {}, Outcome::kInconclusive).failed_control = "revoke/ok";
  run.Add("revoke/later", {}, Outcome::kInconclusive).failed_control = "revoke/503";
  auto problems = run.Problems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].id, "rv-200");
  EXPECT_EQ(problems[0].cases,
            (std::vector<std::string>{"revoke/ok", "revoke/503", "revoke/later"}));
  EXPECT_EQ(problems[0].example, "revoke/ok");
  run.model.cases.erase(run.model.cases.begin());  // the control was not selected
  problems = run.Problems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].id, "no-control:revoke/ok");
  EXPECT_EQ(problems[0].outcome, Outcome::kInconclusive);
}

TEST(Problems, AnOutcomeWithTheSameFinalReplyIsTheSame) {
  MadeRun run;
  run.Add("revoke/ok", {MakeCheck("rv-200", Outcome::kFail, {3})}).steps =
      Json::array({RefusedStep("revoke", "not JSON: \"a\" 12", 3, 3)});
  run.Add("revoke/then-call", {MakeCheck("expected-outcome", Outcome::kFail, {3, 4})}).steps =
      Json::array({RefusedStep("revoke", "not JSON: \"b\" 7", 3, 3)});
  run.Add("callback/other", {MakeCheck("expected-outcome", Outcome::kFail, {3})}).steps =
      Json::array({RefusedStep("callback", "other words", 3, 3)});
  const auto problems = run.Problems();
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].id, "rv-200");
  EXPECT_EQ(problems[0].cases, (std::vector<std::string>{"revoke/ok", "revoke/then-call"}));
  EXPECT_EQ(problems[1].id, "expected-outcome:callback");
  EXPECT_EQ(problems[1].title, "The client fails at taking the callback.");
}

TEST(Problems, AnOutcomeBelongsToTheRequestThatWasRefused) {
  MadeRun run;
  run.Add("a/ok",
          {MakeCheck("cb-order-free", Outcome::kPass), MakeCheck("tk-form", Outcome::kWarn, {4}),
           MakeCheck("expected-outcome", Outcome::kFail, {4})});
  EXPECT_EQ(run.Ids(), std::vector<std::string>{"tk-form"});
  EXPECT_EQ(run.Problems()[0].also, std::vector<std::string>{"expected-outcome"});
}

TEST(Problems, SilenceAndBreakageAreGroupedByHowTheyLook) {
  MadeRun run;
  for (const char* const id : {"a", "b"}) {
    run.Add(id, {}, Outcome::kInconclusive).steps = Json::array({RefusedStep(
        "authorize", "no URL " + std::string(id == std::string("a") ? "1" : "2"), 1, 1)});
    run.Add(std::string("dead-") + id, {}, Outcome::kError).reason =
        "killed by signal 11 (SIGSEGV) after " + std::to_string(run.model.cases.size()) + " s";
  }
  const auto problems = run.Problems();
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].id, "driver:killed-by-signal-sigsegv-after-s");
  EXPECT_EQ(problems[0].outcome, Outcome::kError);
  EXPECT_EQ(problems[0].cases.size(), 2u);
  EXPECT_EQ(problems[1].id, "no-evidence:authorize-network-no-url");
  EXPECT_EQ(problems[1].title,
            "The client fails at building the authorization URL, so nothing can be judged.");
}

// A client that hangs where it should refuse is another mistake than one that accepts.
TEST(Problems, ABreakIsAProblemOfItsOwn) {
  MadeRun run;
  run.Add("accepts", {MakeCheck("tr-size", Outcome::kFail, {3})});
  for (const char* const how : {"driver.timeout", "driver.died"}) {
    CaseResult& result = run.Add(how, {MakeCheck("tr-size", Outcome::kFail, {3})});
    result.checks[0].message = "step callback: it broke; the last it printed: x";
    result.steps = Json::array({{{"op", "callback"},
                                 {"requests", {3, 3}},
                                 {"reply", {{"broken", "it broke"}, {"code", how}}}}});
  }
  const auto problems = run.Problems();
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(run.Ids(), (std::vector<std::string>{"tr-size", "tr-size:ends", "tr-size:hangs"}));
  EXPECT_EQ(problems[1].title, "The client's program ends while taking the callback.");
  EXPECT_EQ(problems[2].title, "The client hangs while taking the callback.");
  EXPECT_EQ(problems[2].fix,
            "Give each request a limit of time, and report an error when it is over.");
}

TEST(Problems, TheOrderIsWhatIsLost) {
  MadeRun run;
  run.Add("1", {}, Outcome::kInconclusive);
  run.Add("2", {MakeCheck("rs-confined", Outcome::kXFail)});
  run.Add("3", {MakeCheck("tk-basic-preferred", Outcome::kWarn)});
  run.Add("4", {MakeCheck("cb-unknown-ignored", Outcome::kFail)});
  run.Add("5", {MakeCheck("rf-keep", Outcome::kFail)});
  run.Add("6", {MakeCheck("cb-state-mismatch", Outcome::kFail)});
  run.Add("7", {MakeCheck("tk-no-xorigin", Outcome::kFail)});
  run.Add("8", {}, Outcome::kError).reason = "broke";
  EXPECT_EQ(run.Ids(),
            (std::vector<std::string>{"driver:broke", "tk-no-xorigin", "cb-state-mismatch",
                                      "rf-keep", "cb-unknown-ignored", "tk-basic-preferred",
                                      "no-evidence", "rs-confined"}));
  EXPECT_TRUE(IsKnown(run.Problems().back()));
}

TEST(Problems, OutcomesOfARunAreTold) {
  MadeRun run;
  run.Add("flaky", {MakeCheck("cb-state-mismatch", Outcome::kFail)}).outcome = Outcome::kFlaky;
  run.Add("xpass", {MakeCheck("rf-keep", Outcome::kPass)}, Outcome::kXPass).outcome =
      Outcome::kXPass;
  const auto problems = run.Problems();
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].id, "cb-state-mismatch");
  EXPECT_EQ(problems[0].outcome, Outcome::kFlaky);
  EXPECT_EQ(problems[1].id, "no-longer-fails");
}

}  // namespace
}  // namespace aweber::conformance
