// Repetitions of a case, made one.
#include "conformance/judge/case_result.h"

#include <gtest/gtest.h>

namespace aweber::conformance {
namespace {

TEST(MergeRepetitions, TheWorstCountsAndGoodWithBadIsFlaky) {
  using O = Outcome;
  struct Row {
    std::vector<Outcome> repetitions;
    Outcome merged;
    const char* reason;
  };
  const Row rows[] = {
      {{O::kPass, O::kPass}, O::kPass, ""},
      {{O::kPass, O::kWarn}, O::kWarn, "1 of 2 repetitions warned"},
      {{O::kWarn, O::kPass, O::kWarn}, O::kWarn, "2 of 3 repetitions warned"},
      {{O::kWarn, O::kWarn}, O::kWarn, "why 0"},
      {{O::kFail, O::kFail}, O::kFail, "why 0"},
      {{O::kInconclusive, O::kFail}, O::kFail, "why 1"},
      {{O::kFail, O::kError}, O::kError, "why 1"},
      {{O::kPass, O::kFail}, O::kFlaky, "1 of 2 repetitions did not pass, the worst: fail: why 1"},
      {{O::kWarn, O::kInconclusive, O::kFail},
       O::kFlaky,
       "2 of 3 repetitions did not pass, the worst: fail: why 2"},
  };
  for (const Row& row : rows) {
    std::vector<AssembledCase> repetitions;
    for (const Outcome outcome : row.repetitions) {
      AssembledCase one;
      one.result.outcome = outcome;
      if (outcome != Outcome::kPass) {
        one.result.reason = "why " + std::to_string(repetitions.size());
      }
      one.last_sequence = one.requests = 2;
      repetitions.push_back(one);
    }
    const AssembledCase merged = MergeRepetitions(repetitions);
    EXPECT_EQ(OutcomeName(merged.result.outcome), std::string(OutcomeName(row.merged)));
    EXPECT_EQ(merged.result.reason, row.reason);
    EXPECT_EQ(merged.last_sequence, 2 * repetitions.size());
  }
}

}  // namespace
}  // namespace aweber::conformance
