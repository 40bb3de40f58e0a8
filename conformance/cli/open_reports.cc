#include "conformance/cli/open_reports.h"

#include <algorithm>

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
  const auto requests = ParseReportRequests(command.reports);
  if (!requests) return requests.error();
  Sinks sinks;
  // ndjson first: whatever breaks later, the finished case is on disk.
  for (const bool ndjson : {true, false}) {
    for (const ReportRequest& request : *requests) {
      if ((request.format->name == "ndjson") != ndjson) continue;
      const bool elsewhere = pretty == StandardPretty::kNever && request.file.empty();
      if (elsewhere && request.format->name == "pretty") continue;
      auto output = OpenReportOutput(request.file, TextOf(*request.format));
      if (!output) return output.error();
      sinks.Add(MakeSink(*request.format, std::move(output).value(),
                         request.file.empty() ? options : plain));
    }
  }
  const auto on_stdout = [&](std::string_view format) {
    return std::any_of(requests->begin(), requests->end(), [&](const ReportRequest& request) {
      return request.file.empty() && (format.empty() || request.format->name == format);
    });
  };
  const bool taken = on_stdout("");
  sinks.pretty_on_stdout = !taken || on_stdout("pretty");
  if (!taken && pretty == StandardPretty::kWhereNothingElseGoes) {
    sinks.Add(MakeSink(*FindFormat("pretty").value(),
                       OpenReportOutput("", ReportText::kPieces).value(), options));
  }
  return sinks;
}

}  // namespace aweber::conformance
