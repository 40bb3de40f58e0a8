#include "conformance/judge/verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/judge/step_reply.h"
#include "conformance/judge/wire_pattern.h"

namespace aweber::conformance {
namespace {

// What is gathered about one check before it becomes a CheckResult.
struct Ledger {
  CheckResult result;
  bool should_only = false;  // a failure is a warning
  bool off = false;          // the profile does not ask it
  bool spoke = false;        // something was observed for or against it, by its judge if it has one
  bool wire = false;         // it fails by what was on the wire
  bool plain = false;        // it fails because the client refused what it must accept
  bool words = false;        // it fails by the driver's words alone
  bool judged = false;       // its own judge says so, not the scenario's expectations
  bool cleared = false;      // its own judge saw that it is kept
  std::uint64_t until = 0;   // what arrived up to here can be why a reply was not as expected
  std::vector<std::string> problems;

  bool failed() const { return wire || plain || words; }
};

class CaseJudge {
 public:
  explicit CaseJudge(const VerdictInput& input) : input_(input), view_(input.view) {}

  CaseVerdict Judge() {
    OpenLedgers();
    JudgeNever();
    JudgeReplies();
    JudgeRequires();
    JudgeChecks();
    JudgeStory();
    JudgeWire();
    JudgeHonest();
    JudgeAlways();
    Attribute();
    CaseVerdict verdict;
    verdict.story_problem = story_problems_.empty() ? "" : story_problems_.front();
    verdict.story_held = story_problems_.empty();
    Decide(verdict);
    for (Ledger& ledger : ledgers_) verdict.checks.push_back(Finish(ledger));
    return verdict;
  }

 private:
  void OpenLedgers();
  void JudgeNever();
  void JudgeReplies();
  void JudgeReply(const mock::ClientExpectation& expected, const StepObservation& step);
  void JudgeRequires();
  void JudgeChecks();
  void JudgeStory();
  void JudgeWire();
  void JudgeHonest();
  void JudgeAlways();
  bool Explains(const Ledger& cause, const Ledger& effect) const;
  static bool RestsOnReply(const Ledger& ledger);
  static bool IsOfTheStory(const Ledger& ledger);
  void AccuseStory(const Ledger& ledger);
  void Attribute();
  void Decide(CaseVerdict& verdict);
  static CheckResult Finish(Ledger& ledger);

  Ledger& LedgerFor(std::string_view id);
  Ledger& Subject() { return ledgers_.front(); }
  void Take(Ledger& ledger, const Judgement& judgement);
  void StoryProblem(std::string text) { story_problems_.push_back(std::move(text)); }
  std::vector<std::uint64_t> Requests(const StepObservation& step) const;

  const VerdictInput& input_;
  const CaseView& view_;
  std::vector<Ledger> ledgers_;
  std::vector<std::string> inconclusive_;
  std::vector<std::string> story_problems_;
  // A `never` of the subject, or a reply that had to be a refusal, was judged: then the scenario
  // itself says what its subject's judge may not have seen.
  bool story_graded_ = false;
};

void CaseJudge::OpenLedgers() {
  if (input_.scenario.expect.checks.empty()) LedgerFor(kStoryCheck);
  for (const std::string& id : input_.scenario.expect.checks) LedgerFor(id);
}

Ledger& CaseJudge::LedgerFor(std::string_view id) {
  const auto found = std::find_if(ledgers_.begin(), ledgers_.end(),
                                  [&](const Ledger& ledger) { return ledger.result.id == id; });
  if (found != ledgers_.end()) return *found;
  Ledger ledger;
  ledger.result.id = id;
  ledger.result.level = LevelName(Level::kMust);
  if (const Check* check = FindCheck(id)) {
    const Level level = check->levels.For(view_.profile);
    ledger.result = ToCheckResult(*check, {}, view_.profile);
    ledger.should_only = level == Level::kShould;
    ledger.off = level == Level::kOff;
  } else if (id == kStoryCheck) {
    ledger.result.source = fmt::format("{}", fmt::join(input_.scenario.spec, ", "));
    ledger.result.statement = input_.scenario.title;
    ledger.result.why = input_.scenario.why;
  }
  ledgers_.push_back(std::move(ledger));
  return ledgers_.back();
}

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
    const std::size_t allowed = static_cast<std::size_t>(std::max(pattern.at_most, 0));
    const std::string& subject = Subject().result.id;
    story_graded_ |= pattern.check.empty() || pattern.check == subject;
    if (found.size() <= allowed) continue;
    Ledger& ledger = pattern.check.empty() ? Subject() : LedgerFor(pattern.check);
    ledger.wire = ledger.spoke = true;
    const std::string bound =
        allowed == 0 ? std::string("must not be seen") : fmt::format("at most {} allowed", allowed);
    std::string text = fmt::format("{}: {}, saw {}", bound, DescribePattern(pattern), found.size());
    if (!pattern.note.empty()) text += fmt::format(" ({})", pattern.note);
    StoryProblem(text);
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
    if (!ran && !input_.driver_error) {
      std::string text = fmt::format("step {} was not answered", expected.step);
      for (const std::string& note : input_.notes) {
        if (note.starts_with(fmt::format("step {}:", expected.step))) text = note;
      }
      StoryProblem(text);
      inconclusive_.push_back(std::move(text));
    }
  }
}

