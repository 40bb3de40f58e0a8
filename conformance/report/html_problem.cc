// One problem of the html report, and the flow that its cases belong to.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

#include "base/text/json.h"
#include "conformance/report/html_parts.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kMaxLinks = 12;  // cases of one problem that are linked at once

struct FlowStep {
  std::string_view name;    // of the step, and in data-steps
  std::string_view folder;  // of its scenarios
};

// In the order in which a customer comes through.
constexpr std::array<FlowStep, 8> kFlow = {{
    {"authorize", "authorize"},
    {"consent", "consent"},
    {"callback", "callback"},
    {"exchange", "token"},
    {"call", "api"},
    {"expire", ""},
    {"refresh", "refresh"},
    {"revoke", "revoke"},
}};

void AddFact(std::string& out, std::string_view name, const std::string& html) {
  if (html.empty()) return;
  out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, html);
}

std::string CaseLink(const std::string& id, CaseLinks links) {
  if (links == CaseLinks::kNone) return fmt::format("<code>{}</code>", HtmlText(id));
  return fmt::format("<a href=\"#{0}\"><code>{0}</code></a>", HtmlText(id));
}

bool IsBad(Outcome outcome) { return FailsRun(outcome, false); }

}  // namespace

std::string HtmlProblemAnchor(const Problem& problem) {
  std::string anchor = "problem-";
  for (const char c : problem.id) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
    anchor += plain ? c : '-';
  }
  return anchor;
}

std::string HtmlProblem(const Problem& problem, std::size_t number, CaseLinks links) {
  const std::string_view tone = IsBad(problem.outcome) ? "bad" : "warn";
  std::string out = fmt::format(
      "<article class=\"problem callout {}\" id=\"{}\"><h3>{}. {}</h3> {} <code>{}</code>"
      "<dl class=\"facts\">",
      tone, HtmlProblemAnchor(problem), number, HtmlText(problem.title), HtmlBadge(problem.outcome),
      HtmlText(problem.id));
  AddFact(out, "Seen", HtmlText(problem.seen));
  AddFact(out, "Why it matters", HtmlText(problem.why));
  AddFact(out, "How to fix", HtmlText(problem.fix));
  if (!problem.code.empty()) {
    AddFact(out, "In code",
            fmt::format("<details><summary>Show it</summary><pre tabindex=\"0\">{}</pre></details>",
                        HtmlText(problem.code)));
  }
  if (!problem.source.empty()) {
    AddFact(out, "Rule", fmt::format("{}, {}", HtmlText(problem.level), HtmlText(problem.source)));
  }
  std::string also;
  for (const std::string& check : problem.also)
    also += fmt::format("<code>{}</code> ", HtmlText(check));
  AddFact(out, "Also seen as", also);
  std::string shown_links = CaseLink(problem.example, links);
  std::string more;
  std::size_t shown = 1;
  for (const std::string& id : problem.cases) {
    if (id == problem.example) continue;
    (shown++ < kMaxLinks ? shown_links : more) += " " + CaseLink(id, links);
  }
  if (!more.empty()) {
    shown_links +=
        fmt::format("<details><summary>{} more</summary>{}</details>", shown - kMaxLinks, more);
  }
  AddFact(out, problem.cases.size() == 1 ? "Case" : "Cases", shown_links);
  AddFact(
      out, "Run it again",
      problem.reproduce.empty() ? "" : fmt::format("<code>{}</code>", HtmlText(problem.reproduce)));
  return out + "</dl></article>\n";
}

std::string_view FlowStepOf(const CaseResult& result) {
  const std::string_view folder = std::string_view(result.id).substr(0, result.id.find('/'));
  for (const FlowStep& step : kFlow) {
    if (!step.folder.empty() && step.folder == folder) return step.name;
  }
  return "other";
}

std::string FlowStepsOf(const CaseResult& result) {
  const bool moves_clock = std::any_of(
      result.steps.begin(), result.steps.end(),
      [](const Json& step) { return JsonString(step, "op").value_or("") == "advance"; });
  return std::string(FlowStepOf(result)) + (moves_clock ? " expire" : "");
}

const std::vector<std::string_view>& FlowSteps() {
  static const std::vector<std::string_view> steps = [] {
    std::vector<std::string_view> names;
    names.reserve(std::size(kFlow) + 1);
    for (const FlowStep& step : kFlow) names.push_back(step.name);
    names.emplace_back("other");
    return names;
  }();
  return steps;
}

std::string HtmlFlow(const RunModel& model) {
  std::string out = "<nav aria-label=\"The flow\"><ol class=\"flow\">";
  for (const FlowStep& step : kFlow) {
    std::size_t good = 0, bad = 0, warned = 0, left = 0;
    for (const CaseResult& result : model.cases) {
      const std::string of = " " + FlowStepsOf(result) + " ";
      if (of.find(fmt::format(" {} ", step.name)) == std::string::npos) continue;
      if (IsBad(result.outcome)) {
        ++bad;
      } else if (result.outcome == Outcome::kWarn || result.outcome == Outcome::kXFail) {
        ++warned;
      } else {
        ++(result.outcome == Outcome::kPass ? good : left);
      }
    }
    // Cases in which the clock moves are listed with what they refresh.
    const std::string_view heading = step.folder.empty() ? "refresh" : step.name;
    // A step of which the run has no case has no heading.
    const bool listed =
        std::any_of(model.cases.begin(), model.cases.end(),
                    [&](const CaseResult& result) { return FlowStepOf(result) == heading; });
    out += fmt::format("<li><a href=\"#{}\" data-step=\"{}\"><strong>{}</strong>",
                       listed ? fmt::format("step-{}", heading) : "cases", step.name, step.name);
    const std::array<std::tuple<std::size_t, const char*, const char*, const char*>, 4> counts = {{
        {bad, "bad", "✗", "failing"},
        {warned, "warned", "!", "warned"},
        {good, "ok", "✓", "passed"},
        {left, "muted", "-", "not played"},
    }};
    for (const auto& [count, tone, mark, word] : counts) {
      if (count == 0) continue;
      out += fmt::format(
          "<span class=\"{}\"><span aria-hidden=\"true\">{}</span> {}<span class=\"hidden\"> "
          "{}</span></span> ",
          tone, mark, count, word);
    }
    out += "</a></li>";
  }
  return out + "</ol></nav>\n";
}

}  // namespace aweber::conformance
