// Cause: what the accusations of one play come down to, while it is being found out.
//
// Purpose: one mistake can break several checks. Where they are shrunk to the same flow they are one
//   cause, and one finding, which names the further checks.
// Ownership, thread safety: plain values and pure functions.
#pragma once

#include <string>
#include <vector>

#include "conformance/explore/finding.h"
#include "conformance/explore/judge.h"

namespace aweber::conformance::explore {

struct Cause {
  Finding finding;
  std::vector<Accusation> seen;   // by the latest play of its flow
  std::vector<std::string> keys;  // of its accusations, as they were and as they are shrunk
};

// Lets `cause` begin with the flow of one of `causes`, already shrunk, where that one shows it.
void StartFromPlainer(Cause& cause, const std::vector<Cause>& causes);

// Adds a cause that was shrunk: to the one that has the same flow, or as a further one.
void AddCause(Cause cause, std::vector<Cause>& causes);

// Does the case fail, and the check with it?
bool IsSeen(const Accusation& accusation, const CaseResult& result);

}  // namespace aweber::conformance::explore