void CaseJudge::JudgeReply(const mock::ClientExpectation& expected, const StepObservation& step) {
  if (expected.is == "any") return;
  Ledger& subject = Subject();
  // Only a story rests on replies; a check is kept where its judge saw that it is.
  subject.spoke |= subject.result.id == kStoryCheck;
  story_graded_ |= expected.is == "refused";
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
  (expected.is == "refused" ? subject.words : subject.plain) = subject.spoke = true;
  StoryProblem(text);
  subject.problems.push_back(std::move(text));
  subject.until = std::max(subject.until, step.last_sequence);
  const std::vector<std::uint64_t> requests = Requests(step);
  subject.result.evidence.insert(subject.result.evidence.end(), requests.begin(), requests.end());
}

void CaseJudge::JudgeRequires() {
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
    StoryProblem(text);
    inconclusive_.push_back(std::move(text));
  }
}

void CaseJudge::Take(Ledger& ledger, const Judgement& judgement) {
  if (judgement.verdict == Verdict::kNotSeen) return;
  ledger.spoke = true;
  if (judgement.verdict == Verdict::kOk) {
    ledger.cleared = true;
    if (ledger.result.message.empty()) ledger.result.message = judgement.message;
    return;
  }
  (judgement.evidence.empty() ? ledger.words : ledger.wire) = true;
  ledger.judged = true;
  ledger.problems.insert(ledger.problems.begin(), judgement.message);
  ledger.result.evidence.insert(ledger.result.evidence.end(), judgement.evidence.begin(),
                                judgement.evidence.end());
}

void CaseJudge::JudgeChecks() {
  for (std::size_t i = 0; i < input_.scenario.expect.checks.size(); ++i) {
    Ledger& ledger = ledgers_[i];
    const Check* const check = FindCheck(ledger.result.id);
    if (ledger.off) continue;
    if (check != nullptr && check->judge != nullptr) {
      const bool failed_before = ledger.failed();
      Take(ledger, check->judge(view_));
      if (!failed_before && ledger.failed()) StoryProblem(ledger.problems.front());
    }
    if (!ledger.spoke && !(i == 0 && story_graded_)) {
      inconclusive_.push_back(
          fmt::format("nothing was observed that {} could be judged by", ledger.result.id));
    }
  }
}

// Where the subject's judge had nothing to see, the story is what came true.
void CaseJudge::JudgeStory() {
  const bool control_failed = input_.control && !input_.control->passed;
  if (Subject().spoke || Subject().off || control_failed || input_.driver_error) return;
  if (story_problems_.empty() && inconclusive_.empty()) LedgerFor(kStoryCheck).spoke = true;
}

