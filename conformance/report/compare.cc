#include "conformance/report/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text/nearest_word.h"

namespace aweber::conformance {
namespace {

std::set<std::string> CasesOf(const RunModel& model) {
  std::set<std::string> ids;
  for (const CaseResult& result : model.cases) ids.insert(result.id);
  return ids;
}

std::string NameOf(const RunModel& model) {
  return fmt::format("{} {}, profile {}, harness {}", model.info.client.name,
                     model.info.client.version, model.info.profile, model.info.version);
}

bool WasPlayed(Outcome outcome) { return outcome != Outcome::kSkip && outcome != Outcome::kNotRun; }

// How bad an outcome is: what grew is worse.
int Badness(Outcome outcome) {
  if (FailsRun(outcome, false)) return 2;
  return outcome == Outcome::kWarn || outcome == Outcome::kXFail ? 1 : 0;
}

std::vector<CaseResult> Only(const RunModel& model, const std::set<std::string>& ids) {
  std::vector<CaseResult> cases;
  for (const CaseResult& result : model.cases) {
    if (ids.count(result.id) > 0) cases.push_back(result);
  }
  return cases;
}

void CompareCases(Comparison& comparison, const std::vector<CaseResult>& before,
                  const std::vector<CaseResult>& after) {
  std::map<std::string, Outcome> old;
  for (const CaseResult& result : before) old[result.id] = result.outcome;
  for (const CaseResult& result : after) {
    const CaseChange change{result.id, old[result.id], result.outcome, result.reason};
    if (WasPlayed(change.before) && !WasPlayed(change.after)) {
      comparison.lost.push_back(change);
    } else if (Badness(change.after) > Badness(change.before)) {
      // A failure that a baseline accepts is worse than a pass, and not new.
      if (change.after != Outcome::kXFail) comparison.worse.push_back(change);
    } else if (Badness(change.after) < Badness(change.before)) {
      comparison.better.push_back(change);
    }
  }
}

bool AllPlayed(const Problem& problem, const std::vector<CaseResult>& cases) {
  return std::none_of(cases.begin(), cases.end(), [&](const CaseResult& result) {
    return !WasPlayed(result.outcome) &&
           std::find(problem.cases.begin(), problem.cases.end(), result.id) != problem.cases.end();
  });
}

bool Has(const std::vector<Problem>& problems, const std::string& id) {
  return std::any_of(problems.begin(), problems.end(),
                     [&](const Problem& problem) { return problem.id == id; });
}

}  // namespace

std::string SelectionDifference(const RunModel& before, const RunModel& after) {
  const std::set<std::string> old = CasesOf(before), now = CasesOf(after);
  std::vector<std::string> gone, added;
  std::set_difference(old.begin(), old.end(), now.begin(), now.end(), std::back_inserter(gone));
  std::set_difference(now.begin(), now.end(), old.begin(), old.end(), std::back_inserter(added));
  if (gone.empty() && added.empty()) return "";
  const auto some = [](const std::vector<std::string>& ids) {
    return ids.empty() ? std::string()
                       : fmt::format(" ({}{})", ids.front(), ids.size() > 1 ? ", ..." : "");
  };
  return fmt::format(
      "the runs selected different cases: {} only in the first{}, {} only in the second{}",
      gone.size(), some(gone), added.size(), some(added));
}

Comparison Compare(const RunModel& before, const RunModel& after) {
  Comparison comparison;
  comparison.before = NameOf(before);
  comparison.after = NameOf(after);
  std::set<std::string> old_ids = CasesOf(before);
  const std::set<std::string> new_ids = CasesOf(after);
  // Of what the earlier run did not come to, nothing is known: no case is worse than that.
  for (const CaseResult& result : before.cases) {
    if (result.outcome == Outcome::kNotRun) old_ids.erase(result.id);
  }
  std::set<std::string> both;
  std::set_intersection(old_ids.begin(), old_ids.end(), new_ids.begin(), new_ids.end(),
                        std::inserter(both, both.end()));
  comparison.cases = both.size();
  const std::vector<CaseResult> old_cases = Only(before, both), new_cases = Only(after, both);
  const std::vector<Problem> old = ProblemsOf(old_cases, before.info.client.language);
  const std::vector<Problem> now = ProblemsOf(new_cases, after.info.client.language);
  for (const Problem& problem : now) {
    if (Has(old, problem.id)) {
      comparison.still.push_back(problem);
    } else if (!IsKnown(problem)) {
      comparison.added.push_back(problem);
    }
  }
  for (const Problem& problem : old) {
    if (Has(now, problem.id)) continue;
    // A case that was not played shows nothing fixed.
    (AllPlayed(problem, new_cases) ? comparison.fixed : comparison.unseen).push_back(problem);
  }
  CompareCases(comparison, old_cases, new_cases);
  return comparison;
}

Result<const CompareFormat*> FindCompareFormat(std::string_view name) {
  std::vector<std::string> names;
  for (const CompareFormat& format : CompareFormats()) {
    if (format.name == name) return &format;
    names.emplace_back(format.name);
  }
  const std::string nearest = NearestWord(name, names);
  return Error{"compare.format",
               fmt::format("no format '{}' for a comparison; {}the formats are {}", name,
                           nearest.empty() ? "" : fmt::format("did you mean '{}'? ", nearest),
                           fmt::join(names, ", "))};
}

}  // namespace aweber::conformance
