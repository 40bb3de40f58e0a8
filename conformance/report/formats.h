// The report formats: one table.
//
// Purpose: `--report FORMAT[=FILE]`, `report`, and their help all read this table; a new format is
//   one row and one function.
// Ownership: a sink owns what it writes to. Thread safety: as ReportSink.
// Errors: Error{"report.format"} with the nearest name, {"report.file"} when a file cannot be
//   opened (found out when the sink is made, before anything runs); what fails later is the sink's
//   Problem().
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "conformance/report/history.h"
#include "conformance/report/report_sink.h"
#include "conformance/result/run_model.h"

namespace aweber::conformance {

// How much the pretty report tells.
enum class PrettyStyle {
  kProblems,  // what is wrong, on one page
  kList,      // the same, after a line for each case
  kDetails    // a line for each case, and every failure in full
};

struct ReportOptions {
  bool strict = false;
  bool color = false;       // pretty
  bool progress = false;    // pretty: the output is a terminal
  std::size_t width = 100;  // pretty: of a line
  PrettyStyle style = PrettyStyle::kProblems;
  std::vector<HistoryEntry> history = {};  // html: runs for the trend, the oldest first
  bool trend_with_this = false;            // html: this run is not among them yet
};

// Where a report goes. `write` must take every byte or answer false.
struct ReportOutput {
  std::string name;  // "standard output" or the path, for messages
  std::function<bool(std::string_view)> write;
  std::string problem = {};  // of the write that failed: nothing is written after it

  void Write(std::string_view text);
};

using Renderer = std::string (*)(const RunModel& model, const ReportOptions& options);

struct ReportFormat {
  std::string_view name;
  std::string_view meaning;
  std::string_view extension;
  Renderer render;  // null: this format is written as events come, see MakeSink
  // What else is done at the end of a run, for a platform that wants more than one text.
  // Answers what went wrong, or "".
  std::string (*deliver)(const RunModel& model, const ReportOptions& options) = nullptr;
};

const std::vector<ReportFormat>& ReportFormats();
Result<const ReportFormat*> FindFormat(std::string_view name);

// A sink that writes `format` to `output`.
std::unique_ptr<ReportSink> MakeSink(const ReportFormat& format, ReportOutput output,
                                     const ReportOptions& options);

// "junit=out.xml" -> format and file; "json" -> file "" (standard output).
struct ReportRequest {
  const ReportFormat* format = nullptr;
  std::string file;
};
Result<ReportRequest> ParseReportRequest(std::string_view text);
// All of them; an error where two would write over each other: into one file, or on standard
// output. The annotations of `github` are read from a log, so they may stand there after `pretty`.
Result<std::vector<ReportRequest>> ParseReportRequests(const std::vector<std::string>& texts);
// Do two paths name one regular file, there or not yet?
bool IsSameFile(const std::string& a, const std::string& b);
// How the text comes: as the run goes on, or once and whole. A whole text replaces its file at once,
// so that a run that is cut leaves the report of the one before.
enum class ReportText { kPieces, kWhole };
ReportText TextOf(const ReportFormat& format);
// Opens the file, or standard output for "". A file that takes pieces, is no regular one, or stands in a
// folder that takes no other, is emptied and written in its place.
Result<ReportOutput> OpenReportOutput(const std::string& file, ReportText text);

// The problems of a run on one page; what pretty ends with.
std::string RenderProblems(const RunModel& model, const ReportOptions& options);
std::string RenderJson(const RunModel& model, const ReportOptions& options);
std::string RenderJunit(const RunModel& model, const ReportOptions& options);
std::string RenderTap(const RunModel& model, const ReportOptions& options);
std::string RenderMarkdown(const RunModel& model, const ReportOptions& options);
// As RenderMarkdown, whole sections only, within `limit` bytes; what is left out is said.
std::string MarkdownWithin(const RunModel& model, const ReportOptions& options, std::size_t limit);
// Appends the markdown report to the file that GITHUB_STEP_SUMMARY names, within its limit.
std::string AppendStepSummary(const RunModel& model, const ReportOptions& options);
std::string RenderGithub(const RunModel& model, const ReportOptions& options);
std::string RenderSarif(const RunModel& model, const ReportOptions& options);
std::string RenderHtml(const RunModel& model, const ReportOptions& options);

}  // namespace aweber::conformance
