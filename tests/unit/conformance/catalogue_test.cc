// The built-in scenarios and the table of checks fit together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "conformance/checks/check.h"
#include "conformance/selection.h"
#include "mockserver/scenario/loader.h"

namespace aweber::conformance {
namespace {

const std::vector<mock::Scenario>& Catalogue() {
  static const auto* all = new std::vector<mock::Scenario>(mock::BuiltInScenarios().value());
  return *all;
}

TEST(CatalogueAndChecks, EveryCheckThatAScenarioNamesExists) {
  for (const mock::Scenario& scenario : Catalogue()) {
    for (const std::string& id : scenario.expect.checks) {
      EXPECT_NE(FindCheck(id), nullptr) << scenario.id << " names " << id;
    }
    for (const mock::WirePattern& pattern : scenario.expect.never) {
      if (pattern.check.empty()) continue;
      EXPECT_NE(FindCheck(pattern.check), nullptr) << scenario.id << " names " << pattern.check;
    }
  }
}

// What is not seen in any traffic has to be provoked, or it is never judged.
TEST(CatalogueAndChecks, EveryCheckThatMustBeProvokedHasAScenario) {
  std::set<std::string_view> provoked = {"adapter-honest"};  // judged in every case
  for (const mock::Scenario& scenario : Catalogue()) {
    for (const std::string& id : scenario.expect.checks) provoked.insert(id);
  }
  for (const Check& check : AllChecks()) {
    if (check.seen == Seen::kWire) continue;
    EXPECT_TRUE(provoked.contains(check.id)) << check.id;
  }
}

// The kind of failure must be as grave as the fault: what a scenario finds by the client's replies
// is told under its first check.
TEST(CatalogueAndChecks, TheSubjectOfANegativeScenarioIsAskedInItsProfiles) {
  for (const mock::Scenario& scenario : Catalogue()) {
    if (scenario.control.empty() || scenario.expect.checks.empty()) continue;
    const Check* subject = FindCheck(scenario.expect.checks.front());
    ASSERT_NE(subject, nullptr) << scenario.id;
    for (const char* profile : {"aweber", "rfc6749", "rfc9700"}) {
      const auto& holds = scenario.profiles;
      if (!holds.empty() && std::find(holds.begin(), holds.end(), profile) == holds.end()) continue;
      EXPECT_NE(subject->levels.For(profile), Level::kOff) << scenario.id << " in " << profile;
    }
  }
}

TEST(CatalogueSelection, ScenariosOfOtherProfilesAreLeftOut) {
  Selection selection;
  selection.patterns = {"token/basic", "token/query-creds"};
  selection.profile = "aweber";
  EXPECT_EQ(Select(Catalogue(), selection)->size(), 2u);
  selection.profile = "rfc9700";
  EXPECT_EQ(Select(Catalogue(), selection)->size(), 1u);
  selection.patterns = {"token/query-creds"};
  Result<std::vector<std::size_t>> none = Select(Catalogue(), selection);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().message,
            "what was selected does not hold in profile rfc9700; choose another --profile (`list` "
            "names them)");
}

}  // namespace
}  // namespace aweber::conformance
