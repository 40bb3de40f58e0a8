// Which shard this process is, and which cases are its part.
#include "conformance/cli/shard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace aweber::conformance {
namespace {

using Variables = std::map<std::string, std::string>;

Environment Faked(Variables variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

// "2/5", or the message of the error.
std::string ShardText(std::string_view text, const Variables& variables = {}) {
  const auto shard = ReadShard(text, Faked(variables));
  if (!shard) return shard.error().message;
  return std::to_string(shard->index) + "/" + std::to_string(shard->count);
}

TEST(Shard, IsReadStrictly) {
  EXPECT_EQ(ShardText("2/5"), "2/5");
  EXPECT_EQ(ShardText("1/1"), "1/1");
  for (const char* const bad : {"", "3", "0/2", "3/2", "a/b", "1/2x", "-1/2", "1/2/3", "Auto"}) {
    EXPECT_EQ(
        ShardText(bad),
        std::string("--shard takes I/N with 1 <= I <= N, as 2/5, or auto, not '") + bad + "'");
  }
}

struct PlatformCase {
  const char* name;
  Variables variables;
  const char* shard;
};

TEST(Shard, AutoReadsThePlatform) {
  const PlatformCase cases[] = {
      {"Kubernetes", {{"JOB_COMPLETION_INDEX", "0"}, {"JOB_COMPLETIONS", "4"}}, "1/4"},
      {"Kubernetes, last", {{"JOB_COMPLETION_INDEX", "3"}, {"JOB_COMPLETIONS", "4"}}, "4/4"},
      {"Slurm, 0-3",
       {{"SLURM_ARRAY_TASK_ID", "0"},
        {"SLURM_ARRAY_TASK_MIN", "0"},
        {"SLURM_ARRAY_TASK_COUNT", "4"}},
       "1/4"},
      {"Slurm, 1-4",
       {{"SLURM_ARRAY_TASK_ID", "4"},
        {"SLURM_ARRAY_TASK_MIN", "1"},
        {"SLURM_ARRAY_TASK_COUNT", "4"}},
       "4/4"},
      {"Slurm, 10-16:2",
       {{"SLURM_ARRAY_TASK_ID", "12"},
        {"SLURM_ARRAY_TASK_MIN", "10"},
        {"SLURM_ARRAY_TASK_STEP", "2"},
        {"SLURM_ARRAY_TASK_COUNT", "4"}},
       "2/4"},
      {"GitLab", {{"CI_NODE_INDEX", "1"}, {"CI_NODE_TOTAL", "3"}}, "1/3"},
      {"Buildkite",
       {{"BUILDKITE_PARALLEL_JOB", "2"}, {"BUILDKITE_PARALLEL_JOB_COUNT", "3"}},
       "3/3"},
      {"CircleCI", {{"CIRCLE_NODE_INDEX", "0"}, {"CIRCLE_NODE_TOTAL", "2"}}, "1/2"},
  };
  for (const PlatformCase& c : cases) EXPECT_EQ(ShardText("auto", c.variables), c.shard) << c.name;
}

TEST(Shard, AutoNamesWhatIsMissing) {
  EXPECT_EQ(ShardText("auto"),
            "--shard auto: none of SLURM_ARRAY_TASK_ID (Slurm), JOB_COMPLETION_INDEX (Kubernetes), "
            "CI_NODE_INDEX (GitLab), BUILDKITE_PARALLEL_JOB (Buildkite), CIRCLE_NODE_INDEX "
            "(CircleCI) is set. Outside these, give I/N");
  EXPECT_EQ(ShardText("auto", {{"JOB_COMPLETION_INDEX", "0"}}),
            "--shard auto: JOB_COMPLETION_INDEX is set, as Kubernetes does, but JOB_COMPLETIONS is "
            "not. Set it to the number of shards");
  EXPECT_EQ(ShardText("auto", {{"CI_NODE_INDEX", "one"}, {"CI_NODE_TOTAL", "3"}}),
            "--shard auto: CI_NODE_INDEX is 'one', not a number");
  EXPECT_EQ(ShardText("auto", {{"CI_NODE_INDEX", "4"}, {"CI_NODE_TOTAL", "3"}}),
            "--shard auto: CI_NODE_INDEX is 4, which is none of 3 shards");
}

// Every place once over all shards, each shard's in order.
void ExpectPartition(const std::vector<double>& costs, int count) {
  std::set<std::size_t> seen;
  for (int index = 1; index <= count; ++index) {
    const auto mine = Deal(costs, {index, count});
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    for (const std::size_t which : mine) EXPECT_TRUE(seen.insert(which).second) << which;
  }
  EXPECT_EQ(seen.size(), costs.size());
}

TEST(Shard, DealsEveryCaseOnce) {
  ExpectPartition({}, 3);
  ExpectPartition({1, 1, 1, 1, 1, 1, 1}, 3);
  ExpectPartition({5, 0, 0, 0.5, 100, 3, 3, 3}, 3);
  ExpectPartition({1, 2}, 5);
}

TEST(Shard, EqualCostsAreDealtInTurn) {
  const std::vector<double> costs(7, 1);
  EXPECT_EQ(Deal(costs, {1, 3}), (std::vector<std::size_t>{0, 3, 6}));
  EXPECT_EQ(Deal(costs, {3, 3}), (std::vector<std::size_t>{2, 5}));
}

TEST(Shard, RecordedTimesAreBalanced) {
  // One of 9 against the others of 9 together; in turn it would be 13 against 5.
  const std::vector<double> costs = {9, 2, 2, 2, 2, 1};
  EXPECT_EQ(Deal(costs, {1, 2}), (std::vector<std::size_t>{0}));
  EXPECT_EQ(Deal(costs, {2, 2}), (std::vector<std::size_t>{1, 2, 3, 4, 5}));
}

std::vector<mock::Scenario> Scenarios() {
  std::vector<mock::Scenario> scenarios(3);
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    scenarios[i].id = "a/" + std::to_string(i);
    scenarios[i].digest = "d";
  }
  return scenarios;
}

TEST(Shard, CostsComeFromTheSavedRunOrAreItsMean) {
  RunModel run;
  run.cases.resize(2);
  run.cases[0].id = "a/0", run.cases[0].duration_ms = 10;
  run.cases[1].id = "a/2", run.cases[1].duration_ms = 30;
  EXPECT_EQ(CostsFrom(run, Scenarios(), {0, 1, 2}), (std::vector<double>{10, 20, 30}));
}

TEST(Shard, TheCorpusNamesIdsAndTexts) {
  auto scenarios = Scenarios();
  const std::string all = CorpusOf(scenarios, {0, 1, 2});
  EXPECT_EQ(all.size(), 64u);
  EXPECT_EQ(all, CorpusOf(scenarios, {0, 1, 2}));
  EXPECT_NE(all, CorpusOf(scenarios, {0, 1}));
  scenarios[2].digest = "e";
  EXPECT_NE(all, CorpusOf(scenarios, {0, 1, 2}));
  EXPECT_EQ(SeedOfCorpus(all), SeedOfCorpus(all));
  EXPECT_LT(SeedOfCorpus(all), 1'000'000'000u);
}

}  // namespace
}  // namespace aweber::conformance
