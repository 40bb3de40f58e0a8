#include "conformance/cli/open_reports.h"

#include <fmt/format.h>

#include "conformance/report/formats.h"
#include "conformance/report/history.h"

namespace aweber::conformance {

Result<Sinks> OpenReports(const RunCommand& command, StandardPretty pretty) {
  ReportOptions options = StandardOutputOptions(command.pretty, command.strict);
  ReportOptions plain = FileOptions(command.pretty, command.strict);
  if (!command.history.empty()) {
    auto history = ReadHistory(command.history);
    if (!history) return history.error();
    options.history = plain.history = std::move(history).value();
    options.trend_with_this = plain.trend_with_this = true;
  }
  std::vector<ReportRequest> requests;
  const ReportRequest* on_stdout = nullptr;
  for (const std::string& text : command.reports) {
    auto request = ParseReportRequest(text);
    if (!request) return request.error();
    requests.push_back(*request);
  }
  for (const ReportRequest& request : requests) {
    if (!request.file.empty()) continue;
    if (on_stdout != nullptr) {
      return Error{"usage", fmt::format("--report {} and {} both go to standard output; give one a "
                                        "file: {}=FILE",
                                        on_stdout->format->name, request.format->name,
                                        request.format->name)};
    }
    on_stdout = &request;
  }
  Sinks sinks;
  // ndjson first: whatever breaks later, the finished case is on disk.
  for (const bool ndjson : {true, false}) {
    for (const ReportRequest& request : requests) {
      if ((request.format->name == "ndjson") != ndjson) continue;
      const bool elsewhere = pretty == StandardPretty::kNever && request.file.empty();
      if (elsewhere && request.format->name == "pretty") continue;
      auto output = OpenReportOutput(request.file);
      if (!output) return output.error();
      sinks.Add(MakeSink(*request.format, std::move(output).value(),
                         request.file.empty() ? options : plain));
    }
  }
  sinks.pretty_on_stdout = on_stdout == nullptr || on_stdout->format->name == "pretty";
  if (on_stdout == nullptr && pretty == StandardPretty::kWhereNothingElseGoes) {
    sinks.Add(MakeSink(*FindFormat("pretty").value(), OpenReportOutput("").value(), options));
  }
  return sinks;
}

}  // namespace aweber::conformance
