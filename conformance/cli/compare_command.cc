// `compare` and `badge`: what is made of runs that are over.
#include <fmt/format.h>

#include <cstdio>

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

int WriteTo(const std::string& file, const std::string& text, int status) {
  auto output = OpenReportOutput(file);
  if (!output) return Complain(output.error().message, kExitUsage);
  output->Write(text);
  return output->problem.empty() ? status : Complain(output->problem, kExitBroken);
}

}  // namespace

int WriteComparison(const RunModel& before, const RunModel& after,
                    const std::vector<std::string>& reports, const PrettyFlags& pretty) {
  const Comparison comparison = Compare(before, after);
  int status = comparison.AnythingNew() ? kExitFailed : kExitGood;
  std::vector<std::string> wanted = reports;
  if (wanted.empty()) wanted.emplace_back("pretty");
  std::vector<CompareRequest> requests;
  for (const std::string& text : wanted) {
    const auto request = ParseCompareRequest(text);
    if (!request) return Complain(request.error().message, kExitUsage);
    for (const CompareRequest& other : requests) {
      const bool both_printed = request->file.empty() && other.file.empty();
      if (!both_printed && !IsSameFile(request->file, other.file)) continue;
      return Complain(fmt::format("--report {} and {} both go to {}; give each its own file",
                                  other.format->name, request->format->name,
                                  both_printed ? "standard output" : request->file),
                      kExitUsage);
    }
    requests.push_back(*request);
  }
  for (const CompareRequest& request : requests) {
    const ReportOptions options =
        request.file.empty() ? StandardOutputOptions(pretty, false) : FileOptions(pretty, false);
    status = WriteTo(request.file, request.format->render(comparison, options), status);
    if (status == kExitUsage || status == kExitBroken) return status;
  }
  return status;
}

int DoCompare(const CompareCommand& command) {
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
  return WriteComparison(*before, *after, command.reports, command.pretty);
}

int DoBadge(const BadgeCommand& command) {
  const auto model = LoadRun(command.file, Partial::kShow);
  if (!model) return Complain(model.error().message, kExitUsage);
  const Badge badge = BadgeOf(*model);
  int status = kExitGood;
  if (!command.json.empty()) status = WriteTo(command.json, BadgeJson(badge), status);
  const bool svg = !command.svg.empty() || command.json.empty();
  if (svg && status == kExitGood) status = WriteTo(command.svg, BadgeSvg(badge), status);
  return status;
}

}  // namespace aweber::conformance
