// Comparison: what is new, fixed, and still there between two runs.
//
// Purpose: `compare OLD NEW` and `run --compare OLD`. Two runs are compared over the cases that both
//   selected, by problem and by case; what a baseline knows is never new.
// Thread safety: pure functions. Errors: FindCompareFormat: Error{"compare.format"} with the names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "conformance/judge/problems.h"
#include "conformance/report/formats.h"
#include "conformance/result/run_model.h"

namespace aweber::conformance {

struct CaseChange {
  std::string id;
  Outcome before = Outcome::kPass, after = Outcome::kPass;
  std::string reason;  // of the later outcome
};

struct Comparison {
  std::string before, after;                 // which runs: client and version
  std::vector<Problem> added, fixed, still;  // the gravest first
  // Those of the earlier run that are not there, though not each of their cases was played again.
  std::vector<Problem> unseen;
  std::vector<CaseChange> worse, better;
  std::vector<CaseChange> lost;  // played before, no longer
  std::size_t cases = 0;         // in both

  bool AnythingNew() const { return !added.empty() || !worse.empty(); }
};

// "" when both runs selected the same cases, else how they differ, in words.
std::string SelectionDifference(const RunModel& before, const RunModel& after);

Comparison Compare(const RunModel& before, const RunModel& after);

struct CompareFormat {
  std::string_view name;
  std::string (*render)(const Comparison& comparison, const ReportOptions& options);
};
const std::vector<CompareFormat>& CompareFormats();  // pretty, markdown, html, json
Result<const CompareFormat*> FindCompareFormat(std::string_view name);

}  // namespace aweber::conformance
