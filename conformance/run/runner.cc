#include "conformance/run/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "base/text/json.h"
#include "conformance/driver/features.h"
#include "conformance/judge/case_result.h"
#include "conformance/result/event_json.h"
#include "conformance/run/plan.h"
#include "conformance/run/player.h"
#include "conformance/run/preflight.h"
#include "conformance/run/worker_gate.h"

namespace aweber::conformance {
namespace {

// So many cases in a row in which the program did not come as far as the first step: it does not
// start any more.
constexpr int kMostUnopened = 3;

// A case of the plan and how far it has come.
struct Item {
  PlannedCase plan;
  std::vector<PlayedCase> plays;  // by repetition
  int played = 0;
  bool skipped = false;
  bool judged = false;
  bool more_words = false;  // its driver wrote something after it had been judged
  AssembledCase assembled;
};

// Does `after` say something that `before` did not? What a case did is not compared, nor what held:
// one more request in order is no news.
bool Differs(const CaseResult& before, const CaseResult& after) {
  const auto judgement = [](const CaseResult& result) {
    Json checks = Json::array();
    for (const CheckResult& check : result.checks) {
      if (check.outcome != Outcome::kPass) checks.push_back(CheckToJson(check));
    }
    return Json::array({OutcomeName(result.outcome), result.reason, checks, result.warnings});
  };
  return judgement(before) != judgement(after);
}

class Suite {
 public:
  Suite(const std::vector<mock::Scenario>& scenarios, const std::vector<std::size_t>& selected,
        mock::MockServer& server, const RunOptions& options, EventSink& sink, Clock& clock)
      : server_(server), options_(options), sink_(sink), clock_(clock), gate_(options.stop) {
    for (PlannedCase& planned : PlanCases(scenarios, selected)) {
      Item item;
      item.plays.resize(static_cast<std::size_t>(options.repeat));
      item.plan = std::move(planned);
      items_.push_back(std::move(item));
    }
    info_.cases.resize(selected.size());
    for (std::size_t i = 0; i < selected.size(); ++i) info_.cases[i] = scenarios[selected[i]].id;
    info_.seed = options.seed;
    info_.profile = options.profile;
    info_.driver = options.driver;
    info_.version = options.version;
    info_.shard = options.shard;
    info_.selected = options.selected;
    info_.corpus = options.corpus;
  }

  RunSummary Run();

 private:
  struct Task {
    std::size_t item = 0;
    int repetition = 0;
  };

  void Work(int worker);
  bool Greet(Driver& driver, int worker);
  bool IsReady(Driver& driver);
  PlayerContext ContextOf(Driver& driver);
  std::optional<Task> NextTask();
  void PlayTask(Driver& driver, const Task& task, std::optional<Task>& last);
  void KeepLateOutput(Driver& driver, const Task& task);
  void Recover(Driver& driver, const PlayedCase& played, const std::string& reason);
  void Begin(const ClientIdentity& client);

  // With mutex_ held.
  void JudgeReady();
  Skip WhySkippedNow(const Item& item) const;
  bool ControlReady(const Item& item) const;
  AssembledCase Judge(const Item& item) const;
  std::optional<ControlResult> ControlOf(const Item& item) const;
  void Emit(Item& item, bool amended);
  void EmitSkip(Item& item, Skip skip);

  void JudgeRest();
  void JudgeLate();
  bool SawMore(const Item& item) const;
  RunSummary Summarize(Micros began);

  mock::MockServer& server_;
  const RunOptions& options_;
  EventSink& sink_;
  Clock& clock_;
  WorkerGate gate_;  // opened when the first driver has logged in, or never will

