#include "conformance/explore/explorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "conformance/explore/flow_player.h"
#include "conformance/explore/generate.h"
#include "conformance/explore/offer.h"
#include "conformance/run/preflight.h"
#include "conformance/run/worker_gate.h"
#include "mockserver/scenario/loader.h"

namespace aweber::conformance::explore {
namespace {

// Flows to choose the newest from.
constexpr int kCandidates = 8;
// Once more, as `run` would, to tell a finding from an accident.
constexpr int kConfirmations = 2;

// A hang takes its time at each play. What is around the client breaks for reasons of its own.
bool IsQuickToShow(const Accusation& accusation) {
  if (accusation.broke) return !accusation.broke->hung;
  return accusation.check != kDriverBroke;
}

class Exploration {
 public:
  Exploration(mock::MockServer& server, const ExploreOptions& options, ExploreListener& listener,
              Clock& clock)
      : options_(options),
        listener_(listener),
        clock_(clock),
        gate_(options.run.stop),
        player_(server, options.run, clock, gate_) {
    summary_.info.seed = options.run.seed;
    summary_.info.profile = options.run.profile;
    summary_.info.driver = options.run.driver;
    summary_.info.version = options.run.version;
  }

  ExploreSummary Run();

 private:
  struct Task {
    Flow flow;
    std::uint64_t number = 0;
  };

  void Work(int worker);
  bool Greet(Driver& driver, int worker);
  bool Prepare(Driver& driver);
  std::optional<Task> NextTask();
  void PlayTask(Driver& driver, const Task& task);
  void Report(Driver& driver, const Task& task, const CaseResult& result,
              const Accusation& accusation);
  void Shrink(Driver& driver, Finding& finding);
  void Confirm(Driver& driver, Finding& finding);
  void Write(Finding& finding);
  void Keep(Finding finding);

  const ExploreOptions& options_;
  ExploreListener& listener_;
  Clock& clock_;
  Micros began_{0};

  WorkerGate gate_;
  FlowPlayer player_;
  Offer offer_;  // set before other workers start

