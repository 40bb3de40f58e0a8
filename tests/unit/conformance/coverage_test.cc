// docs/coverage.md: no blind spot without a reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/os/file.h"
#include "base/text/glob.h"
#include "conformance/checks/check.h"
#include "mockserver/scenario/loader.h"
#include "tests/support/paths.h"
#include "tests/unit/conformance/coverage_page.h"

namespace aweber::conformance {
namespace {

constexpr const char* kAnew =
    "; play script/mutants --record, then AWEBER_UPDATE_DOCS=1 "
    "conformance_unit_test";

const CoverageRecord& Record() {
  static const CoverageRecord record =
      ReadCoverageRecord(ReadFile(SourcePath("tests/mutants/noticed.json")).value(),
                         ReadFile(SourcePath("tests/mutants/unnoticed.json")).value())
          .value();
  return record;
}

const CatalogueFacts& BuiltIn() {
  static const CatalogueFacts catalogue = [] {
    CatalogueFacts facts;
    for (const mock::Scenario& scenario : mock::BuiltInScenarios().value()) {
      facts[scenario.id] = FactsOf(scenario);
    }
    return facts;
  }();
  return catalogue;
}

TEST(Coverage, NoCellIsEmptyWithoutAReason) {
  for (const CheckPlaces& row : PlacesOfChecks()) {
    for (const Place place : AllPlaces()) {
      EXPECT_FALSE(CellOf(Record(), BuiltIn(), row, place).IsEmpty())
          << row.check << " at " << PlaceName(place) << ": no scenario notices" << kAnew;
    }
  }
}

TEST(Coverage, EveryScenarioOfTheRecordExists) {
  for (const std::string& id : Record().scenarios) {
    EXPECT_TRUE(BuiltIn().contains(id)) << id << " was removed" << kAnew;
  }
  for (const NoticedMutant& mutant : Record().noticed) {
    for (const std::string& id : mutant.scenarios) {
      EXPECT_TRUE(BuiltIn().contains(id)) << mutant.name << " was noticed by " << id << kAnew;
    }
  }
}

TEST(Coverage, EveryCheckHasItsPlacesOrIsOfPagesAndProcesses) {
  for (const Check& check : AllChecks()) {
    const bool elsewhere = check.seen == Seen::kBrowser || check.id.substr(0, 3) == "wb-" ||
                           check.id.substr(0, 3) == "sh-" || check.id == "cb-loopback-close";
    EXPECT_EQ(FindPlaces(check.id) == nullptr, elsewhere) << check.id;
  }
  for (const CheckPlaces& row : PlacesOfChecks()) {
    EXPECT_NE(FindCheck(row.check), nullptr) << row.check;
  }
}

TEST(Coverage, WhatNothingNoticesIsAMutantWithAReason) {
  for (const Unnoticed& row : Record().unnoticed) {
    EXPECT_GT(row.reason.size(), 20U);
    for (const std::string& glob : row.mutants) {
      const auto& all = Record().noticed;
      const auto found = std::find_if(all.begin(), all.end(), [&](const NoticedMutant& mutant) {
        return GlobMatches(glob, mutant.name);
      });
      EXPECT_NE(found, all.end()) << glob << " is no mutant";
    }
  }
}

TEST(Coverage, ThePageIsWhatWasRecorded) {
  const std::string path = SourcePath("docs/coverage.md");
  const std::string wanted = CoverageMarkdown(Record(), BuiltIn());
  if (std::getenv("AWEBER_UPDATE_DOCS") != nullptr) {
    ASSERT_TRUE(WriteFileAtomically(path, wanted).ok());
  }
  EXPECT_EQ(ReadFile(path).value_or(""), wanted)
      << "run AWEBER_UPDATE_DOCS=1 conformance_unit_test";
}

// One mutant, one scenario: with the scenario gone the cell is empty.
TEST(CoverageCell, IsEmptyWhenItsScenarioIsRemoved) {
  const CoverageRecord record = {
      {"a/b"},
      {{"raw-basic@refresh", "tk-basic-encoded", "refresh", {"exchange", "refresh"}, {"a/b"}}},
      {}};
  const CheckPlaces& row = *FindPlaces("tk-basic-encoded");
  EXPECT_EQ(CellOf(record, {{"a/b", {}}}, row, Place::kRefresh).scenarios,
            std::vector<std::string>{"a/b"});
  EXPECT_TRUE(CellOf(record, {}, row, Place::kRefresh).IsEmpty());
  EXPECT_TRUE(CellOf(record, {{"a/b", {}}}, row, Place::kExchange).IsEmpty());
  EXPECT_EQ(CellOf(record, {{"a/b", {}}}, row, Place::kCall).reason,
            "the rule is about this: exchange, refresh, revoke");
}

// A mistake that is made everywhere is made by the first user where there is no other.
TEST(CoverageCell, WhatIsOrdinaryNeedsNoMutantOfItsOwn) {
  const CoverageRecord record = {
      {"a/b"}, {{"raw-basic", "tk-basic-encoded", "", {"exchange", "refresh"}, {"a/b"}}}, {}};
  const CheckPlaces& row = *FindPlaces("tk-basic-encoded");
  ScenarioFacts two_users;
  two_users.second_user = true;
  EXPECT_FALSE(CellOf(record, {{"a/b", {}}}, row, Place::kFirstUser).IsEmpty());
  EXPECT_TRUE(CellOf(record, {{"a/b", two_users}}, row, Place::kFirstUser).IsEmpty());
  EXPECT_TRUE(CellOf(record, {{"a/b", two_users}}, row, Place::kSecondUser).IsEmpty());
}

// What happens at one step only is at that step wherever else it is.
TEST(CoverageCell, AMistakeOfOneStepIsAtThatStep) {
  const CoverageRecord record = {
      {"a/b"}, {{"short-state", "az-state-unguessable", "", {"authorize"}, {"a/b"}}}, {}};
  const CheckPlaces& row = *FindPlaces("az-state-unguessable");
  EXPECT_FALSE(CellOf(record, {{"a/b", {}}}, row, Place::kAuthorize).IsEmpty());
  EXPECT_TRUE(CellOf(record, {{"a/b", {}}}, row, Place::kAgain).IsEmpty());
}

TEST(CoverageCell, TellsWhyNothingNotices) {
  const CoverageRecord record = {{},
                                 {{"raw-basic@revoke", "tk-basic-encoded", "revoke", {}, {}}},
                                 {{{"raw-*@revoke"}, "the server takes both"}}};
  EXPECT_EQ(CellOf(record, {}, *FindPlaces("tk-basic-encoded"), Place::kRevoke).reason,
            "the server takes both");
}

}  // namespace
}  // namespace aweber::conformance
