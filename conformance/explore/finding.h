// Finding: a flow that shows a mistake, as a scenario file.
//
// Ownership, thread safety: plain values; WriteFinding touches the file system.
// Errors: Error{"file.*"} where the file cannot be written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/explore/flow.h"
#include "conformance/explore/judge.h"
#include "conformance/explore/model.h"
#include "conformance/result/event.h"

namespace aweber::conformance::explore {

struct Finding {
  Accusation accusation;
  std::vector<Accusation> also;  // of further checks, which the same flow shows
  Flow flow;                     // the plainest that shows it, where it was shrunk
  std::uint64_t number = 0;      // of the sequence that showed it first
  bool shrunk = false;           // else the flow is as it was drawn
  bool flaky = false;            // did not show it again, or was not asked to
  std::string doubt;             // why it is flaky: "was seen once and did not show itself again"
  std::string file;              // where it was written; "" for nowhere
  CaseResult result;             // of the last play of `flow`, as `run` judges it
};

// "explore/cb-state-missing-1a2b3c4d": the check and a hash of the flow.
std::string FindingId(const Accusation& accusation, const Flow& flow);
// What went wrong, in one line.
std::string FindingTitle(const Accusation& accusation);
// The further checks, "az-response-type, az-scope"; "" for none.
std::string AlsoSeenAs(const Finding& finding);
// The whole file.
std::string FindingText(const Finding& finding, const ClientTraits& client,
                        const std::string& profile, std::uint64_t seed);

// Writes the file below `directory`, which exists; answers its path.
Result<std::string> WriteFinding(const std::string& directory, const std::string& id,
                                 const std::string& text);

}  // namespace aweber::conformance::explore
