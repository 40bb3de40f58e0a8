#include "conformance/explore/explorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>

#include "conformance/explore/cause.h"
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
// So often an accident is forgotten. What is one each time is told as one.
constexpr int kMostAccidents = 3;

// A hang takes its time at each play. What is around the client breaks for reasons of its own.
bool IsQuickToShow(const Accusation& accusation) {
  if (accusation.broke) return !accusation.broke->hung;
  return accusation.check != kDriverBroke;
}

std::string Shown(const Accusation& accusation, const Flow& flow) {
  return accusation.check + "\n" + DescribeFlow(flow);
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
    summary_.info.shard = options.run.shard;
    summary_.info.corpus = options.run.corpus;
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
  bool LearnWhatIsConstant(Driver& driver);
  std::optional<Task> NextTask();
  Task DrawTask();
  void PlayTask(Driver& driver, const Task& task);
  std::vector<Accusation> NewOnes(std::vector<Accusation> accusations);
  void Report(Driver& driver, const Task& task, const PlayedFlow& played);
  bool IsNews(Cause& cause);
  void Shrink(Driver& driver, Cause& cause);
  void BlameTheReply(Driver& driver, Cause& cause);
  void Confirm(Driver& driver, Cause& cause);
  void Forget(const Accusation& accusation, const Flow& flow, const std::vector<std::string>& keys);
  void Write(Finding& finding);
  bool Keep(const Finding& finding);

  const ExploreOptions& options_;
  ExploreListener& listener_;
  Clock& clock_;
  Micros began_{0};

  WorkerGate gate_;
  FlowPlayer player_;
  Offer offer_;                     // set before other workers start
  std::set<std::string> constant_;  // the same: keys of what is wrong in the plainest flow

  std::mutex mutex_;  // everything below
  std::uint64_t next_ = 0;
  Coverage drawn_;  // of all shards
  bool failed_fast_ = false;
  std::set<std::string> known_;           // keys of causes, also while they are shrunk
  std::set<std::string> told_;            // what the shrunk flows show
  std::map<std::string, int> accidents_;  // by key: how often it was flaky
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
  for (Finding& finding : summary_.findings) {
    finding.result.index = summary_.info.cases.size();
    summary_.info.cases.push_back(finding.result.id);
  }
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
  return !played.interrupted && !played.gone && LearnWhatIsConstant(driver);
}

bool Exploration::LearnWhatIsConstant(Driver& driver) {
  Flow plain;
  for (const ActionKind kind :
       {ActionKind::kAuthorize, ActionKind::kConsent, ActionKind::kCallback, ActionKind::kCall}) {
    const std::size_t way = WaysOf(kind).front();
    if (offer_.ways[way]) plain.actions.push_back({way, 'A', 0});
  }
  const PlayedFlow played =
      player_.Play(driver, plain, offer_.client, "explore/plain", Breaks::kAreExpected);
  if (played.interrupted || played.gone) return false;
  for (const Accusation& one : AccusationsOf(played.result, plain, played.broke)) {
    if (one.must) constant_.insert(one.Key());
  }
  return true;
}

// Every shard draws the whole exploration and plays its part.
std::optional<Exploration::Task> Exploration::NextTask() {
  const auto [index, count] = options_.run.shard;
  const std::lock_guard lock(mutex_);
  while (!gate_.Stopped() && !failed_fast_) {
    if (options_.sequences && next_ >= *options_.sequences) return std::nullopt;
    if (options_.time && clock_.Steady() - began_ >= *options_.time) return std::nullopt;
    Task task = DrawTask();
    if ((task.number - 1) % static_cast<std::uint64_t>(count) + 1 !=
        static_cast<std::uint64_t>(index)) {
      continue;
    }
    summary_.coverage.Add(task.flow, offer_.client);
    return task;
  }
  return std::nullopt;
}

