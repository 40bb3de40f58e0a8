// `run`: everything that has to be right before the first driver starts, then the suite.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "base/os/file.h"
#include "conformance/checks/check.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/open_reports.h"
#include "conformance/cli/run_setup.h"
#include "conformance/cli/scratch.h"
#include "conformance/cli/shard.h"
#include "conformance/cli/stop_signals.h"
#include "conformance/driver/guardian.h"
#include "conformance/driver/process_groups.h"
#include "conformance/judge/baseline.h"
#include "conformance/judge/verdict.h"
#include "conformance/report/compare.h"
#include "conformance/report/fan_out.h"
#include "conformance/report/formats.h"
#include "conformance/report/history.h"
#include "conformance/report/printable.h"
#include "conformance/report/text.h"
#include "conformance/run/runner.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance {
namespace {

Result<Baseline> LoadBaseline(const std::string& file,
                              const std::vector<mock::Scenario>& scenarios) {
  const auto text = ReadFile(file);
  if (!text) return text.error();
  std::vector<std::string> ids, checks;
  for (const mock::Scenario& scenario : scenarios) ids.push_back(scenario.id);
  for (const Check& check : AllChecks()) checks.emplace_back(check.id);
  checks.emplace_back(kOutcomeCheck);
  return ParseBaseline(*text, file, ids, checks);
}

// The part of a run that has side effects.
class Run {
 public:
  explicit Run(const RunCommand& command) : command_(command) {}
  int Go(RunModel* model);

 private:
  int Prepare();
  int ChooseSeed();
  int AfterRun(const RunModel& played, int status) const;

