// Selection: which scenarios a run plays; shard.h deals them.
//
// Thread safety: pure functions.
// Errors: Error{"select.pattern" | "select.skip" | "select.tag" | "select.id"} for one that matches
//   nothing (with the nearest one), {"select.nothing"} when filters leave nothing.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::conformance {

struct Selection {
  std::vector<std::string> patterns;  // globs over ids; none: all
  std::vector<std::string> tags;      // any of them
  std::vector<std::string> skips;     // globs
  std::string profile;                // of the run: those that hold in others only are left out
  bool only_ids = false;              // --failed-from: exactly `ids`
  std::vector<std::string> ids;
};

// Indexes into `scenarios`, in their order.
Result<std::vector<std::size_t>> Select(const std::vector<mock::Scenario>& scenarios,
                                        const Selection& selection);

}  // namespace aweber::conformance