  std::mutex mutex_;
  RunInfo info_;
  std::vector<Item> items_;
  std::size_t next_item_ = 0;
  int next_repetition_ = 0;
  int breaks_in_a_row_ = 0;
  int unopened_in_a_row_ = 0;  // of them, the last that broke before the first step
  bool begun_ = false;         // the sink knows of the run
  bool works_ = false;         // the plain login before the suite has worked
  bool failed_fast_ = false;
  std::map<std::size_t, CaseResult> results_;  // by index: what was sent to the sink
  std::optional<BaselineRun> baseline_;
  mutable Freshness freshness_;
};

RunSummary Suite::Run() {
  const Micros began = clock_.Steady();
  gate_.RunAll(std::max(1, options_.jobs), [this](int worker) { Work(worker); });
  if (!begun_) Begin(ClientIdentity{});
  {
    const std::lock_guard lock(mutex_);
    JudgeRest();
    JudgeLate();
  }
  RunSummary summary = Summarize(began);
  sink_.OnRunFinished(summary);
  return summary;
}

void Suite::Work(int worker) {
  if (worker > 0) {
    // The first driver introduces the client; the others wait for its word.
    if (!gate_.WaitUntilOpen()) return;
    const std::lock_guard lock(mutex_);
    if (next_item_ >= items_.size()) return;
  }
  const std::unique_ptr<Driver> driver = options_.make_driver(worker);
  const bool ready = Greet(*driver, worker) && (worker > 0 || IsReady(*driver));
  if (worker == 0) gate_.Open();
  if (!ready) return driver->Stop(true);
  std::optional<Task> last;  // what the driver says now belongs to
  while (const auto task = NextTask()) PlayTask(*driver, *task, last);
  driver->Stop(gate_.Stopped());
  if (last) KeepLateOutput(*driver, *last);
}

bool Suite::Greet(Driver& driver, int worker) {
  const auto identity = driver.Start();
  if (worker == 0) Begin(identity ? *identity : ClientIdentity{});
  if (identity) return true;
  if (identity.error().code == "driver.interrupted") return false;
  gate_.Abort(
      PreflightMessage(StartFailure("the driver could not be started: " + identity.error().message,
                                    driver.TakeStderr()),
                       options_.driver));
  return false;
}

bool Suite::IsReady(Driver& driver) {
  if (!options_.preflight) return true;
  const auto failure = RunPreflight(ContextOf(driver), info_.client);
  if (!failure) {
    const std::lock_guard lock(mutex_);
    works_ = true;
    return true;
  }
  if (!failure->interrupted) gate_.Abort(PreflightMessage(*failure, options_.driver));
  return false;
}

PlayerContext Suite::ContextOf(Driver& driver) {
  return {server_,
          driver,
          clock_,
          options_.profile,
          options_.seed,
          options_.store_root,
          info_.client.feature_list,
          &info_.client};
}

void Suite::Begin(const ClientIdentity& client) {
  const std::lock_guard lock(mutex_);
  begun_ = true;
  info_.client = client;
  if (options_.baseline != nullptr) baseline_.emplace(*options_.baseline, info_, clock_.Now());
  sink_.OnRunStarted(info_);
}

std::optional<Suite::Task> Suite::NextTask() {
  const std::lock_guard lock(mutex_);
  while (next_item_ < items_.size()) {
    if (gate_.Stopped() || failed_fast_) return std::nullopt;
    Item& item = items_[next_item_];
    if (Skip skip = WhySkippedNow(item); !skip.why.empty()) {
      EmitSkip(item, std::move(skip));
      ++next_item_;
      continue;
    }
    const Task task{next_item_, next_repetition_};
    if (++next_repetition_ == options_.repeat) {
      next_repetition_ = 0;
      ++next_item_;
    }
    return task;
  }
  return std::nullopt;
}

void Suite::PlayTask(Driver& driver, const Task& task, std::optional<Task>& last) {
  if (last) KeepLateOutput(driver, *last);
  last.reset();
  Item& item = items_[task.item];
  PlayedCase played = PlayCase(ContextOf(driver), *item.plan.scenario, task.repetition);
  const bool interrupted = played.driver_error && played.driver_error->code == "driver.interrupted";
  if (interrupted) return;  // not finished: it will be `not-run`
  const bool broke = played.driver_error && played.driver_error->code != "driver.open" &&
                     played.driver_error->code != "driver.config";
  if (broke) {
    Recover(driver, played, RedactedFor(played, played.driver_error->message));
  } else {
    last = task;
  }
  const std::lock_guard lock(mutex_);
  if (!broke) breaks_in_a_row_ = unopened_in_a_row_ = 0;
  item.plays[static_cast<std::size_t>(task.repetition)] = std::move(played);
  if (++item.played == options_.repeat) JudgeReady();
}

// What a driver wrote after the reply that ended `task` is that case's as well.
void Suite::KeepLateOutput(Driver& driver, const Task& task) {
  const std::string words = driver.TakeStderr();
  const std::vector<std::string> warnings = driver.TakeWarnings();
  if (words.empty() && warnings.empty()) return;
  const std::lock_guard lock(mutex_);
  Item& item = items_[task.item];
  PlayedCase& played = item.plays[static_cast<std::size_t>(task.repetition)];
  played.stderr_text += words;
  // How it ended stands before what it printed.
  played.warnings.insert(played.warnings.begin(), warnings.begin(), warnings.end());
  item.more_words = item.judged;
}

// Starts a driver that broke, for `reason`, again; where that is not possible the suite ends.
void Suite::Recover(Driver& driver, const PlayedCase& played, const std::string& reason) {
  if (played.driver_gone) {
    gate_.Abort(fmt::format("the driver could not be started again: {}", reason));
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    unopened_in_a_row_ = played.steps.empty() ? unopened_in_a_row_ + 1 : 0;
    if (unopened_in_a_row_ >= kMostUnopened) {
      gate_.Abort(fmt::format("the program does not start any more: {}", reason));
      return;
    }
    if (++breaks_in_a_row_ > options_.max_restarts) {
      gate_.Abort(fmt::format("the driver broke {}: {}; --max-restarts allows more",
                              breaks_in_a_row_ == 1
                                  ? "once"
                                  : fmt::format("{} times in a row, the last", breaks_in_a_row_),
                              reason));
      return;
    }
  }
  const auto again = driver.Start();
  if (again) return;
  if (again.error().code != "driver.interrupted") {
    gate_.Abort(fmt::format("the driver could not be started again: {}",
                            RedactedFor(played, again.error().message)));
  }
}

void Suite::JudgeReady() {
  bool progress = true;
  while (progress) {
    progress = false;
    for (Item& item : items_) {
      if (item.judged || item.skipped || item.played < options_.repeat || !ControlReady(item)) {
        continue;
      }
      item.assembled = Judge(item);
      item.judged = progress = true;
      Emit(item, false);
    }
  }
}

bool Suite::ControlReady(const Item& item) const {
  if (item.plan.control == PlannedCase::kNone) return true;
  const Item& control = items_[item.plan.control];
  return control.judged || control.skipped;
}

std::optional<ControlResult> Suite::ControlOf(const Item& item) const {
  if (item.plan.control == PlannedCase::kNone) return std::nullopt;
  const Item& control = items_[item.plan.control];
  if (control.judged) return control.assembled.as_control;
  return ControlResult{control.plan.scenario->id, false, "it was not run"};
}

AssembledCase Suite::Judge(const Item& item) const {
  AssembleOptions options;
  options.profile = options_.profile;
  options.features = info_.client.feature_list;
  options.strict_errors = options_.strict_errors;
  options.freshness = &freshness_;
  options.works = works_;
  const std::string& id = item.plan.scenario->id;
  options.reproduce = options_.reproduce ? options_.reproduce(id) : "";
  std::vector<AssembledCase> repetitions;
  for (const PlayedCase& played : item.plays) {
    repetitions.push_back(
        AssembleCase(*item.plan.scenario, played, server_, ControlOf(item), options));
  }
  return MergeRepetitions(std::move(repetitions));
}

void Suite::Emit(Item& item, bool amended) {
  if (!item.plan.selected) return;
  CaseResult result = item.assembled.result;
  result.index = item.plan.index;
  result.amended = amended;
  if (baseline_) baseline_->Apply(result);
  if (options_.fail_fast && FailsRun(result.outcome, options_.strict)) failed_fast_ = true;
  results_[result.index] = result;
  sink_.OnCaseFinished(result);
}

// What the client does not claim, or the driver cannot do, for the case or for its control; "" when
// it can be played.
Skip Suite::WhySkippedNow(const Item& item) const {
  Skip skip = WhySkipped(*item.plan.scenario, item.plan.needed, info_.client, options_.provided);
  if (!skip.why.empty() || item.plan.control == PlannedCase::kNone) return skip;
  const mock::Scenario& control = *items_[item.plan.control].plan.scenario;
  const std::string why = WhyUnplayable(control, info_.client);
  if (!why.empty()) skip.why = fmt::format("its control {} cannot be played: {}", control.id, why);
  return skip;
}

void Suite::EmitSkip(Item& item, Skip skip) {
  item.skipped = true;
  if (!item.plan.selected) return;
  CaseResult result;
  result.index = item.plan.index;
  result.id = item.plan.scenario->id;
  result.title = item.plan.scenario->title;
  result.outcome = Outcome::kSkip;
  result.reason = std::move(skip.why);
  result.for_others = skip.for_others;
  if (baseline_) baseline_->Apply(result);
  results_[result.index] = result;
  sink_.OnCaseFinished(result);
}

// What was played but waits for a control that never will be judged, and what was not played.
void Suite::JudgeRest() {
  for (Item& item : items_) {
    if (item.judged || item.skipped) continue;
    if (item.played == options_.repeat) {
      item.assembled = Judge(item);
      item.judged = true;
      Emit(item, false);
      continue;
    }
    if (!item.plan.selected) continue;
    CaseResult result;
    result.index = item.plan.index;
    result.id = item.plan.scenario->id;
    result.title = item.plan.scenario->title;
    result.outcome = Outcome::kNotRun;
    result.reason = !gate_.reason().empty() ? gate_.reason().substr(0, gate_.reason().find('\n'))
                    : options_.stop.stop_requested() ? "the run was interrupted"
                                                     : "--fail-fast: an earlier case failed";
    results_[result.index] = result;
    sink_.OnCaseFinished(result);
  }
}

bool Suite::SawMore(const Item& item) const {
  std::uint64_t now = 0;
  for (const PlayedCase& played : item.plays) {
    if (played.space) now += played.space->journal().LastSequence();
  }
  const auto root = server_.default_space();
  return item.more_words || now != item.assembled.last_sequence ||
         (root && root->journal().LastSequence() != item.assembled.outside_sequence);
}

// In the order of the plan a control stands before the cases that lean on it.
void Suite::JudgeLate() {
  std::vector<bool> changed(items_.size(), false);  // as controls
  for (std::size_t which = 0; which < items_.size(); ++which) {
    Item& item = items_[which];
    if (!item.judged) continue;
    const bool leans = item.plan.control != PlannedCase::kNone && changed[item.plan.control];
    if (!leans && !SawMore(item)) continue;
    AssembledCase again = Judge(item);
    const AssembledCase before = std::exchange(item.assembled, std::move(again));
    changed[which] = before.as_control.passed != item.assembled.as_control.passed ||
                     before.as_control.reason != item.assembled.as_control.reason;
    if (!Differs(before.result, item.assembled.result)) continue;
    item.assembled.result.warnings.emplace_back(
        "more came after the case had ended; it was judged again");
    Emit(item, true);
  }
}

RunSummary Suite::Summarize(Micros began) {
  RunSummary summary;
  for (const auto& [index, result] : results_) ++summary.counts[OutcomeName(result.outcome)];
  for (const Item& item : items_) summary.requests += item.assembled.requests;
  const std::chrono::duration<double, std::milli> took = clock_.Steady() - began;
  summary.duration_ms = took.count();
  summary.interrupted = options_.stop.stop_requested();
  summary.harness_error = gate_.reason();
  // A run cut short cannot tell that an entry is no longer needed.
  if (baseline_ && gate_.reason().empty() && !summary.interrupted && !failed_fast_) {
    summary.stale_baseline = baseline_->Stale();
  }
  summary.exit_status = ExitStatusOf(summary, options_.strict);
  return summary;
}

}  // namespace

RunSummary RunSuite(const std::vector<mock::Scenario>& scenarios,
                    const std::vector<std::size_t>& selected, mock::MockServer& server,
                    const RunOptions& options, EventSink& sink, Clock& clock) {
  return Suite(scenarios, selected, server, options, sink, clock).Run();
}

int ExitStatusOf(const RunSummary& summary, bool strict) {
  const auto count = [&](Outcome outcome) {
    const auto found = summary.counts.find(OutcomeName(outcome));
    return found == summary.counts.end() ? 0 : found->second;
  };
  if (summary.interrupted) return kExitInterrupted;
  if (!summary.harness_error.empty() || count(Outcome::kError) > 0) return kExitBroken;
  int all = 0;
  for (const auto& [name, number] : summary.counts) all += number;
  if (all > 0 && all == count(Outcome::kSkip)) return kExitNothing;
  for (const Outcome outcome : AllOutcomes()) {
    if (FailsRun(outcome, strict) && count(outcome) > 0) return kExitFailed;
  }
  return summary.stale_baseline.empty() ? kExitGood : kExitFailed;
}

}  // namespace aweber::conformance
