// The coverage matrix: rules by places, and what notices a broken client there.
//
// Purpose: docs/coverage.md is made of conformance/checks/places (where a rule applies), of
//   tests/mutants/noticed.json (which scenarios noticed which broken client, written by
//   `script/mutants --record`) and of tests/mutants/unnoticed.json (what nothing notices, and why).
// Ownership, thread safety: plain values. Errors: a file that does not read is an Error.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/checks/places.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::conformance {

// One broken client and the scenarios in which its check fails; none where nothing notices it.
struct NoticedMutant {
  std::string name, check, place;
  std::vector<std::string> steps;
  std::vector<std::string> scenarios;
};
struct Unnoticed {
  std::vector<std::string> mutants;  // globs over their names
  std::string reason;
};
struct CoverageRecord {
  std::vector<std::string> scenarios;  // of the catalogue when it was recorded
  std::vector<NoticedMutant> noticed;
  std::vector<Unnoticed> unnoticed;
};
Result<CoverageRecord> ReadCoverageRecord(const std::string& noticed, const std::string& unnoticed);

// What can be told of a scenario without playing it.
struct ScenarioFacts {
  bool is_public = false, hostile = false;
  bool again = false;        // a user logs in more than once
  bool second_user = false;  // more than one user
};
using CatalogueFacts = std::map<std::string, ScenarioFacts>;  // by id
ScenarioFacts FactsOf(const mock::Scenario& scenario);

struct CoverageCell {
  std::vector<std::string> scenarios;
  std::string reason;  // why nothing notices, or why the rule says nothing there
  bool IsEmpty() const { return scenarios.empty() && reason.empty(); }
};
// By what is left of the record when only the scenarios of `catalogue` exist. What is ordinary (a
// confidential client, plain credentials, a first attempt, a first user, a case after another one) is
// seen wherever a mistake was noticed and nothing else was there.
CoverageCell CellOf(const CoverageRecord& record, const CatalogueFacts& catalogue,
                    const CheckPlaces& row, Place place);

std::string CoverageMarkdown(const CoverageRecord& record, const CatalogueFacts& catalogue);

}  // namespace aweber::conformance
