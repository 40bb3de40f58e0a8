#include "conformance/cli/project_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <set>

#include "base/os/cli_failure.h"
#include "base/os/file.h"
#include "base/text/yaml.h"
#include "conformance/init/plan.h"

namespace aweber::conformance {
namespace {

using Type = SettingType;
namespace fs = std::filesystem;

// What names a driver.
constexpr std::string_view kDriverOptions[] = {"--driver", "--driver-kind", "--driver-config"};

bool IsOfTheDriver(std::string_view option) {
  return option == "--driver-dir" || std::find(std::begin(kDriverOptions), std::end(kDriverOptions),
                                               option) != std::end(kDriverOptions);
}

// "junit=FILE" keeps its format before the path.
std::string Below(const std::string& folder, const SettingKey& key, const std::string& value) {
  if (folder.empty() || !key.is_path || value.empty()) return value;
  std::string format, path = value;
  if (key.key == "report") {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos) return value;
    format = value.substr(0, equals + 1);
    path = value.substr(equals + 1);
  }
  return fs::path(path).is_absolute() ? value : format + (fs::path(folder) / path).string();
}

std::vector<std::string> ReadValues(YamlMapReader& reader, const SettingKey& key) {
  switch (key.type) {
    case Type::kText:
      return {reader.Text(key.key).value_or("")};
    case Type::kTexts:
      return reader.StringList(key.key);
    case Type::kNumber:
      return {fmt::format("{}", reader.Number(key.key).value_or(0))};
    case Type::kSwitch:
      return reader.Bool(key.key).value_or(false) ? std::vector<std::string>{"true"}
                                                  : std::vector<std::string>{};
  }
  return {};
}

// "--jobs: must be" or "--skip 'x' matches" without the flag, which the file does not have.
std::string WithoutFlag(std::string_view option, std::string what) {
  if (!option.starts_with("--") || !what.starts_with(option)) return what;
  const std::size_t end = what.find_first_not_of(": ", option.size());
  return end == option.size() || end == std::string::npos ? what : what.substr(end);
}

const SettingKey& KeyOf(std::string_view name) {
  const auto& keys = SettingKeys();
  return *std::find_if(keys.begin(), keys.end(),
                       [&](const SettingKey& key) { return key.key == name; });
}

// The command of the file is started in the file's folder, unless the file names another.
void AddDriverFolder(const std::string& folder, std::vector<Setting>& settings) {
  const auto find = [&](std::string_view name) {
    return std::find_if(settings.begin(), settings.end(),
                        [&](const Setting& setting) { return setting.key->key == name; });
  };
  const auto driver = find("driver");
  if (folder.empty() || driver == settings.end() || find("driver-dir") != settings.end()) return;
  settings.push_back({&KeyOf("driver-dir"), {folder}, driver->place});
}

CLI::Option* FindOption(CLI::App& command, std::string_view name) {
  return command.get_option_no_throw(std::string(name));
}

bool WasGiven(CLI::App& command, std::string_view name) {
  const CLI::Option* const option = FindOption(command, name);
  return option != nullptr && option->count() > 0;
}

}  // namespace

const std::vector<SettingKey>& SettingKeys() {
  static const std::vector<SettingKey> kKeys = {
      {.key = "driver", .option = "--driver", .type = Type::kText},
      {.key = "driver-kind", .option = "--driver-kind", .type = Type::kText},
      {.key = "driver-config", .option = "--driver-config", .type = Type::kText, .is_path = true},
      {.key = "driver-dir", .option = "--driver-dir", .type = Type::kText, .is_path = true},
      {.key = "driver-fd", .option = "--driver-fd", .type = Type::kNumber},
      {.key = "shell", .option = "--shell", .type = Type::kSwitch},
      {.key = "start-timeout", .option = "--start-timeout", .type = Type::kNumber},
      {.key = "profile", .option = "--profile", .type = Type::kText},
      {.key = "scheme", .option = "--scheme", .type = Type::kText},
      {.key = "select", .option = "PATTERN", .type = Type::kTexts},
      {.key = "tag", .option = "--tag", .type = Type::kTexts},
      {.key = "skip", .option = "--skip", .type = Type::kTexts},
      {.key = "scenarios", .option = "--scenarios", .type = Type::kText, .is_path = true},
      {.key = "baseline", .option = "--baseline", .type = Type::kText, .is_path = true},
      {.key = "report", .option = "--report", .type = Type::kTexts, .is_path = true},
      {.key = "jobs", .option = "--jobs", .type = Type::kNumber},
      {.key = "repeat", .option = "--repeat", .type = Type::kNumber},
      {.key = "max-restarts", .option = "--max-restarts", .type = Type::kNumber},
      {.key = "seed", .option = "--seed", .type = Type::kNumber},
      {.key = "strict", .option = "--strict", .type = Type::kSwitch},
      {.key = "strict-errors", .option = "--strict-errors", .type = Type::kSwitch},
      {.key = "fail-fast", .option = "--fail-fast", .type = Type::kSwitch},
  };
  return kKeys;
}

Result<std::vector<Setting>> ParseSettings(std::string_view text, const std::string& file,
                                           const std::string& folder) {
  const auto document = ParseYaml(text, file);
  if (!document) return document.error();
  std::vector<Setting> settings;
  if (document->root().kind == YamlNode::Kind::kNull) return settings;
  YamlMapReader reader(*document, document->root(), "the settings");
  for (const SettingKey& key : SettingKeys()) {
    const YamlNode* const node = reader.Child(key.key);
    if (node == nullptr) continue;
    Setting setting{&key, ReadValues(reader, key),
                    fmt::format("{}:{}:{}", file, node->mark.line, node->mark.column)};
    for (std::string& value : setting.values) value = Below(folder, key, value);
    settings.push_back(std::move(setting));
  }
  if (const Status status = reader.Finish(); !status) return status.error();
  AddDriverFolder(folder, settings);
  return settings;
}

std::string ToldOf(const SettingPlaces& places, std::string_view option, std::string what) {
  const auto found = places.find(option);
  return found == places.end() ? what : found->second + WithoutFlag(option, std::move(what));
}

Result<SettingPlaces> ApplySettings(const std::vector<Setting>& settings, CLI::App& command) {
  const bool own_driver =
      std::any_of(std::begin(kDriverOptions), std::end(kDriverOptions),
                  [&](std::string_view name) { return WasGiven(command, name); });
  SettingPlaces places;
  for (const Setting& setting : settings) {
    const std::string_view name = setting.key->option;
    CLI::Option* const option = FindOption(command, name);
    if (option == nullptr || option->count() > 0 || setting.values.empty()) continue;
    if (own_driver && IsOfTheDriver(name)) continue;
    try {
      option->add_result(setting.values);
      option->run_callback();
    } catch (const CLI::Error& error) {
      return Error{"settings.value", fmt::format("{}: {}: {}", setting.place, setting.key->key,
                                                 WithoutFlag(name, WrongValue(error.what())))};
    }
    places.emplace(name, fmt::format("{}: {}: ", setting.place, setting.key->key));
  }
  return places;
}

Result<std::vector<Setting>> LoadSettings(const std::string& file) {
  std::error_code failure;
  if (file == "none" || (file.empty() && !fs::exists(kSettingsFile, failure))) {
    return std::vector<Setting>{};
  }
  const std::string path = file.empty() ? kSettingsFile : file;
  const auto text = ReadFile(path, 1u << 20);
  if (!text) return text.error();
  return ParseSettings(*text, path, fs::path(path).parent_path().string());
}

}  // namespace aweber::conformance
