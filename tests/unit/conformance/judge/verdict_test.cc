// The order in which things decide: silence is not a pass, words never outweigh the wire.
#include "conformance/judge/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/judge/wire_pattern.h"

namespace aweber::conformance {
namespace {

using mock::Endpoint;
using Reply = StepObservation::Reply;

JournalEntry Entry(std::uint64_t sequence, Endpoint endpoint, int status,
                   const std::string& grant = "") {
  JournalEntry entry;
  entry.sequence = sequence;
  entry.endpoint = endpoint;
  entry.request.method = endpoint == Endpoint::kApi ? "GET" : "POST";
  entry.local_path = endpoint == Endpoint::kApi ? "/1.0/accounts" : "/oauth2/token";
  entry.request.target = entry.local_path;
  entry.facts.grant_type = grant;
  entry.facts.committed = status == 200;
  entry.status = status;
  entry.state = mock::EntryState::kAnswered;
  return entry;
}

StepObservation Step(const std::string& label, const std::string& op, Reply reply,
                     std::uint64_t first, std::uint64_t last) {
  StepObservation step;
  step.label = label;
  step.op = op;
  step.session = "A";
  step.reply = reply;
  step.first_sequence = first;
  step.last_sequence = last;
  if (reply == Reply::kErr) step.err_kind = "other";
  return step;
}

// A negative case in the manner of callback/state-mismatch: after `consent` (a code was issued) the
// tampered callback must not lead to a token request.
class NegativeCase : public testing::Test {
 protected:
  NegativeCase() {
    scenario_.id = "callback/state-mismatch";
    scenario_.title = "A callback with a wrong state is refused";
    scenario_.control = "callback/ok";
    scenario_.expect.client = {{"callback", "refused", {"state_mismatch"}, {}}};
    mock::WirePattern code;
    code.on.endpoint = Endpoint::kDecision;
    code.note = "a code was issued";
    scenario_.expect.requirements = {code};
    mock::WirePattern token;
    token.on.endpoint = Endpoint::kToken;
    token.after = "callback";
    scenario_.expect.never = {token};
    // The check of the outcome: no judge of the table interferes.
    control_ = ControlResult{"callback/ok", true, ""};
    journal_ = {Entry(1, Endpoint::kDecision, 302)};
    Callback(Reply::kErr);
  }

  void Callback(Reply reply) {
    view_.steps = {Step("consent", "consent", Reply::kNone, 1, 1),
                   Step("callback", "callback", reply, 2, journal_.back().sequence)};
  }

  CaseVerdict Judge() {
    view_.journal = &journal_;
    view_.scenario = scenario_.id;
    return JudgeCase({scenario_, view_, outside_, driver_error_, notes_, control_, strict_errors_,
                      works_, broken_step_});
  }

  mock::Scenario scenario_;
  CaseView view_;
  std::vector<JournalEntry> journal_;
  std::optional<Error> driver_error_;
  std::optional<ControlResult> control_;
  std::vector<std::string> outside_, notes_;
  bool strict_errors_ = false, works_ = false;
  std::string broken_step_;
};

TEST_F(NegativeCase, RefusedAndSilentOnTheWireIsAPass) {
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kPass) << verdict.reason;
  EXPECT_TRUE(verdict.outcome_held);
}

TEST_F(NegativeCase, ATokenRequestFailsWithItsEvidence) {
  journal_.push_back(Entry(2, Endpoint::kToken, 200, "authorization_code"));
  Callback(Reply::kOk);
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kFail);
  EXPECT_EQ(verdict.reason,
            "expected-outcome: must not be seen: a token request after step callback began, saw 1");
  EXPECT_EQ(verdict.checks.front().evidence, (std::vector<std::uint64_t>{2}));
}

TEST_F(NegativeCase, TheWireOutweighsAFailedControl) {
  journal_.push_back(Entry(2, Endpoint::kToken, 200, "authorization_code"));
  control_->passed = false;
  EXPECT_EQ(Judge().outcome, Outcome::kFail);
}