void CaseJudge::JudgeWire() {
  for (const Check& check : AllChecks()) {
    if (check.seen != Seen::kWire || check.judge == nullptr) continue;
    if (check.levels.For(view_.profile) == Level::kOff) continue;
    const auto& listed = input_.scenario.expect.checks;
    if (std::find(listed.begin(), listed.end(), check.id) != listed.end()) continue;
    const Judgement judgement = check.judge(view_);
    if (judgement.verdict != Verdict::kNotSeen) Take(LedgerFor(check.id), judgement);
  }
}

void CaseJudge::JudgeHonest() {
  const Check* const check = FindCheck(kHonestyCheck);
  Judgement judgement;
  if (check != nullptr && check->judge != nullptr) judgement = check->judge(view_);
  std::vector<std::string> problems = input_.outside;
  if (judgement.verdict == Verdict::kViolation) problems.push_back(judgement.message);
  if (problems.empty() && judgement.verdict == Verdict::kNotSeen) return;
  Ledger& ledger = LedgerFor(kHonestyCheck);
  if (problems.empty()) return Take(ledger, judgement);
  // Words against the wire are still words: they never outweigh a case that shows nothing.
  ledger.spoke = ledger.words = ledger.judged = true;
  ledger.problems = problems;
  ledger.result.evidence = judgement.evidence;
  StoryProblem(problems.front());
}

// A leak is a leak whatever the scenario is about.
void CaseJudge::JudgeAlways() {
  const auto& listed = input_.scenario.expect.checks;
  for (const std::string_view id : kAlwaysJudged) {
    if (std::find(listed.begin(), listed.end(), id) != listed.end()) continue;
    const Check* const check = FindCheck(id);
    if (check == nullptr) continue;
    const Judgement judgement = check->judge(view_);
    if (judgement.verdict != Verdict::kNotSeen) Take(LedgerFor(id), judgement);
  }
}

// A rule that was broken in a request which was refused for it, or went astray, before the reply.
bool CaseJudge::Explains(const Ledger& cause, const Ledger& effect) const {
  if (cause.off) return false;
  if (cause.judged && cause.result.id == kHonestyCheck) return true;
  if (!cause.wire) return false;
  const auto& evidence = cause.result.evidence;
  return std::any_of(view_.journal->begin(), view_.journal->end(), [&](const JournalEntry& entry) {
    return entry.sequence <= effect.until && WasRefused(entry) &&
           std::find(evidence.begin(), evidence.end(), entry.sequence) != evidence.end();
  });
}

// What the check found out it found out by the client's reply, not on the wire or in a page.
bool CaseJudge::RestsOnReply(const Ledger& ledger) {
  if (ledger.wire) return false;
  if (!ledger.judged) return true;
  const Check* const check = FindCheck(ledger.result.id);
  return check != nullptr && check->seen == Seen::kProvoked && check->id != kSecretsCheck;
}

// A reply that is not as expected says nothing of a check that its own judge found kept, nor of one
// that only the wire can show: then the scenario itself is what the client did not do. (A check
// that only warns keeps it: the story would make a failure of it.)
bool CaseJudge::IsOfTheStory(const Ledger& ledger) {
  if (ledger.judged || ledger.off || ledger.should_only) return false;
  if (ledger.result.id == kStoryCheck) return false;
  const Check* const check = FindCheck(ledger.result.id);
  return ledger.cleared || (check != nullptr && check->seen == Seen::kWire);
}

void CaseJudge::AccuseStory(const Ledger& ledger) {
  Ledger& story = LedgerFor(kStoryCheck);
  story.plain |= ledger.plain;
  story.words |= ledger.words;
  story.spoke = true;
  story.problems = ledger.problems;
  story.result.evidence = ledger.result.evidence;
}

