#include "conformance/explore/flow_player.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "conformance/explore/flow_scenario.h"
#include "conformance/explore/judge.h"
#include "mockserver/scenario/loader.h"

namespace aweber::conformance::explore {
namespace {

bool SaysSomething(const CaseResult& result) {
  return result.outcome == Outcome::kError ||
         std::any_of(result.checks.begin(), result.checks.end(), [](const CheckResult& check) {
           return check.outcome == Outcome::kFail || check.outcome == Outcome::kWarn;
         });
}

// It starts and answers: that it died then tells of the flow.
bool EndedAtWork(const PlayedCase& played) {
  const bool answered = std::any_of(
      played.steps.begin(), played.steps.end(),
      [](const StepObservation& step) { return step.reply != StepObservation::Reply::kNone; });
  return answered && played.driver_error && played.driver_error->code == "driver.died";
}

PlayedFlow Interrupted() {
  PlayedFlow played;
  played.interrupted = true;
  return played;
}

}  // namespace

PlayedFlow FlowPlayer::PlayControl(Driver& driver) {
  const auto control = mock::FindBuiltInScenario(kControl);
  if (control) return PlayScenario(driver, control->front(), Breaks::kAreExpected);
  gate_.Abort(control.error().message);
  return Interrupted();
}

PlayedFlow FlowPlayer::Play(Driver& driver, const Flow& flow, const ClientTraits& traits,
                            const std::string& id, Breaks breaks) {
  Wording wording;
  wording.id = id;
  auto scenario = ToScenario(flow, traits, wording);
  if (scenario) {
    scenario->expect.checks = JudgedChecks();  // they are many: not by way of the text
    const auto& provided = options_.provided;
    const bool listens = std::find(provided.begin(), provided.end(), "webapp") != provided.end();
    if (!listens) std::erase(scenario->expect.checks, kListenerCheck);
    return PlayScenario(driver, *scenario, breaks);
  }
  gate_.Abort(fmt::format("a generated flow is no scenario: {}", scenario.error().message));
  return Interrupted();
}

PlayedFlow FlowPlayer::PlayScenario(Driver& driver, const mock::Scenario& scenario, Breaks breaks) {
  const PlayedCase one = PlayCase(ContextOf(driver), scenario);
  if (one.driver_error && one.driver_error->code == "driver.interrupted") {
    Remove(one);
    return Interrupted();
  }
  AssembleOptions assemble;
  assemble.profile = options_.profile;
  assemble.features = client_.feature_list;
  assemble.strict_errors = options_.strict_errors;
  // Who logs in where all is well and then ends in the middle of a step has done so by itself.
  assemble.works = control_ && control_->passed;
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
  PlayedFlow played;
  const bool broke = one.driver_error && one.driver_error->code != "driver.open" &&
                     one.driver_error->code != "driver.config";
  if (broke) {
    played.broke = {one.broken_step, one.driver_error->code == "driver.timeout"};
    if (EndedAtWork(one)) breaks = Breaks::kAreExpected;
    played.gone =
        one.driver_gone || !Recover(driver, RedactedFor(one, one.driver_error->message), breaks);
  }
  played.result = std::move(assembled.result);
  {
    const std::lock_guard lock(mutex_);
    requests_ += assembled.requests;
    if (!broke || EndedAtWork(one)) breaks_in_a_row_ = 0;
  }
  Remove(one);
  return played;
}

void FlowPlayer::Remove(const PlayedCase& played) {
  if (!played.space) return;
  const std::string name = played.space->name();
  server_.RemoveSpace(name);
  std::error_code ignored;
  std::filesystem::remove_all(options_.store_root + "/" + name, ignored);
}

bool FlowPlayer::Recover(Driver& driver, const std::string& reason, Breaks breaks) {
  int in_a_row = 0;
  {
    const std::lock_guard lock(mutex_);
    if (breaks == Breaks::kCount) in_a_row = ++breaks_in_a_row_;
  }
  if (in_a_row > options_.max_restarts) {
    gate_.Abort(fmt::format(
        "the driver broke {}: {}; --max-restarts allows more",
        in_a_row == 1 ? "once" : fmt::format("{} times in a row, the last", in_a_row), reason));
    return false;
  }
  const auto again = driver.Start();
  if (again) return true;
  if (again.error().code != "driver.interrupted") {
    gate_.Abort(fmt::format("the driver could not be started again: {}", again.error().message));
  }
  return false;
}

PlayerContext FlowPlayer::ContextOf(Driver& driver) {
  return {server_,
          driver,
          clock_,
          options_.profile,
          options_.seed,
          options_.store_root,
          client_.feature_list,
          &client_};
}

std::uint64_t FlowPlayer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

}  // namespace aweber::conformance::explore
