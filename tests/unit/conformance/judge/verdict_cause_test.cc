// A mistake early in a flow breaks all that follows: the check that names it is accused, the
// others are not. It can only explain what came after it, never what the wire shows, and no failure
// becomes a pass by it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "conformance/judge/verdict.h"

namespace aweber::conformance {
namespace {

using Reply = StepObservation::Reply;

class BrokenOutcome : public testing::Test {
 protected:
  BrokenOutcome() {
    scenario_.id = "callback/extra-params";
    scenario_.expect.client = {{"callback", "ok", {}, {}}};
    scenario_.expect.checks = {"cb-dup-refused"};  // its judge has nothing to say here
    view_.scenario = scenario_.id;
    view_.client_id = "client-1";
    view_.journal = &journal_;
    StepObservation step;
    step.label = step.op = "callback";
    step.session = "A";
    step.reply = Reply::kErr;
    step.err_kind = "other";
    step.first_sequence = 2;
    step.last_sequence = 1;
    view_.steps = {step};
  }

  void Authorize(const std::string& query, int status = 400, std::uint64_t sequence = 1) {
    JournalEntry entry;
    entry.sequence = sequence;
    entry.endpoint = mock::Endpoint::kAuthorize;
    entry.request.method = "GET";
    entry.request.target = "/oauth2/authorize?" + query;
    entry.status = status;
    entry.state = mock::EntryState::kAnswered;
    journal_ = {entry};
  }

  CheckResult ResultOf(const std::string& id) {
    for (const auto& check : verdict_.checks) {
      if (check.id == id) return check;
    }
    return {};
  }

  void Judge() { verdict_ = JudgeCase({scenario_, view_, {}, std::nullopt, {}, control_, false}); }

