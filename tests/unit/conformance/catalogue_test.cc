// The built-in scenarios and the table of checks fit together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "conformance/checks/check.h"
#include "conformance/cli/selection.h"
#include "conformance/judge/verdict.h"
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
  std::set<std::string_view> provoked = {"adapter-honest"};             // judged in every case
  provoked.insert(std::begin(kAlwaysJudged), std::end(kAlwaysJudged));  // so are these
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

// Nothing passes because nothing happened.
TEST(CatalogueAndChecks, EveryNegativeHasAControlAndSaysWhatMustBeSeen) {
  int negatives = 0;
  for (const mock::Scenario& scenario : Catalogue()) {
    const auto& clients = scenario.expect.client;
    const bool refuses = std::any_of(clients.begin(), clients.end(),
                                     [](const auto& client) { return client.is == "refused"; });
    const bool tagged =
        std::find(scenario.tags.begin(), scenario.tags.end(), "negative") != scenario.tags.end();
    EXPECT_TRUE(!refuses || tagged) << scenario.id << " is not tagged negative";
    if (!tagged && scenario.expect.never.empty()) continue;
    ++negatives;
    EXPECT_FALSE(scenario.control.empty()) << scenario.id;
    EXPECT_FALSE(scenario.expect.requirements.empty()) << scenario.id;
    const auto control =
        std::find_if(Catalogue().begin(), Catalogue().end(),
                     [&](const mock::Scenario& other) { return other.id == scenario.control; });
    ASSERT_NE(control, Catalogue().end()) << scenario.id;
    EXPECT_TRUE(control->control.empty() || control->control != scenario.id) << scenario.id;
  }
  EXPECT_GT(negatives, 60);
}

// A check of pages sees nothing without a browser: its scenarios say so.
TEST(CatalogueAndChecks, ScenariosOfPagesNeedTheWebApplicationDriver) {
  for (const mock::Scenario& scenario : Catalogue()) {
    const bool browser = std::any_of(scenario.expect.checks.begin(), scenario.expect.checks.end(),
                                     [](const std::string& id) {
                                       const Check* const check = FindCheck(id);
                                       return check != nullptr && check->seen == Seen::kBrowser;
                                     });
    const bool tagged =
        std::find(scenario.tags.begin(), scenario.tags.end(), "browser") != scenario.tags.end();
    const bool needs =
        std::find(scenario.needs.begin(), scenario.needs.end(), "webapp") != scenario.needs.end();
    EXPECT_TRUE(needs || !browser) << scenario.id;
    EXPECT_TRUE(tagged || !needs) << scenario.id;
  }
}

// The suite does not wait on real time. What must, says so by its tag and in its `why`.
TEST(CatalogueAndChecks, NothingWaitsUnlessItSaysSo) {
  for (const mock::Scenario& scenario : Catalogue()) {
    const bool says =
        std::find(scenario.tags.begin(), scenario.tags.end(), "real-time") != scenario.tags.end();
    bool waits = false;
    for (const auto& rule : scenario.server.rules) {
      for (const auto& fault : rule.then)
        waits |= fault.delay_ms > 0 || fault.kind == mock::FaultKind::kHang;
    }
    EXPECT_EQ(waits, says) << scenario.id;
    if (says) {
      EXPECT_NE(scenario.why.find("real time"), std::string::npos) << scenario.id;
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
