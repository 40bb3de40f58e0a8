#include "conformance/result/merge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "conformance/result/exit_status.h"
#include "conformance/result/merge_exploration.h"

namespace aweber::conformance {
namespace {

Error CannotMerge(std::string message) { return Error{"report.merge", std::move(message)}; }

std::string ClientOf(const RunModel& model) {
  return fmt::format("{} {}", model.info.client.name, model.info.client.version);
}

// What all shards of a run have in common; the first word that differs refuses the merge.
struct Common {
  const char* what;
  std::string (*of)(const RunModel& model);
  const char* cure;
};
const Common kCommon[] = {
    {"number of shards", [](const RunModel& m) { return std::to_string(m.info.shard.count); },
     "Give every shard the same N"},
    {"corpus", [](const RunModel& m) { return m.info.corpus; },
     "Run every shard with the same program, scenarios, patterns, tags and profile"},
    {"seed", [](const RunModel& m) { return std::to_string(m.info.seed); },
     "Give every shard the same --seed, or none"},
    {"profile", [](const RunModel& m) { return m.info.profile; }, "Give every shard one --profile"},
    {"client", ClientOf, "Test one client in all shards, or report each client by itself"},
    {"harness version", [](const RunModel& m) { return m.info.version; },
     "Run every shard with the same version of this program"},
};

Status CheckCommon(const std::vector<SavedRun>& runs) {
  const SavedRun& first = runs.front();
  for (const SavedRun& run : runs) {
    if (run.model.info.corpus.empty()) {
      return CannotMerge(
          fmt::format("{}: this run does not say which shard it is. Save each shard "
                      "with run --shard I/N --report ndjson=FILE",
                      run.file));
    }
    for (const Common& common : kCommon) {
      const std::string here = common.of(run.model), there = common.of(first.model);
      if (here == there) continue;
      return CannotMerge(fmt::format("{}: its {} is {}, but {} has {}. {}", run.file, common.what,
                                     here, first.file, there, common.cure));
    }
  }
  return {};
}

std::vector<int> AbsentShards(const std::vector<SavedRun>& runs) {
  std::set<int> present;
  for (const SavedRun& run : runs) present.insert(run.model.info.shard.index);
  std::vector<int> absent;
  const int count = runs.front().model.info.shard.count;
  for (int index = 1; index <= count; ++index) {
    if (!present.contains(index)) absent.push_back(index);
  }
  return absent;
}

// "shards 1, 3 of 3"; "" of none.
std::string Named(const std::vector<int>& shards, int count) {
  if (shards.empty()) return "";
  return fmt::format("shard{} {} of {}", shards.size() == 1 ? "" : "s", fmt::join(shards, ", "),
                     count);
}

Status CheckShards(const std::vector<SavedRun>& runs, MissingShards missing) {
  std::map<int, const SavedRun*> shards;
  for (const SavedRun& run : runs) {
    const auto [place, fresh] = shards.emplace(run.model.info.shard.index, &run);
    if (fresh) continue;
    return CannotMerge(fmt::format("{} and {} are both shard {}. Give each shard once",
                                   place->second->file, run.file, place->first));
  }
  const std::vector<int> absent = AbsentShards(runs);
  if (absent.empty() || missing == MissingShards::kAllow) return {};
  const bool several = absent.size() > 1;
  return CannotMerge(fmt::format("{} {} missing. Run {}, or give --partial for what is there",
                                 Named(absent, runs.front().model.info.shard.count),
                                 several ? "are" : "is", several ? "them" : "it"));
}

Status CheckCases(const std::vector<SavedRun>& runs) {
  std::map<std::string, const SavedRun*> cases;
  for (const SavedRun& run : runs) {
    for (const CaseResult& result : run.model.cases) {
      const auto [place, fresh] = cases.emplace(result.id, &run);
      if (fresh) continue;
      return CannotMerge(
          fmt::format("case {} is in {} and in {}. Give every shard the same "
                      "--balance file",
                      result.id, place->second->file, run.file));
    }
  }
  return {};
}

// As a run ends: what broke counts before what failed.
int GravestStatus(const std::vector<SavedRun>& runs) {
  const auto any = [&](int status) {
    return std::any_of(runs.begin(), runs.end(), [&](const SavedRun& run) {
      return run.model.summary.exit_status == status;
    });
  };
  for (const int status : {kExitInterrupted, kExitBroken, kExitFailed, kExitGood}) {
    if (any(status)) return status;
  }
  return kExitNothing;
}

std::vector<Json> ExplorationsOf(const std::vector<SavedRun>& runs) {
  std::vector<Json> explorations;
  for (const SavedRun& run : runs) {
    const Json& exploration = run.model.summary.exploration;
    if (!exploration.is_null()) explorations.push_back(exploration);
  }
  return explorations;
}

void AddSummary(const SavedRun& run, RunSummary& whole) {
  const RunSummary& part = run.model.summary;
  whole.duration_ms = std::max(whole.duration_ms, part.duration_ms);
  whole.requests += part.requests;
  whole.interrupted = whole.interrupted || part.interrupted;
  whole.cut_short = whole.cut_short || part.cut_short;
  whole.stale_baseline.insert(whole.stale_baseline.end(), part.stale_baseline.begin(),
                              part.stale_baseline.end());
  if (part.harness_error.empty()) return;
  whole.harness_error += fmt::format("{}shard {}: {}", whole.harness_error.empty() ? "" : "; ",
                                     run.model.info.shard.index, part.harness_error);
}

}  // namespace

Result<RunModel> MergeShards(std::vector<SavedRun> runs, MissingShards missing) {
  if (runs.empty()) return CannotMerge("no run to merge");
  const std::vector<Json> explorations = ExplorationsOf(runs);
  const bool explored = !explorations.empty();  // then two shards may find the same
  for (const Status& checked :
       {CheckCommon(runs), CheckShards(runs, missing), explored ? Status{} : CheckCases(runs)}) {
    if (!checked) return checked.error();
  }
  RunModel whole;
  whole.info = runs.front().model.info;
  whole.summary.missing_shards = Named(AbsentShards(runs), whole.info.shard.count);
  whole.info.shard = {};
  whole.info.cases.clear();
  for (SavedRun& run : runs) {
    AddSummary(run, whole.summary);
    for (CaseResult& result : run.model.cases) whole.cases.push_back(std::move(result));
  }
  if (explored) {
    whole.cases = MergeFindings(std::move(whole.cases));
    whole.summary.exploration = MergeExplorations(explorations);
  }
  const std::size_t selected = whole.info.selected;
  if (!explored && missing == MissingShards::kRefuse && whole.cases.size() != selected) {
    return CannotMerge(
        fmt::format("the shards have {} of the {} selected cases. Give every shard "
                    "the same --balance file",
                    whole.cases.size(), selected));
  }
  std::sort(whole.cases.begin(), whole.cases.end(),
            [](const CaseResult& a, const CaseResult& b) { return a.id < b.id; });
  for (std::size_t index = 0; index < whole.cases.size(); ++index) {
    whole.cases[index].index = index;
    whole.info.cases.push_back(whole.cases[index].id);
  }
  whole.summary.counts = whole.Count();
  whole.summary.exit_status = GravestStatus(runs);
  return whole;
}

}  // namespace aweber::conformance
