// Saved shards become one run, or the merge says which of them does not fit.
#include "conformance/result/merge.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/text/json.h"

namespace aweber::conformance {
namespace {

CaseResult Played(std::string id, Outcome outcome) {
  CaseResult result;
  result.id = std::move(id);
  result.outcome = outcome;
  return result;
}

SavedRun ShardRun(int index, std::vector<CaseResult> cases) {
  SavedRun run;
  run.file = std::to_string(index) + ".ndjson";
  RunInfo& info = run.model.info;
  info.client.name = "client";
  info.client.version = "1";
  info.seed = 7;
  info.profile = "aweber";
  info.version = "2.0";
  info.shard = {index, 3};
  info.selected = 4;
  info.corpus = "c0ffee";
  for (CaseResult& result : cases) {
    result.index = info.cases.size();
    info.cases.push_back(result.id);
  }
  run.model.cases = std::move(cases);
  run.model.summary.duration_ms = index * 100;
  run.model.summary.requests = 10;
  return run;
}

std::vector<SavedRun> Three() {
  std::vector<SavedRun> runs = {
      ShardRun(1, {Played("a/1", Outcome::kPass), Played("b/2", Outcome::kFail)}),
      ShardRun(2, {Played("a/2", Outcome::kSkip)}), ShardRun(3, {Played("b/1", Outcome::kPass)})};
  runs[0].model.summary.exit_status = 1;
  runs[1].model.summary.exit_status = 4;
  return runs;
}

TEST(Merge, IsTheRunThatWasDealt) {
  const auto whole = MergeShards(Three(), MissingShards::kRefuse);
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->info.cases, (std::vector<std::string>{"a/1", "a/2", "b/1", "b/2"}));
  ASSERT_EQ(whole->cases.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(whole->cases[i].index, i);
    EXPECT_EQ(whole->cases[i].id, whole->info.cases[i]);
  }
  EXPECT_EQ(whole->summary.counts,
            (std::map<std::string, int>{{"fail", 1}, {"pass", 2}, {"skip", 1}}));
  EXPECT_EQ(whole->summary.duration_ms, 300);
  EXPECT_EQ(whole->summary.requests, 30u);
  EXPECT_EQ(whole->summary.exit_status, 1);
  EXPECT_EQ(whole->info.shard.count, 1);
}

struct Refusal {
  const char* name;
  std::function<void(std::vector<SavedRun>&)> spoil;
  const char* message;
};

TEST(Merge, RefusesWhatIsNoWhole) {
  const Refusal refusals[] = {
      {"a missing shard", [](auto& runs) { runs.pop_back(); },
       "shard 3 of 3 is missing. Run it, or give --partial for what is there"},
      {"two missing shards", [](auto& runs) { runs.resize(1); },
       "shards 2, 3 of 3 are missing. Run them, or give --partial for what is there"},
      {"a shard twice",
       [](auto& runs) {
         runs.push_back(runs.back());
         runs.back().file = "copy.ndjson";
       },
       "3.ndjson and copy.ndjson are both shard 3. Give each shard once"},
      {"a case twice", [](auto& runs) { runs[2].model.cases[0].id = "a/2"; },
       "case a/2 is in 2.ndjson and in 3.ndjson. Give every shard the same --balance file"},
      {"a case missing", [](auto& runs) { runs[2].model.cases.clear(); },
       "the shards have 3 of the 4 selected cases. Give every shard the same --balance file"},
      {"another seed", [](auto& runs) { runs[1].model.info.seed = 8; },
       "2.ndjson: its seed is 8, but 1.ndjson has 7. Give every shard the same --seed, or none"},
      {"another corpus", [](auto& runs) { runs[1].model.info.corpus = "decaf"; },
       "2.ndjson: its corpus is decaf, but 1.ndjson has c0ffee. Run every shard with the same "
       "program, scenarios, patterns, tags and profile"},
      {"another client", [](auto& runs) { runs[2].model.info.client.version = "2"; },
       "3.ndjson: its client is client 2, but 1.ndjson has client 1. Test one client in all "
       "shards, "
       "or report each client by itself"},
      {"another profile", [](auto& runs) { runs[2].model.info.profile = "rfc9700"; },
       "3.ndjson: its profile is rfc9700, but 1.ndjson has aweber. Give every shard one --profile"},
      {"another number of shards", [](auto& runs) { runs[2].model.info.shard.count = 4; },
       "3.ndjson: its number of shards is 4, but 1.ndjson has 3. Give every shard the same N"},
      {"another version", [](auto& runs) { runs[2].model.info.version = "2.1"; },
       "3.ndjson: its harness version is 2.1, but 1.ndjson has 2.0. Run every shard with the same "
       "version of this program"},
      {"no shard", [](auto& runs) { runs[1].model.info.corpus = ""; },
       "2.ndjson: this run does not say which shard it is. Save each shard with run --shard I/N "
       "--report ndjson=FILE"},
  };
  for (const Refusal& refusal : refusals) {
    std::vector<SavedRun> runs = Three();
    refusal.spoil(runs);
    const auto whole = MergeShards(std::move(runs), MissingShards::kRefuse);
    ASSERT_FALSE(whole) << refusal.name;
    EXPECT_EQ(whole.error().message, refusal.message) << refusal.name;
  }
}

TEST(Merge, WhatIsThereCanBeEnough) {
  std::vector<SavedRun> runs = Three();
  runs.pop_back();
  const auto some = MergeShards(std::move(runs), MissingShards::kAllow);
  ASSERT_TRUE(some) << some.error().message;
  EXPECT_EQ(some->cases.size(), 3u);
  EXPECT_EQ(some->summary.missing_shards, "shard 3 of 3");
  EXPECT_EQ(MergeShards(Three(), MissingShards::kAllow)->summary.missing_shards, "");
}

Json Tried(int sequences, const char* state, const char* finding, const char* outcome) {
  return {{"sequences", sequences},
          {"coverage", {{"states", {"none/none", state}}, {"actions", {{"call", sequences}}}}},
          {"findings", {{{"id", finding}, {"outcome", outcome}}}}};
}

// Two shards may find the same; what one of them could not confirm, another one did.
TEST(Merge, ExplorationsAreAddedUp) {
  std::vector<SavedRun> runs = {ShardRun(1, {Played("explore/a", Outcome::kFlaky)}),
                                ShardRun(2, {Played("explore/a", Outcome::kFail)}),
                                ShardRun(3, {Played("explore/b", Outcome::kFlaky)})};
  runs[0].model.summary.exploration = Tried(3, "asked/none", "explore/a", "flaky");
  runs[1].model.summary.exploration = Tried(4, "granted/none", "explore/a", "fail");
  runs[2].model.summary.exploration = Tried(5, "asked/none", "explore/b", "flaky");
  const auto whole = MergeShards(std::move(runs), MissingShards::kRefuse);
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->summary.counts, (std::map<std::string, int>{{"fail", 1}, {"flaky", 1}}));
  const Json& tried = whole->summary.exploration;
  EXPECT_EQ(tried.at("sequences"), 12);
  EXPECT_EQ(tried.at("coverage").at("states"), (Json{"asked/none", "granted/none", "none/none"}));
  EXPECT_EQ(tried.at("coverage").at("actions").at("call"), 12);
  ASSERT_EQ(tried.at("findings").size(), 2u);
  EXPECT_EQ(tried.at("findings")[0].at("outcome"), "fail");
}

TEST(Merge, WhatBrokeCountsBeforeWhatFailed) {
  std::vector<SavedRun> runs = Three();
  runs[2].model.summary.exit_status = 3;
  runs[2].model.summary.harness_error = "the driver ended";
  const auto whole = MergeShards(std::move(runs), MissingShards::kRefuse);
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->summary.exit_status, 3);
  EXPECT_EQ(whole->summary.harness_error, "shard 3: the driver ended");
}

}  // namespace
}  // namespace aweber::conformance
