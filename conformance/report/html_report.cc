// The html report: one self-contained page, readable without script; a few lines of script filter
// the list. It has the look of the mock's console, whose colours it takes.
#include <fmt/format.h>

#include <algorithm>

#include "conformance/judge/problems.h"
#include "conformance/report/formats.h"
#include "conformance/report/html_parts.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kMaxPage = 395'000;  // bytes: a page that opens at once, and can be mailed
constexpr std::size_t kTitleBytes = 600;   // of a case of which only the title is told
constexpr std::size_t kMaxProblems = 40;

std::string Facts(const RunModel& model) {
  std::string out = "<dl class=\"facts run\">";
  const std::pair<const char*, std::string> rows[] = {
      {"Language", model.info.client.language},
      {"Profile", model.info.profile},
      {"Seed", std::to_string(model.info.seed)},
      {"Requests",
       fmt::format("{} in {:.1f} s", model.summary.requests, model.summary.duration_ms / 1000)},
      {"Harness", model.info.version},
      {"Driver", model.info.driver}};
  for (const auto& [name, value] : rows) {
    if (value.find_first_not_of(' ') == std::string::npos) continue;
    out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, HtmlText(value));
  }
  return out + "</dl>";
}

std::string Filters(const RunModel& model) {
  std::string out =
      "<nav id=\"filters\" class=\"toolbar\" aria-label=\"Filter\" hidden><label "
      "class=\"field\">Find <input id=\"find\" type=\"search\" autocomplete=\"off\"></label> ";
  const auto counts = model.Count();
  for (const Outcome outcome : AllOutcomes()) {
    const auto found = counts.find(OutcomeName(outcome));
    if (found == counts.end()) continue;
    out += fmt::format(
        "<label class=\"check\"><input type=\"checkbox\" value=\"{0}\" checked> {0} {1}</label> ",
        found->first, found->second);
  }
  return out +
         "<button id=\"expand\" type=\"button\">Open all shown</button> <button id=\"fold\" "
         "type=\"button\">Close all</button> <span id=\"shown\" class=\"muted\" "
         "role=\"status\"></span></nav>\n";
}

std::string NoProblems(const RunModel& model) {
  const auto counts = model.Count();
  const auto count = [&](Outcome outcome) {
    const auto found = counts.find(OutcomeName(outcome));
    return found == counts.end() ? 0 : found->second;
  };
  const int left = count(Outcome::kSkip) + count(Outcome::kNotRun);
  const int played = static_cast<int>(model.cases.size()) - left;
  std::string more;
  if (left > 0) more = fmt::format(" {} were not played: each says why.", left);
  // Nothing played is nothing won.
  return fmt::format(
      "<div class=\"callout {}\"><h2 id=\"problems\">{}</h2><p>{} cases were played.{}</p></div>\n",
      played > 0 ? "good" : "warn", played > 0 ? "✓ No problems" : "Nothing was played", played,
      more);
}

std::string Problems(const std::vector<Problem>& problems, std::size_t all) {
  std::string out = fmt::format("<h2 id=\"problems\">{}</h2>\n",
                                all == 1 ? "1 problem" : fmt::format("{} problems", all));
  // The list first: what is wrong, on one screen.
  if (problems.size() > 1) out += "<ol class=\"list\">";
  for (std::size_t i = 0; problems.size() > 1 && i < problems.size(); ++i) {
    out += fmt::format("<li>{} <a href=\"#{}\">{}</a></li>", HtmlBadge(problems[i].outcome),
                       HtmlProblemAnchor(problems[i]), HtmlText(problems[i].title));
  }
  if (problems.size() > 1) out += "</ol>\n";
  for (std::size_t i = 0; i < problems.size(); ++i) {
    out += HtmlProblem(problems[i], i + 1, CaseLinks::kCases);
  }
  if (all > problems.size()) {
    out += fmt::format("<p>{} more problems are in the json report.</p>", all - problems.size());
  }
  return out;
}

