// Two runs compared, the history of runs, and the badge.
#include "conformance/report/compare.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/os/file.h"
#include "base/text/json.h"
#include "conformance/report/badge.h"
#include "conformance/report/history.h"
#include "tests/unit/conformance/judge/made_run.h"

namespace aweber::conformance {
namespace {

RunModel Before() {
  MadeRun run;
  run.Add("a", {MakeCheck("rs-confined", Outcome::kFail)});
  run.Add("b", {MakeCheck("rf-keep", Outcome::kFail)});
  run.Add("c", {MakeCheck("cb-order-free", Outcome::kPass)});
  run.Add("d", {MakeCheck("cb-order-free", Outcome::kPass)});
  return run.model;
}

RunModel After() {
  MadeRun run;
  run.Add("a", {MakeCheck("rs-confined", Outcome::kFail)});
  run.Add("b", {MakeCheck("rf-keep", Outcome::kPass)});
  run.Add("c", {MakeCheck("cb-order-free", Outcome::kFail)});
  run.Add("d", {}, Outcome::kSkip);
  return run.model;
}

std::vector<std::string> IdsOf(const std::vector<Problem>& problems) {
  std::vector<std::string> ids;
  for (const Problem& problem : problems) ids.push_back(problem.id);
  return ids;
}

TEST(Compare, TellsNewFixedAndStillThere) {
  const Comparison comparison = Compare(Before(), After());
  EXPECT_EQ(IdsOf(comparison.added), std::vector<std::string>{"cb-order-free"});
  EXPECT_EQ(IdsOf(comparison.fixed), std::vector<std::string>{"rf-keep"});
  EXPECT_EQ(IdsOf(comparison.still), std::vector<std::string>{"rs-confined"});
  ASSERT_EQ(comparison.worse.size(), 1u);
  EXPECT_EQ(comparison.worse[0].id, "c");
  ASSERT_EQ(comparison.better.size(), 1u);
  EXPECT_EQ(comparison.better[0].id, "b");
  ASSERT_EQ(comparison.lost.size(), 1u);
  EXPECT_EQ(comparison.lost[0].id, "d");
  EXPECT_EQ(comparison.cases, 4u);
  EXPECT_TRUE(comparison.AnythingNew());
}

TEST(Compare, WhatWasNotPlayedAgainIsNotFixed) {
  MadeRun before, after;
  before.Add("a", {MakeCheck("rs-confined", Outcome::kFail)});
  before.Add("b", {MakeCheck("rs-confined", Outcome::kFail)});
  before.Add("c", {MakeCheck("rf-keep", Outcome::kFail)});
  after.Add("a", {MakeCheck("rs-confined", Outcome::kPass)});
  after.Add("b", {}, Outcome::kNotRun);
  after.Add("c", {MakeCheck("rf-keep", Outcome::kPass)});
  const Comparison comparison = Compare(before.model, after.model);
  EXPECT_EQ(IdsOf(comparison.fixed), std::vector<std::string>{"rf-keep"});
  EXPECT_EQ(IdsOf(comparison.unseen), std::vector<std::string>{"rs-confined"});
  EXPECT_FALSE(comparison.AnythingNew());
  for (const CompareFormat& format : CompareFormats()) {
    const std::string text = format.render(comparison, {});
    const bool json = format.name == "json";
    EXPECT_NE(text.find(json ? "\"unseen\": [" : "1 fixed, 0 still there, 1 not played again; "),
              std::string::npos)
        << text;
  }
}

TEST(Compare, ARunWithItselfHasNothingNew) {
  const Comparison comparison = Compare(Before(), Before());
  EXPECT_FALSE(comparison.AnythingNew());
  EXPECT_EQ(comparison.still.size(), 2u);
  EXPECT_TRUE(comparison.fixed.empty());
}

TEST(Compare, AProblemThatSpreadsIsNewByItsCases) {
  MadeRun before, after;
  before.Add("a", {MakeCheck("rs-confined", Outcome::kFail)});
  before.Add("b", {MakeCheck("rs-confined", Outcome::kPass)});
  after.Add("a", {MakeCheck("rs-confined", Outcome::kFail)});
  after.Add("b", {MakeCheck("rs-confined", Outcome::kFail)});
  const Comparison comparison = Compare(before.model, after.model);
  EXPECT_TRUE(comparison.added.empty());
  EXPECT_TRUE(comparison.AnythingNew());
}

TEST(Compare, OfWhatTheFirstRunDidNotComeToNothingIsNew) {
  MadeRun before;
  before.Add("a", {MakeCheck("rs-confined", Outcome::kFail)});
  before.Add("b", {}, Outcome::kNotRun);
  before.Add("c", {}, Outcome::kNotRun);
  before.Add("d", {}, Outcome::kNotRun);
  const Comparison comparison = Compare(before.model, After());
  EXPECT_FALSE(comparison.AnythingNew());
  EXPECT_EQ(comparison.cases, 1u);
}

TEST(Compare, WhatABaselineAcceptsIsNotNew) {
  MadeRun before, after;
  before.Add("a", {MakeCheck("rs-confined", Outcome::kPass)});
  after.Add("a", {MakeCheck("rs-confined", Outcome::kXFail)});
  EXPECT_FALSE(Compare(before.model, after.model).AnythingNew());
  // The baseline's entry was removed: now it is.
  before.model.cases[0] = after.model.cases[0];
  after.model.cases[0].outcome = after.model.cases[0].checks[0].outcome = Outcome::kFail;
  EXPECT_TRUE(Compare(before.model, after.model).AnythingNew());
}

TEST(Compare, DifferentSelectionsAreTold) {
  RunModel less = After();
  less.cases.pop_back();
  EXPECT_EQ(SelectionDifference(Before(), Before()), "");
  EXPECT_EQ(SelectionDifference(Before(), less),
            "the runs selected different cases: 1 only in the first (d), 0 only in the second");
  EXPECT_EQ(Compare(Before(), less).cases, 3u);
}

TEST(Compare, EveryFormatTellsTheSame) {
  const Comparison comparison = Compare(Before(), After());
  for (const CompareFormat& format : CompareFormats()) {
    const std::string text = format.render(comparison, {});
    for (const char* const part : {"cb-order-free", "rf-keep", "rs-confined"}) {
      EXPECT_NE(text.find(part), std::string::npos) << format.name << " " << part;
    }
    if (format.name == "json") {
      EXPECT_EQ(ParseJson(text)->at("problems").at("new").at(0).at("id"), "cb-order-free");
      EXPECT_EQ(ParseJson(text)->at("anything_new"), true);
    } else {
      EXPECT_NE(text.find("1 new, 1 fixed, 1 still there"), std::string::npos) << text;
    }
  }
  EXPECT_NE(
      (*FindCompareFormat("pretty"))->render(comparison, {}).find("worse        c: pass -> fail\n"),
      std::string::npos);
  EXPECT_NE(FindCompareFormat("jsn").error().message.find("did you mean 'json'"),
            std::string::npos);
}

TEST(History, ALineARunAndTheTrendOfThem) {
  const std::string directory = MakeTempDirectory("history-test").value() + "/sub";
  EXPECT_EQ(ReadHistory(directory)->size(), 0u);
  ASSERT_TRUE(AppendHistory(directory, EntryOf(Before(), FromUnixSeconds(1'764'415'200))).ok());
  ASSERT_TRUE(AppendHistory(directory, EntryOf(After(), FromUnixSeconds(1'764'415'260))).ok());
  const auto history = ReadHistory(directory);
  ASSERT_TRUE(history.ok()) << history.error().message;
  ASSERT_EQ(history->size(), 2u);
  EXPECT_EQ((*history)[0].problems, (std::vector<std::string>{"rs-confined", "rf-keep"}));
  EXPECT_EQ((*history)[0].counts.at("fail"), 2);
  EXPECT_EQ((*history)[0].time, FormatRfc3339(FromUnixSeconds(1'764'415'200)));
  const std::string trend = HtmlTrend(*history);
  EXPECT_NE(trend.find("The last 2 runs"), std::string::npos) << trend;
  EXPECT_NE(trend.find("2 problems</title>"), std::string::npos) << trend;
  EXPECT_EQ(HtmlTrend({(*history)[0]}), "");
}

TEST(History, ALineThatIsNoneIsNamed) {
  const std::string directory = MakeTempDirectory("history-test").value();
  ASSERT_TRUE(WriteFileAtomically(directory + "/history.ndjson",
                                  "{\"version\":1,\"time\":\"t\"}\nrubbish\n")
                  .ok());
  EXPECT_NE(
      ReadHistory(directory).error().message.find("history.ndjson:2: not a line of a history"),
      std::string::npos);
  ASSERT_TRUE(
      WriteFileAtomically(directory + "/history.ndjson", "{\"version\":2,\"time\":\"t\"}\n").ok());
  EXPECT_NE(ReadHistory(directory).error().message.find("newer version (2)"), std::string::npos);
}

TEST(Badge, SaysARunInThreeWords) {
  MadeRun good, warned, known, broken;
  good.Add("a", {MakeCheck("rf-keep", Outcome::kPass)});
  warned.Add("a", {MakeCheck("rf-keep", Outcome::kWarn)});
  known.Add("a", {MakeCheck("rf-keep", Outcome::kXFail)});
  broken.model.summary.harness_error = "broke";
  const std::tuple<RunModel, const char*, const char*> rows[] = {
      {Before(), "2 problems", "red"},
      {good.model, "1 passed", "brightgreen"},
      {warned.model, "1 warning", "yellow"},
      {known.model, "1 known problem", "yellow"},
      {broken.model, "run not finished", "lightgrey"},
      {RunModel{}, "0 passed", "lightgrey"},
  };
  for (const auto& [model, message, color] : rows) {
    const Badge badge = BadgeOf(model);
    EXPECT_EQ(badge.message, message);
    EXPECT_EQ(badge.color, color) << message;
    EXPECT_NE(BadgeSvg(badge).find(fmt::format(">AWeber OAuth 2: {}</title>", message)),
              std::string::npos);
    EXPECT_EQ(*ParseJson(BadgeJson(badge)), (Json{{"schemaVersion", 1},
                                                  {"label", "AWeber OAuth 2"},
                                                  {"message", message},
                                                  {"color", color}}));
  }
}

}  // namespace
}  // namespace aweber::conformance
