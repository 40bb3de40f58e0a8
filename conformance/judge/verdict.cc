#include "conformance/judge/verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/judge/blame.h"
#include "conformance/judge/ledger.h"
#include "conformance/judge/step_reply.h"
#include "conformance/judge/wire_pattern.h"

namespace aweber::conformance {
namespace {

using Basis = Ledger::Basis;
using Demand = Ledger::Demand;

bool HasOptional(const std::vector<mock::Step>& steps, const std::string& label) {
  return std::any_of(steps.begin(), steps.end(), [&](const mock::Step& step) {
    return (step.optional && step.label == label) || HasOptional(step.steps, label);
  });
}

// Gathers what one case showed into ledgers, one function a witness.
class CaseJudge {
 public:
  explicit CaseJudge(const VerdictInput& input)
      : input_(input), view_(input.view), ledgers_(input) {}

  CaseVerdict Judge() {
    JudgeNever();
    JudgeReplies();
    JudgeBreak();
    JudgeRequires();
    JudgeChecks();
    JudgeOutcome();
    JudgeWire();
    JudgeHonest();
    JudgeAlways();
    Attribute(input_, ledgers_);
    return Decide();
  }

 private:
  void JudgeNever();
  void JudgeReplies();
  void JudgeReply(const mock::ClientExpectation& expected, const StepObservation& step);
  void JudgeBreak();
  void JudgeRequires();
  void JudgeChecks();
  void JudgeOutcome();
  void JudgeWire();
  void JudgeHonest();
  void JudgeAlways();
  CaseVerdict Decide();

  bool ControlFailed() const { return input_.control && !input_.control->passed; }
  bool BrokeByItself() const;
  bool MayRefuse() const;
  void OutcomeProblem(std::string text) { outcome_problems_.push_back(std::move(text)); }
  bool WasLeftOut(const std::string& label) const;
  std::vector<std::uint64_t> Requests(const StepObservation& step) const;
  const Ledger* FirstFailing(Demand demand, Basis basis) const;