TEST_F(NegativeCase, WithoutItsControlItIsInconclusive) {
  control_ = ControlResult{"callback/ok", false, "the client refused"};
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kInconclusive);
  EXPECT_EQ(verdict.reason, "its control callback/ok did not pass: the client refused");
}

TEST_F(NegativeCase, ADriverThatDoesNothingAndSaysOkIsInconclusive) {
  Callback(Reply::kOk);
  control_->passed = false;
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kInconclusive);
  EXPECT_FALSE(verdict.outcome_held);
}

TEST_F(NegativeCase, WhatIsRequiredMustHaveBeenSeen) {
  journal_ = {Entry(1, Endpoint::kAuthorize, 400)};
  Callback(Reply::kErr);
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kInconclusive);
  EXPECT_EQ(verdict.reason,
            "required but not observed: a decision request (one, saw 0); a code was issued");
}

TEST_F(NegativeCase, WordsAloneFailWhenEverythingElseIsThere) {
  Callback(Reply::kOk);
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kFail);
  // The claim itself is what is broken: nothing on the wire stands behind it.
  EXPECT_EQ(
      verdict.reason,
      "adapter-honest: step callback: the driver answers ok to callback, but no token request "
      "was answered 200");
}

TEST_F(NegativeCase, AdapterHonestFailsWhereWordsAndWireDisagree) {
  Callback(Reply::kOk);
  for (const CheckResult& check : Judge().checks) {
    if (check.id == kHonestyCheck) {
      EXPECT_EQ(check.outcome, Outcome::kFail);
      return;
    }
  }
  FAIL() << "adapter-honest was not judged";
}

// Whose fault it is when the driver breaks: the client's own only where it is known to work.
TEST_F(NegativeCase, ABrokenDriverIsTheClientsFaultOnlyWhereItIsKnownToWork) {
  struct Row {
    const char* name;
    const char* code;
    const char* step;
    bool control_passed, works;
    Outcome outcome;
  };
  const Row rows[] = {
      {"dies, control passed", "driver.died", "callback", true, false, Outcome::kFail},
      {"hangs, control passed", "driver.timeout", "callback", true, false, Outcome::kFail},
      {"dies, logged in before, control failed", "driver.died", "callback", false, true,
       Outcome::kInconclusive},
      {"never worked", "driver.died", "callback", false, false, Outcome::kError},
      {"breaks the contract", "driver.protocol", "callback", true, true, Outcome::kError},
      {"does not fit its configuration", "driver.config", "callback", true, true, Outcome::kError},
      {"dies between steps", "driver.died", "", true, true, Outcome::kError},
      {"cannot be started", "driver.spawn", "", true, true, Outcome::kError},
  };
  view_.driver_stderr = "starting\nSegmentation fault\n";
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    driver_error_ = Error{row.code, "the driver ended (killed by signal 11 (SIGSEGV))"};
    broken_step_ = row.step;
    control_->passed = row.control_passed;
    works_ = row.works;
    Callback(Reply::kNone);
    const CaseVerdict verdict = Judge();
    EXPECT_EQ(verdict.outcome, row.outcome) << verdict.reason;
    EXPECT_FALSE(verdict.outcome_held);
    if (row.outcome == Outcome::kError) {
      EXPECT_THAT(verdict.reason, testing::HasSubstr(driver_error_->message));
    }
    if (row.outcome != Outcome::kFail) continue;
    EXPECT_EQ(verdict.reason,
              "expected-outcome: step callback: the driver ended (killed by signal 11 (SIGSEGV)); "
              "the last it printed: Segmentation fault");
  }
}

// What only warns is no reason to hang: the outcome fails instead.
TEST_F(NegativeCase, ABreakIsNeverAWarning) {
  scenario_.expect.checks = {"tk-basic-preferred"};
  driver_error_ = Error{"driver.timeout", "no reply to \"callback\" within 10 s"};
  broken_step_ = "callback";
  Callback(Reply::kNone);
  EXPECT_EQ(Judge().outcome, Outcome::kFail);
}

