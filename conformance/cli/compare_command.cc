// `compare` and `badge`: what is made of runs that are over.
#include <fmt/format.h>

#include <algorithm>

#include "conformance/cli/commands.h"
#include "conformance/report/badge.h"
#include "conformance/report/compare.h"
#include "conformance/result/exit_status.h"

namespace aweber::conformance {
namespace {

// "html=FILE", "json": the format and where it goes.
struct CompareRequest {
  const CompareFormat* format = nullptr;
  std::string file;  // "" for standard output
};

Result<CompareRequest> ParseCompareRequest(const std::string& text) {
  const std::size_t equals = text.find('=');
  const auto format = FindCompareFormat(text.substr(0, equals));
  if (!format) return format.error();
  CompareRequest request{*format, equals == std::string::npos ? "" : text.substr(equals + 1)};
  if (equals != std::string::npos && request.file.empty()) {
    return Error{"compare.file", fmt::format("--report {} names no file after '='", text)};
  }
  if (request.file == "-") request.file.clear();
  return request;
}

bool IsAnyOf(const std::string& file, const std::vector<std::string>& others) {
  return std::any_of(others.begin(), others.end(),
                     [&](const std::string& other) { return IsSameFile(file, other); });
}

int WriteTo(const std::string& file, const std::string& text, int status) {
  auto output = OpenReportOutput(file, ReportText::kWhole);
  if (!output) return Complain(output.error().message, kExitUsage);
  output->Write(text);
  return output->problem.empty() ? status : Complain(output->problem, kExitBroken);
}

// `saved`: the runs that are read, which no report may overwrite.
Result<std::vector<CompareRequest>> ParseCompareRequests(const std::vector<std::string>& texts,
                                                         const std::vector<std::string>& saved) {
  std::vector<CompareRequest> requests;
  for (const std::string& text : texts) {
    const auto request = ParseCompareRequest(text);
    if (!request) return request.error();
    for (const CompareRequest& other : requests) {
      const bool both_printed = request->file.empty() && other.file.empty();
      if (!both_printed && !IsSameFile(request->file, other.file)) continue;
      return Error{"usage", fmt::format("--report {} and {} both go to {}; give each its own file",
                                        other.format->name, request->format->name,
                                        both_printed ? "standard output" : request->file)};
    }
    if (IsAnyOf(request->file, saved)) {
      return Error{"usage",
                   fmt::format("--report {}: {} is a saved run itself; write to another file",
                               request->format->name, request->file)};
    }
    requests.push_back(*request);
  }
  return requests;
}

int Write(const Comparison& comparison, const std::vector<CompareRequest>& requests,
          const PrettyFlags& pretty) {
  int status = comparison.AnythingNew() ? kExitFailed : kExitGood;
  for (const CompareRequest& request : requests) {
    const ReportOptions options =
        request.file.empty() ? StandardOutputOptions(pretty, false) : FileOptions(pretty, false);
    status = WriteTo(request.file, request.format->render(comparison, options), status);
    if (status == kExitUsage || status == kExitBroken) return status;
  }
  return status;
}

}  // namespace

int WriteComparison(const RunModel& before, const RunModel& after, const PrettyFlags& pretty) {
  return Write(Compare(before, after), {{*FindCompareFormat("pretty"), ""}}, pretty);
}

int DoCompare(const CompareCommand& command) {
  std::vector<std::string> reports = command.reports;
  if (reports.empty()) reports.emplace_back("pretty");
  const auto requests = ParseCompareRequests(reports, {command.before, command.after});
  if (!requests) return Complain(requests.error().message, kExitUsage);
  const Partial partial = command.partial ? Partial::kShow : Partial::kRefuse;
  const auto before = LoadRun(command.before, partial);
  if (!before) return Complain(before.error().message, kExitUsage);
  const auto after = LoadRun(command.after, partial);
  if (!after) return Complain(after.error().message, kExitUsage);
  const std::string difference = SelectionDifference(*before, *after);
  if (!difference.empty() && !command.partial) {
    return Complain(fmt::format("{} and {}: {}. Give --partial to compare the cases of both",
                                command.before, command.after, difference),
                    kExitUsage);
  }
  return Write(Compare(*before, *after), *requests, command.pretty);
}

int DoBadge(const BadgeCommand& command) {
  if (IsAnyOf(command.svg, {command.file}) || IsAnyOf(command.json, {command.file})) {
    return Complain(fmt::format("--svg, --json: {} is the saved run itself; write to another file",
                                command.file),
                    kExitUsage);
  }
  if (IsSameFile(command.svg, command.json)) {
    return Complain(
        fmt::format("--svg and --json both go to {}; give each its own file", command.svg),
        kExitUsage);
  }
  const auto model = LoadWholeRun(command.file, Partial::kShow);
  if (!model) return Complain(model.error().message, kExitUsage);
  const Badge badge = BadgeOf(*model);
  int status = kExitGood;
  if (!command.json.empty()) status = WriteTo(command.json, BadgeJson(badge), status);
  const bool svg = !command.svg.empty() || command.json.empty();
  if (svg && status == kExitGood) status = WriteTo(command.svg, BadgeSvg(badge), status);
  return status;
}

}  // namespace aweber::conformance
