#include "mockserver/admin/scenario_library.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/yaml.h"
#include "mockserver/scenario/loader.h"

namespace aweber::mock {
namespace {

constexpr std::string_view kSuffix = ".yaml";

std::string IdHint(const std::string& directory, const std::string& path) {
  std::string hint = path.substr(directory.size());
  if (hint.starts_with('/')) hint.erase(0, 1);
  return hint.substr(0, hint.size() - kSuffix.size());
}

}  // namespace

Status ScenarioLibrary::Load(const std::string& directory) {
  Result<std::vector<Scenario>> built_in = BuiltInScenarios();
  if (!built_in.ok()) return built_in.error();
  {
    const std::lock_guard lock(mutex_);
    directory_ = directory;
    for (Scenario& scenario : *built_in) scenarios_[scenario.id] = std::move(scenario);
  }
  if (directory.empty()) return {};
  const Result<std::vector<std::string>> files = ListFiles(directory, kSuffix);
  if (!files.ok()) return files.error();
  const Reloaded reloaded = Reload();
  if (reloaded.errors.empty()) return {};
  return Error{"scenario.invalid", fmt::format("{}", fmt::join(reloaded.errors, "\n"))};
}

ScenarioLibrary::Reloaded ScenarioLibrary::Reload() {
  const std::lock_guard lock(mutex_);
  Reloaded result;
  if (directory_.empty()) return result;
  const Result<std::vector<std::string>> files = ListFiles(directory_, kSuffix);
  if (!files.ok()) {
    result.errors.push_back(files.error().message);
    return result;
  }
  for (const std::string& file : *files) {
    const Result<std::string> text = ReadFile(file, 1u << 20);
    if (!text.ok()) {
      result.errors.push_back(text.error().message);
      continue;
    }
    if (const auto known = texts_.find(file); known != texts_.end() && known->second == *text) {
      continue;
    }
    Result<std::vector<Scenario>> parsed = ParseScenario(*text, file, IdHint(directory_, file));
    if (!parsed.ok()) {
      result.errors.push_back(parsed.error().message);
      continue;
    }
    // Variants that the new text no longer has go with the old text.
    std::erase_if(scenarios_, [&](const auto& item) { return item.second.file == file; });
    for (Scenario& scenario : *parsed) {
      result.changed.push_back(scenario.id);
      scenarios_[scenario.id] = std::move(scenario);
      ++result.loaded;
    }
    texts_[file] = *text;
  }
  return result;
}

std::string ScenarioLibrary::Fingerprint() const {
  std::string directory;
  {
    const std::lock_guard lock(mutex_);
    directory = directory_;
  }
  if (directory.empty()) return "";
  const Result<std::vector<std::string>> files = ListFiles(directory, kSuffix);
  if (!files.ok()) return "unreadable";
  std::string fingerprint;
  for (const std::string& file : *files) {
    struct stat info {};
    if (stat(file.c_str(), &info) != 0) continue;
    fingerprint +=
        fmt::format("{} {} {}.{}\n", file, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  }
  return fingerprint;
}

std::optional<Scenario> ScenarioLibrary::Find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = scenarios_.find(id);
  if (found == scenarios_.end()) return std::nullopt;
  return found->second;
}

std::vector<Scenario> ScenarioLibrary::All() const {
  const std::lock_guard lock(mutex_);
  std::vector<Scenario> all;
  for (const auto& [id, scenario] : scenarios_) all.push_back(scenario);
  return all;
}

std::string ScenarioLibrary::Nearest(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [known, scenario] : scenarios_) ids.push_back(known);
  return NearestWord(id, ids);
}

}  // namespace aweber::mock
