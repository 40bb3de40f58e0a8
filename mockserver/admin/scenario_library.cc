#include "mockserver/admin/scenario_library.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

#include "base/os/file.h"
#include "base/text/nearest_word.h"
#include "base/text/yaml.h"
#include "mockserver/scenario/loader.h"

namespace aweber::mock {
namespace {

constexpr std::string_view kSuffix = ".yaml";
constexpr std::size_t kMaxFile = 1u << 20;

std::string IdHint(const std::string& directory, const std::string& path) {
  std::string hint = path.substr(directory.size());
  if (hint.starts_with('/')) hint.erase(0, 1);
  return hint.substr(0, hint.size() - kSuffix.size());
}

}  // namespace

Status ScenarioLibrary::Load(const std::string& directory) {
  {
    const std::lock_guard lock(mutex_);
    directory_ = directory;
  }
  if (directory.empty()) return {};
  const Result<std::vector<std::string>> files = ListScenarioFiles(directory);
  if (!files.ok()) return files.error();
  const Reloaded reloaded = Reload();
  if (reloaded.errors.empty()) return {};
  return Error{"scenario.invalid", fmt::format("{}", fmt::join(reloaded.errors, "\n"))};
}

Result<std::vector<Scenario>> ScenarioLibrary::AddFile(const std::string& file) {
  const Result<std::string> text = ReadFile(file, kMaxFile);
  if (!text.ok()) return text.error();
  Result<std::vector<Scenario>> parsed = ParseScenario(*text, file);
  if (!parsed.ok()) return parsed.error();
  const std::lock_guard lock(mutex_);
  single_files_.push_back(file);
  for (const Scenario& scenario : *parsed) scenarios_[scenario.id] = scenario;
  texts_[file] = *text;
  return parsed;
}

Result<std::vector<ScenarioLibrary::Source>> ScenarioLibrary::Sources() const {
  std::vector<Source> sources;
  if (!directory_.empty()) {
    const Result<std::vector<std::string>> files = ListScenarioFiles(directory_);
    if (!files.ok()) return files.error();
    for (const std::string& file : *files) {
      const std::string hint = IdHint(directory_, file);
      // The map from the guide's sentences to scenarios stands in the folder of the built-in ones.
      if (hint != "guide") sources.push_back({file, hint});
    }
  }
  for (const std::string& file : single_files_) sources.push_back({file, ""});
  return sources;
}

ScenarioLibrary::Reloaded ScenarioLibrary::Reload() {
  const std::lock_guard lock(mutex_);
  Reloaded result;
  const Result<std::vector<Source>> sources = Sources();
  if (!sources.ok()) {
    result.errors.push_back(sources.error().message);
    return result;
  }
  for (const auto& [file, id_hint] : *sources) {
    const Result<std::string> text = ReadFile(file, kMaxFile);
    if (!text.ok()) {
      result.errors.push_back(text.error().message);
      continue;
    }
    if (const auto known = texts_.find(file); known != texts_.end() && known->second == *text) {
      continue;
    }
    Result<std::vector<Scenario>> parsed = ParseScenario(*text, file, id_hint);
    if (!parsed.ok()) {
      result.errors.push_back(parsed.error().message);
      continue;
    }
    // Variants that the new text no longer has go with the old text.
    std::erase_if(scenarios_,
                  [&, name = &file](const auto& item) { return item.second.file == *name; });
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
  Result<std::vector<Source>> sources = std::vector<Source>();
  {
    const std::lock_guard lock(mutex_);
    sources = Sources();
  }
  if (!sources.ok()) return "unreadable";
  std::string fingerprint;
  for (const Source& source : *sources) {
    struct stat info {};
    if (stat(source.file.c_str(), &info) != 0) continue;
    fingerprint += fmt::format("{} {} {}.{}\n", source.file, info.st_size, info.st_mtim.tv_sec,
                               info.st_mtim.tv_nsec);
  }
  return fingerprint;
}

// A built-in scenario that cannot be read fails the tests, and is not there.
const ScenarioLibrary::Scenarios& ScenarioLibrary::Known() const {
  if (!std::exchange(built_in_read_, true)) {
    if (auto built_in = BuiltInScenarios()) {
      for (Scenario& scenario : *built_in) {
        const std::string id = scenario.id;
        scenarios_.try_emplace(id, std::move(scenario));  // a file's scenario of this id stays
      }
    }
  }
  return scenarios_;
}

std::optional<Scenario> ScenarioLibrary::Find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  if (const auto found = scenarios_.find(id); found != scenarios_.end()) return found->second;
  if (built_in_read_) return std::nullopt;
  const auto built_in = FindBuiltInScenario(id);  // reads one file
  const bool found = built_in.ok() && built_in->size() == 1 && built_in->front().id == id;
  return found ? std::optional(built_in->front()) : std::nullopt;
}

std::vector<Scenario> ScenarioLibrary::All() const {
  const std::lock_guard lock(mutex_);
  std::vector<Scenario> all;
  for (const auto& [id, scenario] : Known()) all.push_back(scenario);
  return all;
}

std::string ScenarioLibrary::Nearest(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [known, scenario] : Known()) ids.push_back(known);
  return NearestWord(id, ids);
}

}  // namespace aweber::mock
