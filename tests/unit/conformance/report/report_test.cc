// Reports: one run, every format, the same totals; a stream cut short; nothing escapes its syntax.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>
#include <regex>
#include <sstream>

#include "base/os/file.h"
#include "base/text/json.h"
#include "conformance/cli/commands.h"
#include "conformance/report/fan_out.h"
#include "conformance/report/formats.h"
#include "conformance/report/text.h"
#include "conformance/result/event_json.h"
#include "tests/unit/conformance/report/rendered.h"

namespace aweber::conformance {
namespace {

// One case of every outcome, with text that is special somewhere.
RunModel Sample() {
  RunModel model;
  model.info.client.name = "cli<ent> | 100%";
  model.info.client.version = "1";
  model.info.seed = 7;
  model.info.profile = "aweber";
  for (const Outcome outcome : AllOutcomes()) {
    CaseResult result;
    result.index = model.cases.size();
    result.id = fmt::format("folder{}/{}", result.index % 3, OutcomeName(outcome));
    result.title = "A title with <tags>, \"quotes\" & # signs";
    result.outcome = outcome;
    if (outcome != Outcome::kPass) result.reason = "because,\nof: 100% `x` | \x01 ]]> # y";
    result.duration_ms = 1.5;
    CheckResult check;
    check.id = "az-one";
    check.outcome = outcome == Outcome::kFail ? Outcome::kFail : Outcome::kPass;
    check.level = "must";
    check.source = "RFC 6749 §10.12";
    check.message = "expected a, saw b";
    check.evidence = {2};
    result.checks = {check};
    result.journal.push_back(
        {{"sequence", 2},
         {"request", {{"method", "POST"}, {"target", "/oauth2/token"}, {"headers", Json::array()}}},
         {"response", {{"status", 400}, {"headers", Json::array()}}},
         {"error", "invalid_request"}});
    result.reproduce = "aweber-conformance run x";
    model.info.cases.push_back(result.id);
    model.cases.push_back(result);
  }
  model.summary.counts = model.Count();
  model.summary.exit_status = 3;
  return model;
}

int CountLines(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::istringstream in(text);
  int count = 0;
  for (std::string line; std::getline(in, line);) count += std::regex_search(line, regex) ? 1 : 0;
  return count;
}

TEST(Reports, TotalsAreTheSameInEveryFormat) {
  const RunModel model = Sample();
  for (const ReportFormat& format : ReportFormats()) {
    const std::string text = Rendered(format.name, model);
    if (format.name == "json") {
      const Json summary = ParseJson(text)->at("summary");
      for (const Outcome outcome : AllOutcomes()) EXPECT_EQ(summary.at(OutcomeName(outcome)), 1);
      EXPECT_EQ(ParseJson(text)->at("cases").size(), 10u);
    } else if (format.name == "ndjson") {
      EXPECT_EQ(ReadRun(text, "f")->Count(), model.Count());
    } else if (format.name == "junit") {
      pugi::xml_document document;
      ASSERT_TRUE(document.load_string(text.c_str())) << text;
      const pugi::xml_node root = document.child("testsuites");
      EXPECT_EQ(root.attribute("tests").as_int(), 10);
      EXPECT_EQ(root.attribute("failures").as_int(), 4);  // fail inconclusive xpass flaky
      EXPECT_EQ(root.attribute("errors").as_int(), 1);
      EXPECT_EQ(document.select_nodes("//testcase").size(), 10u);
      EXPECT_EQ(document.select_nodes("//failure").size(), 4u);
      EXPECT_EQ(document.select_nodes("//error").size(), 1u);
      EXPECT_EQ(document.select_nodes("//skipped").size(), 3u);  // skip xfail not-run
    } else if (format.name == "tap") {
      EXPECT_EQ(CountLines(text, "^ok "), 4);      // pass warn skip not-run
      EXPECT_EQ(CountLines(text, "^not ok "), 6);  // with xfail, as TODO
      EXPECT_EQ(CountLines(text, "^not ok .* # TODO "), 1);
      EXPECT_EQ(CountLines(text, "^1\\.\\.10$"), 1);
    } else if (format.name == "html") {
      EXPECT_EQ(CountLines(text, "<details class=\"case card\""), 10);
    } else if (format.name == "markdown") {
      EXPECT_EQ(CountLines(text, "^\\| folder"), 10);
    }
    // Whatever the format, the sentence of totals is the same (json has the numbers).
    if (format.name != "json" && format.name != "ndjson") {
      EXPECT_NE(text.find(TotalsLine(model)), std::string::npos) << format.name;
    }
  }
}

TEST(Reports, StrictMakesAWarningAFailure) {
  const RunModel model = Sample();
  EXPECT_EQ(CountLines(Rendered("tap", model, {.strict = true}), "^not ok "), 7);
  EXPECT_NE(Rendered("junit", model, {.strict = true}).find("failures=\"5\""), std::string::npos);
}

TEST(Reports, WhatWasLostIsNotASkip) {
  RunModel model = Sample();
  model.summary.harness_error = "the driver could not be started";
  EXPECT_EQ(CountLines(Rendered("tap", model), "^not ok .*not-run"), 1);
  pugi::xml_document document;
  document.load_string(Rendered("junit", model).c_str());
  EXPECT_EQ(document.child("testsuites").attribute("errors").as_int(), 2);
  for (const char* const format : {"pretty", "html", "markdown", "github"}) {
    EXPECT_NE(Rendered(format, model).find("could not be started"), std::string::npos) << format;
  }
}

TEST(Reports, AStaleBaselineEntryFailsInEveryFormat) {
  RunModel model = Sample();
  model.summary.stale_baseline = {"known.yaml:2: a/** did not fail in this run; remove the entry"};
  const std::string tap = Rendered("tap", model);
  EXPECT_EQ(CountLines(tap, "^1\\.\\.11$"), 1) << tap;
  EXPECT_EQ(CountLines(tap, "^not ok 11 - stale baseline entry: known.yaml:2: a/\\*\\* did not"),
            1);
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(Rendered("junit", model).c_str()));
  EXPECT_EQ(document.child("testsuites").attribute("tests").as_int(), 11);
  EXPECT_EQ(document.child("testsuites").attribute("failures").as_int(), 5);
  const pugi::xml_node suite = document.select_node("//testsuite[@name='baseline']").node();
  EXPECT_EQ(suite.attribute("failures").as_int(), 1);
  EXPECT_STREQ(suite.child("testcase").attribute("name").value(), "known.yaml:2");
  EXPECT_STREQ(
      suite.child("testcase").child("failure").attribute("message").value(),
      "stale baseline entry: known.yaml:2: a/** did not fail in this run; remove the entry");
  for (const char* const format : {"pretty", "html", "markdown", "github", "json", "ndjson"}) {
    EXPECT_NE(Rendered(format, model).find("known.yaml:2: a/"), std::string::npos) << format;
  }
}

TEST(Reports, WhatCannotBeWrittenIsAProblemInEveryFormat) {
  for (const ReportFormat& format : ReportFormats()) {
    const auto sink =
        MakeSink(format, OpenReportOutput("/dev/full", ReportText::kWhole).value(), {});
    Replay(Sample(), *sink);
    EXPECT_EQ(sink->Problem(), "cannot write all of /dev/full: No space left on device")
        << format.name;
    const auto good =
        MakeSink(format, OpenReportOutput("/dev/null", ReportText::kWhole).value(), {});
    Replay(Sample(), *good);
    EXPECT_EQ(good->Problem(), "") << format.name;
  }
}

TEST(Reports, PrettyTellsTheWarningsOfCasesThatPassed) {
  RunModel model = Sample();
  model.cases[0].warnings = {"ended with exit status 3 after bye", "more"};
  EXPECT_NE(Rendered("pretty", model)
                .find("\nwarning: folder0/pass: ended with exit status 3 after bye\n"),
            std::string::npos);
  const std::string details = Rendered("pretty", model, {.style = PrettyStyle::kDetails});
  EXPECT_NE(details.find("\nwarning: folder0/pass: more\n"), std::string::npos);
  model.cases[4].warnings = {"another"};
  EXPECT_NE(Rendered("pretty", model).find(" after bye (and 1 more cases: --details)\n"),
            std::string::npos);
}

// A run whose driver never started must not read as a good one.
TEST(JsonReport, RoundTripLosesNothing) {
  RunModel model = Sample();
  model.info.seed = 0xfedcba9876543210;
  model.info.driver = "driver --x";
  model.info.version = "1.2.3";
  model.info.client.features = {{"state", true}};
  model.summary.harness_error = "the driver could not be started";
  model.summary.interrupted = true;
  model.summary.stale_baseline = {"known.yaml:2: stale"};
  model.summary.duration_ms = 12.5;
  model.summary.requests = 9;
  const std::string file = MakeTempDirectory("report-test").value() + "/r.json";
  ASSERT_TRUE(WriteFileAtomically(file, Rendered("json", model)).ok());
  const auto again = LoadRun(file, Partial::kRefuse);
  ASSERT_TRUE(again.ok()) << again.error().message;
  for (const ReportFormat& format : ReportFormats()) {
    EXPECT_EQ(Rendered(format.name, *again), Rendered(format.name, model)) << format.name;
  }
}

TEST(Reports, MarkupStaysText) {
  const std::string html = Rendered("html", Sample());
  EXPECT_EQ(html.find("<tags>"), std::string::npos);
  EXPECT_EQ(html.find("cli<ent>"), std::string::npos);
  EXPECT_NE(html.find("A title with &lt;tags&gt;, &quot;quotes&quot; &amp; # signs"),
            std::string::npos);
  EXPECT_EQ(html.find("src="), std::string::npos) << "the page must be self-contained";
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos) << "and say so to the browser";
  EXPECT_NE(html.find("--accent-ground:"), std::string::npos) << "the console's colours";
  EXPECT_NE(html.find("<svg"), std::string::npos) << "the sequence is drawn";
  EXPECT_NE(html.find("href=\"#case-3-request-2\""), std::string::npos) << "evidence is linked";
  EXPECT_EQ(CountLines(Rendered("markdown", Sample()), "\\| folder.*`"), 9) << "escaped backquotes";
}

