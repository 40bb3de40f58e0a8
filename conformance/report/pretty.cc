#include "conformance/report/pretty.h"

#include <fmt/format.h>

#include "conformance/report/printable.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kBarCells = 30;
constexpr std::size_t kMaxClient = 80;

bool NeedsExplaining(Outcome outcome) {
  return outcome != Outcome::kPass && outcome != Outcome::kSkip && outcome != Outcome::kXFail &&
         outcome != Outcome::kNotRun;
}

}  // namespace

PrettySink::PrettySink(ReportOutput output, const ReportOptions& options)
    : output_(std::move(output)), options_(options) {}

std::string PrettySink::Paint(Outcome outcome, std::string_view text) const {
  return options_.color ? Painted(outcome, text) : std::string(text);
}

std::string PrettySink::Bar() const {
  const std::size_t filled = total_ == 0 ? 0 : kBarCells * done_ / total_;
  return fmt::format("[{}{}] {}/{}{}", std::string(filled, '#'),
                     std::string(kBarCells - filled, '.'), done_, total_,
                     bad_ == 0 ? "" : fmt::format(", {} failing", bad_));
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
  total_ = info.cases.size();
  const std::string client =
      info.client.name.empty()
          ? std::string("the client did not introduce itself")
          : fmt::format("{}{}{}", info.client.name,
                        info.client.version.empty() ? "" : " " + info.client.version,
                        info.client.language.empty() ? "" : " (" + info.client.language + ")");
  Print(fmt::format("{}: {} {}, profile {}, seed {}\n", Shorten(Printable(client), kMaxClient),
                    total_, total_ == 1 ? "case" : "cases", info.profile, info.seed));
}

void PrettySink::OnCaseFinished(const CaseResult& result) {
  if (!result.amended) ++done_;
  if (FailsRun(result.outcome, options_.strict)) ++bad_;
  // What was not run is told once, in the totals.
  const bool listed = options_.style != PrettyStyle::kProblems;
  if (!listed || result.outcome == Outcome::kNotRun) return Print("");
  std::string line = fmt::format(
      "{} {}", Paint(result.outcome, fmt::format("{:12}", OutcomeName(result.outcome))), result.id);
  if (result.outcome == Outcome::kSkip) line += ": " + Printable(Cut(result.reason, kMaxTold));
  if (result.amended) line += " (judged again: more requests arrived after the case had ended)";
  Print(line + "\n");
}

void PrettySink::OnRunFinished(const RunModel& run) {
  done_ = total_;  // the bar's end
  const bool details = options_.style == PrettyStyle::kDetails;
  Print((details ? Details(run) : "") + RenderProblems(run, options_));
}

// Every failure in full.
std::string PrettySink::Details(const RunModel& run) const {
  std::string text;
  for (const CaseResult& result : run.cases) {
    if (!NeedsExplaining(result.outcome)) continue;
    text += fmt::format("\n{} {}{}{}\n", Paint(result.outcome, OutcomeName(result.outcome)),
                        result.id, result.title.empty() ? "" : ": ", result.title);
    text += Indent(Printable(ExplainFailure(result), LineBreaks::kKeep), 2) + "\n";
  }
  for (const CaseResult& result : run.cases) {
    if (NeedsExplaining(result.outcome)) continue;
    for (const std::string& warning : result.warnings) {
      text += fmt::format("\nwarning: {}: {}\n", result.id, Printable(Cut(warning, kMaxTold)));
    }
  }
  return text;
}

}  // namespace aweber::conformance
