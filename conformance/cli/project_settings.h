// aweber-conformance.yaml: what the command line of `run`, `explore`, `baseline update` and `lint`
// would say, kept with the project. A flag wins over the file.
//
// Purpose: one row a key; each is an option of the command line under the same name, so the
//   option's own checks and conversions hold for the file too.
// Ownership, thread safety: pure functions, and one that changes the options of a command.
// Errors: Error{"yaml.*" | "settings.*"} with the place in the file.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
}

namespace aweber::conformance {

enum class SettingType { kText, kTexts, kNumber, kSwitch };

struct SettingKey {
  std::string_view key;
  std::string_view option;  // of the command line: "--driver", "PATTERN"
  SettingType type;
  bool is_path = false;  // relative to the file's folder
};
const std::vector<SettingKey>& SettingKeys();

struct Setting {
  const SettingKey* key = nullptr;
  std::vector<std::string> values;  // a switch that is off has none
  std::string place;                // "aweber-conformance.yaml:3:9"
};

// Where the options stand that a file said: "--baseline" -> "aweber-conformance.yaml:3:11: baseline: ",
// which goes before what is wrong with the value.
using SettingPlaces = std::map<std::string, std::string, std::less<>>;
// What is wrong with the value of `option`, said of the file where the file said it: its place comes
// first, and the name of the flag goes.
std::string ToldOf(const SettingPlaces& places, std::string_view option, std::string what);

// `folder` is put before relative paths; "" leaves them alone. A driver's command is started there.
// A file with nothing in it has no settings.
Result<std::vector<Setting>> ParseSettings(std::string_view text, const std::string& file,
                                           const std::string& folder);

// Gives `command` every setting that it has an option for and that its flags did not say.
// A driver that the flags name replaces the file's as a whole. Answers what it gave.
Result<SettingPlaces> ApplySettings(const std::vector<Setting>& settings, CLI::App& command);

// The file that holds here: `file`, or aweber-conformance.yaml in the current folder when there is
// one; "none" and a folder without one mean no settings.
Result<std::vector<Setting>> LoadSettings(const std::string& file);

}  // namespace aweber::conformance
