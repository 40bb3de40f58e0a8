#include "conformance/report/pretty.h"

#include <fmt/format.h>

#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kBarCells = 30;
constexpr std::size_t kMaxWarned = 5;  // good cases whose warnings are told

const char* ColorOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPass:
      return "32";  // green
    case Outcome::kWarn:
    case Outcome::kXFail:
    case Outcome::kFlaky:
      return "33";  // yellow
    case Outcome::kFail:
    case Outcome::kError:
    case Outcome::kXPass:
      return "31";  // red
    case Outcome::kInconclusive:
      return "35";  // magenta
    case Outcome::kSkip:
    case Outcome::kNotRun:
      return "2";  // dim
  }
  return "0";
}

bool NeedsExplaining(Outcome outcome) {
  return outcome != Outcome::kPass && outcome != Outcome::kSkip && outcome != Outcome::kXFail &&
         outcome != Outcome::kNotRun;
}

}  // namespace

PrettySink::PrettySink(ReportOutput output, const ReportOptions& options)
    : output_(std::move(output)), options_(options) {}

std::string PrettySink::Paint(Outcome outcome, std::string_view text) const {
  if (!options_.color) return std::string(text);
  return fmt::format("\033[{}m{}\033[0m", ColorOf(outcome), text);
}

std::string PrettySink::Bar() const {
  const std::size_t filled = total_ == 0 ? 0 : kBarCells * done_ / total_;
  return fmt::format("[{}{}] {}/{}{}", std::string(filled, '#'),
                     std::string(kBarCells - filled, '.'), done_, total_,
                     bad_ == 0 ? "" : fmt::format(", {} not good", bad_));
}

// Lines go above the bar: it is wiped first and drawn again.
void PrettySink::Print(std::string_view text) {
  std::string out;
  if (bar_width_ > 0) out = "\r" + std::string(bar_width_, ' ') + "\r";
  out += text;
  bar_width_ = 0;
  if (options_.progress && done_ < total_) {
    const std::string bar = Bar();
    bar_width_ = bar.size();
    out += bar;
  }
  output_.Write(out);
}

void PrettySink::OnRunStarted(const RunInfo& info) {
  collector_.OnRunStarted(info);
  total_ = info.cases.size();
  const std::string client =
      info.client.name.empty()
          ? std::string("the client did not introduce itself")
          : fmt::format("{} {}{}", info.client.name, info.client.version,
                        info.client.language.empty() ? "" : " (" + info.client.language + ")");
  Print(fmt::format("{}: {} {}, profile {}, seed {}\n", client, total_,
                    total_ == 1 ? "case" : "cases", info.profile, info.seed));
}

void PrettySink::OnCaseFinished(const CaseResult& result) {
  collector_.OnCaseFinished(result);
  if (!result.amended) ++done_;
  if (FailsRun(result.outcome, options_.strict)) ++bad_;
  // What was not run is told once, in the totals.
  if (result.outcome == Outcome::kNotRun) return;
  std::string line = fmt::format(
      "{} {}", Paint(result.outcome, fmt::format("{:12}", OutcomeName(result.outcome))), result.id);
  if (result.outcome == Outcome::kSkip) line += ": " + result.reason;
  if (result.amended) line += " (judged again: more came after it had ended)";
  Print(line + "\n");
}

void PrettySink::OnRunFinished(const RunSummary& summary) {
  collector_.OnRunFinished(summary);
  const RunModel model = collector_.Model();
  done_ = total_;  // the bar's end
  std::string text;
  for (const CaseResult& result : model.cases) {
    if (!NeedsExplaining(result.outcome)) continue;
    text += fmt::format("\n{} {}{}{}\n", Paint(result.outcome, OutcomeName(result.outcome)),
                        result.id, result.title.empty() ? "" : ": ", result.title);
    text += Indent(ExplainFailure(result), 2) + "\n";
  }
  std::size_t warned = 0;
  for (const CaseResult& result : model.cases) {
    if (NeedsExplaining(result.outcome) || result.warnings.empty()) continue;
    if (++warned > kMaxWarned) continue;
    const std::size_t more = result.warnings.size() - 1;
    text += fmt::format("\nwarning: {}: {}{}\n", result.id, result.warnings.front(),
                        more == 0 ? "" : fmt::format(" (and {} more)", more));
  }
  if (warned > kMaxWarned) {
    text += fmt::format("\n{} more cases have warnings\n", warned - kMaxWarned);
  }
  for (const std::string& stale : summary.stale_baseline) {
    text += fmt::format("\nstale baseline entry: {}\n", stale);
  }
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    text += fmt::format("\n{}\n", Paint(Outcome::kFail, problem));
  }
  const std::string spent =
      summary.cut_short
          ? "requests and time are not known"
          : fmt::format("{} requests in {:.1f} s", summary.requests, summary.duration_ms / 1000);
  text += fmt::format("\n{}; {}\n", TotalsLine(model), spent);
  Print(text);
}

}  // namespace aweber::conformance
