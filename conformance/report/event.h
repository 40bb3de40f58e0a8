// Events: the one stream every report is rendered from.
//
// Purpose: the runner emits RunStarted, CaseFinished..., RunFinished; the ndjson sink writes each as
//   a line at once (so that a crash loses nothing), every other format is rendered from the same
//   events, live or read back from ndjson.
// Ownership, thread safety: plain values. Everything in them is redacted already.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "conformance/driver/driver.h"

namespace aweber::conformance {

enum class Outcome {
  kPass, kWarn, kFail, kError, kInconclusive, kSkip, kXFail, kXPass, kFlaky, kNotRun
};
const char* OutcomeName(Outcome outcome);  // "pass" ... "not-run"
Result<Outcome> OutcomeFromName(std::string_view name);

struct CheckResult {
  std::string id;
  Outcome outcome = Outcome::kPass;
  std::string level;    // "must", "should", ...
  std::string source;   // "RFC 6749 §10.12"
  std::string message;  // what was expected, what was seen
  std::string fix;
  std::vector<std::uint64_t> evidence;
};

struct CaseResult {
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
  std::string reproduce;         // the command that runs it again
};

struct RunInfo {
  ClientIdentity client;
  std::uint64_t seed = 0;
  std::string profile;
  std::string driver;   // how it was started, redacted
  std::string version;  // of the harness
  std::size_t selected = 0;
};

struct RunSummary {
  std::map<std::string, int> counts;  // by OutcomeName, only those that occur
  double duration_ms = 0;
  std::uint64_t requests = 0;         // that reached the mock
  bool interrupted = false;
  std::string harness_error;          // "" or what broke
  int exit_status = 0;
};

// Receives events in order, from one thread.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void OnRunStarted(const RunInfo& info) = 0;
  virtual void OnCaseFinished(const CaseResult& result) = 0;
  virtual void OnRunFinished(const RunSummary& summary) = 0;
};

}  // namespace aweber::conformance
