// Merging: the saved runs of all shards as one run.
//
// Purpose: `report A.ndjson B.ndjson ...`. The verdict of the whole is only as good as its parts, so
//   nothing is guessed: the shards must be all there, each once, of one client, one seed, one
//   profile, one version of this program and one corpus (the same scenarios with the same texts).
// Thread safety: a pure function. Errors: Error{"report.merge"} naming the files and the cure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/result/run_model.h"

namespace aweber::conformance {

struct SavedRun {
  std::string file;
  RunModel model;
};

enum class MissingShards { kRefuse, kAllow };

// The shards of an exploration are merged as well: a finding of several shards is one case. Cases are
// in the order of their ids, as in an unsharded run. The duration is the longest of the
// shards', the exit status the gravest. With kAllow the shards that are there are enough, and
// RunSummary::missing_shards names the others. One shard alone is merged like several: it is no run.
Result<RunModel> MergeShards(std::vector<SavedRun> runs, MissingShards missing);

}  // namespace aweber::conformance
