#include "conformance/cli/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <numeric>

#include "base/crypto/crypto.h"

namespace aweber::conformance {
namespace {

// How a platform tells its N parallel jobs apart.
struct Platform {
  const char* name;
  const char* index;
  const char* count;
  const char* first;  // a variable with the lowest index; nullptr: `first_is`
  int first_is = 0;
  const char* step = nullptr;  // a variable with the distance of two indexes; nullptr: 1
};

// Sources: each platform's documentation of these variables. Kubernetes tells a pod of an Indexed
// Job its index and not how many there are; the manifest has to give that.
constexpr Platform kPlatforms[] = {
    {"Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", 0,
     "SLURM_ARRAY_TASK_STEP"},
    {"Kubernetes", "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", nullptr, 0},
    {"GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", nullptr, 1},
    {"Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", nullptr, 0},
    {"CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", nullptr, 0},
};

std::optional<int> ReadInt(std::string_view text) {
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Error BadShard(std::string message) { return Error{"select.shard", std::move(message)}; }

// The number in a variable that has to be there.
Result<int> Variable(const Platform& platform, const char* name, const Environment& environment) {
  const auto text = environment(name);
  if (!text) {
    return BadShard(
        fmt::format("--shard auto: {} is set, as {} does, but {} is not. Set it to the "
                    "number of shards",
                    platform.index, platform.name, name));
  }
  const auto number = ReadInt(*text);
  if (!number) {
    return BadShard(fmt::format("--shard auto: {} is '{}', not a number", name, *text));
  }
  return *number;
}

Result<Shard> ShardOf(const Platform& platform, const Environment& environment) {
  const auto index = Variable(platform, platform.index, environment);
  if (!index) return index.error();
  const auto count = Variable(platform, platform.count, environment);
  if (!count) return count.error();
  int first = platform.first_is, step = 1;
  if (platform.first != nullptr) {
    const auto read = Variable(platform, platform.first, environment);
    if (!read) return read.error();
    first = *read;
  }
  if (platform.step != nullptr && environment(platform.step)) {
    const auto read = Variable(platform, platform.step, environment);
    if (!read) return read.error();
    step = std::max(1, *read);
  }
  const Shard shard{(*index - first) / step + 1, *count};
  if (shard.index < 1 || shard.index > shard.count || (*index - first) % step != 0) {
    return BadShard(fmt::format("--shard auto: {} is {}, which is none of {} shards",
                                platform.index, *index, *count));
  }
  return shard;
}

Result<Shard> AutoShard(const Environment& environment) {
  std::string names;
  for (const Platform& platform : kPlatforms) {
    if (environment(platform.index)) return ShardOf(platform, environment);
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", platform.index, platform.name);
  }
  return BadShard(fmt::format("--shard auto: none of {} is set. Outside these, give I/N", names));
}

}  // namespace

Environment ProcessEnvironment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* const value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

Result<Shard> ReadShard(std::string_view text, const Environment& environment) {
  if (text == "auto") return AutoShard(environment);
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto index = ReadInt(text.substr(0, slash)), count = ReadInt(text.substr(slash + 1));
    if (index && count && *index >= 1 && *index <= *count) return Shard{*index, *count};
  }
  return BadShard(
      fmt::format("--shard takes I/N with 1 <= I <= N, as 2/5, or auto, not '{}'", text));
}

std::vector<std::size_t> Deal(const std::vector<double>& costs, const Shard& shard) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  std::vector<double> loads(static_cast<std::size_t>(shard.count), 0);
  std::vector<std::size_t> mine;
  for (const std::size_t which : order) {
    const auto least = std::min_element(loads.begin(), loads.end());
    *least += costs[which];
    if (least - loads.begin() == shard.index - 1) mine.push_back(which);
  }
  std::sort(mine.begin(), mine.end());
  return mine;
}

std::vector<double> CostsFrom(const RunModel& run, const std::vector<mock::Scenario>& scenarios,
                              const std::vector<std::size_t>& selected) {
  std::map<std::string, double> took;
  double sum = 0;
  for (const CaseResult& result : run.cases) {
    took[result.id] = result.duration_ms;
    sum += result.duration_ms;
  }
  const double mean = took.empty() ? 1 : sum / static_cast<double>(took.size());
  std::vector<double> costs;
  for (const std::size_t which : selected) {
    const auto known = took.find(scenarios[which].id);
    costs.push_back(known == took.end() ? mean : known->second);
  }
  return costs;
}

std::string CorpusOf(const std::vector<mock::Scenario>& scenarios,
                     const std::vector<std::size_t>& selected) {
  std::string all;
  for (const std::size_t which : selected) {
    all += fmt::format("{} {}\n", scenarios[which].id, scenarios[which].digest);
  }
  return HexLower(Sha256(all));
}

std::uint64_t SeedOfCorpus(std::string_view corpus) {
  std::uint64_t seed = 0;
  for (const char c : Sha256(corpus).substr(0, 8)) {
    seed = seed << 8 | static_cast<unsigned char>(c);
  }
  return seed % 1'000'000'000;  // short enough to be typed again
}

}  // namespace aweber::conformance
