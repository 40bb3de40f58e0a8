// What `explore` prints, word for word, and the run that its reports are made of.
#include "conformance/explore/screen.h"

#include <gtest/gtest.h>

#include "base/text/json.h"
#include "tests/unit/conformance/explore/flow_text.h"

namespace aweber::conformance::explore {
namespace {

class StandingClock final : public Clock {
 public:
  UnixTime Now() const override { return {}; }
  Micros Steady() const override { return steady; }
  bool SleepFor(Micros, std::stop_token) override { return true; }
  Micros steady{0};
};

Finding TheFinding() {
  Finding finding;
  finding.accusation = {"rf-rotate", "token refresh_token", true, "the old one was sent\nagain"};
  finding.flow = FlowFrom("authorize; consent; callback; refresh; refresh [token/503]");
  finding.number = 12;
  finding.file = "out/rf-rotate-1.yaml";
  finding.result.id = "explore/rf-rotate-1";
  finding.result.outcome = Outcome::kFail;
  finding.result.reproduce = "aweber-conformance run out/rf-rotate-1.yaml --seed 4";
  return finding;
}

ExploreSummary TheSummary() {
  ExploreSummary summary;
  summary.info.seed = 4;
  summary.info.profile = "aweber";
  summary.findings = {TheFinding()};
  summary.info.cases = {"explore/rf-rotate-1"};
  summary.coverage.Add(TheFinding().flow, kFull);
  summary.sequences = 1;
  summary.requests = 9;
  summary.duration_ms = 1500;
  return summary;
}

struct Printed {
  explicit Printed(bool progress)
      : screen({"a test",
                [this](std::string_view more) {
                  text += more;
                  return true;
                }},
               {.progress = progress}, clock) {}
  std::string text;
  StandingClock clock;
  Screen screen;
};

TEST(ExploreScreen, TellsWhatWasFoundAndTried) {
  Printed printed(false);
  RunInfo info;
  info.client.name = "client";
  info.client.version = "1.0";
  info.profile = "rfc9700";
  info.seed = 4;
  printed.screen.OnStarted(info);
  printed.screen.OnProgress({.sequences = 1, .states = 5});
  printed.screen.OnFinding(TheFinding());
  printed.screen.OnFinished(TheSummary());
  EXPECT_EQ(printed.text,
            "client 1.0: exploring, profile rfc9700, seed 4\n"
            "fail   rf-rotate: the old one was sent\n"
            "       5 steps: authorize; consent; callback; refresh; refresh [token/503]\n"
            "       aweber-conformance run out/rf-rotate-1.yaml --seed 4\n"
            "1 sequence in 1.5 s, 4 states of the model, 5 combinations of circumstance, step and "
            "server behaviour; 1 finding\n");
}

TEST(ExploreScreen, AFindingNamesItsFurtherChecks) {
  Printed printed(false);
  Finding finding = TheFinding();
  finding.also = {{"rf-basic", "token refresh_token", true, ""}, {"tk-auth", "token", true, ""}};
  printed.screen.OnFinding(finding);
  EXPECT_NE(printed.text.find("refresh [token/503]\n       also seen as rf-basic, tk-auth\n"),
            std::string::npos)
      << printed.text;
  ExploreSummary summary = TheSummary();
  summary.findings = {finding};
  const RunModel model = AsRun(summary, false);
  EXPECT_EQ(model.summary.exploration.at("findings")[0].at("also"), (Json{"rf-basic", "tk-auth"}));
}

TEST(ExploreScreen, OnATerminalALineShowsHowFarItIs) {
  Printed printed(true);
  printed.clock.steady = std::chrono::seconds(1);
  printed.screen.OnProgress({.sequences = 7, .states = 5});
  printed.screen.OnProgress({.sequences = 8, .states = 5});  // too soon to be drawn
  const std::string bar = "7 sequences, 5 states of the model, 0 findings";
  EXPECT_EQ(printed.text, bar);
  printed.clock.steady += std::chrono::seconds(1);
  printed.screen.OnProgress({.sequences = 9, .states = 5, .findings = 1});
  EXPECT_EQ(printed.text, bar + "\r" + std::string(bar.size(), ' ') + "\r" +
                              "9 sequences, 5 states of the model, 1 finding");
}

TEST(ExploreScreen, WhatIsFlakyIsNoFailure) {
  ExploreSummary summary = TheSummary();
  EXPECT_EQ(summary.ExitStatus(false), kExitFailed);
  summary.findings[0].flaky = true;
  EXPECT_EQ(summary.ExitStatus(true), kExitGood);
  Printed printed(false);
  printed.screen.OnFinished(summary);
  EXPECT_NE(printed.text.find("; nothing found, 1 flaky\n"), std::string::npos) << printed.text;
  EXPECT_EQ(AsRun(summary, true).cases[0].outcome, Outcome::kFlaky);
}

TEST(ExploreScreen, AShouldFailsOnlyWhereThatIsAsked) {
  ExploreSummary summary = TheSummary();
  summary.findings[0].accusation.must = false;
  EXPECT_EQ(summary.ExitStatus(false), kExitGood);
  EXPECT_EQ(summary.ExitStatus(true), kExitFailed);
  EXPECT_EQ(AsRun(summary, false).cases[0].outcome, Outcome::kWarn);
}

TEST(ExploreScreen, TheRunHoldsTheExploration) {
  const RunModel model = AsRun(TheSummary(), false);
  ASSERT_EQ(model.cases.size(), 1u);
  const Json& tried = model.summary.exploration;
  EXPECT_EQ(tried.at("sequences"), 1);
  EXPECT_EQ(tried.at("coverage").at("pairs"), 5);
  EXPECT_EQ(tried.at("coverage").at("actions").at("refresh"), 2);
  EXPECT_EQ(tried.at("coverage").at("actions").at("revoke"), 0);
  EXPECT_EQ(tried.at("coverage").at("behaviours").at("token/503"), 1);
  EXPECT_EQ(tried.at("findings")[0].at("steps"), 5);
  EXPECT_EQ(tried.at("findings")[0].at("place"), "token refresh_token");
}

}  // namespace
}  // namespace aweber::conformance::explore
