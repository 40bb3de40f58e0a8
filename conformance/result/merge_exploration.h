// Merging explorations: what the shards of one have found and tried, as one.
//
// Purpose: the part of MergeShards that `run` does not need: two shards may find the same, and what
//   was tried is added up.
// Thread safety: pure functions.
#pragma once

#include <vector>

#include "base/text/json.h"
#include "conformance/result/event.h"

namespace aweber::conformance {

// Each finding once; one that was confirmed goes before one that is flaky.
std::vector<CaseResult> MergeFindings(std::vector<CaseResult> cases);

// RunSummary::exploration of the whole. How many combinations were tried is left out: what is
// counted of the parts does not say how many they have in common.
Json MergeExplorations(const std::vector<Json>& parts);

}  // namespace aweber::conformance
