// Baselines: what is known, what passes against expectation, what is stale, and what is refused.
#include "conformance/judge/baseline.h"

#include <gtest/gtest.h>

namespace aweber::conformance {
namespace {

const std::vector<std::string> kIds = {"a/one", "a/two", "b/three[x]"};
const std::vector<std::string> kChecks = {"az-one", "tk-two"};

Result<Baseline> Parse(const std::string& text) {
  return ParseBaseline(text, "base.yaml", kIds, kChecks);
}

CaseResult Case(const std::string& id, Outcome outcome, std::vector<std::string> failed = {}) {
  CaseResult result;
  result.id = id;
  result.outcome = outcome;
  for (std::string& check : failed) {
    CheckResult one;
    one.id = std::move(check);
    one.outcome = Outcome::kFail;
    result.checks.push_back(one);
  }
  return result;
}

UnixTime Day(const char*) { return FromUnixSeconds(1'800'000'000); }  // 2027-01-15

struct Applied {
  std::vector<CaseResult> cases;
  std::vector<std::string> stale;
};

Applied Apply(const std::string& text, std::vector<CaseResult> cases, RunInfo info = {}) {
  const auto baseline = Parse(text);
  EXPECT_TRUE(baseline.ok()) << (baseline.ok() ? "" : baseline.error().message);
  BaselineRun run(*baseline, info, Day("2027-01-15"));
  for (CaseResult& result : cases) run.Apply(result);
  return {cases, run.Stale()};
}

constexpr const char* kKnown = R"(known_failures:
  - case: a/one
    check: az-one
    reason: not fixed yet
)";

TEST(Baseline, AKnownFailureIsExpected) {
  const auto applied = Apply(kKnown, {Case("a/one", Outcome::kFail, {"az-one"})});
  EXPECT_EQ(applied.cases[0].outcome, Outcome::kXFail);
  EXPECT_EQ(applied.cases[0].checks[0].outcome, Outcome::kXFail);
  EXPECT_TRUE(applied.stale.empty());
}

TEST(Baseline, AnotherFailureInTheSameCaseStillFails) {
  const auto applied = Apply(kKnown, {Case("a/one", Outcome::kFail, {"az-one", "tk-two"})});
  EXPECT_EQ(applied.cases[0].outcome, Outcome::kFail);
}

TEST(Baseline, AnUnexpectedPassIsOne) {
  const auto applied = Apply(kKnown, {Case("a/one", Outcome::kPass)});
  EXPECT_EQ(applied.cases[0].outcome, Outcome::kXPass);
  EXPECT_EQ(
      applied.cases[0].reason,
      "passes, though base.yaml:2 calls it a known failure (not fixed yet); remove the entry");
}

TEST(Baseline, AnEntryThatCoversNothingIsStale) {
  EXPECT_EQ(Apply(kKnown, {Case("a/one", Outcome::kFail, {"tk-two"})}).stale,
            (std::vector<std::string>{
                "base.yaml:2: a/one az-one did not fail in this run; remove the entry"}));
  // Cases that were not part of the run say nothing.
  EXPECT_TRUE(Apply(kKnown, {Case("a/two", Outcome::kPass)}).stale.empty());
  EXPECT_EQ(Apply(kKnown, {Case("a/one", Outcome::kSkip)}).stale,
            (std::vector<std::string>{"base.yaml:2: a/one az-one can no longer fail: what it names "
                                      "was skipped; remove the entry"}));
  EXPECT_TRUE(Apply(kKnown, {Case("a/one", Outcome::kNotRun)}).stale.empty());
}

TEST(Baseline, AGlobMayPassInPlaces) {
  const std::string text = "known_failures: [{case: \"a/*\", reason: r}]";
  const auto applied =
      Apply(text, {Case("a/one", Outcome::kPass), Case("a/two", Outcome::kInconclusive)});
  EXPECT_EQ(applied.cases[0].outcome, Outcome::kPass);
  EXPECT_EQ(applied.cases[1].outcome, Outcome::kXFail);
  EXPECT_TRUE(applied.stale.empty());
  EXPECT_EQ(Apply(text, {Case("a/one", Outcome::kPass)}).stale.size(), 1u);
}

TEST(Baseline, AnExpiredEntryNoLongerHelps) {
  const auto with = [](const char* day) {
    return std::string("known_failures: [{case: a/one, reason: r, expires: ") + day + "}]";
  };
  const std::vector<CaseResult> failing = {Case("a/one", Outcome::kFail, {"az-one"})};
  EXPECT_EQ(Apply(with("2027-01-15"), failing).cases[0].outcome, Outcome::kXFail);
  EXPECT_EQ(Apply(with("2027-01-14"), failing).cases[0].outcome, Outcome::kFail);
}

TEST(Baseline, ConditionsLimitAnEntry) {
  const std::string text = "known_failures: [{case: a/one, reason: r, client: x, profile: aweber}]";
  RunInfo info;
  info.client.name = "x";
  info.profile = "aweber";
  const std::vector<CaseResult> failing = {Case("a/one", Outcome::kFail, {"az-one"})};
  EXPECT_EQ(Apply(text, failing, info).cases[0].outcome, Outcome::kXFail);
  info.client.name = "y";
  EXPECT_EQ(Apply(text, failing, info).cases[0].outcome, Outcome::kFail);
}

TEST(Baseline, ErrorsNamePlaceAndCure) {
  const std::pair<const char*, const char*> rows[] = {
      {"known_failures: [{case: a/one}]", "reason"},
      {"known_failures: [{case: a/one, reason: \"\"}]", "say why"},
      {"known_failures: [{case: a/onn, reason: r}]", "did you mean \"a/one\"?"},
      {"known_failures: [{case: a/one, check: az-on, reason: r}]", "did you mean \"az-one\"?"},
      {"known_failures: [{case: a/one, reason: r, expires: soon}]", "2026-12-31"},
      {"known_failures: [{case: a/one, resaon: r, reason: r}]", "resaon"},
      {"known: []", "known"},
      {"[", "base.yaml:1"},
  };
  for (const auto& [text, part] : rows) {
    const auto baseline = Parse(text);
    ASSERT_FALSE(baseline.ok()) << text;
    EXPECT_NE(baseline.error().message.find(part), std::string::npos) << baseline.error().message;
    EXPECT_NE(baseline.error().message.find("base.yaml:1:"), std::string::npos)
        << baseline.error().message;
  }
}

TEST(Baseline, UpdateKeepsReasonsAndWhatWasNotRun) {
  const auto old = Parse(R"(known_failures:
  - {case: a/one, check: az-one, reason: kept, see: 'a "b" \ c.py', issue: "https://x/1"}
  - {case: "b/**", reason: not run today}
  - {case: a/two, reason: fixed since}
)");
  ASSERT_TRUE(old.ok());
  RunModel model;
  model.cases = {Case("a/one", Outcome::kFail, {"az-one", "tk-two"}),
                 Case("a/two", Outcome::kPass)};
  const std::string text = WriteBaseline(model, *old);
  const auto written = Parse(text);
  ASSERT_TRUE(written.ok()) << written.error().message;
  ASSERT_EQ(written->entries.size(), 3u) << text;
  EXPECT_EQ(written->entries[0].reason, "kept");
  EXPECT_EQ(written->entries[0].see, R"(a "b" \ c.py)");
  EXPECT_EQ(written->entries[0].issue, "https://x/1");
  EXPECT_EQ(written->entries[1].check, "tk-two");
  EXPECT_EQ(written->entries[2].cases, "b/**");
}

TEST(Baseline, UpdateOfAGoodRunIsEmptyAndReadable) {
  const auto written = Parse(WriteBaseline({}, {}));
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_TRUE(written->entries.empty());
}

}  // namespace
}  // namespace aweber::conformance
