// The markdown report, and the github one that is made of it and of annotations.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "conformance/report/formats.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

// GitHub shows at most ten annotations of one kind from a step; more would push out the first.
constexpr int kMaxAnnotations = 10;
// A step summary over a megabyte is dropped whole.
constexpr std::size_t kMaxSummary = 1'000'000;

std::string Cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '\\' || c == '`' || c == '*' || c == '_' || c == '<' || c == '[') {
      out += '\\';
    }
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

// A fence longer than any run of backquotes inside.
std::string Fenced(const std::string& text) {
  std::string fence = "```";
  while (text.find(fence) != std::string::npos) fence += '`';
  return fence + "text\n" + text + (text.ends_with('\n') ? "" : "\n") + fence + "\n";
}

// https://docs.github.com/actions: workflow commands escape these in messages, and two more in
// properties.
std::string CommandText(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

void AppendStepSummary(const std::string& text) {
  const char* const path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return;
  std::FILE* const file = std::fopen(path, "ae");
  if (file == nullptr) {
    std::fprintf(stderr, "aweber-conformance: cannot append to GITHUB_STEP_SUMMARY %s\n", path);
    return;
  }
  std::fwrite(text.data(), 1, text.size(), file);
  std::fclose(file);
}

}  // namespace

std::string RenderMarkdown(const RunModel& model, const ReportOptions& options) {
  std::string out = fmt::format("# Conformance of {} {}\n\n{}; profile {}, seed {}.\n\n",
                                Cell(model.info.client.name), Cell(model.info.client.version),
                                TotalsLine(model), model.info.profile, model.info.seed);
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    out += fmt::format("**{}**\n\n", Cell(problem));
  }
  for (const std::string& stale : model.summary.stale_baseline) {
    out += fmt::format("- stale baseline entry: {}\n", Cell(stale));
  }
  out += "| case | outcome | reason |\n| --- | --- | --- |\n";
  for (const CaseResult& result : model.cases) {
    out += fmt::format("| {} | {} | {} |\n", Cell(result.id), OutcomeName(result.outcome),
                       Cell(result.reason));
  }
  for (const CaseResult& result : model.cases) {
    if (!FailsRun(result.outcome, options.strict) && result.outcome != Outcome::kWarn) continue;
    out += fmt::format("\n## {}: {}\n\n{}\n\n{}", OutcomeName(result.outcome), Cell(result.id),
                       Cell(result.title), Fenced(ExplainFailure(result)));
  }
  return out;
}

std::string RenderGithub(const RunModel& model, const ReportOptions& options) {
  std::string out;
  int errors = 0, warnings = 0;
  for (const CaseResult& result : model.cases) {
    const bool fails = FailsRun(result.outcome, options.strict);
    if (!fails && result.outcome != Outcome::kWarn) continue;
    int& count = fails ? errors : warnings;
    if (++count > kMaxAnnotations) continue;
    out +=
        fmt::format("::{} title={}::{}\n", fails ? "error" : "warning",
                    CommandText(fmt::format("{} {}", OutcomeName(result.outcome), result.id), true),
                    CommandText(result.reason + "\n" + result.reproduce, false));
  }
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    out += fmt::format("::error title=aweber-conformance::{}\n", CommandText(problem, false));
  }
  for (const std::string& stale : model.summary.stale_baseline) {
    out += fmt::format("::error title=stale baseline::{}\n", CommandText(stale, false));
  }
  out +=
      fmt::format("::notice title=aweber-conformance::{}\n", CommandText(TotalsLine(model), false));
  std::string summary = RenderMarkdown(model, options);
  if (summary.size() > kMaxSummary) {
    summary.resize(kMaxSummary);
    summary += "\n```\n\nCut here: the platform takes one megabyte.\n";
  }
  AppendStepSummary(summary);
  return out;
}

}  // namespace aweber::conformance
