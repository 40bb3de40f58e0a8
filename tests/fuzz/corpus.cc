// fuzz_corpus SEEDS [NAME]...: plays the files of SEEDS/NAME through each fuzz target, and each of
// them cut after every byte, without every byte, and with every byte changed. What breaks a target
// ends the program below the name of the file. Any compiler will do.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/os/file.h"
#include "tests/fuzz/fuzz_targets.h"

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestSeed = 1u << 20;
constexpr std::size_t kMostPlaces =
    400;  // of one seed; of a longer one, every second or third byte
constexpr char kChanges[] = {'\0', '\xff', '"', '0'};

class Player {
 public:
  explicit Player(const FuzzTarget& target) : target_(target) {}

  void Play(const std::string& text) {
    ++count_;
    target_.play(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }

  void PlayAround(const std::string& seed) {
    Play(seed);
    const std::size_t stride = 1 + seed.size() / kMostPlaces;
    for (std::size_t i = 0; i < seed.size(); i += stride) {
      Play(seed.substr(0, i));
      Play(seed.substr(0, i) + seed.substr(i + 1));
      for (const char c : kChanges) {
        std::string changed = seed;
        changed[i] = c;
        Play(changed);
      }
    }
  }
  std::size_t count() const { return count_; }

 private:
  const FuzzTarget& target_;
  std::size_t count_ = 0;
};

std::vector<fs::path> FilesOf(const fs::path& folder) {
  std::error_code failure;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, failure)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: fuzz_corpus SEEDS [NAME]...\n");
    return 2;
  }
  const std::vector<std::string> names(argv + 2, argv + argc);
  std::size_t targets = 0, inputs = 0;
  for (const FuzzTarget& target : FuzzTargets()) {
    if (!names.empty() && std::find(names.begin(), names.end(), target.name) == names.end()) {
      continue;
    }
    Player player(target);
    player.Play("");
    for (const fs::path& file : FilesOf(fs::path(argv[1]) / target.name)) {
      const auto seed = aweber::ReadFile(file.string(), kLongestSeed);
      if (!seed.ok()) {
        fmt::print(stderr, "fuzz_corpus: {}\n", seed.error().message);
        return 2;
      }
      fmt::print("{}: {}\n", target.name, file.filename().string());
      std::fflush(stdout);
      player.PlayAround(*seed);
    }
    if (player.count() < 2) {
      fmt::print(stderr, "fuzz_corpus: {}: no seed. Put one into {}/{}.\n", target.name, argv[1],
                 target.name);
      return 2;
    }
    ++targets;
    inputs += player.count();
  }
  fmt::print("{} targets, {} inputs, no finding\n", targets, inputs);
  return targets == 0 ? 2 : 0;
}
