#include "conformance/judge/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text/json.h"
#include "conformance/checks/check.h"
#include "conformance/checks/manual.h"
#include "conformance/checks/violation.h"
#include "conformance/judge/problem_words.h"
#include "conformance/judge/traces.h"
#include "conformance/judge/verdict.h"

namespace aweber::conformance {
namespace {

// One failed check of one case, or a case that went wrong without one.
struct Occurrence {
  const CaseResult* result = nullptr;
  const CheckResult* check = nullptr;  // null: the case as a whole
  std::string cause;                   // the id of the problem that it is by itself
  bool subject = false;                // what the case is about
  const Occurrence* by = nullptr;      // what explains it
};

// How grave a check's outcome is: a warning never names a problem that is a failure as well.
int Gravity(Outcome outcome) {
  switch (outcome) {
    case Outcome::kFail:
      return 6;
    case Outcome::kError:
      return 5;
    case Outcome::kFlaky:
      return 4;
    case Outcome::kXPass:
      return 3;
    case Outcome::kInconclusive:
      return 2;
    case Outcome::kXFail:
      return 1;
    default:
      return 0;
  }
}

Outcome OutcomeOf(const Occurrence& one) {
  if (one.result->outcome == Outcome::kFlaky) return Outcome::kFlaky;
  return one.check == nullptr ? one.result->outcome : one.check->outcome;
}

// What explains it in the end.
const Occurrence& CauseOf(const Occurrence& one) {
  const Occurrence* cause = &one;
  for (int depth = 0; cause->by != nullptr && depth < 8; ++depth) cause = cause->by;
  return *cause;
}

bool IsOutcome(const Occurrence& one) {
  return one.check != nullptr && one.check->id == kOutcomeCheck;
}

std::uint64_t FirstEvidence(const CheckResult& check) {
  return check.evidence.empty() ? 0 : check.evidence.front();
}

std::string IdOf(const CaseResult& result, const CheckResult& check) {
  if (check.id == kOutcomeCheck) {
    const std::string step = StepOfFinalReply(result, check.evidence);
    const std::string id = check.id + ":" + (step.empty() ? Slug(result.id, 4) : step);
    const std::string broke = HowItBroke(result, check);
    return broke.empty() ? id : id + ":" + broke;
  }
  const std::string kind = KindOfEvidence(result, check);
  return kind.empty() ? check.id : check.id + ":" + kind;
}

// A case that went wrong and accuses no check.
std::string IdOfWhole(const CaseResult& result) {
  switch (result.outcome) {
    case Outcome::kError:
      return result.reason.starts_with(kMisfit)
                 ? "configuration:" + Slug(result.reason.substr(kMisfit.size()), 6)
                 : "driver:" + Slug(result.reason, 6);
    case Outcome::kXPass:
      return "no-longer-fails";
    case Outcome::kXFail:  // known to be inconclusive
    case Outcome::kInconclusive: {
      if (!result.failed_control.empty()) return "no-control:" + result.failed_control;
      const std::string step = StepOfFinalReply(result, {});
      if (!step.empty()) return "no-evidence:" + Slug(FinalReply(result, {}), 6);
      return result.checks.empty() ? "no-evidence" : "no-evidence:" + result.checks.front().id;
    }
    default:
      return "case:" + result.id;
  }
}

bool IsShown(const CaseResult& result) {
  return result.outcome != Outcome::kPass && result.outcome != Outcome::kSkip &&
         result.outcome != Outcome::kNotRun;
}

class Sorter {
 public:
  explicit Sorter(const std::vector<CaseResult>& cases) {
    for (const CaseResult& result : cases) Gather(result);
  }
  std::vector<Problem> Sort();

 private:
  void Gather(const CaseResult& result);
  std::vector<Occurrence*> Of(const CaseResult& result);
  void FindOwnCauses();
  void ExplainBySubject(const CaseResult& result);
  void ExplainOutcomes();
  void ExplainByControl();

