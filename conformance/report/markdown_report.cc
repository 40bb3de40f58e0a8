// The markdown report, and the github one that is made of it and of annotations.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/text/json.h"
#include "conformance/judge/problems.h"
#include "conformance/report/formats.h"
#include "conformance/report/printable.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

// GitHub shows at most ten annotations of one kind from a step; more would push out the first, and
// nobody reads more.
constexpr int kMaxAnnotations = 9;  // and one for the totals
// A comment on a pull request holds 65,536 characters.
constexpr std::size_t kMaxComment = 64'000;
// A step summary over 1 MiB is dropped whole.
constexpr std::size_t kMaxSummary = 1u << 20;
constexpr std::size_t kMaxReason = 500;    // of a table or a list; the json report has all of it
constexpr std::size_t kMaxName = 100;      // of the client
constexpr std::size_t kMaxMessage = 4000;  // of an annotation; the summary tells a failure in full

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

// One problem: what is wrong, why, how to fix it, and the plainest example.
std::string ProblemPart(const RunModel& model, const Problem& problem, std::size_t number) {
  std::string out = fmt::format("\n### {}. {} {}\n\n`{}`", number, SymbolOf(problem.outcome),
                                MarkdownText(problem.title), problem.id);
  if (!problem.level.empty()) {
    out += fmt::format(" ({}, {})", problem.level, MarkdownText(problem.source));
  }
  out += problem.cases.size() == 1
             ? fmt::format(" in `{}`", problem.example)
             : fmt::format(" in {} cases, e.g. `{}`", problem.cases.size(), problem.example);
  if (!problem.also.empty()) {
    out += fmt::format("; also seen as `{}`", fmt::join(problem.also, "`, `"));
  }
  out += ".\n\n";
  const std::pair<const char*, const std::string*> rows[] = {
      {"Why", &problem.why}, {"Fix", &problem.fix}, {"Seen", &problem.seen}};
  for (const auto& [name, text] : rows) {
    if (!text->empty())
      out += fmt::format("- **{}**: {}\n", name, MarkdownText(Cut(*text, kMaxReason)));
  }
  std::string example;
  for (const CaseResult& result : model.cases) {
    if (result.id != problem.example) continue;
    for (const Json* entry : Evidence(result, problem.evidence)) {
      if (example.size() < kMaxReason) example += WireLine(*entry) + "\n";
    }
  }
  if (!problem.reproduce.empty()) example += problem.reproduce + "\n";
  if (!example.empty()) out += "\n" + Fenced(Printable(example, LineBreaks::kKeep));
  return out;
}

}  // namespace

std::string MarkdownWithin(const RunModel& model, const ReportOptions& options, std::size_t limit) {
  constexpr std::size_t kForTheEnd = 200;  // what says that something is missing
  const std::vector<Problem> problems = ProblemsOf(model.cases, model.info.client.language);
  std::string out = fmt::format("# Conformance of {} {}\n\n{}; profile {}, seed {}.\n\n",
                                MarkdownText(Cut(model.info.client.name, kMaxName)),
                                MarkdownText(Cut(model.info.client.version, kMaxName)),
                                TotalsLine(model), model.info.profile, model.info.seed);
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    out += fmt::format("**{}**\n\n", MarkdownText(problem));
  }
  std::size_t left_out = 0;
  const auto add = [&](const std::string& part) {
    const bool fits = left_out == 0 && out.size() + part.size() + kForTheEnd <= limit;
    if (fits) out += part;
    left_out += fits ? 0 : 1;
  };
  for (const std::string& stale : model.summary.stale_baseline) {
    add(fmt::format("- stale baseline entry: {}\n", MarkdownText(Cut(stale, kMaxReason))));
  }
  add(problems.empty() ? "No problems.\n" : fmt::format("## Problems: {}\n", problems.size()));
  for (std::size_t i = 0; i < problems.size(); ++i) add(ProblemPart(model, problems[i], i + 1));
  add("\n## Cases\n\n| case | outcome | reason |\n| --- | --- | --- |\n");
  // Those that say something first: the table is cut at its end.
  for (const bool good : {false, true}) {
    for (const CaseResult& result : model.cases) {
      const bool quiet = result.outcome == Outcome::kPass || result.outcome == Outcome::kSkip;
      if (quiet != good) continue;
      add(fmt::format("| {} | {}{} | {} |\n", MarkdownText(result.id), OutcomeName(result.outcome),
                      FailsRun(result.outcome, options.strict) ? ", fails the run" : "",
                      MarkdownText(Cut(result.reason, kMaxReason))));
    }
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
  return MarkdownWithin(model, options, kMaxComment);
}

std::string AppendStepSummary(const RunModel& model, const ReportOptions& options) {
  const char* const path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return "";
  std::error_code unknown;
  const std::uintmax_t there = std::filesystem::file_size(path, unknown);
  const std::size_t used = unknown ? 0 : static_cast<std::size_t>(there);
  std::FILE* const file = std::fopen(path, "ae");
  std::string problem = fmt::format("cannot append to GITHUB_STEP_SUMMARY {}", path);
  if (file == nullptr) return problem;
  const std::string text = MarkdownWithin(
      model, options, std::min(kMaxComment, kMaxSummary - std::min(kMaxSummary, used)));
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written ? "" : problem;
}

std::string RenderGithub(const RunModel& model, const ReportOptions& options) {
  std::string out;
  int told = 0;
  const auto annotate = [&](bool error, const std::string& title, const std::string& message) {
    if (++told > kMaxAnnotations) return;
    out += fmt::format("::{} title={}::{}\n", error ? "error" : "warning",
                       CommandText(Printable(title), true),
                       CommandText(Cut(Printable(message, LineBreaks::kKeep), kMaxMessage), false));
  };
  // What concerns the run comes first: it must not be pushed out.
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    annotate(true, "aweber-conformance", problem);
  }
  for (const std::string& stale : model.summary.stale_baseline) {
    annotate(true, "stale baseline", stale);
  }
  for (const Problem& problem : ProblemsOf(model.cases, model.info.client.language)) {
    if (IsKnown(problem)) continue;
    annotate(FailsRun(problem.outcome, options.strict),
             fmt::format("{} {}", OutcomeName(problem.outcome), problem.id),
             fmt::format("{}\nSeen in {}: {}\nFix: {}\n{}", problem.title, problem.example,
                         Cut(problem.seen, kMaxReason), problem.fix, problem.reproduce));
  }
  std::string totals = TotalsLine(model);
  if (told > kMaxAnnotations) {
    totals += fmt::format("; {} more in the step summary only", told - kMaxAnnotations);
  }
  out += fmt::format("::notice title=aweber-conformance::{}\n", CommandText(totals, false));
  return out;
}

}  // namespace aweber::conformance
