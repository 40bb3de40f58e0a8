// Blame: a refresh that answers a 401 is not what a `never` about refreshes forbids.
#include "conformance/judge/blame.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/judge/verdict.h"

namespace aweber::conformance {
namespace {

using mock::Endpoint;

struct Exchanged {
  Endpoint endpoint;
  int status;
  const char* grant = "grant-1";
};
constexpr Exchanged kRefresh = {Endpoint::kToken, 200};

struct BlameRow {
  const char* name;
  std::vector<Exchanged> journal;
  std::vector<std::uint64_t> blamed;  // sequence numbers of refreshes
  bool wants_401 = false;
  int at_most = 0;
};

const BlameRow kRows[] = {
    {"after a 404", {{Endpoint::kApi, 404}, kRefresh}, {2}},
    {"after a 401", {{Endpoint::kApi, 401}, kRefresh}, {}},
    {"after a 401 and what followed it",
     {{Endpoint::kApi, 401}, {Endpoint::kApi, 200}, kRefresh},
     {3}},
    {"after another customer's 401", {{Endpoint::kApi, 401, "grant-2"}, kRefresh}, {2}},
    {"after a 401 without a known token", {{Endpoint::kApi, 401, ""}, kRefresh}, {}},
    {"with no request before", {kRefresh}, {1}},
    {"one of two", {{Endpoint::kApi, 401}, kRefresh, {Endpoint::kApi, 404}, kRefresh}, {4}},
    {"after a 401 that the scenario is about", {{Endpoint::kApi, 401}, kRefresh}, {2}, true},
    {"where some are allowed", {{Endpoint::kApi, 401}, kRefresh, kRefresh}, {2, 3}, false, 1},
};

class BlameOfRefreshes : public testing::TestWithParam<BlameRow> {
 protected:
  BlameOfRefreshes() {
    scenario_.id = "api/404-list";
    scenario_.expect.checks = {"rs-bounded"};
    for (const Exchanged& seen : GetParam().journal) {
      JournalEntry entry;
      entry.sequence = journal_.size() + 1;
      entry.endpoint = seen.endpoint;
      entry.local_path = seen.endpoint == Endpoint::kApi ? "/1.0/accounts" : "/oauth2/token";
      entry.request.method = seen.endpoint == Endpoint::kApi ? "GET" : "POST";
      entry.request.target = entry.local_path;
      entry.facts.grant_label = seen.grant;
      if (seen.endpoint == Endpoint::kToken) entry.facts.grant_type = "refresh_token";
      entry.status = seen.status;
      entry.state = mock::EntryState::kAnswered;
      journal_.push_back(entry);
    }
    never_.on.endpoint = Endpoint::kToken;
    never_.on.grant = "refresh_token";
    never_.at_most = GetParam().at_most;
    scenario_.expect.never = {never_};
    if (GetParam().wants_401) {
      mock::WirePattern wanted;
      wanted.on.endpoint = Endpoint::kApi;
      wanted.status = 401;
      scenario_.expect.requirements = {wanted};
    }
    view_.journal = &journal_;
  }

  std::vector<std::uint64_t> Refreshes() const {
    std::vector<std::uint64_t> all;
    for (const JournalEntry& entry : journal_) {
      if (entry.endpoint == Endpoint::kToken) all.push_back(entry.sequence);
    }
    return all;
  }

  mock::Scenario scenario_;
  mock::WirePattern never_;
  std::vector<JournalEntry> journal_;
  CaseView view_;
};

TEST_P(BlameOfRefreshes, LeavesOutThoseThatAnswerA401) {
  const VerdictInput input{scenario_, view_, {}, std::nullopt, {}, std::nullopt, false};
  EXPECT_EQ(ToBlame(input, never_, Refreshes()), GetParam().blamed);
}

// Whoever is accused, the case does not pass.
TEST_P(BlameOfRefreshes, AccusesTheRuleOrTheOutcome) {
  const CaseVerdict verdict =
      JudgeCase({scenario_, view_, {}, std::nullopt, {}, std::nullopt, false});
  EXPECT_EQ(verdict.outcome, Outcome::kFail);
  EXPECT_FALSE(verdict.outcome_held);
  std::string accused;
  for (const CheckResult& check : verdict.checks) {
    if (check.outcome != Outcome::kFail) continue;
    if (check.id == "rs-bounded" || check.id == kOutcomeCheck) accused = check.id;
  }
  EXPECT_EQ(accused, GetParam().blamed.empty() ? kOutcomeCheck : "rs-bounded");
}

INSTANTIATE_TEST_SUITE_P(All, BlameOfRefreshes, testing::ValuesIn(kRows));

}  // namespace
}  // namespace aweber::conformance
