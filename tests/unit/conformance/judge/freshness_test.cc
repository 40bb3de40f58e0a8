// Freshness: what another case of the run had sent before.
#include "conformance/judge/freshness.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace aweber::conformance {
namespace {

// A case in which each of the sessions sent one authorization request.
CaseView CaseThatSent(const std::vector<std::pair<std::string, std::string>>& states) {
  CaseView view;
  for (const auto& [session, state] : states) {
    StepObservation step;
    step.op = "authorize";
    step.session = session;
    step.produced_url =
        fmt::format("https://as.example/?code_challenge=c-{}&state={}", state, state);
    view.steps.push_back(step);
  }
  return view;
}

std::vector<std::string> Found(const std::vector<EarlierValue>& earlier) {
  std::vector<std::string> found;
  for (const EarlierValue& value : earlier) {
    found.push_back(fmt::format("{}={} of {}", value.name, value.value, value.session));
  }
  return found;
}

TEST(Freshness, TellsWhatAnotherCaseHadFirst) {
  Freshness freshness;
  EXPECT_TRUE(freshness.Note("case-1", CaseThatSent({{"A", "one"}, {"B", "two"}})).empty());
  EXPECT_EQ(Found(freshness.Note("case-2", CaseThatSent({{"A", "two"}}))),
            (std::vector<std::string>{"state=two of B", "code_challenge=c-two of B"}));
}

// A case is judged again when more requests arrive after it had ended.
TEST(Freshness, ACaseIsNoOtherThanItself) {
  Freshness freshness;
  const CaseView twice = CaseThatSent({{"A", "one"}, {"A", "one"}});
  EXPECT_TRUE(freshness.Note("case-1", twice).empty());
  EXPECT_TRUE(freshness.Note("case-1", twice).empty());
  EXPECT_FALSE(freshness.Note("case-2", twice).empty());
  EXPECT_TRUE(freshness.Note("case-1", twice).empty());
}

TEST(Freshness, AParameterThatWasNotSentIsNoValue) {
  CaseView view = CaseThatSent({{"A", "one"}});
  view.steps[0].produced_url = "https://as.example/?state=";
  Freshness freshness;
  EXPECT_TRUE(freshness.Note("case-1", view).empty());
  EXPECT_TRUE(freshness.Note("case-2", view).empty());
}

}  // namespace
}  // namespace aweber::conformance
