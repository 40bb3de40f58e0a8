#include "conformance/explore/screen.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "conformance/report/printable.h"
#include "conformance/report/text.h"

namespace aweber::conformance::explore {
namespace {

constexpr Micros kBetweenDrawings = std::chrono::milliseconds(200);

std::string Counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

Outcome OutcomeOf(const Finding& finding) {
  if (finding.flaky) return Outcome::kFlaky;
  if (finding.accusation.check == kDriverBroke) return Outcome::kError;
  return finding.accusation.must ? Outcome::kFail : Outcome::kWarn;
}

}  // namespace

Screen::Screen(ReportOutput output, const ReportOptions& options, Clock& clock)
    : output_(std::move(output)), options_(options), clock_(clock) {}

// Lines go above the bar: it is wiped first and drawn again.
void Screen::Print(const std::string& text) {
  std::string out;
  if (bar_width_ > 0) out = "\r" + std::string(bar_width_, ' ') + "\r";
  bar_width_ = 0;
  output_.Write(out + text);
}

void Screen::DrawBar() {
  if (!options_.progress) return;
  const std::string bar =
      fmt::format("{}, {} of the model, {}", Counted(progress_.sequences, "sequence", "sequences"),
                  Counted(progress_.states, "state", "states"),
                  Counted(progress_.findings, "finding", "findings"));
  Print("");
  bar_width_ = bar.size();
  output_.Write(bar);
}

void Screen::OnStarted(const RunInfo& info) {
  const std::string client =
      info.client.name.empty()
          ? std::string("the client did not introduce itself")
          : Printable(info.client.name +
                      (info.client.version.empty() ? "" : " " + info.client.version));
  Print(fmt::format("{}: exploring, profile {}, seed {}\n", client, info.profile, info.seed));
}

void Screen::OnProgress(const ExploreProgress& progress) {
  progress_ = progress;
  const Micros now = clock_.Steady();
  if (now - drawn_ < kBetweenDrawings) return;
  drawn_ = now;
  DrawBar();
}

void Screen::OnFinding(const Finding& finding) {
  ++progress_.findings;
  const Outcome outcome = OutcomeOf(finding);
  const std::string word = fmt::format("{:6}", OutcomeName(outcome));
  std::string text = fmt::format("{} {}\n", options_.color ? Painted(outcome, word) : word,
                                 Printable(FindingTitle(finding.accusation)));
  text += fmt::format("       {}: {}\n", Counted(finding.flow.actions.size(), "step", "steps"),
                      DescribeFlow(finding.flow));
  if (const std::string also = AlsoSeenAs(finding); !also.empty()) {
    text += fmt::format("       also seen as {}\n", also);
  }
  if (!finding.result.reproduce.empty()) {
    text += fmt::format("       {}\n", Printable(finding.result.reproduce));
  }
  Print(text);
  DrawBar();
}

void Screen::OnFinished(const ExploreSummary& summary) {
  if (summary.sequences == 0 && !summary.harness_error.empty()) {
    return Print("- nothing was explored\n" + Printable(summary.harness_error, LineBreaks::kKeep) +
                 "\n");
  }
  std::size_t flaky = 0;
  for (const Finding& finding : summary.findings) flaky += finding.flaky ? 1 : 0;
  const std::size_t found = summary.findings.size() - flaky;
  std::string text = fmt::format(
      "{} in {:.1f} s, {} of the model, {} of circumstance, step and server behaviour; {}",
      Counted(summary.sequences, "sequence", "sequences"), summary.duration_ms / 1000,
      Counted(summary.coverage.states(), "state", "states"),
      Counted(summary.coverage.pairs(), "combination", "combinations"),
      found == 0 ? std::string("nothing found") : Counted(found, "finding", "findings"));
  if (flaky > 0) text += fmt::format(", {} flaky", flaky);
  if (summary.interrupted) text += "; interrupted";
  const bool kept = std::any_of(summary.findings.begin(), summary.findings.end(),
                                [](const Finding& finding) { return !finding.file.empty(); });
  if (!summary.findings.empty() && !kept)
    text += "\n--out DIR keeps each finding as a file for run";
  Print(text + "\n");
  if (!summary.harness_error.empty())
    Print(Printable(summary.harness_error, LineBreaks::kKeep) + "\n");
}

RunModel AsRun(const ExploreSummary& summary, bool strict) {
  RunModel model;
  model.info = summary.info;
  for (const Finding& finding : summary.findings) {
    CaseResult result = finding.result;
    result.outcome = OutcomeOf(finding);
    model.cases.push_back(std::move(result));
  }
  model.summary.counts = model.Count();
  model.summary.duration_ms = summary.duration_ms;
  model.summary.requests = summary.requests;
  model.summary.interrupted = summary.interrupted;
  model.summary.harness_error = summary.harness_error;
  model.summary.exit_status = summary.ExitStatus(strict);
  Json findings = Json::array();
  for (const Finding& finding : summary.findings) {
    Json also = Json::array();
    for (const Accusation& other : finding.also) also.push_back(other.check);
    findings.push_back({{"id", finding.result.id},
                        {"check", finding.accusation.check},
                        {"also", std::move(also)},
                        {"place", finding.accusation.place},
                        {"outcome", OutcomeName(OutcomeOf(finding))},
                        {"steps", finding.flow.actions.size()},
                        {"flow", DescribeFlow(finding.flow)},
                        {"shrunk", finding.shrunk},
                        {"sequence", finding.number},
                        {"file", finding.file}});
  }
  model.summary.exploration = {{"sequences", summary.sequences},
                               {"coverage", summary.coverage.ToJson()},
                               {"findings", std::move(findings)}};
  return model;
}

}  // namespace aweber::conformance::explore
