#include "conformance/explore/explorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "conformance/explore/flow_scenario.h"
#include "conformance/explore/generate.h"
#include "conformance/explore/offer.h"
#include "conformance/judge/case_result.h"
#include "conformance/run/preflight.h"
#include "mockserver/scenario/loader.h"

namespace aweber::conformance::explore {
namespace {

// Flows to choose the newest from.
constexpr int kCandidates = 8;
// Once more, as `run` would, to tell a finding from an accident.
constexpr int kConfirmations = 2;

struct Played {
  CaseResult result;
  bool interrupted = false;
  bool gone = false;  // the driver could not be started again
};

bool SaysSomething(const CaseResult& result) {
  return result.outcome == Outcome::kError ||
         std::any_of(result.checks.begin(), result.checks.end(), [](const CheckResult& check) {
           return check.outcome == Outcome::kFail || check.outcome == Outcome::kWarn;
         });
}

class Exploration {
 public:
  Exploration(mock::MockServer& server, const ExploreOptions& options, ExploreListener& listener,
              Clock& clock)
      : server_(server), options_(options), listener_(listener), clock_(clock) {
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
  void LetOthersStart();
  void Abort(const std::string& reason);
  bool Stopped();

  std::optional<Task> NextTask();
  void PlayTask(Driver& driver, const Task& task);
  void Report(Driver& driver, const Task& task, const CaseResult& result, Accusation accusation);
  Finding Shrink(Driver& driver, const Task& task, const CaseResult& result,
                 const Accusation& accusation);
  void Confirm(Driver& driver, Finding& finding);
  void Write(Finding& finding);
  void Keep(Finding finding);

  Played PlayFlow(Driver& driver, const Flow& flow, const std::string& id);
  Played PlayScenario(Driver& driver, const mock::Scenario& scenario);
  bool Recover(Driver& driver, const std::string& reason, bool counts);
  PlayerContext ContextOf(Driver& driver);

  mock::MockServer& server_;
  const ExploreOptions& options_;
  ExploreListener& listener_;
  Clock& clock_;
  Micros began_{0};

  Offer offer_;                           // set before other workers start
  std::optional<ControlResult> control_;  // the same

  std::mutex mutex_;  // everything below
  std::condition_variable started_changed_;
  bool started_ = false;
  std::uint64_t next_ = 0;
  int restarts_ = 0;
  bool failed_fast_ = false;
  std::string broken_;
  std::set<std::string> known_;  // keys of causes, also while they are shrunk
  std::set<std::string> told_;   // what the shrunk flows show
  ExploreProgress progress_;
  ExploreSummary summary_;
};

ExploreSummary Exploration::Run() {
  began_ = clock_.Steady();
  std::vector<std::thread> workers;
  for (int worker = 0; worker < std::max(1, options_.run.jobs); ++worker) {
    workers.emplace_back([this, worker] { Work(worker); });
  }
  for (std::thread& worker : workers) worker.join();
  const std::chrono::duration<double, std::milli> took = clock_.Steady() - began_;
  summary_.duration_ms = took.count();
  summary_.sequences = progress_.sequences;
  summary_.interrupted = options_.run.stop.stop_requested();
  summary_.harness_error = broken_;
  return std::move(summary_);
}

void Exploration::Work(int worker) {
  if (worker > 0) {
    std::unique_lock lock(mutex_);
    started_changed_.wait(lock, [this] { return started_; });
    if (!broken_.empty()) return;
  }
  const std::unique_ptr<Driver> driver = options_.run.make_driver(worker);
  const bool ready = Greet(*driver, worker) && (worker > 0 || Prepare(*driver));
  if (worker == 0) LetOthersStart();
  if (!ready) return driver->Stop(true);
  while (const auto task = NextTask()) PlayTask(*driver, *task);
  driver->Stop(Stopped());
}

bool Exploration::Greet(Driver& driver, int worker) {
  const auto identity = driver.Start();
  if (worker == 0) {
    const std::lock_guard lock(mutex_);
    if (identity) summary_.info.client = *identity;
    listener_.OnStarted(summary_.info);
  }
  if (identity) return true;
  if (identity.error().code == "driver.interrupted") return false;
  Abort(
      PreflightMessage(StartFailure("the driver could not be started: " + identity.error().message,
                                    driver.TakeStderr()),
                       options_.run.driver));
  return false;
}

// What the client can do, and whether it does well when all is well: refusals lean on that.
bool Exploration::Prepare(Driver& driver) {
  offer_ = OfferFor(summary_.info.client, options_.run.provided, options_.run.profile);
  if (options_.run.preflight) {
    const auto failure = RunPreflight(ContextOf(driver), summary_.info.client);
    if (failure && !failure->interrupted) {
      Abort(PreflightMessage(*failure, options_.run.driver));
    }
    if (failure) return false;
  }
  const auto control = mock::FindBuiltInScenario(kControl);
  if (!control) {
    Abort(control.error().message);
    return false;
  }
  const Played played = PlayScenario(driver, control->front());
  return !played.interrupted && !played.gone;
}

void Exploration::LetOthersStart() {
  {
    const std::lock_guard lock(mutex_);
    started_ = true;
  }
  started_changed_.notify_all();
}

void Exploration::Abort(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (broken_.empty()) broken_ = reason;
}

bool Exploration::Stopped() {
  const std::lock_guard lock(mutex_);
  return options_.run.stop.stop_requested() || !broken_.empty();
}

PlayerContext Exploration::ContextOf(Driver& driver) {
  return {server_,
          driver,
          clock_,
          options_.run.profile,
          options_.run.seed,
          options_.run.store_root,
          summary_.info.client.feature_list,
          &summary_.info.client};
}

// The choice depends on the seed and on what was handed out before, not on who is quicker.
std::optional<Exploration::Task> Exploration::NextTask() {
  const std::lock_guard lock(mutex_);
  if (options_.run.stop.stop_requested() || !broken_.empty() || failed_fast_) return std::nullopt;
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
  const Played played = PlayFlow(driver, task.flow, fmt::format("explore/{}", task.number));
  if (played.interrupted) return;
  for (Accusation& accusation : AccusationsOf(played.result, task.flow, offer_.client)) {
    if (Stopped() && accusation.check != kDriverBroke) break;
    {
      const std::lock_guard lock(mutex_);
      if (failed_fast_) break;
      if (!known_.insert(accusation.Key()).second) continue;
    }
    Report(driver, task, played.result, std::move(accusation));
  }
  const std::lock_guard lock(mutex_);
  ++progress_.sequences;
  progress_.states = summary_.coverage.states();
  progress_.pairs = summary_.coverage.pairs();
  listener_.OnProgress(progress_);
}

void Exploration::Report(Driver& driver, const Task& task, const CaseResult& result,
                         Accusation accusation) {
  Finding finding = Shrink(driver, task, result, accusation);
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

Finding Exploration::Shrink(Driver& driver, const Task& task, const CaseResult& result,
                            const Accusation& accusation) {
  Finding finding{accusation, task.flow, task.number, false, "", result};
  if (accusation.check == kDriverBroke) return finding;  // each play would break it once more
  const Micros until = clock_.Steady() + options_.shrink_time;
  int play = 0;  // each in a space of its own
  finding.flow = ShrinkFlow(task.flow, offer_.client, [&](const Flow& flow) {
    if (clock_.Steady() >= until || Stopped()) return false;
    Played played = PlayFlow(driver, flow, fmt::format("explore/{}-{}", task.number, ++play));
    if (played.interrupted || !StillAccused(played.result, flow, offer_.client, accusation))
      return false;
    for (const Accusation& now : AccusationsOf(played.result, flow, offer_.client)) {
      if (now.check == accusation.check) finding.accusation = now;
    }
    finding.result = std::move(played.result);
    return true;
  });
  return finding;
}

// As `run FILE` plays and judges it.
void Exploration::Confirm(Driver& driver, Finding& finding) {
  if (finding.accusation.check == kDriverBroke) return;
  const std::string text = FindingText(finding.accusation, finding.flow, offer_.client,
                                       options_.run.profile, options_.run.seed);
  const auto scenario = mock::ParseScenario(text, "the finding");
  if (!scenario) return;
  for (int time = 0; time < kConfirmations && !Stopped(); ++time) {
    Played played = PlayScenario(driver, scenario->front());
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
  auto path = WriteFinding(options_.out, finding.result.id,
                           FindingText(finding.accusation, finding.flow, offer_.client,
                                       options_.run.profile, options_.run.seed));
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

Played Exploration::PlayFlow(Driver& driver, const Flow& flow, const std::string& id) {
  Wording wording;
  wording.id = id;
  wording.checks = JudgedChecks();
  const auto scenario = ToScenario(flow, offer_.client, wording);
  if (scenario) return PlayScenario(driver, *scenario);
  Abort(fmt::format("a generated flow is no scenario: {}", scenario.error().message));
  Played played;
  played.interrupted = true;
  return played;
}

Played Exploration::PlayScenario(Driver& driver, const mock::Scenario& scenario) {
  Played played;
  PlayedCase one = PlayCase(ContextOf(driver), scenario);
  if (one.driver_error && one.driver_error->code == "driver.interrupted") {
    played.interrupted = true;
    return played;
  }
  AssembleOptions assemble;
  assemble.profile = options_.run.profile;
  assemble.features = summary_.info.client.feature_list;
  assemble.strict_errors = options_.run.strict_errors;
  const bool is_control = scenario.id == kControl;
  const auto control = scenario.control.empty() ? std::nullopt : control_;
  // What is recorded for people costs more than the judgement, and is wanted seldom.
  assemble.record = false;
  AssembledCase assembled = AssembleCase(scenario, one, server_, control, assemble);
  assemble.record = true;
  if (SaysSomething(assembled.result)) {
    assembled = AssembleCase(scenario, one, server_, control, assemble);
  }
  if (is_control) control_ = assembled.as_control;
  const bool broke = one.driver_error && one.driver_error->code != "driver.open" &&
                     one.driver_error->code != "driver.config";
  if (broke) {
    played.gone = one.driver_gone ||
                  !Recover(driver, RedactedFor(one, one.driver_error->message), !is_control);
  }
  played.result = std::move(assembled.result);
  if (one.space) {
    {
      const std::lock_guard lock(mutex_);
      summary_.requests += assembled.requests;
    }
    const std::string name = one.space->name();
    server_.RemoveSpace(name);
    std::error_code ignored;
    std::filesystem::remove_all(options_.run.store_root + "/" + name, ignored);
  }
  return played;
}

bool Exploration::Recover(Driver& driver, const std::string& reason, bool counts) {
  {
    const std::lock_guard lock(mutex_);
    if (counts && ++restarts_ > options_.run.max_restarts) {
      if (broken_.empty()) {
        broken_ = fmt::format("the driver broke {} times, the last: {}; --max-restarts allows more",
                              restarts_, reason);
      }
      return false;
    }
  }
  const auto again = driver.Start();
  if (again) return true;
  if (again.error().code != "driver.interrupted") {
    Abort(fmt::format("the driver could not be started again: {}", again.error().message));
  }
  return false;
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