std::string Trend(const RunModel& model, const ReportOptions& options) {
  std::vector<HistoryEntry> history = options.history;
  if (options.trend_with_this) {
    history.push_back(EntryOf(model, FromUnixSeconds(0)));
    history.back().time = "this run";
  }
  return HtmlTrend(history);
}

bool IsExample(const CaseResult& result, const std::vector<Problem>& problems) {
  return std::any_of(problems.begin(), problems.end(),
                     [&](const Problem& problem) { return problem.example == result.id; });
}

// What is to be looked at first.
int Urgency(Outcome outcome) {
  if (FailsRun(outcome, false)) return 0;
  if (outcome == Outcome::kPass) return 2;
  return outcome == Outcome::kSkip || outcome == Outcome::kNotRun ? 3 : 1;
}

// Every case, by the step of the flow, as much of each as the page has room for.
void AddCases(std::string& out, const RunModel& model, const std::vector<Problem>& problems,
              const ReportOptions& options, std::size_t reserved) {
  // What the titles of all cases take is kept free for them.
  std::size_t room =
      kMaxPage - std::min(kMaxPage, out.size() + reserved + kTitleBytes * model.cases.size());
  bool opened = false;
  for (const std::string_view step : FlowSteps()) {
    std::string part;
    std::vector<const CaseResult*> here;
    for (const CaseResult& result : model.cases) {
      if (FlowStepOf(result) == step) here.push_back(&result);
    }
    std::stable_sort(here.begin(), here.end(), [](const CaseResult* a, const CaseResult* b) {
      return Urgency(a->outcome) < Urgency(b->outcome);
    });
    for (const CaseResult* one : here) {
      const CaseResult& result = *one;
      const bool shown = result.outcome != Outcome::kPass && result.outcome != Outcome::kSkip;
      CaseDepth depth = IsExample(result, problems) ? CaseDepth::kFull
                        : shown                     ? CaseDepth::kShort
                                                    : CaseDepth::kTitle;
      // The first failure stands open, so that the page shows at once what a case looks like.
      const bool open =
          !opened && depth == CaseDepth::kFull && FailsRun(result.outcome, options.strict);
      std::string told = HtmlCase(result, problems, depth, open);
      if (told.size() > room + kTitleBytes)
        told = HtmlCase(result, problems, CaseDepth::kTitle, false);
      opened |= open;
      room -= std::min(room, told.size() - std::min(told.size(), kTitleBytes));
      part += told;
    }
    if (part.empty()) continue;
    out += fmt::format(
        "<section aria-labelledby=\"step-{0}\"><h3 id=\"step-{0}\">{0}</h3>\n{1}</section>\n", step,
        part);
  }
}

}  // namespace

std::string RenderHtml(const RunModel& model, const ReportOptions& options) {
  const std::string client =
      model.info.client.name.empty()
          ? std::string("a client that did not introduce itself")
          : fmt::format("{} {}", model.info.client.name, model.info.client.version);
  std::string out = HtmlOpen("Conformance of " + client, TotalsLine(model));
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    out += fmt::format("<p class=\"callout bad\" role=\"alert\">{}</p>", HtmlText(problem));
  }
  for (const std::string& stale : model.summary.stale_baseline) {
    out += fmt::format("<p class=\"callout bad\">Stale baseline entry: {}</p>", HtmlText(stale));
  }
  std::vector<Problem> problems = ProblemsOf(model.cases, model.info.client.language);
  const std::size_t all = problems.size();
  if (all > kMaxProblems) problems.resize(kMaxProblems);
  out += all == 0 ? NoProblems(model) : Problems(problems, all);
  out += Trend(model, options);
  out += "<h2 id=\"flow\">The flow</h2>\n" + HtmlFlow(model) + "<h2 id=\"cases\">Cases</h2>\n" +
         Facts(model) + Filters(model);
  const std::string end = HtmlClose(true);
  AddCases(out, model, problems, options, end.size());
  return out + end;
}

}  // namespace aweber::conformance
