// Violations: each check says what a client did that breaks it.
#include "conformance/checks/violation.h"

#include <gtest/gtest.h>

#include <set>

#include "conformance/checks/check.h"

namespace aweber::conformance {
namespace {

TEST(Violations, EveryCheckHasOneAndTheReverse) {
  std::set<std::string_view> checks, rows;
  for (const Check& check : AllChecks()) checks.insert(check.id);
  for (const Violation& violation : AllViolations()) {
    rows.insert(violation.check);
    EXPECT_LE(violation.title.size(), 84u) << violation.check << ": one line of the page";
    EXPECT_TRUE(violation.title.ends_with('.')) << violation.check;
  }
  EXPECT_EQ(checks, rows);
  EXPECT_EQ(AllViolations().size(), rows.size()) << "a row twice";
}

}  // namespace
}  // namespace aweber::conformance
