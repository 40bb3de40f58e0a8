// Shards: one selection of cases, dealt to several machines.
//
// Purpose: `--shard I/N` and `--shard auto`. Every shard is given the same selection and computes its
//   own part, so the parts need no coordination: together they are the whole, and no case is twice.
// Thread safety: pure functions. Errors: Error{"select.shard"} with the cure.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "conformance/result/event.h"
#include "conformance/result/run_model.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::conformance {

// The value of an environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment ProcessEnvironment();

// "2/5", or "auto": as the platform that started this process says (Kubernetes, Slurm, GitLab,
// Buildkite, CircleCI; docs/running.md has their variables).
Result<Shard> ReadShard(std::string_view text, const Environment& environment);

// Which of `costs.size()` things belong to `shard`, in their order. Equal costs: every Nth. Else the
// costliest goes first, each to the shard with the least so far.
std::vector<std::size_t> Deal(const std::vector<double>& costs, const Shard& shard);

// What each scenario took in a saved run, in milliseconds; one that the run does not know is given
// the mean.
std::vector<double> CostsFrom(const RunModel& run, const std::vector<mock::Scenario>& scenarios,
                              const std::vector<std::size_t>& selected);

// Names what was selected: SHA-256 over the ids and the texts of the scenarios, in hex.
std::string CorpusOf(const std::vector<mock::Scenario>& scenarios,
                     const std::vector<std::size_t>& selected);

// The seed of a shard that was not given one: the same for all shards of a corpus.
std::uint64_t SeedOfCorpus(std::string_view corpus);

}  // namespace aweber::conformance
