// The html report: problems first, small whatever the run, links that lead somewhere, text as text.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>

#include "base/text/json.h"
#include "conformance/checks/violation.h"
#include "conformance/report/html_parts.h"
#include "tests/unit/conformance/judge/made_run.h"
#include "tests/unit/conformance/report/rendered.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kPageLimit = 400'000;

// A run as large as the suite, with everything wrong that can be.
MadeRun WholeRun() {
  MadeRun run;
  for (const Violation& violation : AllViolations()) {
    CaseResult& result = run.Add("token/" + std::string(violation.check),
                                 {MakeCheck(std::string(violation.check), Outcome::kFail)});
    for (int i = 5; i < 60; ++i)
      result.journal.push_back(MadeEntry(i, 200, std::string(5'000, 'b')));
    result.stderr_text = std::string(100'000, 'e');
    result.steps = Json::array(
        {{{"op", "callback"}, {"requests", {1, 59}}, {"reply", {{"ok", Json::object()}}}}});
  }
  for (int i = 0; i < 100; ++i) {
    run.Add(fmt::format("refresh/{}", i), {MakeCheck("rf-keep", Outcome::kPass)}).steps =
        Json::array({{{"op", "advance"}}});
  }
  return run;
}

TEST(HtmlReport, StaysSmallWhateverTheRun) {
  const MadeRun run = WholeRun();
  const std::string page = Rendered("html", run.model);
  EXPECT_LT(page.size(), kPageLimit);
  for (const CaseResult& result : run.model.cases) {
    EXPECT_NE(page.find("id=\"" + result.id + "\""), std::string::npos) << result.id;
  }
  MadeRun many;
  for (int i = 0; i < 184; ++i) {
    many.Add(fmt::format("api/{}", i), {MakeCheck("pk-confidential", Outcome::kWarn)});
  }
  EXPECT_LT(Rendered("html", many.model).size(), 200'000u);
}

TEST(HtmlReport, EveryLinkLeadsSomewhere) {
  const std::string page = Rendered("html", WholeRun().model);
  std::set<std::string> ids;
  const std::regex id(" id=\"([^\"]*)\""), href("href=\"#([^\"]*)\"");
  for (std::sregex_iterator at(page.begin(), page.end(), id), end; at != end; ++at) {
    EXPECT_TRUE(ids.insert((*at)[1]).second) << "twice: " << (*at)[1];
  }
  std::size_t links = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), href), end; at != end; ++at, ++links) {
    EXPECT_EQ(ids.count((*at)[1]), 1u) << (*at)[1];
  }
  EXPECT_GT(links, 200u);
}

TEST(HtmlReport, ProblemsComeFirstAndEachLeadsToItsExample) {
  MadeRun run;
  run.Add("callback/one", {MakeCheck("cb-state-mismatch", Outcome::kFail)});
  run.Add("callback/two", {MakeCheck("cb-state-mismatch", Outcome::kFail)});
  const std::string page = Rendered("html", run.model);
  const std::size_t problem = page.find("id=\"problem-cb-state-mismatch\"");
  ASSERT_NE(problem, std::string::npos);
  EXPECT_LT(problem, page.find("id=\"flow\""));
  EXPECT_LT(page.find("id=\"flow\""), page.find("id=\"callback/one\""));
  EXPECT_NE(page.find("<a href=\"#callback/one\">", problem), std::string::npos);
  EXPECT_NE(page.find("<a href=\"#problem-cb-state-mismatch\">", page.find("id=\"callback/two\"")),
            std::string::npos);
  EXPECT_NE(page.find("<h2 id=\"problems\">1 problem</h2>"), std::string::npos);
  EXPECT_NE(Rendered("html", MadeRun().model).find("Nothing was played"), std::string::npos);
  MadeRun good;
  good.Add("callback/one", {MakeCheck("cb-state-mismatch", Outcome::kPass)});
  EXPECT_NE(Rendered("html", good.model).find("No problems</h2><p>1 cases were played.</p>"),
            std::string::npos);
}

TEST(HtmlReport, TheFlowCountsTheCasesOfEachStep) {
  MadeRun run;
  run.Add("callback/good", {MakeCheck("cb-order-free", Outcome::kPass)});
  run.Add("callback/bad", {MakeCheck("cb-order-free", Outcome::kFail)});
  run.Add("refresh/warned", {MakeCheck("rf-keep", Outcome::kWarn)}).steps =
      Json::array({{{"op", "advance"}}});
  run.Add("mine/skipped", {}, Outcome::kSkip);
  const std::string flow = HtmlFlow(run.model);
  const auto counts = [&](const std::string& step) {
    const std::size_t at = flow.find("data-step=\"" + step + "\"");
    const std::string part = flow.substr(at, flow.find("</a>", at) - at);
    return std::regex_replace(part.substr(part.find("</strong>")), std::regex("<[^>]*>"), "");
  };
  EXPECT_EQ(counts("callback"), "✗ 1 failing ✓ 1 passed ");
  EXPECT_EQ(counts("refresh"), "! 1 warned ");
  EXPECT_EQ(counts("expire"), "! 1 warned ");
  EXPECT_EQ(counts("revoke"), "");
  EXPECT_EQ(FlowStepOf(run.model.cases[3]), "other");
}

TEST(HtmlReport, WhatADriverSaysStaysText) {
  MadeRun run;
  CaseResult& result = run.Add("a", {MakeCheck("rf-keep", Outcome::kFail)});
  const std::string evil = "</pre><script>alert(1)</script>\x1b[31m \xe2\x80\xae \"onload=";
  result.reason = result.stderr_text = result.checks[0].message = evil;
  result.warnings = {evil};
  run.model.info.client.name = run.model.info.driver = run.model.summary.harness_error = evil;
  const std::string page = Rendered("html", run.model);
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  EXPECT_EQ(page.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m \\u202e &quot;onload="),
            std::string::npos);
}

TEST(MarkdownReport, FitsACommentAndTellsTheGravestFirst) {
  const std::string text = Rendered("markdown", WholeRun().model);
  EXPECT_LT(text.size(), 65'000u);
  EXPECT_LT(text.find("### 1. ✗ "), text.find("### 2. ✗ "));
  EXPECT_LT(text.find("## Problems"), text.find("## Cases"));
}

TEST(GithubReport, TellsTenThingsAtMost) {
  const std::string text = Rendered("github", WholeRun().model);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10) << text;
  const std::string more = fmt::format("; {} more in", AllViolations().size() - 9);
  EXPECT_NE(text.find(more), std::string::npos) << more << "\n" << text;
}

}  // namespace
}  // namespace aweber::conformance