  const VerdictInput& input_;
  const CaseView& view_;
  Ledgers ledgers_;
  std::vector<std::string> inconclusive_;
  std::vector<std::string> outcome_problems_;
  // A `never` of the subject, or a reply that had to be a refusal, was judged: then the scenario
  // itself says what its subject's judge may not have seen.
  bool outcome_graded_ = false;
  bool refused_to_open_ = false;  // and may: nothing more can be seen of it
};

std::vector<std::uint64_t> CaseJudge::Requests(const StepObservation& step) const {
  std::vector<std::uint64_t> found;
  for (const JournalEntry& entry : *view_.journal) {
    if (entry.sequence >= step.first_sequence && entry.sequence <= step.last_sequence) {
      found.push_back(entry.sequence);
    }
  }
  return found;
}

void CaseJudge::JudgeNever() {
  for (const mock::WirePattern& pattern : input_.scenario.expect.never) {
    const std::vector<std::uint64_t> found = FindPattern(pattern, view_);
    const std::size_t allowed = AllowedOf(pattern, view_);
    const std::string& subject = ledgers_.Subject().result.id;
    outcome_graded_ |= pattern.check.empty() || pattern.check == subject;
    if (found.size() <= allowed) continue;
    if (ToBlame(input_, pattern, found).size() <= allowed) {
      std::string text =
          fmt::format("the API answered 401, which this scenario does not want; {} answers it",
                      DescribePattern(pattern));
      AccuseOutcome(text, Basis::kWire, found, ledgers_);
      OutcomeProblem(std::move(text));
      continue;
    }
    Ledger& ledger = pattern.check.empty() ? ledgers_.Subject() : ledgers_.For(pattern.check);
    ledger.Raise(Basis::kWire);
    const std::string bound =
        allowed == 0 ? std::string("must not be seen") : fmt::format("at most {} allowed", allowed);
    std::string text = fmt::format("{}: {}, saw {}", bound, DescribePattern(pattern), found.size());
    if (!pattern.note.empty()) text += fmt::format(" ({})", pattern.note);
    OutcomeProblem(text);
    ledger.problems.push_back(std::move(text));
    ledger.result.evidence.insert(ledger.result.evidence.end(), found.begin(), found.end());
  }
}

void CaseJudge::JudgeReplies() {
  for (const mock::ClientExpectation& expected : input_.scenario.expect.client) {
    bool ran = false;
    for (const StepObservation& step : view_.steps) {
      if (!IsStep(step.label, expected.step)) continue;
      ran |= step.reply != StepObservation::Reply::kNone;
      if (step.reply != StepObservation::Reply::kNone) JudgeReply(expected, step);
    }
    if (!ran && !input_.driver_error && !WasLeftOut(expected.step)) {
      std::string text = fmt::format("step {} was not answered", expected.step);
      for (const std::string& note : input_.notes) {
        if (note.starts_with(fmt::format("step {}:", expected.step))) text = note;
      }
      OutcomeProblem(text);
      inconclusive_.push_back(std::move(text));
    }
  }
}

// An optional step that the driver has no means to do.
bool CaseJudge::WasLeftOut(const std::string& label) const {
  const auto seen = std::any_of(view_.steps.begin(), view_.steps.end(),
                                [&](const auto& step) { return IsStep(step.label, label); });
  return !seen && HasOptional(input_.scenario.steps, label);
}

void CaseJudge::JudgeReply(const mock::ClientExpectation& expected, const StepObservation& step) {
  if (expected.is == "any") return;
  Ledger& subject = ledgers_.Subject();
  // Only the outcome rests on replies; a check is kept where its judge saw that it is.
  if (subject.result.id == kOutcomeCheck) subject.Raise(Basis::kKept);
  outcome_graded_ |= expected.is == "refused";
  const auto status = ToldStatus(step);
  const bool listed = status && std::find(expected.statuses.begin(), expected.statuses.end(),
                                          *status) != expected.statuses.end();
  bool good = false;
  std::string wanted;
  if (expected.is == "refused") {
    wanted = "the client to refuse it";
    good = step.reply == StepObservation::Reply::kErr || (status && *status >= 400);
    const bool grade_kind = input_.strict_errors && !expected.kinds.empty() &&
                            step.reply == StepObservation::Reply::kErr;
    if (good && grade_kind &&
        std::find(expected.kinds.begin(), expected.kinds.end(), step.err_kind) ==
            expected.kinds.end()) {
      good = false;
      wanted = fmt::format("err {}", fmt::join(expected.kinds, " or "));
    }
  } else if (!expected.statuses.empty()) {
    wanted = fmt::format("status {}", fmt::join(expected.statuses, " or "));
    good = listed;
  } else {
    wanted = "the client to accept it (ok)";
    good = step.reply == StepObservation::Reply::kOk && (!status || *status < 400);
  }
  if (good) return;
  std::string text =
      fmt::format("step {}: expected {}, but {}", step.label, wanted, DescribeReply(step));
  if (!step.tampers_text.empty()) {
    text += fmt::format("; the callback was changed: {}", step.tampers_text);
  }
  subject.Raise(expected.is == "refused" ? Basis::kWords : Basis::kRefusal);
  OutcomeProblem(text);
  subject.problems.push_back(std::move(text));
  subject.until = std::max(subject.until, step.last_sequence);
  const std::vector<std::uint64_t> requests = Requests(step);
  subject.result.evidence.insert(subject.result.evidence.end(), requests.begin(), requests.end());
}

// Did the client break, and not what is around it? A program that is known to work, here or in the
// case that this one leans on, has hung or ended by itself in the middle of a step.
bool CaseJudge::BrokeByItself() const {
  if (!input_.driver_error) return false;
  const bool works = input_.works || (input_.control && input_.control->passed);
  const std::string& code = input_.driver_error->code;
  const bool in_step =
      !input_.broken_step.empty() && (code == "driver.died" || code == "driver.timeout");
  return works && (in_step || code == "driver.open");
}

// Is a client that refuses whatever it is asked as the scenario wants it?
bool CaseJudge::MayRefuse() const {
  const auto& expected = input_.scenario.expect.client;
  return std::none_of(expected.begin(), expected.end(),
                      [](const auto& one) { return one.is != "any" && one.is != "refused"; });
}

void CaseJudge::JudgeBreak() {
  if (!BrokeByItself()) return;
  const bool refused = input_.driver_error->code == "driver.open";
  if (refused && MayRefuse()) {
    refused_to_open_ = outcome_graded_ = true;
    return;
  }
  std::string text = fmt::format("step {}: {}", refused ? "open" : input_.broken_step,
                                 input_.driver_error->message);
  if (const std::string said = LastWords(view_.driver_stderr); !said.empty()) {
    text += fmt::format("; the last it printed: {}", said);
  }
  // No warning: what is only recommended is no reason to hang.
  Ledger& subject = ledgers_.Subject();
  Ledger& ledger = subject.demand == Demand::kMust ? subject : ledgers_.For(kOutcomeCheck);
  ledger.Raise(Basis::kRefusal);
  OutcomeProblem(text);
  ledger.problems.push_back(std::move(text));
  for (const StepObservation& step : view_.steps) {
    if (step.label != input_.broken_step) continue;
    ledger.until = std::max(ledger.until, step.last_sequence);
    const std::vector<std::uint64_t> requests = Requests(step);
    ledger.result.evidence.insert(ledger.result.evidence.end(), requests.begin(), requests.end());
  }
}

void CaseJudge::JudgeRequires() {
  if (refused_to_open_) return;
  for (const mock::WirePattern& pattern : input_.scenario.expect.requirements) {
    const std::size_t count = FindPattern(pattern, view_).size();
    const bool enough = count >= static_cast<std::size_t>(std::max(pattern.at_least, 0));
    const bool too_many = pattern.at_most >= 0 && count > static_cast<std::size_t>(pattern.at_most);
    if (enough && !too_many) continue;
    const std::string bound = too_many               ? fmt::format("at most {}", pattern.at_most)
                              : pattern.at_least > 1 ? fmt::format("at least {}", pattern.at_least)
                                                     : std::string("one");
    std::string text = fmt::format("required but not observed: {} ({}, saw {})",
                                   DescribePattern(pattern), bound, count);
    if (!pattern.note.empty()) text += fmt::format("; {}", pattern.note);
    OutcomeProblem(text);
    inconclusive_.push_back(std::move(text));
  }
}

void CaseJudge::JudgeChecks() {
  for (std::size_t i = 0; i < input_.scenario.expect.checks.size(); ++i) {
    Ledger& ledger = ledgers_[i];
    const Check* const check = FindCheck(ledger.result.id);
    if (ledger.demand == Demand::kOff) continue;
    if (check != nullptr && check->judge != nullptr) {
      const bool failed_before = ledger.failed();
      ledger.Take(check->judge(view_));
      if (!failed_before && ledger.failed()) OutcomeProblem(ledger.problems.front());
    }
    if (ledger.basis == Basis::kNothing && !(i == 0 && outcome_graded_)) {
      inconclusive_.push_back(
          fmt::format("nothing was observed that {} could be judged by", ledger.result.id));
    }
  }
}

// Where the subject's judge had nothing to see, the expected outcome is what came true.
void CaseJudge::JudgeOutcome() {
  const Ledger& subject = ledgers_.Subject();
  if (subject.basis != Basis::kNothing || subject.demand == Demand::kOff) return;
  if (ControlFailed() || (input_.driver_error && !refused_to_open_)) return;
  if (!outcome_problems_.empty() || !inconclusive_.empty()) return;
  ledgers_.For(kOutcomeCheck).Raise(Basis::kKept);
}

void CaseJudge::JudgeWire() {
  for (const Check& check : AllChecks()) {
    if (check.seen != Seen::kWire || check.judge == nullptr) continue;
    if (check.levels.For(view_.profile) == Level::kOff) continue;
    if (ledgers_.IsListed(check.id)) continue;
    const Judgement judgement = check.judge(view_);
    if (judgement.verdict != Verdict::kNotSeen) ledgers_.For(check.id).Take(judgement);
  }
}

void CaseJudge::JudgeHonest() {
  const Check* const check = FindCheck(kHonestyCheck);
  Judgement judgement;
  if (check != nullptr && check->judge != nullptr) judgement = check->judge(view_);
  std::vector<std::string> problems = input_.outside;
  if (judgement.verdict == Verdict::kViolation) problems.push_back(judgement.message);
  if (problems.empty() && judgement.verdict == Verdict::kNotSeen) return;
  Ledger& ledger = ledgers_.For(kHonestyCheck);
  if (problems.empty()) return ledger.Take(judgement);
  // Words against the wire are still words: they never outweigh a case that shows nothing.
  ledger.Raise(Basis::kWords);
  ledger.judged = Ledger::Judged::kBroken;
  ledger.problems = problems;
  ledger.result.evidence = judgement.evidence;
  OutcomeProblem(problems.front());
}

// A leak is a leak whatever the scenario is about.
void CaseJudge::JudgeAlways() {
  for (const std::string_view id : kAlwaysJudged) {
    if (ledgers_.IsListed(id)) continue;
    const Check* const check = FindCheck(id);
    if (check == nullptr) continue;
    const Judgement judgement = check->judge(view_);
    if (judgement.verdict != Verdict::kNotSeen) ledgers_.For(id).Take(judgement);
  }
}

// In the order of the case; null when none fails so.
const Ledger* CaseJudge::FirstFailing(Demand demand, Basis basis) const {
  for (const Ledger& ledger : ledgers_) {
    if (ledger.demand == demand && ledger.basis == basis) return &ledger;
  }
  return nullptr;
}

// The table of conformance/PROTOCOL.md, "Verdicts": the first row that applies decides.
CaseVerdict CaseJudge::Decide() {
  struct Row {
    Outcome outcome;
    std::optional<std::string> reason;  // nothing: the row does not apply
  };
  const auto failing = [this](Demand demand, Basis basis) -> std::optional<std::string> {
    const Ledger* const ledger = FirstFailing(demand, basis);
    if (ledger == nullptr) return std::nullopt;
    return fmt::format("{}: {}", ledger->result.id, ledger->problems.front());
  };
  const auto warning = [this]() -> std::optional<std::string> {
    for (const Ledger& ledger : ledgers_) {
      if (ledger.demand != Demand::kShould || !ledger.failed()) continue;
      return fmt::format("{}: {}", ledger.result.id, ledger.problems.front());
    }
    return std::nullopt;
  };
  const auto silence = [this]() -> std::optional<std::string> {
    if (ControlFailed()) {
      return fmt::format("its control {} did not pass: {}", input_.control->id,
                         input_.control->reason);
    }
    if (inconclusive_.empty()) return std::nullopt;
    return inconclusive_.front();
  };
  const auto broken = [this]() -> std::optional<std::string> {
    if (!input_.driver_error || BrokeByItself()) return std::nullopt;
    const Error& error = *input_.driver_error;
    return error.code == "driver.config" ? std::string(kMisfit) + error.message : error.message;
  };
  const Row rows[] = {
      {Outcome::kError, broken()},
      {Outcome::kFail, failing(Demand::kMust, Basis::kWire)},
      {Outcome::kFail, ControlFailed() ? std::nullopt : failing(Demand::kMust, Basis::kRefusal)},
      {Outcome::kInconclusive, silence()},
      {Outcome::kFail, failing(Demand::kMust, Basis::kWords)},
      {Outcome::kWarn, warning()},
      {Outcome::kPass, ""},
  };
  const Row& row =
      *std::find_if(std::begin(rows), std::end(rows), [](const Row& r) { return r.reason; });

  CaseVerdict verdict;
  verdict.outcome = row.outcome;
  verdict.reason = *row.reason;
  for (const Ledger& ledger : ledgers_) verdict.checks.push_back(ledger.Finish());
  // A case that decided nothing is no control to lean on.
  if (row.outcome == Outcome::kError) outcome_problems_ = {verdict.reason};
  if (row.outcome == Outcome::kInconclusive && outcome_problems_.empty()) {
    OutcomeProblem(verdict.reason);
  }
  verdict.outcome_held = outcome_problems_.empty();
  if (!verdict.outcome_held) verdict.outcome_problem = outcome_problems_.front();
  return verdict;
}

}  // namespace

CaseVerdict JudgeCase(const VerdictInput& input) { return CaseJudge(input).Judge(); }

CheckResult ToCheckResult(const Check& check, const Judgement& judgement,
                          std::string_view profile) {
  CheckResult result;
  result.id = check.id;
  result.level = LevelName(check.levels.For(profile));
  result.source = check.source;
  result.statement = check.statement;
  result.why = check.why;
  result.fix = check.fix;
  result.message = judgement.message;
  result.evidence = judgement.evidence;
  switch (judgement.verdict) {
    case Verdict::kOk:
      result.outcome = Outcome::kPass;
      break;
    case Verdict::kViolation:
      result.outcome =
          check.levels.For(profile) == Level::kShould ? Outcome::kWarn : Outcome::kFail;
      break;
    case Verdict::kNotSeen:
      result.outcome = Outcome::kInconclusive;
      break;
  }
  return result;
}

}  // namespace aweber::conformance
