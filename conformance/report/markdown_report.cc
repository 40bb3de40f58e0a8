// The markdown report, and the github one that is made of it and of annotations.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <system_error>

#include "conformance/report/formats.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

// GitHub shows at most ten annotations of one kind from a step; more would push out the first.
constexpr int kMaxAnnotations = 10;
// A step summary over 1 MiB is dropped whole.
constexpr std::size_t kMaxSummary = 1u << 20;
constexpr std::size_t kMaxMessage = 4000;  // of an annotation; the summary tells a failure in full

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

}  // namespace

std::string MarkdownWithin(const RunModel& model, const ReportOptions& options, std::size_t limit) {
  constexpr std::size_t kForTheEnd = 200;  // what says that something is missing
  std::string out = fmt::format("# Conformance of {} {}\n\n{}; profile {}, seed {}.\n\n",
                                Cell(model.info.client.name), Cell(model.info.client.version),
                                TotalsLine(model), model.info.profile, model.info.seed);
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    out += fmt::format("**{}**\n\n", Cell(problem));
  }
  for (const std::string& stale : model.summary.stale_baseline) {
    out += fmt::format("- stale baseline entry: {}\n", Cell(stale));
  }
  std::size_t left_out = 0;
  const auto add = [&](const std::string& part) {
    const bool fits = left_out == 0 && out.size() + part.size() + kForTheEnd <= limit;
    if (fits) out += part;
    left_out += fits ? 0 : 1;
  };
  out += "| case | outcome | reason |\n| --- | --- | --- |\n";
  for (const CaseResult& result : model.cases) {
    add(fmt::format("| {} | {} | {} |\n", Cell(result.id), OutcomeName(result.outcome),
                    Cell(result.reason)));
  }
  for (const CaseResult& result : model.cases) {
    if (!FailsRun(result.outcome, options.strict) && result.outcome != Outcome::kWarn) continue;
    add(fmt::format("\n## {}: {}\n\n{}\n\n{}", OutcomeName(result.outcome), Cell(result.id),
                    Cell(result.title), Fenced(ExplainFailure(result))));
  }
  if (left_out > 0) {
    out += fmt::format(
        "\n{} more parts are left out: the limit is {} bytes. Another format has "
        "them.\n",
        left_out, limit);
  }
  return out;
}

std::string RenderMarkdown(const RunModel& model, const ReportOptions& options) {
  return MarkdownWithin(model, options, std::numeric_limits<std::size_t>::max());
}

std::string AppendStepSummary(const RunModel& model, const ReportOptions& options) {
  const char* const path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return "";
  std::error_code unknown;
  const std::uintmax_t there = std::filesystem::file_size(path, unknown);
  const std::size_t used = unknown ? 0 : static_cast<std::size_t>(there);
  std::FILE* const file = std::fopen(path, "ae");
  const std::string problem = fmt::format("cannot append to GITHUB_STEP_SUMMARY {}", path);
  if (file == nullptr) return problem;
  const std::string text =
      MarkdownWithin(model, options, kMaxSummary - std::min(kMaxSummary, used));
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written ? "" : problem;
}

std::string RenderGithub(const RunModel& model, const ReportOptions& options) {
  std::string out;
  int errors = 0, warnings = 0;
  const auto annotate = [&](bool error, const std::string& title, const std::string& message) {
    if (++(error ? errors : warnings) > kMaxAnnotations) return;
    out += fmt::format("::{} title={}::{}\n", error ? "error" : "warning", CommandText(title, true),
                       CommandText(Cut(message, kMaxMessage), false));
  };
  // What concerns the run comes first: it must not be pushed out.
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    annotate(true, "aweber-conformance", problem);
  }
  for (const std::string& stale : model.summary.stale_baseline) {
    annotate(true, "stale baseline", stale);
  }
  for (const CaseResult& result : model.cases) {
    const bool fails = FailsRun(result.outcome, options.strict);
    if (!fails && result.outcome != Outcome::kWarn) continue;
    annotate(fails, fmt::format("{} {}", OutcomeName(result.outcome), result.id),
             result.reason + "\n" + result.reproduce);
  }
  std::string totals = TotalsLine(model);
  const int hidden =
      std::max(errors - kMaxAnnotations, 0) + std::max(warnings - kMaxAnnotations, 0);
  if (hidden > 0) totals += fmt::format("; {} more are in the step summary only", hidden);
  out += fmt::format("::notice title=aweber-conformance::{}\n", CommandText(totals, false));
  return out;
}

}  // namespace aweber::conformance