// A reply that is not as expected tells that something is wrong, not what. Where a request was
// refused before because it broke another rule, where the driver was caught lying, or where the
// control already fails, that is what is wrong: no other check is accused by the reply. The case
// does not pass for it: the cause fails it, or the control leaves it inconclusive, or, where the
// cause is only warned of, the story itself fails. What the wire
// shows always stands, and what a judge says is doubted only where its witness lied.
void CaseJudge::Attribute() {
  const bool control_failed = input_.control && !input_.control->passed;
  ledgers_.reserve(ledgers_.size() + 1);  // for the story's; references stay good
  for (Ledger& ledger : ledgers_) {
    if (!ledger.failed() || !RestsOnReply(ledger)) continue;
    const auto cause = std::find_if(ledgers_.begin(), ledgers_.end(), [&](const Ledger& other) {
      const bool may = !ledger.judged || other.result.id == kHonestyCheck;
      return may && &other != &ledger && Explains(other, ledger);
    });
    const bool explained = cause != ledgers_.end();
    if (!explained && !control_failed && IsOfTheStory(ledger)) {
      AccuseStory(ledger);
      ledger.plain = ledger.words = false;
      ledger.spoke = ledger.cleared;
      ledger.result.evidence.clear();
      if (!ledger.cleared) {
        ledger.result.message = fmt::format("not judged: {}", fmt::join(ledger.problems, "; "));
      }
      continue;
    }
    if (!explained && (ledger.judged || !control_failed)) continue;
    const std::string why = explained
                                ? fmt::format("{} is broken already", cause->result.id)
                                : fmt::format("its control {} did not pass", input_.control->id);
    if (explained && cause->should_only && !ledger.should_only) {
      AccuseStory(ledger);  // a warning alone would let the case pass
    }
    ledger.plain = ledger.words = ledger.spoke = false;
    ledger.result.message =
        fmt::format("not judged: {}; {}", why, fmt::join(ledger.problems, "; "));
  }
}

void CaseJudge::Decide(CaseVerdict& verdict) {
  const auto first = [&](bool Ledger::*kind) -> const Ledger* {
    for (const Ledger& ledger : ledgers_) {
      if (ledger.*kind && !ledger.should_only && !ledger.off) return &ledger;
    }
    return nullptr;
  };
  const auto fail = [&](const Ledger& ledger) {
    verdict.outcome = Outcome::kFail;
    verdict.reason = fmt::format("{}: {}", ledger.result.id, ledger.problems.front());
  };
  const bool control_failed = input_.control && !input_.control->passed;
  if (control_failed) {
    inconclusive_.insert(
        inconclusive_.begin(),
        fmt::format("its control {} did not pass: {}", input_.control->id, input_.control->reason));
  }
  if (input_.driver_error) {
    verdict.outcome = Outcome::kError;
    verdict.reason = input_.driver_error->message;
    verdict.story_held = false;
    verdict.story_problem = verdict.reason;
    return;
  }
  if (const Ledger* wire = first(&Ledger::wire)) return fail(*wire);
  if (const Ledger* plain = first(&Ledger::plain); plain && !control_failed) return fail(*plain);
  if (!inconclusive_.empty()) {
    verdict.outcome = Outcome::kInconclusive;
    verdict.reason = inconclusive_.front();
    if (verdict.story_held) {
      verdict.story_held = false;
      verdict.story_problem = verdict.reason;
    }
    return;
  }
  if (const Ledger* words = first(&Ledger::words)) return fail(*words);
  for (const Ledger& ledger : ledgers_) {
    if (!ledger.failed() || ledger.off) continue;
    verdict.outcome = Outcome::kWarn;
    verdict.reason = fmt::format("{}: {}", ledger.result.id, ledger.problems.front());
    return;
  }
}

CheckResult CaseJudge::Finish(Ledger& ledger) {
  CheckResult result = std::move(ledger.result);
  std::sort(result.evidence.begin(), result.evidence.end());
  result.evidence.erase(std::unique(result.evidence.begin(), result.evidence.end()),
                        result.evidence.end());
  if (ledger.off) {
    result.outcome = Outcome::kPass;
    result.message = "not asked by this profile";
  } else if (ledger.failed()) {
    result.outcome = ledger.should_only ? Outcome::kWarn : Outcome::kFail;
    result.message = fmt::format("{}", fmt::join(ledger.problems, "; "));
  } else if (!ledger.spoke) {
    result.outcome = Outcome::kInconclusive;
    if (result.message.empty()) {
      result.message = "nothing was observed that it could be judged by";
    }
  } else {
    result.outcome = Outcome::kPass;
    if (result.message.empty()) result.message = "as expected";
  }
  return result;
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
