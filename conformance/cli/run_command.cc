// `run`: everything that has to be right before the first driver starts, then the suite.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/os/file.h"
#include "base/os/process.h"
#include "base/os/random.h"
#include "conformance/checks/check.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/shown_command.h"
#include "conformance/cli/signals.h"
#include "conformance/driver/guardian.h"
#include "conformance/driver/process_groups.h"
#include "conformance/judge/baseline.h"
#include "conformance/judge/verdict.h"
#include "conformance/report/compare.h"
#include "conformance/report/fan_out.h"
#include "conformance/report/formats.h"
#include "conformance/report/history.h"
#include "conformance/run/runner.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

// A directory for the run's files, removed with everything in it.
class Scratch {
 public:
  static Result<Scratch> Make() {
    auto path = MakeTempDirectory("aweber-conformance-");
    if (!path) return path.error();
    return Scratch(std::move(path).value());
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

Result<std::uint64_t> SeedOf(const std::string& text) {
  // A drawn one is short enough to be typed again.
  if (text.empty()) return SystemRandom::System().Below(1'000'000'000);
  std::uint64_t seed = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (failure != std::errc() || end != text.data() + text.size()) {
    return Error{"usage",
                 fmt::format("--seed: must be a whole number, not '{}'; 0 draws one", text)};
  }
  return seed != 0 ? seed : SeedOf("");
}

constexpr std::string_view kReferenceDriver = "reference";

// The reference client where it lies beside this program; "" when it does not.
std::string ReferenceDriver() {
  std::error_code failure;
  const fs::path self = fs::read_symlink("/proc/self/exe", failure);
  const fs::path client = self.parent_path() / "aweber-client";
  if (failure || !fs::exists(client, failure)) return "";
  return QuoteForShell(client.string()) + " driver";
}

Result<Baseline> LoadBaseline(const std::string& file,
                              const std::vector<mock::Scenario>& scenarios) {
  const auto text = ReadFile(file);
  if (!text) return text.error();
  std::vector<std::string> ids, checks;
  for (const mock::Scenario& scenario : scenarios) ids.push_back(scenario.id);
  for (const Check& check : AllChecks()) checks.emplace_back(check.id);
  checks.emplace_back(kStoryCheck);
  return ParseBaseline(*text, file, ids, checks);
}

struct Sinks {
  bool pretty_on_stdout = false;
  std::vector<std::unique_ptr<EventSink>> owned;
  std::vector<EventSink*> all;
  void Add(std::unique_ptr<EventSink> sink) {
    all.push_back(sink.get());
    owned.push_back(std::move(sink));
  }
};

// Files are opened here, before anything runs: a path that cannot be written is said now.
Result<Sinks> OpenReports(const RunCommand& command) {
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
      auto output = OpenReportOutput(request.file);
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
  if (!taken) {
    sinks.Add(MakeSink(*FindFormat("pretty").value(), OpenReportOutput("").value(), options));
  }
  return sinks;
}

std::string Reproduce(const RunCommand& command, const std::string& driver, std::uint64_t seed,
                      const std::string& id) {
  std::string line = "aweber-conformance run " + QuoteForShell(id);
  if (!command.driver.command.empty()) line += " --driver " + QuoteForShell(driver);
  line += fmt::format(" --seed {}", seed);
  if (command.driver.kind != "exec") line += " --driver-kind " + command.driver.kind;
  if (!command.driver.config_file.empty()) {
    line += " --driver-config " + QuoteForShell(command.driver.config_file);
  }
  if (!command.driver.browser.empty()) line += " --browser " + command.driver.browser;
  if (!command.driver.webdriver.empty()) {
    line += " --webdriver " + QuoteForShell(command.driver.webdriver);
  }
  if (command.driver.shell) line += " --shell";
  if (command.driver.protocol_fd != 1) {
    line += fmt::format(" --driver-fd {}", command.driver.protocol_fd);
  }
  if (command.profile != "aweber") line += " --profile " + command.profile;
  if (command.scheme != "https") line += " --scheme " + command.scheme;
  if (command.strict_errors) line += " --strict-errors";
  if (!command.catalogue.scenarios_dir.empty()) {
    line += " --scenarios " + QuoteForShell(command.catalogue.scenarios_dir);
  }
  return line;
}

// The part of a run that has side effects.
class Run {
 public:
  explicit Run(const RunCommand& command) : command_(command) {}
  int Go(RunModel* model);

 private:
  int Prepare();
  int ChooseDriver();
  Status StartMock();
  int AfterRun(const RunModel& played, int status) const;

  RunCommand command_;
  std::vector<mock::Scenario> scenarios_;
  std::vector<std::size_t> selected_;
  std::optional<Baseline> baseline_;
  std::uint64_t seed_ = 0;
  std::optional<Interrupts> interrupts_;  // made before the scratch directory, ended after it
  std::optional<Scratch> scratch_;
  std::unique_ptr<mock::MockServer> server_;
  std::string ca_file_;
  std::optional<RunModel> before_;  // what this run is compared with
};

int Run::Prepare() {
  auto scenarios = LoadCatalogue(command_.catalogue.scenarios_dir);
  if (!scenarios) return Complain(scenarios.error().message, kExitUsage);
  scenarios_ = std::move(scenarios).value();
  CatalogueOptions catalogue = command_.catalogue;
  catalogue.selection.profile = command_.profile;
  auto selected = SelectFrom(scenarios_, catalogue);
  if (!selected) return Complain(selected.error().message, StatusOfSelectError(selected.error()));
  selected_ = std::move(selected).value();
  const auto seed = SeedOf(command_.seed);
  if (!seed) return Complain(seed.error().message, kExitUsage);
  seed_ = *seed;
  if (!command_.baseline.empty()) {
    auto baseline = LoadBaseline(command_.baseline, scenarios_);
    if (!baseline) return Complain(baseline.error().message, kExitUsage);
    baseline_ = std::move(baseline).value();
  }
  if (!command_.compare.empty()) {
    auto before = LoadRun(command_.compare, Partial::kRefuse);
    if (!before) return Complain(before.error().message, kExitUsage);
    before_ = std::move(before).value();
  }
  if (const int status = ChooseDriver(); status != kExitGood) return status;
  command_.driver.start_timeout =
      std::chrono::duration_cast<Micros>(std::chrono::duration<double>(command_.start_timeout_s));
  return kExitGood;
}

// A run without a driver would test nothing, or a client that nobody asked for.
int Run::ChooseDriver() {
  DriverConfig& driver = command_.driver;
  const bool blank = driver.command.find_first_not_of(" \t\r\n") == std::string::npos;
  if (blank && command_.driver_given) {
    return Complain(
        "--driver: the command is empty. If it comes from a variable, set that; "
        "--driver reference tests the reference client",
        kExitUsage);
  }
  if (blank && driver.config_file.empty()) {
    return Complain(
        "no client to test: give --driver COMMAND, or --driver-kind and "
        "--driver-config, or --driver reference for the reference client",
        kExitUsage);
  }
  if (driver.command != kReferenceDriver) return kExitGood;
  driver.command = ReferenceDriver();
  if (!driver.command.empty()) return kExitGood;
  return Complain(
      "--driver reference: there is no aweber-client beside this program; give the "
      "command that starts your client's driver",
      kExitUsage);
}

Status Run::StartMock() {
  mock::MockServerOptions options;
  options.scheme = command_.scheme;
  options.seed = seed_;
  options.settings = mock::SettingsFor(*mock::ProfileFromName(command_.profile));
  auto server = mock::MockServer::Start(options);
  if (!server) return server.error();
  server_ = std::move(server).value();
  if (command_.scheme == "http") return {};
  ca_file_ = scratch_->path() + "/ca.pem";
  return WriteFileAtomically(ca_file_, server_->ca_pem());
}

int Run::Go(RunModel* model) {
  if (const int status = Prepare(); status != kExitGood) return status;
  const auto kind = FindDriverKind(command_.driver.kind);
  if (!kind) return Complain(kind.error().message, kExitUsage);
  const std::string driver = command_.driver.command;
  if (!command_.driver.shell && !driver.empty()) {
    const auto words = SplitCommandLine(driver);
    if (!words) return Complain("--driver: " + words.error().message, kExitUsage);
    std::error_code failure;
    if (!words->empty() && fs::is_directory(words->front(), failure)) {
      return Complain(fmt::format("--driver: {} is a folder; give the command that starts the "
                                  "client's driver",
                                  words->front()),
                      kExitUsage);
    }
  }
  auto sinks = OpenReports(command_);
  if (!sinks) return Complain(sinks.error().message, kExitUsage);
  interrupts_.emplace();
  auto scratch = Scratch::Make();
  if (!scratch) return Complain(scratch.error().message, kExitBroken);
  scratch_.emplace(std::move(scratch).value());
  interrupts_->RemoveWhenLeaving(scratch_->path());
  // Before the mock's threads. It outlives a kill -9, and what programs start outlives them.
  std::optional<Guardian> guardian;
  if (command_.driver.kind == "process") guardian.emplace(scratch_->path());
  if (const Status started = StartMock(); !started) {
    return Complain("the mock cannot start: " + started.error().message, kExitBroken);
  }
  const OrphanKeeper orphans;
  Clock& clock = SystemClock::System();
  const DriverEnvironment environment{ca_file_, scratch_->path(), server_.get(), &clock,
                                      interrupts_->stop_token()};
  const auto factory = (*kind)->make(command_.driver, environment);
  if (!factory) return Complain(factory.error().message, kExitUsage);

  RunCollector collector;
  sinks->all.push_back(&collector);
  FanOut fan_out(sinks->all);
  RunOptions options;
  options.make_driver = *factory;
  options.provided = (*kind)->provides;
  if (command_.scheme == "https") options.provided.emplace_back("tls");
  options.driver = driver.empty()
                       ? fmt::format("{} {}", command_.driver.kind, command_.driver.config_file)
                       : ShownCommand(driver);
  options.version = HarnessVersion();
  options.profile = command_.profile;
  options.seed = seed_;
  options.jobs = command_.jobs;
  options.repeat = command_.repeat;
  options.max_restarts = command_.max_restarts;
  options.strict = command_.strict;
  options.strict_errors = command_.strict_errors;
  options.fail_fast = command_.fail_fast;
  options.preflight = !command_.no_preflight;
  options.baseline = baseline_ ? &*baseline_ : nullptr;
  options.store_root = scratch_->path();
  options.reproduce = [&](const std::string& id) {
    return Reproduce(command_, options.driver, seed_, id);
  };
  options.stop = interrupts_->stop_token();
  const RunSummary summary = RunSuite(scenarios_, selected_, *server_, options, fan_out, clock);
  // The pretty report has said it already.
  if (!summary.harness_error.empty() && !sinks->pretty_on_stdout)
    Complain(summary.harness_error, 0);
  if (summary.exit_status == kExitNothing) {
    Complain(
        fmt::format("nothing was played: every selected case ({}) was skipped, the report says "
                    "why",
                    selected_.size()),
        kExitNothing);
  }
  const RunModel played = collector.Model();
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
  return WriteComparison(*before_, played, {}, command_.pretty);
}

}  // namespace

int RunInto(const RunCommand& command, RunModel* model) { return Run(command).Go(model); }
int DoRun(const RunCommand& command) {
  return command.watch ? DoWatch(command) : RunInto(command, nullptr);
}

}  // namespace aweber::conformance
