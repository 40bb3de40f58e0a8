// Explorer: generated flows, played by as many drivers as were asked for, until the time is up.
//
// Purpose: draws the flow that tries most of what was never tried, plays it as `run` plays a
//   scenario, judges it, and shrinks what it finds. What does not show itself again is flaky.
// Ownership: everything in ExploreOptions outlives the call. Drivers are made, used and ended here,
//   each on one thread; each flow's space and store are removed when it was judged.
// Thread safety: one Explore at a time for a listener; it is called by one thread at a time.
// Errors: none; what breaks is in the summary.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "conformance/driver/driver.h"
#include "conformance/explore/coverage.h"
#include "conformance/explore/finding.h"
#include "conformance/run/runner.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance::explore {

struct ExploreOptions {
  // How the client is driven and judged, as a run's. Not used: repeat, baseline, selected. The flows
  // of `run.shard` alone are played, of the same exploration: shards choose alike what comes next.
  RunOptions run;
  std::optional<Micros> time;                     // nothing: until `sequences`
  std::optional<std::uint64_t> sequences;         // of all shards; nothing: until `time`
  Micros shrink_time = std::chrono::seconds(15);  // of one finding
  std::string out;                                // an existing directory for findings; "" for none
};

struct ExploreProgress {
  std::uint64_t sequences = 0;
  std::size_t states = 0, pairs = 0, findings = 0;
  bool shrinking = false;
};

struct ExploreSummary {
  RunInfo info;
  std::vector<Finding> findings;  // in the order in which they were found
  Coverage coverage;
  std::uint64_t sequences = 0, requests = 0;
  double duration_ms = 0;
  bool interrupted = false;
  std::string harness_error;  // "" or why it could not go on
  std::string out_problem;    // why a finding could not be written; "" when all were

  int ExitStatus(bool strict) const;
};

class ExploreListener {
 public:
  virtual ~ExploreListener() = default;
  virtual void OnStarted(const RunInfo& info) = 0;
  virtual void OnProgress(const ExploreProgress& progress) = 0;
  virtual void OnFinding(const Finding& finding) = 0;
};

ExploreSummary Explore(mock::MockServer& server, const ExploreOptions& options,
                       ExploreListener& listener, Clock& clock);

}  // namespace aweber::conformance::explore
