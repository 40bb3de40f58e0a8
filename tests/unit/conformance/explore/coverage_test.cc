// What counts as new among flows.
#include "conformance/explore/coverage.h"

#include <gtest/gtest.h>

#include "tests/unit/conformance/explore/flow_text.h"

namespace aweber::conformance::explore {
namespace {

struct NewRow {
  const char* seen;
  const char* flow;
  std::size_t fresh;
};

TEST(ExploreCoverage, ARoleAHistoryOrAVariationMakesAKnownStepNew) {
  const NewRow rows[] = {
      {"", "authorize; consent; callback", 3},
      {"authorize", "authorize", 0},
      {"authorize", "authorize; consent", 1},
      {"authorize; consent", "authorize; consent deny", 1},
      {"authorize; consent", "authorize; consent [redirect/swapped]", 1},
      // The second user begins where the first one began.
      {"authorize; consent", "authorize; B: authorize; consent", 1},
      {"authorize; consent", "authorize; B: authorize; B: consent", 2},
      // As a public client, or in another variation: each step.
      {"authorize; consent", "authorize; consent; with public", 4},
      {"authorize; consent", "authorize; consent; with awkward", 2},
      {"authorize; consent; with public", "authorize [authorize/denied]; with public", 2},
      // From another state, and as a second login.
      {"authorize; consent", "authorize; authorize", 2},
      {"authorize; authorize", "authorize; authorize; consent", 2},
      // The restart, and that there was one: of itself and of what follows.
      {"authorize", "authorize; restart", 2},
      {"authorize; restart; authorize", "authorize; restart; token", 2},
  };
  for (const NewRow& row : rows) {
    Coverage coverage;
    coverage.Add(FlowFrom(row.seen), kFull);
    EXPECT_EQ(coverage.NewIn(FlowFrom(row.flow), kFull), row.fresh)
        << row.seen << " | " << row.flow;
    coverage.Add(FlowFrom(row.flow), kFull);
    EXPECT_EQ(coverage.NewIn(FlowFrom(row.flow), kFull), 0u) << row.flow;
  }
}

TEST(ExploreCoverage, StatesAreThoseOfTheModel) {
  Coverage coverage;
  coverage.Add(FlowFrom("authorize; consent; B: authorize; restart; with public"), kFull);
  EXPECT_EQ(coverage.states(), 3u);  // nothing under way, asked, granted
}

}  // namespace
}  // namespace aweber::conformance::explore
