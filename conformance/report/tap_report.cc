// The tap report, version 14: a test point for each case, the rest in a YAML block below it; one
// more, and not ok, for each stale entry of the baseline, which fails the run as well.
#include <fmt/format.h>

#include "base/text/json.h"
#include "conformance/report/formats.h"
#include "conformance/report/printable.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

// In a description '#' starts a directive and a line ends it (TAP 14, "Escaping").
std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : Printable(Cut(std::string(text), kMaxTold))) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string YamlString(const std::string& text) {
  return DumpJson(Json(Printable(text, LineBreaks::kKeep)));
}

}  // namespace

std::string RenderTap(const RunModel& model, const ReportOptions& options) {
  std::string out = "TAP version 14\n";
  const std::vector<std::string>& stale = model.summary.stale_baseline;
  out += fmt::format("1..{}\n", model.cases.size() + stale.size());
  out += fmt::format("# {}\n", TotalsLine(model));
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    out += fmt::format("# {}\n", Escape(problem));
  }
  for (std::size_t i = 0; i < model.cases.size(); ++i) {
    const CaseResult& result = model.cases[i];
    // Not run because something broke: that is no skip.
    const bool lost = result.outcome == Outcome::kNotRun && !RunProblem(model).empty();
    const bool fails = lost || FailsRun(result.outcome, options.strict);
    std::string directive;
    if (result.outcome == Outcome::kSkip || (result.outcome == Outcome::kNotRun && !lost)) {
      directive = " # SKIP " + Escape(result.reason);
    }
    if (result.outcome == Outcome::kXFail) directive = " # TODO " + Escape(result.reason);
    const bool ok = !fails && result.outcome != Outcome::kXFail;
    out += fmt::format("{} {} - {}{}\n", ok ? "ok" : "not ok", i + 1, Escape(result.id), directive);
    if (result.outcome == Outcome::kPass || !directive.empty()) continue;
    out += fmt::format("  ---\n  outcome: {}\n  message: {}\n  details: {}\n  ...\n",
                       OutcomeName(result.outcome), YamlString(Cut(result.reason, kMaxTold)),
                       YamlString(ExplainFailure(result)));
  }
  for (std::size_t i = 0; i < stale.size(); ++i) {
    out += fmt::format("not ok {} - stale baseline entry: {}\n", model.cases.size() + i + 1,
                       Escape(stale[i]));
  }
  if (model.summary.cut_short) out += "Bail out! The run was cut short\n";
  return out;
}

}  // namespace aweber::conformance
