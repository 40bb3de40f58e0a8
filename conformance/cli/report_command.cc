// `report` and `baseline update`: what is made of a run that is over.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

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

// One whole run as it is; one shard or several files as the shards of one. A script that collects what
// is there must not take a single shard for the run.
Result<RunModel> LoadShards(const ReportCommand& command) {
  const Partial partial = command.partial ? Partial::kShow : Partial::kRefuse;
  std::vector<SavedRun> runs;
  for (const std::string& file : command.files) {
    auto model = LoadRun(file, partial);
    if (!model) return model.error();
    runs.push_back({file, std::move(model).value()});
  }
  if (runs.size() == 1 && runs[0].model.info.shard.count <= 1) return std::move(runs[0].model);
  return MergeShards(std::move(runs),
                     command.partial ? MissingShards::kAllow : MissingShards::kRefuse);
}

// As the run itself would exit. Of one that was cut, what is there counts.
int StatusOfSaved(const RunModel& model, bool strict) {
  RunSummary summary = model.summary;
  if (summary.cut_short) {
    summary.interrupted = false;
    summary.counts.erase(OutcomeName(Outcome::kNotRun));
    if (summary.counts.empty()) return kExitNothing;
  }
  // An exploration knows itself which of its findings fail it.
  const bool warned = summary.counts.contains(OutcomeName(Outcome::kWarn));
  if (!summary.exploration.is_null() && !(strict && warned)) return summary.exit_status;
  const int status = ExitStatusOf(summary, strict);
  // It was run with --strict, or with flags that a report does not know.
  const bool worse = status == kExitGood && model.summary.exit_status == kExitFailed;
  return worse ? kExitFailed : status;
}

// A run of minutes must not end with "permission denied".
Status CheckWritable(const std::string& file) {
  const int why = WhyNotReplaceable(file);
  if (why == 0) return {};
  return Error{"baseline.write", fmt::format("--baseline {}: cannot be written: {}", file,
                                             std::generic_category().message(why))};
}

// Cases that say nothing of the client, unless an entry was written for them by hand.
std::vector<std::string> LeftOut(const RunModel& model, const Baseline& old) {
  std::vector<std::string> ids;
  for (const CaseResult& result : model.cases) {
    if (result.outcome == Outcome::kNotRun || IsLeftOut(result, old)) ids.push_back(result.id);
  }
  return ids;
}

}  // namespace

int DoReport(const ReportCommand& command) {
  auto model = LoadShards(command);
  if (!model) return Complain(model.error().message, kExitUsage);
  const int saved = StatusOfSaved(*model, command.strict);
  if (model->summary.cut_short) model->summary.exit_status = saved;  // it came to none of its own
  std::vector<HistoryEntry> history;
  if (!command.history.empty()) {
    std::error_code failure;
    if (!std::filesystem::is_directory(command.history, failure)) {
      return Complain(fmt::format("--history {}: there is no such directory; `run --history` makes "
                                  "it",
                                  command.history),
                      kExitUsage);
    }
    auto read = ReadHistory(command.history);
    if (!read) return Complain(read.error().message, kExitUsage);
    history = std::move(read).value();
  }
  std::vector<std::string> reports = command.reports;
  if (reports.empty()) reports.emplace_back("pretty");
  const auto requests = ParseReportRequests(reports);
  if (!requests) return Complain(requests.error().message, kExitUsage);
  for (const ReportRequest& request : *requests) {
    const bool is_read =
        std::any_of(command.files.begin(), command.files.end(),
                    [&](const std::string& file) { return IsSameFile(request.file, file); });
    if (!is_read) continue;
    return Complain(fmt::format("--report {}: {} is the saved run itself; write to another file",
                                request.format->name, request.file),
                    kExitUsage);
  }
  int status = saved;
  for (const ReportRequest& request : *requests) {
    auto output = OpenReportOutput(request.file, TextOf(*request.format));
    if (!output) return Complain(output.error().message, kExitUsage);
    ReportOptions options = request.file.empty()
                                ? StandardOutputOptions(command.pretty, command.strict)
                                : FileOptions(command.pretty, command.strict);
    options.progress = false;  // the run is over
    options.history = history;
    const auto sink = MakeSink(*request.format, std::move(output).value(), options);
    Replay(*model, *sink);
    status = AfterReport(*sink, status);
  }
  return status;
}

int DoBaselineUpdate(const BaselineUpdateCommand& command) {
  const std::string& file = command.run.baseline;
  if (file.empty()) return Complain("--baseline FILE is missing: where to write", kExitUsage);
  if (const Status writable = CheckWritable(file); !writable) {
    return ComplainOf(command.run, "--baseline", writable.error());
  }
  Baseline old;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    const auto text = ReadFile(file);
    if (!text) return Complain(text.error().message, kExitUsage);
    const auto scenarios = LoadCatalogue(command.run.catalogue.scenarios_dir);
    if (!scenarios) return ComplainOf(command.run, "--scenarios", scenarios.error());
    std::vector<std::string> ids, checks{std::string(kOutcomeCheck)};
    for (const mock::Scenario& scenario : *scenarios) ids.push_back(scenario.id);
    for (const Check& check : AllChecks()) checks.emplace_back(check.id);
    auto read = ParseBaseline(*text, file, ids, checks);
    if (!read) return ComplainOf(command.run, "--baseline", read.error());
    old = std::move(read).value();
  }
  RunModel model;
  if (!command.from.empty()) {
    auto saved = LoadWholeRun(command.from, Partial::kRefuse);
    if (!saved) return Complain(saved.error().message, kExitUsage);
    model = std::move(saved).value();
  } else {
    RunCommand run = command.run;
    run.baseline.clear();  // what fails is to be seen as it is
    const int status = RunInto(run, &model);
    const bool some = status == kExitBroken && model.summary.harness_error.empty();
    if (status == kExitBroken && !some) {
      return Complain(
          fmt::format("--baseline {}: not written, since the run did not come to its end", file),
          status);
    }
    if (status != kExitGood && status != kExitFailed && !some) return status;
  }
  if (const Status written = WriteFileAtomically(file, WriteBaseline(model, old)); !written) {
    return Complain(written.error().message, kExitUsage);
  }
  fmt::print("wrote {}\n", file);
  const std::vector<std::string> left_out = LeftOut(model, old);
  if (left_out.empty()) return kExitGood;
  return Complain(
      fmt::format("left out, because they could not be played to the end and say nothing "
                  "of the client: {}",
                  fmt::join(left_out, ", ")),
      kExitBroken);
}

}  // namespace aweber::conformance