// `open` answered with err: a refusal, which is right where the scenario lets the client refuse.
TEST_F(NegativeCase, AClientThatRefusesToBeConfiguredHasRefused) {
  driver_error_ = Error{"driver.open", "the driver refused to open the case: other no secret"};
  view_.steps.clear();
  journal_.clear();
  EXPECT_EQ(Judge().outcome, Outcome::kPass) << Judge().reason;
  scenario_.expect.client.front().is = "ok";
  EXPECT_EQ(Judge().outcome, Outcome::kFail);
  control_->passed = false;
  EXPECT_EQ(Judge().outcome, Outcome::kError) << "nothing shows that it works at all";
}

// The wire is seen before the end: it names the case.
TEST_F(NegativeCase, TheWireOutweighsABreak) {
  journal_.push_back(Entry(2, Endpoint::kToken, 200, "authorization_code"));
  driver_error_ = Error{"driver.died", "the driver ended"};
  broken_step_ = "callback";
  Callback(Reply::kNone);
  EXPECT_THAT(Judge().reason, testing::HasSubstr("must not be seen"));
}

TEST_F(NegativeCase, StrictErrorsGradeTheKind) {
  EXPECT_EQ(Judge().outcome, Outcome::kPass);
  strict_errors_ = true;
  EXPECT_EQ(Judge().outcome, Outcome::kFail);
  view_.steps.back().err_kind = "state_mismatch";
  EXPECT_EQ(Judge().outcome, Outcome::kPass);
}

TEST_F(NegativeCase, RequestsOutsideTheSpaceAreDishonest) {
  outside_ = {"the client sent POST /oauth2/token elsewhere"};
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kFail);
  EXPECT_EQ(verdict.reason, "adapter-honest: the client sent POST /oauth2/token elsewhere");
}

TEST_F(NegativeCase, AStepThatCouldNotBePlayedIsInconclusive) {
  view_.steps.back() = Step("callback", "callback", Reply::kNone, 2, 1);
  notes_ = {"step callback: the browser was never redirected"};
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kInconclusive);
  EXPECT_EQ(verdict.reason, notes_.front());
}

TEST_F(NegativeCase, AListedCheckThatSawNothingIsInconclusive) {
  scenario_.expect.never.clear();
  scenario_.expect.client.clear();
  scenario_.expect.checks = {"rv-503"};
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kInconclusive);
  EXPECT_EQ(verdict.reason, "nothing was observed that rv-503 could be judged by");
}

// An outcome can come true where its check had nothing to see: the check's line says so.
TEST_F(NegativeCase, ACheckIsKeptOnlyWhereItsJudgeSawIt) {
  scenario_.expect.checks = {"rv-503"};
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kPass) << verdict.reason;
  ASSERT_EQ(verdict.checks.size(), 2u);
  EXPECT_EQ(verdict.checks[0].id, "rv-503");
  EXPECT_EQ(verdict.checks[0].outcome, Outcome::kInconclusive);
  EXPECT_EQ(verdict.checks[0].message, "nothing was observed that it could be judged by");
  EXPECT_EQ(verdict.checks[1].id, "expected-outcome");
  EXPECT_EQ(verdict.checks[1].outcome, Outcome::kPass);
}

TEST_F(NegativeCase, AnyReplyGradesNothing) {
  scenario_.expect.client = {{"callback", "any", {}, {}}};
  scenario_.expect.never.clear();
  scenario_.expect.checks = {"rv-503"};
  EXPECT_EQ(Judge().outcome, Outcome::kInconclusive);
}

TEST_F(NegativeCase, ANeverOfAnotherCheckGradesNothingAndHasNoLine) {
  scenario_.expect.client = {{"callback", "any", {}, {}}};
  scenario_.expect.never.front().check = "tk-code-once";
  scenario_.expect.checks = {"rv-503"};
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kInconclusive);
  EXPECT_EQ(verdict.checks.size(), 1u);
}

