// Plan: which cases are played, in which order, and which lean on which.
//
// Thread safety: pure functions and plain values.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "mockserver/scenario/scenario.h"

namespace aweber::conformance {

struct PlannedCase {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  const mock::Scenario* scenario = nullptr;
  bool selected = false;            // false: only a control, played silently
  std::size_t index = kNone;        // its place among the selected
  std::size_t control = kNone;      // index into the plan
  std::vector<std::string> needed;  // features, its control's included
};

// In order of play: the selected in their order, each control before the first that leans on it.
// A control that does not exist is left out: the loader refuses such scenarios.
std::vector<PlannedCase> PlanCases(const std::vector<mock::Scenario>& scenarios,
                                   const std::vector<std::size_t>& selected);

}  // namespace aweber::conformance
