// The reports that --report asks for, opened.
//
// Ownership: Sinks owns them. Thread safety: as ReportSink.
// Errors: before anything runs: a path that cannot be written, two reports for standard output.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "conformance/cli/commands.h"
#include "conformance/report/report_sink.h"

namespace aweber::conformance {

struct Sinks {
  bool pretty_on_stdout = false;
  std::vector<std::unique_ptr<ReportSink>> owned;
  std::vector<ReportSink*> all;
  void Add(std::unique_ptr<ReportSink> sink) {
    all.push_back(sink.get());
    owned.push_back(std::move(sink));
  }
};

// Who writes the pretty text to standard output.
enum class StandardPretty {
  kWhereNothingElseGoes,  // a sink
  kNever,                 // the command itself, where `pretty_on_stdout` says so
};

Result<Sinks> OpenReports(const RunCommand& command, StandardPretty pretty);

}  // namespace aweber::conformance