TEST_F(NegativeCase, AnOutcomeOfAnyRepliesIsNamedByItsNever) {
  scenario_.expect.client = {{"callback", "any", {}, {}}};
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kPass) << verdict.reason;
  ASSERT_EQ(verdict.checks.size(), 1u);
  EXPECT_EQ(verdict.checks[0].outcome, Outcome::kPass);
}

TEST_F(NegativeCase, ASecretInTheDriversWordsFailsAnyScenario) {
  view_.client_secret = "secret-0123456789";
  view_.steps.back().err_message = "no token for secret-0123456789";
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kFail);
  EXPECT_EQ(verdict.reason,
            "tr-no-secret-log: step callback: the error message contains the client secret");
  EXPECT_TRUE(verdict.outcome_held);
}

class PositiveCase : public NegativeCase {
 protected:
  PositiveCase() {
    scenario_.id = "callback/ok";
    scenario_.control.clear();
    scenario_.expect.client = {{"callback", "ok", {}, {}}};
    scenario_.expect.never.clear();
    control_.reset();
  }
};

TEST_F(PositiveCase, ARefusalFailsPlainly) {
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kFail);
  EXPECT_FALSE(verdict.outcome_held);
}

// It said ok, and nobody saw what the scenario is about.
TEST_F(PositiveCase, AnOkDoesNotSpeakForACheckThatSawNothing) {
  scenario_.expect.checks = {"rv-503"};
  scenario_.expect.client = {{"call", "ok", {}, {}}};
  journal_.push_back(Entry(2, Endpoint::kApi, 200));
  view_.steps = {Step("call", "call", Reply::kOk, 2, 2)};
  const CaseVerdict verdict = Judge();
  EXPECT_EQ(verdict.outcome, Outcome::kInconclusive);
  EXPECT_EQ(verdict.reason, "nothing was observed that rv-503 could be judged by");
  EXPECT_EQ(verdict.checks.front().outcome, Outcome::kInconclusive);
}

// Whatever the scenario is about, a call with somebody else's token is one.
TEST_F(PositiveCase, CrossedTokensAreSeenInEveryCase) {
  scenario_.expect.client = {{"call", "ok", {}, {}}};
  journal_.clear();
  view_.steps.clear();
  for (const std::string session : {"A", "B"}) {
    const std::uint64_t sequence = journal_.size() + 1;
    JournalEntry entry = Entry(sequence, Endpoint::kToken, 200, "authorization_code");
    entry.request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
    entry.request.body = "grant_type=authorization_code&code=code-" + session;
    entry.response_body = R"({"access_token":"token"})";
    entry.facts.grant_label = "grant-" + session;
    journal_.push_back(entry);
    view_.steps.push_back(Step("callback-" + session, "callback", Reply::kOk, sequence, sequence));
    view_.steps.back().session = session;
  }
  journal_.push_back(Entry(3, Endpoint::kApi, 200));
  journal_.back().facts.grant_label = "grant-B";
  scenario_.expect.requirements.clear();
  view_.steps.push_back(Step("call", "call", Reply::kOk, 3, 3));
  const CaseVerdict verdict = Judge();
  for (const CheckResult& check : verdict.checks) {
    if (check.id != "rs-own-token") continue;
    EXPECT_EQ(check.outcome, Outcome::kFail);
    EXPECT_EQ(check.message,
              "step call: the call for session A carried another customer's token (grant-B)");
    return;
  }
  FAIL() << "rs-own-token was not judged";
}

TEST_F(PositiveCase, ACallIsJudgedByItsStatus) {
  journal_.push_back(Entry(2, Endpoint::kApi, 403));
  scenario_.expect.client = {{"call", "ok", {}, {403}}};
  view_.steps = {Step("call", "call", Reply::kOk, 2, 2)};
  view_.steps[0].ok = {{"status", 403}};
  EXPECT_EQ(Judge().outcome, Outcome::kPass) << Judge().reason;
  // A client that throws for 403 tells the same.
  view_.steps[0].reply = Reply::kErr;
  view_.steps[0].err_kind = "http";
  view_.steps[0].err = {{"kind", "http"}, {"status", 403}};
  EXPECT_EQ(Judge().outcome, Outcome::kPass) << Judge().reason;
  scenario_.expect.client = {{"call", "ok", {}, {}}};
  EXPECT_EQ(Judge().outcome, Outcome::kFail);
}

