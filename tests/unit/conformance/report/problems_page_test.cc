// The page that tells the problems: it fits a screen, and what a driver says stays text.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text/json.h"
#include "conformance/checks/violation.h"
#include "conformance/report/printable.h"
#include "tests/unit/conformance/judge/made_run.h"
#include "tests/unit/conformance/report/rendered.h"

namespace aweber::conformance {
namespace {

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

MadeRun Failing(std::size_t problems) {
  MadeRun run;
  std::size_t n = 0;
  for (const Violation& violation : AllViolations()) {
    if (n++ == problems) break;
    CheckResult check = MakeCheck(std::string(violation.check), Outcome::kFail);
    check.message = std::string(40, 'm') + " " + std::string(40, 'n') + " " + std::string(40, 'o');
    check.fix = std::string(50, 'f') + " " + std::string(50, 'g');
    run.Add("folder/" + check.id, {check});
  }
  for (int i = 0; i < 9; ++i) {
    run.Add(fmt::format("skip/{}", i), {}, Outcome::kSkip).reason = fmt::format("reason {}", i % 7);
  }
  run.model.summary.exit_status = 1;
  run.model.summary.counts = run.model.Count();
  return run;
}

TEST(ProblemsPage, AnExplorationThatFoundNothingSaysWhatItPlayed) {
  RunModel model;
  model.summary.exploration = {{"sequences", 150}, {"findings", Json::array()}};
  const std::string whole = Rendered("pretty", model, {});
  EXPECT_NE(whole.find("nothing found in 150 sequences\n150 sequences; 0 requests"),
            std::string::npos)
      << whole;
  model.summary.missing_shards = "shards 2, 3 of 3";
  const std::string part = Rendered("pretty", model, {});
  EXPECT_NE(part.find("shards 2, 3 of 3 are missing: this report is partial\n150 sequences"),
            std::string::npos)
      << part;
}

TEST(ProblemsPage, FitsAScreenWhateverIsWrong) {
  for (const std::size_t problems : {1, 5, 10, 13, 40, 90}) {
    for (const std::size_t width : {60, 80, 100, 200}) {
      MadeRun run = Failing(problems);
      for (CaseResult& result : run.model.cases) {
        result.reproduce += " --driver '" + std::string(150, 'd') + "'";
      }
      run.model.summary.requests = 123'456;
      run.model.summary.duration_ms = 98'765'432;
      run.Add("warned/one", {}).warnings = {std::string(300, 'w')};
      run.Add("warned/two", {}).warnings = {"w"};
      const auto lines = LinesOf(Rendered("pretty", run.model, {.width = width}));
      std::size_t rows = 0;
      for (std::size_t i = 0; i < lines.size(); ++i) {
        rows += std::max<std::size_t>(1, (WidthOf(lines[i]) + width - 1) / width);
        const bool copied = lines[i].starts_with("again: ") || lines[i].find(" cases: ") < 5;
        if (!copied && i > 0) {
          EXPECT_LE(WidthOf(lines[i]), width) << lines[i];
        }
      }
      EXPECT_LE(rows, 60u) << problems << " at " << width;
    }
  }
}

TEST(ProblemsPage, ARunThatDidNotEndHasNoCleanBill) {
  MadeRun run;
  run.Add("a", {MakeCheck("az-one", Outcome::kPass)});
  run.Add("b", {}, Outcome::kNotRun);
  run.model.summary.cut_short = true;
  const std::string text = Rendered("pretty", run.model);
  EXPECT_NE(text.find("\n- no problems in 1 of 2 cases\n"), std::string::npos) << text;
}

TEST(ProblemsPage, TellsTenProblemsEachWithItsFix) {
  const std::string text = Rendered("pretty", Failing(10).model);
  std::size_t fixes = 0, at = 0;
  while ((at = text.find("fix:  ffff", at)) != std::string::npos) ++fixes, ++at;
  EXPECT_EQ(fixes, 10u) << text;
  EXPECT_NE(text.find("10 problems, those that cost most first:\n"), std::string::npos) << text;
  EXPECT_NE(text.find("skipped 2: reason 0\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" for 3 other reasons: --list names them\n"), std::string::npos) << text;
  EXPECT_NE(text.find("exit status 1: 10 of 10 problems fail the run"), std::string::npos);
  EXPECT_NE(text.find("next: aweber-conformance explain az-no-secret\n"), std::string::npos);
}

TEST(ProblemsPage, MoreThanThePageHoldsAreCounted) {
  const std::string text = Rendered("pretty", Failing(90).model);
  EXPECT_NE(text.find("90 problems"), std::string::npos);
  EXPECT_NE(text.find(" more problems: --details tells them all\n"), std::string::npos) << text;
}

TEST(ProblemsPage, SuccessIsFiveLines) {
  MadeRun run;
  for (int i = 0; i < 178; ++i)
    run.Add(fmt::format("a/{}", i), {MakeCheck("az-one", Outcome::kPass)});
  for (int i = 0; i < 6; ++i) {
    run.Add(fmt::format("b/{}", i), {}, Outcome::kSkip).reason = i == 0 ? "one" : "another";
  }
  run.model.info.client.name = "client";
  run.model.info.client.version = "1";
  run.model.info.profile = "aweber";
  EXPECT_EQ(Rendered("pretty", run.model),
            "client 1: 184 cases, profile aweber, seed 0\n"
            "✓ no problems in 178 cases\n"
            "skipped 6 for 2 reasons (--list), most often: another\n"
            "184 cases: 178 pass, 6 skip; 0 requests in 0.0 s\n"
            "exit status 0: good; next: --report html=report.html keeps this run as a page\n");
}

TEST(ProblemsPage, WhatIsAboutOtherClientsIsCountedApart) {
  MadeRun run;
  run.Add("a", {MakeCheck("az-one", Outcome::kPass)});
  run.Add("b", {}, Outcome::kSkip).reason = "needs iss";
  for (int i = 0; i < 3; ++i) {
    CaseResult& other = run.Add(fmt::format("c/{}", i), {}, Outcome::kSkip);
    other.reason = "needs processes";
    other.for_others = true;
  }
  const std::string text = Rendered("pretty", run.model);
  EXPECT_NE(text.find("skipped 1: needs iss\n"
                      "5 cases: 1 pass, 1 skip, 3 about other kinds of clients; 0 requests"),
            std::string::npos)
      << text;
}

TEST(ProblemsPage, KnownFailuresAreOneLine) {
  MadeRun run;
  run.Add("a", {MakeCheck("rs-confined", Outcome::kXFail)});
  run.Add("b", {MakeCheck("rf-keep", Outcome::kXFail)});
  const std::string text = Rendered("pretty", run.model);
  EXPECT_NE(text.find("✓ no new problems in 2 cases\n"), std::string::npos) << text;
  EXPECT_NE(text.find("2 known to the baseline: rs-confined, rf-keep\n"), std::string::npos);
}

TEST(ProblemsPage, ADriversWordsStayText) {
  MadeRun run = Failing(1);
  run.model.cases[0].checks[0].message =
      "a\x1b[31mred next \xe2\x80\xae turned \xff " + std::string(1'000'000, 'x');
  run.model.info.client.name = "\x1b]0;title\x07";
  for (const PrettyStyle style : {PrettyStyle::kProblems, PrettyStyle::kList}) {
    const std::string text = Rendered("pretty", run.model, {.style = style});
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_NE(text.find("a\\x1b[31mred next \\u202e turned ?"), std::string::npos) << text;
    EXPECT_NE(text.find("\\x1b]0;title\\x07"), std::string::npos);
    EXPECT_LT(text.size(), 5'000u);
  }
}

// In every format for people: shortened, and neither a sequence of a terminal nor a turned line.
TEST(ProblemsPage, ADriversEndlessWordsAreShortenedEverywhere) {
  const std::string words = "\x1b[31m\xe2\x80\xae <b>&amp; " + std::string(250'000, 'x');
  MadeRun run = Failing(3);
  run.Add("broken", {}, Outcome::kError).reason = words;
  run.Add("silent", {}, Outcome::kInconclusive).reason = words;
  run.Add("skipped", {}, Outcome::kSkip).reason = words;
  run.Add("warned", {}).warnings = {words};
  for (CaseResult& result : run.model.cases) {
    for (CheckResult& check : result.checks) check.message = words;
    result.steps = {RefusedStep("callback", words, 3, 3)};
    result.stderr_text = words;
  }
  run.model.info.client.name = run.model.info.client.version = words;
  run.model.info.client.language = words;
  run.model.summary.harness_error = words;
  run.model.summary.stale_baseline = {words, words};
  for (const ReportFormat& format : ReportFormats()) {
    if (format.name == "json" || format.name == "ndjson") continue;  // all of it, escaped
    const std::string text = Rendered(format.name, run.model, {.style = PrettyStyle::kDetails});
    EXPECT_LT(text.size(), format.name == "markdown" ? 65'000u : 200'000u) << format.name;
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << format.name;
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << format.name;
  }
  for (const Problem& problem : run.Problems()) EXPECT_LT(problem.id.size(), 130u) << problem.id;
}

TEST(ProblemsPage, ListAndDetailsTellMore) {
  const RunModel model = Failing(1).model;
  const std::string list = Rendered("pretty", model, {.style = PrettyStyle::kList});
  EXPECT_NE(list.find("fail         folder/az-response-type\n"), std::string::npos) << list;
  EXPECT_NE(list.find("skip         skip/3: reason 3\n"), std::string::npos);
  EXPECT_EQ(list.find("  fail az-response-type (must"), std::string::npos);
  const std::string details = Rendered("pretty", model, {.style = PrettyStyle::kDetails});
  EXPECT_NE(details.find("  fail az-response-type (must"), std::string::npos) << details;
  EXPECT_NE(details.find("1 problem:\n"), std::string::npos);
}

TEST(Printable, NothingMeansAnythingInMarkdown) {
  EXPECT_EQ(MarkdownText("a|b `c` *d* _e_ <f> [g](h) # ~i~ &lt; \\ \x1b"),
            "a\\|b \\`c\\` \\*d\\* \\_e\\_ \\<f> \\[g\\](h) \\# \\~i\\~ \\&lt; \\\\ "
            "\\\\x1b");
}

TEST(Printable, LinesAreWrappedAndCutBetweenCharacters) {
  EXPECT_EQ(Wrap("one two three", 7, 9), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(Wrap("one two three four", 7, 2), (std::vector<std::string>{"one two", "thre..."}));
  EXPECT_EQ(Wrap("", 7, 2), std::vector<std::string>{});
  EXPECT_EQ(Shorten("äöüäöü", 5), "äö...");
  EXPECT_EQ(Shorten("äöü", 3), "äöü");
  EXPECT_EQ(Printable("a\tb\nc", LineBreaks::kKeep), "a b\nc");
}

}  // namespace
}  // namespace aweber::conformance