  mock::Scenario scenario_;
  std::vector<JournalEntry> journal_;
  CaseView view_;
  std::optional<ControlResult> control_;
  CaseVerdict verdict_;
};

TEST_F(BrokenOutcome, AccusesTheCauseOnly) {
  Authorize("client_id=client-1");  // no response_type
  Judge();
  EXPECT_EQ(verdict_.outcome, Outcome::kFail);
  EXPECT_EQ(verdict_.reason.substr(0, 17), "az-response-type:");
  EXPECT_EQ(ResultOf("az-response-type").outcome, Outcome::kFail);
  EXPECT_EQ(ResultOf("cb-dup-refused").outcome, Outcome::kInconclusive);
  EXPECT_EQ(ResultOf("cb-dup-refused").message.substr(0, 46),
            "not judged: az-response-type is broken already");
}

// What is only warned of may be the cause as well. Then no rule is accused, and the case fails.
TEST_F(BrokenOutcome, AWarningTakesTheBlameButNotTheFailure) {
  // Of this request only state is missed, which aweber warns of.
  Authorize("response_type=code&client_id=client-1&redirect_uri=https%3A%2F%2Fa.example%2Fcb");
  Judge();
  EXPECT_EQ(verdict_.outcome, Outcome::kFail);
  EXPECT_EQ(verdict_.reason,
            "expected-outcome: step callback: expected the client to accept it (ok), but it "
            "answered err other");
  EXPECT_EQ(ResultOf("az-state-present").outcome, Outcome::kWarn);
  EXPECT_EQ(ResultOf("cb-dup-refused").outcome, Outcome::kInconclusive);
}

// The server took the request all the same: it is not why the callback was refused.
TEST_F(BrokenOutcome, WhatTheServerAcceptedExplainsNothing) {
  Authorize("client_id=client-1", 200);
  Judge();
  EXPECT_EQ(ResultOf("az-response-type").outcome, Outcome::kFail);
  EXPECT_EQ(ResultOf("cb-dup-refused").outcome, Outcome::kFail);
}

TEST_F(BrokenOutcome, WhatCameLaterExplainsNothing) {
  Authorize("client_id=client-1", 400, 5);
  Judge();
  EXPECT_EQ(ResultOf("az-response-type").outcome, Outcome::kFail);
  EXPECT_EQ(ResultOf("cb-dup-refused").outcome, Outcome::kFail);
}

TEST_F(BrokenOutcome, WhatTheWireShowsIsNeverExplainedAway) {
  Authorize("client_id=client-1");
  mock::WirePattern never;
  never.on.endpoint = mock::Endpoint::kAuthorize;
  scenario_.expect.never = {never};
  Judge();
  EXPECT_EQ(ResultOf("az-response-type").outcome, Outcome::kFail);
  EXPECT_EQ(ResultOf("cb-dup-refused").outcome, Outcome::kFail);
}

// Only the wire can show that a grant type is right; a refused callback shows nothing of it.
TEST_F(BrokenOutcome, AReplyAccusesTheOutcomeWhereTheCheckIsOfTheWire) {
  scenario_.expect.checks = {"tk-grant"};
  Judge();
  EXPECT_EQ(verdict_.outcome, Outcome::kFail);
  EXPECT_EQ(verdict_.reason,
            "expected-outcome: step callback: expected the client to accept it (ok), but it "
            "answered err other");
  EXPECT_EQ(ResultOf("tk-grant").outcome, Outcome::kInconclusive);
}

TEST_F(BrokenOutcome, AReplyAccusesNoCheckWhoseControlFailed) {
  scenario_.expect.checks = {"tk-grant"};
  control_ = ControlResult{"callback/ok", false, "it fails"};
  Judge();
  EXPECT_EQ(verdict_.outcome, Outcome::kInconclusive);
  EXPECT_EQ(ResultOf("expected-outcome").id, "");
}

// The callback has another state, and the driver says ok to it.
class ForgedCallback : public BrokenOutcome {
 protected:
  ForgedCallback() {
    scenario_.id = "callback/state-mismatch";
    scenario_.expect.client = {{"callback", "refused", {}, {}}};
    scenario_.expect.checks = {"cb-state-mismatch"};
    view_.scenario = scenario_.id;
    StepObservation authorize;
    authorize.label = authorize.op = "authorize";
    authorize.session = "A";
    authorize.reply = Reply::kOk;
    authorize.first_sequence = 1;
    authorize.last_sequence = 0;
    authorize.produced_url =
        "https://as.example/?response_type=code&client_id=client-1&"
        "redirect_uri=https%3A%2F%2Fa.example%2Fcb&state=" +
        std::string(43, 'a');
    StepObservation& callback = view_.steps[0];
    callback.reply = Reply::kOk;
    callback.err_kind.clear();
    callback.first_sequence = 1;
    callback.last_sequence = 0;
    callback.sent_url = "https://a.example/cb?code=code-0123456789&state=" + std::string(43, 'b');
    view_.steps.insert(view_.steps.begin(), authorize);
  }
};

TEST_F(ForgedCallback, AWitnessThatLiesAccusesNobodyElse) {
  Judge();
  EXPECT_EQ(verdict_.reason.substr(0, 15), "adapter-honest:");
  EXPECT_EQ(ResultOf("adapter-honest").outcome, Outcome::kFail);
  EXPECT_EQ(ResultOf("cb-state-mismatch").outcome, Outcome::kInconclusive);
  EXPECT_EQ(verdict_.outcome, Outcome::kFail);
}

TEST_F(ForgedCallback, WhatWasExchangedIsAccused) {
  JournalEntry entry;
  entry.sequence = 1;
  entry.endpoint = mock::Endpoint::kToken;
  entry.request.method = "POST";
  entry.request.target = entry.local_path = "/oauth2/token";
  entry.request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  entry.request.body = "grant_type=authorization_code&code=code-0123456789";
  entry.facts.grant_type = "authorization_code";
  entry.status = 400;
  entry.state = mock::EntryState::kAnswered;
  journal_ = {entry};
  view_.steps[1].last_sequence = 1;
  Judge();
  EXPECT_EQ(ResultOf("adapter-honest").outcome, Outcome::kFail);
  EXPECT_EQ(ResultOf("cb-state-mismatch").outcome, Outcome::kFail);
  EXPECT_EQ(verdict_.outcome, Outcome::kFail);
}

// Every combination of what can go wrong: where anything did, the case neither passes nor warns.
TEST_F(BrokenOutcome, NothingThatFailsBecomesAPass) {
  int judged = 0;
  for (const bool cause : {false, true}) {
    for (const int status : {200, 400}) {
      for (const std::uint64_t when : {std::uint64_t{1}, std::uint64_t{5}}) {
        for (const Reply reply : {Reply::kOk, Reply::kErr}) {
          for (const char* const expected : {"ok", "refused"}) {
            for (const int control : {-1, 0, 1}) {
              for (const bool forbidden : {false, true}) {
                const std::string rest =
                    "client_id=client-1&redirect_uri=https%3A%2F%2Fa.example%2Fcb&"
                    "state=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
                Authorize(cause ? rest : "response_type=code&" + rest, status, when);
                view_.steps[0].reply = reply;
                view_.steps[0].last_sequence = 1;
                scenario_.expect.client = {{"callback", expected, {}, {}}};
                control_.reset();
                if (control >= 0) control_ = ControlResult{"callback/ok", control == 1, "why"};
                scenario_.expect.never.clear();
                if (forbidden) {
                  mock::WirePattern never;
                  never.on.endpoint = mock::Endpoint::kAuthorize;
                  scenario_.expect.never = {never};
                }
                Judge();
                ++judged;
                const bool as_expected = (reply == Reply::kOk) == (std::string(expected) == "ok");
                const bool good = !cause && as_expected && control != 0 && !forbidden &&
                                  reply == Reply::kErr;  // ok without a request is a lie
                EXPECT_EQ(verdict_.outcome == Outcome::kPass || verdict_.outcome == Outcome::kWarn,
                          good)
                    << fmt::format("cause {} status {} at {} {} expected {} control {} never {}: ",
                                   cause, status, when, reply == Reply::kOk ? "ok" : "err",
                                   expected, control, forbidden)
                    << OutcomeName(verdict_.outcome) << " " << verdict_.reason;
              }
            }
          }
        }
      }
    }
  }
  EXPECT_EQ(judged, 192);
}

}  // namespace
}  // namespace aweber::conformance