  RunCommand command_;
  std::vector<mock::Scenario> scenarios_;
  SelectedCases selected_;
  std::optional<Baseline> baseline_;
  std::uint64_t seed_ = 0;
  std::optional<StopSignals> interrupts_;  // made before the scratch directory, ended after it
  std::optional<Scratch> scratch_;
  std::unique_ptr<mock::MockServer> server_;
  std::optional<RunModel> before_;  // what this run is compared with
};

int Run::Prepare() {
  auto scenarios = LoadCatalogue(command_.catalogue.scenarios_dir);
  if (!scenarios) return ComplainOf(command_, "--scenarios", scenarios.error());
  scenarios_ = std::move(scenarios).value();
  if (const Status added = AddScenarioFiles(command_.catalogue, scenarios_); !added) {
    return ComplainOf(command_, "PATTERN", added.error());
  }
  CatalogueOptions catalogue = command_.catalogue;
  catalogue.selection.profile = command_.profile;
  auto selected = SelectFrom(scenarios_, catalogue);
  if (!selected) {
    return ComplainOf(command_, OptionOfSelectError(selected.error()), selected.error(),
                      StatusOfSelectError(selected.error()));
  }
  selected_ = std::move(selected).value();
  if (const int status = ChooseSeed(); status != kExitGood) return status;
  if (!command_.baseline.empty()) {
    auto baseline = LoadBaseline(command_.baseline, scenarios_);
    if (!baseline) return ComplainOf(command_, "--baseline", baseline.error());
    baseline_ = std::move(baseline).value();
  }
  // Not after a run of minutes.
  if (const Status made = MakeHistory(command_.history); !made) {
    return Complain(made.error().message, kExitUsage);
  }
  if (!command_.compare.empty()) {
    auto before = LoadRun(command_.compare, Partial::kRefuse);
    if (!before) return Complain(before.error().message, kExitUsage);
    before_ = std::move(before).value();
  }
  return ChooseDriver(command_);
}

// The shards of a run have one seed, also when none is given.
int Run::ChooseSeed() {
  if (command_.seed.empty() && selected_.shard.count > 1) {
    seed_ = SeedOfCorpus(selected_.corpus);
    return kExitGood;
  }
  const auto seed = SeedOf(command_.seed);
  if (!seed) return ComplainOf(command_, "--seed", seed.error());
  seed_ = *seed;
  return kExitGood;
}

int Run::Go(RunModel* model) {
  if (const int status = Prepare(); status != kExitGood) return status;
  const DriverKind& kind = *FindDriverKind(command_.driver.kind).value();  // ChooseDriver knew it
  const std::string driver = command_.driver.command;
  if (const Status words = CheckDriverWords(command_.driver); !words) {
    return ComplainOf(command_, "--driver", words.error());
  }
  auto sinks = OpenReports(command_, StandardPretty::kWhereNothingElseGoes);
  if (!sinks) return ComplainOf(command_, "--report", sinks.error());
  interrupts_.emplace();
  auto scratch = Scratch::Make();
  if (!scratch) return Complain(scratch.error().message, kExitBroken);
  scratch_.emplace(std::move(scratch).value());
  interrupts_->RemoveWhenLeaving(scratch_->path());
  // Before the mock's threads. It outlives a kill -9, and what drivers start outlives them.
  MarkProcesses(scratch_->path());
  const Guardian guardian(scratch_->path());
  auto mock = StartMock(command_, seed_, scratch_->path());
  if (!mock) return Complain("the mock cannot start: " + mock.error().message, kExitBroken);
  server_ = std::move(mock->server);
  const OrphanKeeper orphans;
  Clock& clock = SystemClock::System();
  const DriverEnvironment environment{mock->ca_file, scratch_->path(), server_.get(), &clock,
                                      interrupts_->stop_token()};
  const auto factory = kind.make(command_.driver, environment);
  if (!factory) return ComplainOfDriver(command_, factory.error());

  FanOut fan_out(sinks->all);
  RunOptions options = OptionsFrom(command_, kind, seed_);
  options.make_driver = *factory;
  options.driver = ShownDriver(command_, driver);
  options.shard = selected_.shard;
  options.selected = selected_.of_all_shards;
  options.corpus = selected_.corpus;
  options.repeat = command_.repeat;
  options.baseline = baseline_ ? &*baseline_ : nullptr;
  options.store_root = scratch_->path();
  options.reproduce = [&](const std::string& id) {
    const auto file = command_.catalogue.files.find(id);
    return Reproduce(command_, options.driver, seed_,
                     file == command_.catalogue.files.end() ? id : file->second);
  };
  options.stop = interrupts_->stop_token();
  const RunSummary summary =
      RunSuite(scenarios_, selected_.scenarios, *server_, options, fan_out, clock);
  // The pretty report has said it already.
  if (!summary.harness_error.empty() && !sinks->pretty_on_stdout)
    Complain(Printable(RunProblem(fan_out.run()), LineBreaks::kKeep), 0);
  if (summary.exit_status == kExitNothing) {
    Complain(
        fmt::format("nothing was played: every selected case ({}) was skipped, the report says "
                    "why",
                    selected_.scenarios.size()),
        kExitNothing);
  }
  const RunModel& played = fan_out.run();
  if (model != nullptr) *model = played;
  int status = summary.exit_status;
  for (const auto& sink : sinks->owned) status = AfterReport(*sink, status);
  return AfterRun(played, status);
}

// The comparison and the history, once the reports are written. With --compare what failed before
// does not fail this run: only what is new does.
int Run::AfterRun(const RunModel& played, int status) const {
  if (!command_.history.empty() && (status == kExitGood || status == kExitFailed)) {
    const Status kept =
        AppendHistory(command_.history, EntryOf(played, SystemClock::System().Now()));
    if (!kept) return Complain(kept.error().message, kExitBroken);
  }
  if (!before_ || (status != kExitGood && status != kExitFailed)) return status;
  if (const std::string difference = SelectionDifference(*before_, played); !difference.empty()) {
    Complain(fmt::format("{}: {}; the cases of both are compared", command_.compare, difference),
             0);
  }
  return WriteComparison(*before_, played, command_.pretty);
}

}  // namespace

int RunInto(const RunCommand& command, RunModel* model) { return Run(command).Go(model); }
int DoRun(const RunCommand& command) {
  return command.watch ? DoWatch(command) : RunInto(command, nullptr);
}

}  // namespace aweber::conformance
