// Runner: the suite, from a list of scenarios to a stream of events.
//
// Purpose: plays every selected case (and the controls that negative ones lean on) through N
//   drivers at once, restarts drivers that break, judges, and tells the sink. What a case says does
//   not depend on N or on the order in which cases finish.
// Ownership: everything in RunOptions must outlive the call. Drivers are made, used and ended here,
//   each on one thread.
// Thread safety: one RunSuite at a time for a sink; the sink is called by one thread at a time.
// Errors: none; what breaks is in the events and in the exit status of the summary.
//
// Controls: a control that was not selected is played as well, silently: it is in no report and in
//   no total, and the case that leans on it names it when it did not pass.
// Late traffic: when all drivers have ended, every case is judged again whose space saw another
//   request since its verdict, or whose driver wrote more after the case had ended, or whose
//   control changed; so is every case when something came to the mock's root. A result that changed
//   is sent once more, marked `amended`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "conformance/driver/driver.h"
#include "conformance/judge/baseline.h"
#include "conformance/result/event.h"
#include "conformance/result/exit_status.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance {

struct RunOptions {
  std::function<std::unique_ptr<Driver>(int worker)> make_driver;
  std::vector<std::string> provided;  // features of the run itself: "tls", "webapp"
  std::string driver;                 // how drivers are started, for reports
  std::string version;                // of this harness
  Shard shard;                        // for reports, with the next two
  std::size_t selected = 0;           // cases of all shards
  std::string corpus;                 // RunInfo::corpus
  std::string profile = "aweber";
  std::uint64_t seed = 0;
  int jobs = 1;
  int repeat = 1;
  int max_restarts = 10;  // after drivers that broke in one case after the other
  bool strict = false;
  bool strict_errors = false;
  bool fail_fast = false;
  bool preflight = false;  // play one plain login first, and nothing else where it does not work
  const Baseline* baseline = nullptr;
  std::string store_root;  // an existing directory for the cases' store_dirs
  // The command that runs a case again.
  std::function<std::string(const std::string& case_id)> reproduce;
  std::stop_token stop;
};

RunSummary RunSuite(const std::vector<mock::Scenario>& scenarios,
                    const std::vector<std::size_t>& selected, mock::MockServer& server,
                    const RunOptions& options, EventSink& sink, Clock& clock);

// 130, 3, 4 (every case was skipped), 1 or 0, in this order of precedence.
int ExitStatusOf(const RunSummary& summary, bool strict);

}  // namespace aweber::conformance