// The choice depends on the seed and on what was drawn before, not on who is quicker.
Exploration::Task Exploration::DrawTask() {
  Task best;
  std::size_t most = 0;
  for (int attempt = 0; attempt < kCandidates; ++attempt) {
    Flow flow = DrawFlow(offer_, options_.run.seed, next_, attempt);
    const std::size_t fresh = drawn_.NewIn(flow, offer_.client);
    if (attempt > 0 && fresh <= most) continue;
    most = fresh;
    best.flow = std::move(flow);
  }
  best.number = ++next_;
  drawn_.Add(best.flow, offer_.client);
  return best;
}

void Exploration::PlayTask(Driver& driver, const Task& task) {
  const PlayedFlow played = player_.Play(driver, task.flow, offer_.client,
                                         fmt::format("explore/{}", task.number), Breaks::kCount);
  if (played.interrupted) return;
  Report(driver, task, played);
  const std::lock_guard lock(mutex_);
  ++progress_.sequences;
  progress_.states = summary_.coverage.states();
  progress_.pairs = summary_.coverage.pairs();
  listener_.OnProgress(progress_);
}

// Those of causes that are not known; they are now. What must not be first: it is told.
std::vector<Accusation> Exploration::NewOnes(std::vector<Accusation> accusations) {
  const std::lock_guard lock(mutex_);
  std::erase_if(accusations, [&](const Accusation& one) {
    if (failed_fast_ || (gate_.Stopped() && !one.broke)) return true;
    return !known_.insert(one.Key()).second;
  });
  std::stable_partition(accusations.begin(), accusations.end(),
                        [](const Accusation& one) { return one.must; });
  return accusations;
}

void Exploration::Report(Driver& driver, const Task& task, const PlayedFlow& played) {
  const auto all = AccusationsOf(played.result, task.flow, played.broke, constant_);
  std::vector<Cause> causes;
  for (const Accusation& accusation : NewOnes(all)) {
    Cause cause;
    cause.seen = all;
    cause.keys = {accusation.Key()};
    cause.finding.accusation = accusation;
    cause.finding.flow = task.flow;
    cause.finding.number = task.number;
    cause.finding.result = played.result;
    StartFromPlainer(cause, causes);
    Shrink(driver, cause);
    BlameTheReply(driver, cause);
    AddCause(std::move(cause), causes);
  }
  for (Cause& cause : causes) {
    if (!IsNews(cause)) continue;
    Confirm(driver, cause);
    Write(cause.finding);
    if (!Keep(cause.finding)) return;
  }
}

// Was it told before, of the same flow? Then two accusations came down to the same.
bool Exploration::IsNews(Cause& cause) {
  const std::lock_guard lock(mutex_);
  known_.insert(cause.keys.begin(), cause.keys.end());
  Finding& finding = cause.finding;
  std::vector<Accusation> fresh;
  finding.also.insert(finding.also.begin(), finding.accusation);
  for (const Accusation& one : finding.also) {
    if (told_.insert(Shown(one, finding.flow)).second) fresh.push_back(one);
  }
  if (fresh.empty()) return false;
  finding.accusation = fresh.front();
  finding.also.assign(fresh.begin() + 1, fresh.end());
  return true;
}

void Exploration::Shrink(Driver& driver, Cause& cause) {
  Finding& finding = cause.finding;
  const Accusation accusation = finding.accusation;
  if (!IsQuickToShow(accusation)) return;
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
    auto accusations = AccusationsOf(played.result, flow, played.broke, constant_);
    const Accusation* const same = FindCause(accusations, accusation);
    if (same == nullptr) return false;
    finding.accusation = *same;
    finding.result = std::move(played.result);
    cause.seen = std::move(accusations);
    return true;
  });
  finding.shrunk |= to_the_end || plainest != finding.flow;
  finding.flow = std::move(plainest);
}