  std::mutex mutex_;  // everything below
  std::uint64_t next_ = 0;
  bool failed_fast_ = false;
  std::set<std::string> known_;  // keys of causes, also while they are shrunk
  std::set<std::string> told_;   // what the shrunk flows show
  ExploreProgress progress_;
  ExploreSummary summary_;
};

ExploreSummary Exploration::Run() {
  began_ = clock_.Steady();
  gate_.RunAll(std::max(1, options_.run.jobs), [this](int worker) { Work(worker); });
  const std::chrono::duration<double, std::milli> took = clock_.Steady() - began_;
  summary_.duration_ms = took.count();
  summary_.sequences = progress_.sequences;
  summary_.interrupted = options_.run.stop.stop_requested();
  summary_.requests = player_.requests();
  summary_.harness_error = gate_.reason();
  return std::move(summary_);
}

void Exploration::Work(int worker) {
  if (worker > 0 && !gate_.WaitUntilOpen()) return;
  const std::unique_ptr<Driver> driver = options_.run.make_driver(worker);
  const bool ready = Greet(*driver, worker) && (worker > 0 || Prepare(*driver));
  if (worker == 0) gate_.Open();
  if (!ready) return driver->Stop(true);
  while (const auto task = NextTask()) PlayTask(*driver, *task);
  driver->Stop(gate_.Stopped());
}

bool Exploration::Greet(Driver& driver, int worker) {
  const auto identity = driver.Start();
  if (worker == 0) {
    const std::lock_guard lock(mutex_);
    if (identity) {
      summary_.info.client = *identity;
      player_.Introduce(*identity);
    }
    listener_.OnStarted(summary_.info);
  }
  if (identity) return true;
  if (identity.error().code == "driver.interrupted") return false;
  gate_.Abort(
      PreflightMessage(StartFailure("the driver could not be started: " + identity.error().message,
                                    driver.TakeStderr()),
                       options_.run.driver));
  return false;
}

// What the client can do, and whether it does well when all is well: refusals lean on that.
bool Exploration::Prepare(Driver& driver) {
  offer_ = OfferFor(summary_.info.client, options_.run.provided, options_.run.profile);
  if (options_.run.preflight) {
    const auto failure = RunPreflight(player_.ContextOf(driver), summary_.info.client);
    if (failure && !failure->interrupted) {
      gate_.Abort(PreflightMessage(*failure, options_.run.driver));
    }
    if (failure) return false;
  }
  const PlayedFlow played = player_.PlayControl(driver);
  return !played.interrupted && !played.gone;
}

// The choice depends on the seed and on what was handed out before, not on who is quicker.
std::optional<Exploration::Task> Exploration::NextTask() {
  if (gate_.Stopped()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (failed_fast_) return std::nullopt;
  if (options_.sequences && next_ >= *options_.sequences) return std::nullopt;
  if (options_.time && clock_.Steady() - began_ >= *options_.time) return std::nullopt;
  Task best;
  std::size_t most = 0;
  for (int attempt = 0; attempt < kCandidates; ++attempt) {
    Flow flow = DrawFlow(offer_, options_.run.seed, next_, attempt);
    const std::size_t fresh = summary_.coverage.NewIn(flow, offer_.client);
    if (attempt > 0 && fresh <= most) continue;
    most = fresh;
    best.flow = std::move(flow);
  }
  best.number = ++next_;
  summary_.coverage.Add(best.flow, offer_.client);
  return best;
}

void Exploration::PlayTask(Driver& driver, const Task& task) {
  const PlayedFlow played = player_.Play(driver, task.flow, offer_.client,
                                         fmt::format("explore/{}", task.number), Breaks::kCount);
  if (played.interrupted) return;
  for (const Accusation& accusation : AccusationsOf(played.result, task.flow, played.broke)) {
    if (gate_.Stopped() && !accusation.broke) break;
    {
      const std::lock_guard lock(mutex_);
      if (failed_fast_) break;
      if (!known_.insert(accusation.Key()).second) continue;
    }
    Report(driver, task, played.result, accusation);
  }
  const std::lock_guard lock(mutex_);
  ++progress_.sequences;
  progress_.states = summary_.coverage.states();
  progress_.pairs = summary_.coverage.pairs();
  listener_.OnProgress(progress_);
}

void Exploration::Report(Driver& driver, const Task& task, const CaseResult& result,
                         const Accusation& accusation) {
  Finding finding;
  finding.accusation = accusation;
  finding.flow = task.flow;
  finding.number = task.number;
  finding.result = result;
  Shrink(driver, finding);
  {
    // Two accusations that come down to the same.
    const std::lock_guard lock(mutex_);
    const std::string shown = finding.accusation.check + "\n" + DescribeFlow(finding.flow);
    known_.insert(finding.accusation.Key());
    if (!told_.insert(shown).second) return;
  }
  Confirm(driver, finding);
  Write(finding);
  Keep(std::move(finding));
}

void Exploration::Shrink(Driver& driver, Finding& finding) {
  const Accusation cause = finding.accusation;
  if (!IsQuickToShow(cause)) return;
  const Micros until = clock_.Steady() + options_.shrink_time;
  int play = 0;  // each in a space of its own
  bool to_the_end = true;
  Flow plainest = ShrinkFlow(finding.flow, offer_.client, [&](const Flow& flow) {
    to_the_end = clock_.Steady() < until && !gate_.Stopped();
    if (!to_the_end) return false;
    PlayedFlow played =
        player_.Play(driver, flow, offer_.client,
                     fmt::format("explore/{}-{}", finding.number, ++play), Breaks::kAreExpected);
    if (played.interrupted) return false;
    const auto accusations = AccusationsOf(played.result, flow, played.broke);
    const Accusation* const same = FindCause(accusations, cause);
    if (same == nullptr) return false;
    finding.accusation = *same;
    finding.result = std::move(played.result);
    return true;
  });
  finding.shrunk = to_the_end || plainest != finding.flow;
  finding.flow = std::move(plainest);
}

// As `run FILE` plays and judges it.
void Exploration::Confirm(Driver& driver, Finding& finding) {
  if (finding.accusation.check == kDriverBroke) return;
  const std::string text =
      FindingText(finding, offer_.client, options_.run.profile, options_.run.seed);
  const auto scenario = mock::ParseScenario(text, "the finding");
  if (!scenario) return;
  for (int time = 0; time < kConfirmations && !gate_.Stopped(); ++time) {
    PlayedFlow played = player_.PlayScenario(driver, scenario->front(), Breaks::kAreExpected);
    if (played.interrupted) return;
    finding.result = std::move(played.result);
    const bool fails =
        finding.result.outcome == Outcome::kFail || finding.result.outcome == Outcome::kWarn;
    const auto& checks = finding.result.checks;
    const bool same = std::any_of(checks.begin(), checks.end(), [&](const CheckResult& check) {
      return check.id == finding.accusation.check &&
             (check.outcome == Outcome::kFail || check.outcome == Outcome::kWarn);
    });
    if (fails && same) continue;
    finding.flaky = true;
    return;
  }
}

void Exploration::Write(Finding& finding) {
  finding.result.id = FindingId(finding.accusation, finding.flow);
  finding.result.title = FindingTitle(finding.accusation);
  if (finding.flaky) {
    finding.result.reason = fmt::format("{} was seen once and did not show itself again: {}",
                                        finding.accusation.check, finding.accusation.message);
    finding.result.outcome = Outcome::kFlaky;
  }
  if (options_.out.empty()) return;
  auto path =
      WriteFinding(options_.out, finding.result.id,
                   FindingText(finding, offer_.client, options_.run.profile, options_.run.seed));
  const std::lock_guard lock(mutex_);
  if (path) {
    finding.file = std::move(path).value();
    if (options_.run.reproduce) finding.result.reproduce = options_.run.reproduce(finding.file);
  } else if (summary_.out_problem.empty()) {
    summary_.out_problem = path.error().message;
  }
}

void Exploration::Keep(Finding finding) {
  const std::lock_guard lock(mutex_);
  finding.result.index = summary_.findings.size();
  summary_.info.cases.push_back(finding.result.id);
  ++progress_.findings;
  const bool fails = !finding.flaky && (finding.accusation.must || options_.run.strict);
  failed_fast_ |= options_.run.fail_fast && fails;
  listener_.OnFinding(finding);
  summary_.findings.push_back(std::move(finding));
}

}  // namespace

int ExploreSummary::ExitStatus(bool strict) const {
  if (interrupted) return kExitInterrupted;
  if (!harness_error.empty() || !out_problem.empty()) return kExitBroken;
  bool found = false;
  for (const Finding& finding : findings) {
    if (finding.accusation.check == kDriverBroke) return kExitBroken;
    found |= !finding.flaky && (finding.accusation.must || strict);
  }
  return found ? kExitFailed : kExitGood;
}

ExploreSummary Explore(mock::MockServer& server, const ExploreOptions& options,
                       ExploreListener& listener, Clock& clock) {
  return Exploration(server, options, listener, clock).Run();
}

}  // namespace aweber::conformance::explore
