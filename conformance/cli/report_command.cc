// `report` and `baseline update`: what is made of a run that is over.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "base/os/file.h"
#include "conformance/checks/check.h"
#include "conformance/cli/commands.h"
#include "conformance/judge/baseline.h"
#include "conformance/judge/verdict.h"
#include "conformance/report/formats.h"
#include "conformance/result/merge.h"
#include "conformance/run/runner.h"

namespace aweber::conformance {

namespace {

// One saved run as it is; several as the shards of one.
Result<RunModel> LoadShards(const ReportCommand& command) {
  const Partial partial = command.partial ? Partial::kShow : Partial::kRefuse;
  if (command.files.size() == 1) return LoadRun(command.files.front(), partial);
  std::vector<SavedRun> runs;
  for (const std::string& file : command.files) {
    auto model = LoadRun(file, partial);
    if (!model) return model.error();
    runs.push_back({file, std::move(model).value()});
  }
  return MergeShards(std::move(runs),
                     command.partial ? MissingShards::kAllow : MissingShards::kRefuse);
}

}  // namespace

int DoReport(const ReportCommand& command) {
  const auto model = LoadShards(command);
  if (!model) return Complain(model.error().message, kExitUsage);
  std::vector<HistoryEntry> history;
  if (!command.history.empty()) {
    auto read = ReadHistory(command.history);
    if (!read) return Complain(read.error().message, kExitUsage);
    history = std::move(read).value();
  }
  std::vector<std::string> reports = command.reports;
  if (reports.empty()) reports.emplace_back("pretty");
  int status = kExitGood;
  for (const std::string& text : reports) {
    const auto request = ParseReportRequest(text);
    if (!request) return Complain(request.error().message, kExitUsage);
    auto output = OpenReportOutput(request->file);
    if (!output) return Complain(output.error().message, kExitUsage);
    ReportOptions options = request->file.empty()
                                ? StandardOutputOptions(command.pretty, command.strict)
                                : FileOptions(command.pretty, command.strict);
    options.progress = false;  // the run is over
    options.history = history;
    const auto sink = MakeSink(*request->format, std::move(output).value(), options);
    Replay(*model, *sink);
    status = AfterReport(*sink, status);
  }
  return status;
}

int DoBaselineUpdate(const BaselineUpdateCommand& command) {
  const std::string& file = command.run.baseline;
  if (file.empty()) return Complain("--baseline FILE is missing: where to write", kExitUsage);
  Baseline old;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    const auto text = ReadFile(file);
    if (!text) return Complain(text.error().message, kExitUsage);
    const auto scenarios = LoadCatalogue(command.run.catalogue.scenarios_dir);
    if (!scenarios) return Complain(scenarios.error().message, kExitUsage);
    std::vector<std::string> ids, checks{std::string(kStoryCheck)};
    for (const mock::Scenario& scenario : *scenarios) ids.push_back(scenario.id);
    for (const Check& check : AllChecks()) checks.emplace_back(check.id);
    auto read = ParseBaseline(*text, file, ids, checks);
    if (!read) return Complain(read.error().message, kExitUsage);
    old = std::move(read).value();
  }
  RunModel model;
  if (!command.from.empty()) {
    auto saved = LoadRun(command.from, Partial::kRefuse);
    if (!saved) return Complain(saved.error().message, kExitUsage);
    model = std::move(saved).value();
  } else {
    RunCommand run = command.run;
    run.baseline.clear();  // what fails is to be seen as it is
    const int status = RunInto(run, &model);
    if (status != kExitGood && status != kExitFailed) return status;
  }
  if (const Status written = WriteFileAtomically(file, WriteBaseline(model, old)); !written) {
    return Complain(written.error().message, kExitUsage);
  }
  fmt::print("wrote {}\n", file);
  return kExitGood;
}

}  // namespace aweber::conformance
