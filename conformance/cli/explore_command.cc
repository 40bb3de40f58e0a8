// `explore`: everything that has to be right before the first driver starts, then the flows.
#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "base/crypto/crypto.h"
#include "base/os/file.h"
#include "base/text/yaml.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/open_reports.h"
#include "conformance/cli/run_setup.h"
#include "conformance/cli/scratch.h"
#include "conformance/cli/shard.h"
#include "conformance/cli/stop_signals.h"
#include "conformance/driver/guardian.h"
#include "conformance/driver/process_groups.h"
#include "conformance/driver/process_table.h"
#include "conformance/explore/explorer.h"
#include "conformance/explore/generate.h"
#include "conformance/explore/screen.h"

namespace aweber::conformance {
namespace {

constexpr Micros kUsualTime = std::chrono::seconds(60);

// Says nothing: another report goes to standard output.
class QuietListener final : public explore::ExploreListener {
 public:
  void OnStarted(const RunInfo&) override {}
  void OnProgress(const explore::ExploreProgress&) override {}
  void OnFinding(const explore::Finding&) override {}
};

// The directory for findings, made where it is missing; found out now whether it can be written.
Status PrepareOut(const std::string& out) {
  if (out.empty()) return {};
  std::error_code failure;
  std::filesystem::create_directories(out, failure);
  if (failure) {
    return Error{"explore.out", fmt::format("--out {}: {}", out, failure.message())};
  }
  const std::string probe = out + "/.aweber-explore";
  const Status written = WriteFileAtomically(probe, "");
  std::filesystem::remove(probe, failure);
  if (!written) return Error{"explore.out", "--out " + written.error().message};
  return {};
}

Status ReadLimits(const ExploreCommand& command, explore::ExploreOptions& options) {
  if (command.sequences > 0) options.sequences = static_cast<std::uint64_t>(command.sequences);
  if (!command.time.empty()) {
    options.time = ParseDuration(command.time);
    if (!options.time || *options.time <= Micros::zero()) {
      return Error{"usage", fmt::format("--time takes a duration such as 60s or 5m, not '{}'",
                                        command.time)};
    }
  }
  if (!options.time && !options.sequences) options.time = kUsualTime;
  return {};
}

// Which part of the exploration this is. Shards that drew a seed each would be parts of nothing.
Result<Shard> ReadPart(const ExploreCommand& command) {
  if (command.run.catalogue.shard.empty()) return Shard{};
  const auto shard = ReadShard(command.run.catalogue.shard, ProcessEnvironment());
  if (!shard || shard->count == 1) return shard;
  if (command.run.seed.find_first_not_of('0') == std::string::npos) {
    return Error{"usage",
                 "--shard: the shards of an exploration have one seed. Give every shard the same "
                 "--seed N"};
  }
  if (command.sequences > 0 && command.sequences < shard->count) {
    return Error{"usage", fmt::format("--shard: {} sequences are not enough for {} shards. Use "
                                      "fewer shards",
                                      command.sequences, shard->count)};
  }
  return shard;
}

// What the shards of an exploration have in common besides seed, profile and client.
std::string CorpusOfExploration() { return HexLower(Sha256("explore " + HarnessVersion())); }

}  // namespace

int DoExplore(const ExploreCommand& given) {
  if (const std::string why = explore::WhyNoGenerator(); !why.empty()) {
    return Complain("explore: " + why, kExitUsage);
  }
  RunCommand command = given.run;
  explore::ExploreOptions options;
  if (const Status read = ReadLimits(given, options); !read) {
    return Complain(read.error().message, kExitUsage);
  }
  const auto shard = ReadPart(given);
  if (!shard) return Complain(shard.error().message, kExitUsage);
  const auto seed = SeedOf(command.seed);
  if (!seed) return ComplainOf(command, "--seed", seed.error());
  if (const int status = ChooseDriver(command); status != kExitGood) return status;
  const DriverKind& kind = *FindDriverKind(command.driver.kind).value();  // ChooseDriver knew it
  const std::string driver = command.driver.command;
  if (const Status words = CheckDriverWords(command.driver); !words) {
    return ComplainOf(command, "--driver", words.error());
  }
  if (const Status out = PrepareOut(given.out); !out) {
    return Complain(out.error().message, kExitUsage);
  }
  auto sinks = OpenReports(command, StandardPretty::kNever);
  if (!sinks) return ComplainOf(command, "--report", sinks.error());

  StopSignals interrupts;
  auto scratch = Scratch::Make();
  if (!scratch) return Complain(scratch.error().message, kExitBroken);
  interrupts.RemoveWhenLeaving(scratch->path());
  MarkProcesses(scratch->path());  // before the mock's threads
  const Guardian guardian(scratch->path());
  auto mock = StartMock(command, *seed, scratch->path());
  if (!mock) return Complain("the mock cannot start: " + mock.error().message, kExitBroken);
  const OrphanKeeper orphans;
  Clock& clock = SystemClock::System();
  const DriverEnvironment environment{mock->ca_file, scratch->path(), mock->server.get(), &clock,
                                      interrupts.stop_token()};
  const auto factory = kind.make(command.driver, environment);
  if (!factory) return ComplainOfDriver(command, factory.error());

  options.run = OptionsFrom(command, kind, *seed);
  options.run.shard = *shard;
  options.run.corpus = CorpusOfExploration();
  options.run.make_driver = *factory;
  options.run.driver = ShownDriver(command, driver);
  options.run.store_root = scratch->path();
  options.run.reproduce = [&](const std::string& selected) {
    return Reproduce(command, options.run.driver, *seed, selected);
  };
  options.run.stop = interrupts.stop_token();
  options.out = given.out;

  QuietListener silent;
  explore::Screen screen(OpenReportOutput("", ReportText::kPieces).value(),
                         StandardOutputOptions(command.pretty, command.strict), clock);
  explore::ExploreListener& listener =
      sinks->pretty_on_stdout ? static_cast<explore::ExploreListener&>(screen) : silent;
  const explore::ExploreSummary summary = explore::Explore(*mock->server, options, listener, clock);
  if (sinks->pretty_on_stdout) {
    screen.OnFinished(summary);
  } else if (!summary.harness_error.empty()) {
    Complain(summary.harness_error, 0);
  }
  if (!summary.out_problem.empty()) Complain(summary.out_problem, 0);
  const RunModel run = explore::AsRun(summary, command.strict);
  for (const auto& sink : sinks->owned) Replay(run, *sink);
  int status = summary.ExitStatus(command.strict);
  for (const auto& sink : sinks->owned) status = AfterReport(*sink, status);
  if (!screen.problem().empty()) status = Complain(screen.problem(), kExitBroken);
  return status;
}

}  // namespace aweber::conformance
