// Loads scenario files, strictly.
//
// Errors: "file:line:col: what", the line, a caret, and "did you mean" where a word is close:
//   unknown or duplicate key, wrong type, unknown endpoint/fault/tamper/setting name, a label that
//   no step has, an id that differs from the path, a control that does not exist.
// Thread safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text/yaml.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::mock {

// The id of a variant's file: "token/expires" of "token/expires[string]".
inline std::string FileId(std::string_view id) { return std::string(id.substr(0, id.find('['))); }

// All variants of one file. `id_hint` is the path below the scenario root without ".yaml"; when not
// empty the file's id must equal it.
Result<std::vector<Scenario>> ParseScenario(std::string_view text, const std::string& file,
                                            const std::string& id_hint = "");
// The same of a document that was parsed already; `text` is what it was parsed from.
Result<std::vector<Scenario>> ParseScenario(const YamlDocument& document, std::string_view text,
                                            const std::string& id_hint = "");
// Error{"scenario.check"} for the first check that a scenario names and `known` has not. Which
// checks there are, a caller knows: they stand above this library.
Status CheckNamedChecks(const std::vector<Scenario>& scenarios,
                        const std::vector<std::string>& known);
// A rule list as found under `server.rules`, or one rule of it (JSON is YAML, so this also reads the admin API's
// bodies).
Result<std::vector<Rule>> ParseRules(std::string_view text, const std::string& file);
// The same of one node of a document that holds other things too.
Result<std::vector<Rule>> ParseRules(const YamlDocument& document, const YamlNode& node);

// The *.yaml below `directory`, sorted; an error when there are more than kMaxScenarioFiles.
inline constexpr std::size_t kMaxScenarioFiles = 10'000;
Result<std::vector<std::string>> ListScenarioFiles(const std::string& directory);
// Every *.yaml below `directory`, sorted by id; all errors are joined, not only the first.
Result<std::vector<Scenario>> LoadScenarioDirectory(const std::string& directory);
// The scenarios built into the program (scenarios/ at build time).
Result<std::vector<Scenario>> BuiltInScenarios();

// The text of a file built in; `path` is below scenarios/, "callback/ok.yaml".
struct EmbeddedFile {
  std::string_view path;
  std::string_view text;
};
const std::vector<EmbeddedFile>& EmbeddedScenarioFiles();  // sorted by path
// One built-in scenario without parsing the others. An id that is a file's with a matrix gives all
// its variants; "token/expires[string]" gives one. Error{"scenario.unknown"} suggests the nearest.
Result<std::vector<Scenario>> FindBuiltInScenario(const std::string& id);

}  // namespace aweber::mock