TEST_F(PositiveCase, EveryRoundOfARepeatIsJudged) {
  scenario_.expect.client = {{"refresh", "ok", {}, {}}};
  journal_.push_back(Entry(2, Endpoint::kToken, 200, "refresh_token"));
  view_.steps = {Step("refresh", "refresh", Reply::kOk, 2, 2),
                 Step("refresh@2", "refresh", Reply::kErr, 3, 2)};
  EXPECT_EQ(Judge().outcome, Outcome::kFail);
}

TEST(WirePattern, RangesBeginAndEndWithSteps) {
  std::vector<JournalEntry> journal;
  for (std::uint64_t i = 1; i <= 6; ++i) journal.push_back(Entry(i, Endpoint::kApi, 200));
  CaseView view;
  view.journal = &journal;
  view.steps = {Step("one", "call", Reply::kOk, 1, 2), Step("two", "call", Reply::kOk, 3, 3),
                Step("three", "call", Reply::kOk, 5, 6)};
  const auto find = [&](auto set) {
    mock::WirePattern pattern;
    set(pattern);
    return FindPattern(pattern, view);
  };
  using Sequences = std::vector<std::uint64_t>;
  EXPECT_EQ(find([](auto&) {}).size(), 6u);
  EXPECT_EQ(find([](auto& p) { p.after = "two"; }), (Sequences{3, 4, 5, 6}));
  EXPECT_EQ(find([](auto& p) { p.before = "two"; }), (Sequences{1, 2}));
  EXPECT_EQ(find([](auto& p) { p.during = "two"; }), (Sequences{3, 4}));
  EXPECT_EQ(find([](auto& p) { p.during = "nobody"; }), Sequences{});
  EXPECT_EQ(find([](auto& p) { p.status = 404; }), Sequences{});
  EXPECT_EQ(find([](auto& p) { p.committed = false; }), Sequences{});
  EXPECT_EQ(find([](auto& p) { p.fault = "tls"; }), Sequences{});
  EXPECT_EQ(find([](auto& p) { p.sent_in = "form"; }), Sequences{});
  journal[4].facts.token_placement = "form";
  EXPECT_EQ(find([](auto& p) { p.sent_in = "form"; }), Sequences{5});
  journal[5].endpoint = Endpoint::kToken;
  journal[5].facts.auth = mock::ClientAuth::kBody;
  EXPECT_EQ(find([](auto& p) { p.sent_in = "body"; }), Sequences{6});
  journal[3].fault = "delay+tls";
  EXPECT_EQ(find([](auto& p) { p.fault = "tls"; }), Sequences{4});
}

TEST(WirePattern, SelectorsMatchWhatTheJournalKnows) {
  JournalEntry entry = Entry(1, Endpoint::kToken, 200, "refresh_token");
  entry.facts.client_id = "c";
  entry.facts.token_state = "used";
  mock::Selector selector;
  EXPECT_TRUE(MatchesSelector(selector, entry));
  selector = {Endpoint::kToken, "refresh_token", "c", "POST", "/oauth2/*", "used"};
  EXPECT_TRUE(MatchesSelector(selector, entry));
  for (auto spoil :
       {+[](mock::Selector& s) { s.endpoint = Endpoint::kApi; },
        +[](mock::Selector& s) { s.grant = "authorization_code"; },
        +[](mock::Selector& s) { s.client_id = "d"; }, +[](mock::Selector& s) { s.method = "GET"; },
        +[](mock::Selector& s) { s.path = "/1.0/**"; },
        +[](mock::Selector& s) { s.token_state = "live"; }}) {
    mock::Selector other = selector;
    spoil(other);
    EXPECT_FALSE(MatchesSelector(other, entry));
  }
}

}  // namespace
}  // namespace aweber::conformance
