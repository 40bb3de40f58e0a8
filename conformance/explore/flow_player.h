// FlowPlayer: plays generated flows as `run` plays scenarios, one after the other and without a trace.
//
// Purpose: a flow becomes a scenario, is played by a driver and judged; its space and store are
//   removed. A driver that broke is started again, as often in a row as --max-restarts allows.
//   One that answered a step before it died does not count, nor do flows that are played again.
// Ownership: everything given outlives it. Thread safety: Introduce and the control (the positive
//   scenario that refusals lean on) come first, on one thread; then every member from any thread,
//   each driver on one thread.
// Errors: none; what makes further plays impossible is told to the gate.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/os/clock.h"
#include "conformance/driver/driver.h"
#include "conformance/explore/flow.h"
#include "conformance/explore/judge.h"
#include "conformance/explore/model.h"
#include "conformance/judge/case_result.h"
#include "conformance/run/player.h"
#include "conformance/run/runner.h"
#include "conformance/run/worker_gate.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance::explore {

struct PlayedFlow {
  CaseResult result;
  std::optional<Break> broke;
  bool interrupted = false;  // by the user: nothing is known
  bool gone = false;         // the driver could not be started again
};

// Does a driver that breaks count for --max-restarts?
enum class Breaks {
  kCount,
  kAreExpected  // it is known to break in this flow, or may; whoever plays it bounds the time
};

class FlowPlayer {
 public:
  FlowPlayer(mock::MockServer& server, const RunOptions& options, Clock& clock, WorkerGate& gate)
      : server_(server), options_(options), clock_(clock), gate_(gate) {}

  void Introduce(const ClientIdentity& client) { client_ = client; }
  // The control goes into the judgement of what is played later.
  PlayedFlow PlayControl(Driver& driver);
  // `id`: of the scenario that it becomes.
  PlayedFlow Play(Driver& driver, const Flow& flow, const ClientTraits& traits,
                  const std::string& id, Breaks breaks);
  PlayedFlow PlayScenario(Driver& driver, const mock::Scenario& scenario, Breaks breaks);

  PlayerContext ContextOf(Driver& driver);
  std::uint64_t requests() const;  // to the mock, so far

 private:
  bool Recover(Driver& driver, const std::string& reason, Breaks breaks);
  void Remove(const PlayedCase& played);

  mock::MockServer& server_;
  const RunOptions& options_;
  Clock& clock_;
  WorkerGate& gate_;
  ClientIdentity client_;
  std::optional<ControlResult> control_;

  mutable std::mutex mutex_;  // what follows
  int breaks_in_a_row_ = 0;
  std::uint64_t requests_ = 0;
};

}  // namespace aweber::conformance::explore
