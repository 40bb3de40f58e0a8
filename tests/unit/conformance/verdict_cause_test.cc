// A mistake early in a flow breaks all that follows: the check that names it is accused, the
// others are not.
#include <gtest/gtest.h>

#include "conformance/verdict.h"

namespace aweber::conformance {
namespace {

using Reply = StepObservation::Reply;

class BrokenStory : public testing::Test {
 protected:
  BrokenStory() {
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

  void Authorize(const std::string& query) {
    JournalEntry entry;
    entry.sequence = 1;
    entry.endpoint = mock::Endpoint::kAuthorize;
    entry.request.method = "GET";
    entry.request.target = "/oauth2/authorize?" + query;
    entry.status = 400;
    entry.state = mock::EntryState::kAnswered;
    journal_ = {entry};
  }

  CheckResult ResultOf(const std::string& id) {
    for (const auto& check : verdict_.checks) {
      if (check.id == id) return check;
    }
    return {};
  }

  void Judge() {
    verdict_ = JudgeCase({scenario_, view_, {}, std::nullopt, {}, std::nullopt, false});
  }

  mock::Scenario scenario_;
  std::vector<JournalEntry> journal_;
  CaseView view_;
  CaseVerdict verdict_;
};

TEST_F(BrokenStory, AccusesTheCauseOnly) {
  Authorize("client_id=client-1");  // no response_type
  Judge();
  EXPECT_EQ(verdict_.outcome, Outcome::kFail);
  EXPECT_EQ(verdict_.reason.substr(0, 17), "az-response-type:");
  EXPECT_EQ(ResultOf("az-response-type").outcome, Outcome::kFail);
  EXPECT_EQ(ResultOf("cb-dup-refused").outcome, Outcome::kInconclusive);
  EXPECT_EQ(ResultOf("cb-dup-refused").message.substr(0, 46),
            "not judged: az-response-type is broken already");
}

TEST_F(BrokenStory, AWarningExplainsNothing) {
  // Of this request only state is missed, which aweber warns of.
  Authorize("response_type=code&client_id=client-1&redirect_uri=https%3A%2F%2Fa.example%2Fcb");
  Judge();
  EXPECT_EQ(ResultOf("az-state-present").outcome, Outcome::kWarn);
  EXPECT_EQ(ResultOf("cb-dup-refused").outcome, Outcome::kFail);
}

}  // namespace
}  // namespace aweber::conformance