// A client that refuses the plain thing as well does not refuse it for what the check is about.
void Exploration::BlameTheReply(Driver& driver, Cause& cause) {
  Finding& finding = cause.finding;
  if (finding.accusation.check == kOutcomeCheck || !finding.shrunk) return;
  const auto refusal = RefusalIn(finding.result, finding.flow, offer_.client);
  if (!refusal) return;
  int play = 0;
  for (const Flow& plainer : refusal->plainer) {
    PlayedFlow played = player_.Play(driver, plainer, offer_.client,
                                     fmt::format("explore/{}-plain-{}", finding.number, ++play),
                                     Breaks::kAreExpected);
    if (played.interrupted) return;
    auto accusations = AccusationsOf(played.result, plainer, played.broke, constant_);
    const Accusation* const same = FindCause(accusations, refusal->reply);
    if (same == nullptr) continue;
    // Elsewhere the check may be right: it is looked for again.
    Forget(finding.accusation, finding.flow, cause.keys);
    cause.keys.clear();
    finding.accusation = *same;
    finding.flow = plainer;
    finding.result = std::move(played.result);
    cause.seen = std::move(accusations);
    return Shrink(driver, cause);
  }
}

// As `run FILE` plays and judges it. An accident must not hide what it looks like.
void Exploration::Confirm(Driver& driver, Cause& cause) {
  Finding& finding = cause.finding;
  if (finding.accusation.check == kDriverBroke) return;
  const std::string text =
      FindingText(finding, offer_.client, options_.run.profile, options_.run.seed);
  const auto scenario = mock::ParseScenario(text, "the finding");
  if (!scenario) return;
  for (int time = 0; time < kConfirmations; ++time) {
    PlayedFlow played;
    played.interrupted = gate_.Stopped();
    if (!played.interrupted) {
      played = player_.PlayScenario(driver, scenario->front(), Breaks::kAreExpected);
    }
    if (played.interrupted) {
      if (time == 0) finding.doubt = "was not played again, since the exploration was ended";
      break;
    }
    finding.result = std::move(played.result);
    if (IsSeen(finding.accusation, finding.result)) continue;
    finding.doubt = "was seen once and did not show itself again";
    break;
  }
  finding.flaky = !finding.doubt.empty();
  if (finding.flaky) Forget(finding.accusation, finding.flow, cause.keys);
  std::erase_if(finding.also, [&](const Accusation& other) {
    const bool lost = finding.flaky || !IsSeen(other, finding.result);
    if (lost) Forget(other, finding.flow, {other.Key()});
    return lost;
  });
}

// So that it can be found once more.
void Exploration::Forget(const Accusation& accusation, const Flow& flow,
                         const std::vector<std::string>& keys) {
  const std::lock_guard lock(mutex_);
  if (++accidents_[accusation.Key()] > kMostAccidents) return;
  for (const std::string& key : keys) known_.erase(key);
  told_.erase(Shown(accusation, flow));
}

void Exploration::Write(Finding& finding) {
  finding.result.id = FindingId(finding.accusation, finding.flow);
  finding.result.title = FindingTitle(finding.accusation);
  if (finding.flaky) {
    finding.result.reason = fmt::format("{} {}: {}", finding.accusation.check, finding.doubt,
                                        finding.accusation.message);
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

// False when it is the last one. It takes the place of an accident of the same cause.
bool Exploration::Keep(const Finding& finding) {
  const std::lock_guard lock(mutex_);
  std::erase_if(summary_.findings, [&](const Finding& other) {
    const bool same = other.flaky && other.accusation.Key() == finding.accusation.Key();
    std::error_code ignored;
    if (same && other.file != finding.file) std::filesystem::remove(other.file, ignored);
    return same;
  });
  summary_.findings.push_back(finding);
  progress_.findings = summary_.findings.size();
  const bool fails = !finding.flaky && (finding.accusation.must || options_.run.strict);
  failed_fast_ |= options_.run.fail_fast && fails;
  listener_.OnFinding(finding);
  return !failed_fast_;
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