  std::vector<Occurrence> all_;
  std::vector<const CaseResult*> shown_;
  std::set<std::string> own_causes_;  // ids of what fails where nothing provoked it
};

void Sorter::Gather(const CaseResult& result) {
  if (!IsShown(result)) return;
  shown_.push_back(&result);
  bool accused = false;
  for (const CheckResult& check : result.checks) {
    if (!Accuses(check)) continue;
    accused = true;
    all_.push_back(
        {&result, &check, IdOf(result, check), &check == &result.checks.front(), nullptr});
  }
  const bool unjudged = result.outcome == Outcome::kInconclusive ||
                        result.outcome == Outcome::kError || result.outcome == Outcome::kXPass;
  if (unjudged || !accused) all_.push_back({&result, nullptr, IdOfWhole(result), true, nullptr});
}

std::vector<Occurrence*> Sorter::Of(const CaseResult& result) {
  std::vector<Occurrence*> found;
  for (Occurrence& one : all_) {
    if (one.result == &result) found.push_back(&one);
  }
  return found;
}

// What fails in a case whose subject is fine was provoked by nothing there.
void Sorter::FindOwnCauses() {
  for (const CaseResult* result : shown_) {
    const auto here = Of(*result);
    const bool provoked = std::any_of(here.begin(), here.end(), [](const Occurrence* one) {
      return one->subject && one->check != nullptr;
    });
    for (const Occurrence* one : here) {
      if (!one->subject && !provoked && one->check != nullptr) own_causes_.insert(one->cause);
    }
  }
}

void Sorter::ExplainBySubject(const CaseResult& result) {
  const auto here = Of(result);
  std::vector<Occurrence*> together;
  const Occurrence* subject = nullptr;
  for (Occurrence* one : here) {
    if (one->subject && one->check != nullptr) subject = one;
  }
  if (subject == nullptr || own_causes_.count(subject->cause) > 0) return;
  for (Occurrence* one : here) {
    if (one->check == nullptr || IsOutcome(*one) || own_causes_.count(one->cause) > 0) continue;
    const bool later = one->check->evidence.empty() ||
                       FirstEvidence(*one->check) >= FirstEvidence(*subject->check);
    if (later) together.push_back(one);
  }
  const auto gravest = std::max_element(
      together.begin(), together.end(), [](const Occurrence* a, const Occurrence* b) {
        return Gravity(a->check->outcome) < Gravity(b->check->outcome);
      });
  for (Occurrence* one : together) {
    if (one != *gravest && one->cause != (*gravest)->cause) one->by = *gravest;
  }
}

// An outcome that did not come true: by a request of the case that was refused for a broken rule,
// or by the very reply that another problem is seen by.
void Sorter::ExplainOutcomes() {
  std::map<std::string, const Occurrence*> by_reply;
  for (const Occurrence& one : all_) {
    if (one.check == nullptr || IsOutcome(one)) continue;
    const std::string end = FinalReply(*one.result, one.check->evidence);
    if (!end.empty() && one.subject) by_reply.emplace(end, &one);
  }
  for (Occurrence& one : all_) {
    const bool silent =
        one.result->outcome == Outcome::kInconclusive || one.result->outcome == Outcome::kXFail;
    const bool whole = one.check == nullptr && silent && one.result->failed_control.empty();
    if (!IsOutcome(one) && !whole) continue;
    const Occurrence* cause = nullptr;
    for (const Occurrence* other : Of(*one.result)) {
      if (other == &one || other->check == nullptr || IsOutcome(*other)) continue;
      if (AnyRefused(*one.result, other->check->evidence)) cause = other;
    }
    if (cause == nullptr) {
      const std::string end = FinalReply(
          *one.result, one.check == nullptr ? std::vector<std::uint64_t>{} : one.check->evidence);
      const auto found = by_reply.find(end);
      if (found != by_reply.end()) cause = found->second;
    }
    if (cause != nullptr && &CauseOf(*cause) != &one) one.by = cause;
  }
}

void Sorter::ExplainByControl() {
  for (Occurrence& one : all_) {
    if (one.check != nullptr || one.by != nullptr || one.result->failed_control.empty()) continue;
    const Occurrence* cause = nullptr;
    for (const Occurrence& other : all_) {
      if (other.result->id != one.result->failed_control || &CauseOf(other) == &one) continue;
      const bool graver =
          cause == nullptr || Gravity(OutcomeOf(other)) > Gravity(OutcomeOf(*cause));
      if (graver) cause = &other;
    }
    one.by = cause;
  }
}

// In which order problems are told.
std::tuple<bool, int, int> Rank(const Problem& problem, const Violation* violation) {
  const int harm = violation == nullptr ? 4 : static_cast<int>(violation->harm);
  const bool should = problem.outcome == Outcome::kWarn;
  const bool unknown = problem.check.empty() && problem.outcome != Outcome::kError;
  const int part = should ? 2 : unknown ? 3 : problem.outcome == Outcome::kError ? 0 : 1;
  return {IsKnown(problem), part, harm};
}

bool IsPlainer(const Occurrence& a, const Occurrence& b) {
  const auto key = [](const Occurrence& one) {
    return std::tuple(-Gravity(OutcomeOf(one)), one.result->steps.size(),
                      one.result->journal.size(), one.result->index);
  };
  return key(a) < key(b);
}

std::vector<Problem> Sorter::Sort() {
  FindOwnCauses();
  for (const CaseResult* result : shown_) ExplainBySubject(*result);
  ExplainOutcomes();
  ExplainByControl();
  std::map<std::string, std::vector<const Occurrence*>> causes;
  for (const Occurrence& one : all_) causes[CauseOf(one).cause].push_back(&one);
  std::vector<Problem> problems;
  for (const auto& [id, occurrences] : causes) {
    Problem problem;
    problem.id = id;
    problem.outcome = Outcome::kPass;
    const Occurrence* example = nullptr;
    std::set<std::string> also;
    for (const Occurrence* one : occurrences) {
      if (problem.cases.empty() || problem.cases.back() != one->result->id) {
        problem.cases.push_back(one->result->id);
      }
      if (one->by != nullptr) {
        if (one->check != nullptr) also.insert(one->check->id);
        continue;
      }
      const Outcome outcome = OutcomeOf(*one);
      if (example == nullptr || Gravity(outcome) > Gravity(problem.outcome)) {
        problem.outcome = outcome;
      }
      if (example == nullptr || IsPlainer(*one, *example)) example = one;
    }
    if (example == nullptr) continue;
    TellProblem(problem, *example->result, example->check);
    also.erase(problem.check);
    problem.also.assign(also.begin(), also.end());
    problems.push_back(std::move(problem));
  }
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    const auto key = [](const Problem& one) {
      return std::tuple(Rank(one, FindViolation(one.check)), -static_cast<int>(one.cases.size()),
                        one.id);
    };
    return key(a) < key(b);
  });
  return problems;
}

}  // namespace

std::vector<Problem> ProblemsOf(const std::vector<CaseResult>& cases, std::string_view language) {
  std::vector<Problem> problems = Sorter(cases).Sort();
  for (Problem& problem : problems) problem.code = FixIn(problem.check, language);
  return problems;
}

Json ProblemToJson(const Problem& problem) {
  return {{"id", problem.id},
          {"check", problem.check},
          {"level", problem.level},
          {"outcome", OutcomeName(problem.outcome)},
          {"harm", problem.harm},
          {"title", problem.title},
          {"why", problem.why},
          {"fix", problem.fix},
          {"code", problem.code},
          {"source", problem.source},
          {"cases", problem.cases},
          {"also", problem.also},
          {"example", problem.example},
          {"seen", problem.seen},
          {"evidence", problem.evidence},
          {"reproduce", problem.reproduce},
          {"see", problem.see}};
}

Json ProblemsToJson(const std::vector<Problem>& problems) {
  Json list = Json::array();
  for (const Problem& problem : problems) list.push_back(ProblemToJson(problem));
  return list;
}

}  // namespace aweber::conformance
