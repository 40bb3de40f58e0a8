// Events: the one stream every report is rendered from.
//
// Purpose: the runner emits RunStarted, CaseFinished..., RunFinished; the ndjson sink writes each
//   as a line at once (so that a crash loses nothing), every other format is rendered from the same
//   events, live or read back from ndjson.
// Ownership, thread safety: plain values; sinks are called by one thread at a time. Everything in
//   events is redacted already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text/json.h"
#include "conformance/driver/driver.h"

namespace aweber::conformance {

enum class Outcome {
  kPass,
  kWarn,
  kFail,
  kError,
  kInconclusive,
  kSkip,
  kXFail,
  kXPass,
  kFlaky,
  kNotRun
};
const char* OutcomeName(Outcome outcome);  // "pass" ... "not-run"
Result<Outcome> OutcomeFromName(std::string_view name);
const std::vector<Outcome>& AllOutcomes();  // in the order above
// Does a case (or check) with this outcome fail the run? A warning does so only when `strict`.
bool FailsRun(Outcome outcome, bool strict);

struct CheckResult {
  std::string id;
  Outcome outcome = Outcome::kPass;
  std::string level;      // "must", "should", ...
  std::string source;     // "RFC 6749 §10.12"
  std::string statement;  // what the check asks, in one line
  std::string why;        // why a user should care
  std::string message;    // what was expected, what was seen
  std::string fix;
  std::vector<std::uint64_t> evidence;
};

struct CaseResult {
  std::size_t index = 0;  // its place in the order of the run
  std::string id;
  std::string title;
  Outcome outcome = Outcome::kNotRun;
  std::string reason;  // for skip, error, inconclusive, not-run: why
  double duration_ms = 0;
  std::vector<CheckResult> checks;
  Json steps = Json::array();    // what the driver was asked and answered, redacted
  Json journal = Json::array();  // entries as JSON, redacted
  std::string stderr_text;       // redacted
  std::vector<std::string> warnings;
  std::string reproduce;  // the command that runs it again
  // The control that did not pass and so left the case inconclusive; "" when it was something else.
  std::string failed_control;
  // Skipped, because it is about clients of another kind: nothing of this one stays untested.
  bool for_others = false;
  // Replaces the result with the same index: traffic came after the case had ended.
  bool amended = false;
};

// The I-th of N parts of a selection.
struct Shard {
  int index = 1, count = 1;
};

struct RunInfo {
  ClientIdentity client;
  std::uint64_t seed = 0;
  std::string profile;
  std::string driver;   // how it was started, redacted
  std::string version;  // of the harness
  // Every selected case in order, so that a stream cut short still says what was not run.
  std::vector<std::string> cases;
  Shard shard;               // 1/1: the whole
  std::size_t selected = 0;  // cases of all shards
  std::string corpus;        // names the scenarios selected, of all shards; "" when not known
};

struct RunSummary {
  std::map<std::string, int> counts;  // by OutcomeName, only those that occur
  double duration_ms = 0;
  std::uint64_t requests = 0;  // that reached the mock
  bool interrupted = false;
  bool cut_short = false;  // read from a stream that has no end: the runner was killed
  std::vector<std::string> stale_baseline;  // entries that matched no failure, in words
  std::string missing_shards;  // "shards 1, 3 of 3": a merge did without them; "" for none
  std::string harness_error;   // "" or what broke
  int exit_status = 0;
  Json exploration = nullptr;  // of `explore`: what was tried, and the findings
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void OnRunStarted(const RunInfo& info) = 0;
  virtual void OnCaseFinished(const CaseResult& result) = 0;
  virtual void OnRunFinished(const RunSummary& summary) = 0;
};

}  // namespace aweber::conformance