TEST(Reports, GithubEscapesAndLimitsAnnotations) {
  RunModel model = Sample();
  const std::string text = Rendered("github", model);
  EXPECT_NE(text.find("::error title=fail az-one::"), std::string::npos) << text;
  EXPECT_NE(text.find("::error title=error driver%3Abecause-of-x-y::"), std::string::npos) << text;
  EXPECT_NE(text.find("because,%0Aof: 100%25"), std::string::npos) << text;
  CaseResult failing = model.cases[2];
  for (int i = 0; i < 30; ++i) {
    failing.index = model.cases.size();
    failing.checks[0].id = fmt::format("zz-{}", i);
    model.cases.push_back(failing);
    model.info.cases.push_back(failing.id);
  }
  model.summary.harness_error = "it broke";
  const std::string limited = Rendered("github", model);
  EXPECT_EQ(CountLines(limited, "^::(error|warning) title="), 9);
  EXPECT_EQ(CountLines(limited, "^::error title=aweber-conformance::it broke$"), 1);
  EXPECT_NE(limited.find("; 28 more in the step summary only"), std::string::npos) << limited;
}

TEST(Reports, TheStepSummaryStaysWithinItsLimitAndSaysSo) {
  RunModel model = Sample();
  for (int i = 0; i < 100; ++i) {
    CaseResult failing = model.cases[2];
    failing.index = model.cases.size();
    failing.stderr_text = std::string(1000, 'x');
    model.info.cases.push_back(failing.id);
    model.cases.push_back(failing);
  }
  const std::string whole = MarkdownWithin(model, {}, 1u << 20);
  EXPECT_EQ(whole.find("left out"), std::string::npos);
  const std::string cut = MarkdownWithin(model, {}, 3'000);
  EXPECT_LE(cut.size(), 3'000u);
  EXPECT_NE(cut.find(" more parts are left out: the limit is 3000 bytes"), std::string::npos);
  EXPECT_EQ(CountLines(cut, "^```") % 2, 0) << "no fence is left open";
}

TEST(Reports, DetailsTellAFailureInFull) {
  const std::string text = Rendered("pretty", Sample(), {.style = PrettyStyle::kDetails});
  for (const char* const part :
       {"fail az-one (must, RFC 6749 §10.12)", "seen:     expected a, saw b",
        "#2 POST /oauth2/token -> 400 invalid_request", "reproduce: aweber-conformance run x",
        "10 cases: 1 pass, 1 warn, 1 fail, 1 error, 1 inconclusive, 1 skip, 1 xfail, 1 xpass, 1 "
        "flaky, 1 not-run"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_NE(Rendered("pretty", Sample(), {.color = true}).find("\033[31m"), std::string::npos);
}

TEST(Reports, ARequestCanBeSentAgainByCurl) {
  const Json entry = {
      {"sequence", 3},
      {"endpoint", "token"},
      {"request",
       {{"method", "POST"},
        {"target", "/s/cafe/oauth2/token?a='b"},
        {"headers", Json::array({Json::array({"Host", "127.0.0.1:1"}),
                                 Json::array({"Authorization", "Basic [credentials]"})})},
        {"body", "code=[code-1]"}}}};
  EXPECT_EQ(CurlCommand(entry),
            "curl -i \"$MOCK\"'/oauth2/token?a='\\''b' -H 'Authorization: Basic [credentials]' "
            "--data-binary 'code=[code-1]'");
  Json page = entry;
  page["endpoint"] = "authorize";
  EXPECT_EQ(CurlCommand(page), "") << "the browser's";
  RunModel model = Sample();
  model.cases[2].journal[0]["endpoint"] = "token";
  const std::string details = Rendered("pretty", model, {.style = PrettyStyle::kDetails});
  EXPECT_NE(details.find("  curl:      curl -i -X POST \"$MOCK\"/oauth2/token\n"),
            std::string::npos)
      << details;
}

TEST(Reports, ProgressBarIsDrawnBelowTheLinesAndLeavesNoTrace) {
  const std::string text = Rendered("pretty", Sample(), {.progress = true});
  EXPECT_NE(text.find("[###...........................] 1/10"), std::string::npos);
  EXPECT_EQ(text.rfind("/10"), text.find("9/10, 5 failing") + 1);
}

TEST(Ndjson, RoundTripLosesNothing) {
  const RunModel model = Sample();
  const auto again = ReadRun(Rendered("ndjson", model), "f");
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_FALSE(again->summary.cut_short);
  for (const ReportFormat& format : ReportFormats()) {
    EXPECT_EQ(Rendered(format.name, *again), Rendered(format.name, model)) << format.name;
  }
}

TEST(Ndjson, AStreamCutShortHoldsEveryFinishedCase) {
  const std::string whole = Rendered("ndjson", Sample());
  std::size_t third = 0;
  for (int i = 0; i < 4; ++i) third = whole.find('\n', third) + 1;
  const std::string half = whole.substr(0, third + 40);  // and half a line
  EXPECT_EQ(ReadRun(half, "f").error().message,
            "f:5: the run ends here without a run-finished event: the file or the run was cut. "
            "--partial shows what is whole");
  const auto cut = ReadRun(half, "f", Partial::kShow);
  ASSERT_TRUE(cut.ok()) << cut.error().message;
  EXPECT_TRUE(cut->summary.cut_short);
  EXPECT_EQ(cut->cases.size(), 10u);
  EXPECT_EQ(cut->Count().at("not-run"), 7);
  EXPECT_EQ(cut->cases[2].outcome, Outcome::kFail);
  EXPECT_NE(Rendered("pretty", *cut).find("cut short"), std::string::npos);
  EXPECT_NE(Rendered("pretty", *cut).find("; requests and time are not known\n"),
            std::string::npos);
}

TEST(Ndjson, ErrorsNameTheLine) {
  EXPECT_NE(ReadRun("{\"event\":\"run-started\",\"cases\":[]}\nrubbish\n{}", "f")
                .error()
                .message.find("f:2:"),
            std::string::npos);
  EXPECT_NE(ReadRun("", "f").error().message.find("no run-started"), std::string::npos);
  EXPECT_NE(ReadRun("{\"event\":\"run-started\",\"version\":2,\"cases\":[]}\n", "f", Partial::kShow)
                .error()
                .message.find("f:1: the run was saved by a newer program (version 2 of the report; "
                              "this one reads 1)"),
            std::string::npos);
}

TEST(Ndjson, WhatIsWholeOfADamagedStreamIsShownWhenAskedFor) {
  std::string text = Rendered("ndjson", Sample());
  const std::size_t second = text.find('\n', text.find('\n') + 1) + 1;
  text.insert(second, "rubbish\n");
  EXPECT_NE(ReadRun(text, "f").error().message.find("f:3: not an event of an ndjson report"),
            std::string::npos);
  const auto shown = ReadRun(text, "f", Partial::kShow);
  ASSERT_TRUE(shown.ok()) << shown.error().message;
  EXPECT_EQ(shown->Count(), Sample().Count());
}

TEST(Ndjson, ASecondRunInTheFileIsRefused) {
  const std::string text = Rendered("ndjson", Sample());
  const auto lines = std::count(text.begin(), text.end(), '\n');
  EXPECT_EQ(
      ReadRun(text + text, "f").error().message,
      fmt::format("f:{}: a second run begins here; give each run a file of its own", lines + 1));
}

TEST(Ndjson, AnAmendedCaseReplacesTheFirst) {
  RunCollector collector;
  RunInfo info;
  info.cases = {"a"};
  collector.OnRunStarted(info);
  CaseResult result;
  result.id = "a";
  result.outcome = Outcome::kPass;
  collector.OnCaseFinished(result);
  result.outcome = Outcome::kFail;
  result.amended = true;
  collector.OnCaseFinished(result);
  EXPECT_EQ(collector.Model().Count(), (std::map<std::string, int>{{"fail", 1}}));
}

class Recorder final : public ReportSink {
 public:
  explicit Recorder(bool order) : order_(order) {}
  bool WantsOrder() const override { return order_; }
  void OnCaseFinished(const CaseResult& result) override { seen.push_back(result.index); }
  void OnRunFinished(const RunModel& run) override { told = &run; }
  std::vector<std::size_t> seen;
  const RunModel* told = nullptr;

 private:
  bool order_;
};

TEST(FanOut, OrdersForThoseWhoWantIt) {
  Recorder ordered(true), at_once(false);
  FanOut fan_out({&ordered, &at_once});
  for (const std::size_t index : {2, 0, 1, 5}) {
    CaseResult result;
    result.index = index;
    fan_out.OnCaseFinished(result);
  }
  EXPECT_EQ(at_once.seen, (std::vector<std::size_t>{2, 0, 1, 5}));
  EXPECT_EQ(ordered.seen, (std::vector<std::size_t>{0, 1, 2}));
  fan_out.OnRunFinished({});
  EXPECT_EQ(ordered.seen, (std::vector<std::size_t>{0, 1, 2, 5}));
  // One run, gathered once.
  EXPECT_EQ(ordered.told, &fan_out.run());
  EXPECT_EQ(at_once.told, &fan_out.run());
}

TEST(Formats, RequestsAreReadStrictly) {
  EXPECT_EQ(ParseReportRequest("json=a=b.json")->file, "a=b.json");
  EXPECT_EQ(ParseReportRequest("tap")->file, "");
  EXPECT_EQ(ParseReportRequest("tap=-")->file, "");
  EXPECT_EQ(ParseReportRequest("json=").error().code, "report.file");
  EXPECT_NE(ParseReportRequest("junt=x").error().message.find("did you mean 'junit'"),
            std::string::npos);
  EXPECT_NE(OpenReportOutput("/nonexistent/a.json", ReportText::kWhole)
                .error()
                .message.find("/nonexistent/a.json"),
            std::string::npos);
}

}  // namespace
}  // namespace aweber::conformance
