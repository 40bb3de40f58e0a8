// From a played case to the result that is reported: views, verdict, redaction.
//
// Thread safety: reads the case's space and the server's default space; otherwise pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/judge/freshness.h"
#include "conformance/judge/played_case.h"
#include "conformance/judge/verdict.h"
#include "conformance/result/event.h"

namespace aweber::conformance {

struct AssembleOptions {
  std::string profile;
  std::vector<std::string> features;
  bool strict_errors = false;
  bool works = false;              // the client has logged in before, in this run
  Freshness* freshness = nullptr;  // of the run; null compares with no other case
  std::string reproduce;           // the command that runs this case again
  bool record = true;              // the result also holds the steps and the journal, redacted
};

struct AssembledCase {
  CaseResult result;
  ControlResult as_control;            // what a negative scenario that leans on this one is told
  std::uint64_t last_sequence = 0;     // of the journal when it was judged
  std::uint64_t outside_sequence = 0;  // of the root's journal then
  std::uint64_t requests = 0;          // that reached the mock
};

AssembledCase AssembleCase(const mock::Scenario& scenario, const PlayedCase& played,
                           mock::MockServer& server, const std::optional<ControlResult>& control,
                           const AssembleOptions& options);

// `text`, such as why the driver broke, without the secrets of the case.
std::string RedactedFor(const PlayedCase& played, const std::string& text);

// One result for all repetitions of a case, the worst of theirs; `flaky` when some were good and
// some were not.
AssembledCase MergeRepetitions(std::vector<AssembledCase> repetitions);

}  // namespace aweber::conformance
