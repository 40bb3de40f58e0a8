// Internal to the scenario loader: the readers of a file's parts, one .cc each.
//
// Purpose: each function reads one kind of node into its plain value. The node may be a substituted
//   copy (matrix.cc); the document gives file, line and caret for messages.
// Ownership: nothing is kept. Thread safety: pure functions.
// Errors: Error{"yaml.*" | "scenario.*"}, positioned; the first one found.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text/json_fwd.h"
#include "base/text/yaml.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::mock::internal {

// An error at `mark`; where `word` is near one of `known` the message ends in "did you mean".
Error UnknownWord(const YamlDocument& document, YamlMark mark, std::string_view what,
                  const std::string& word, const std::vector<std::string>& known);
Error Misplaced(const YamlDocument& document, YamlMark mark, std::string_view message);

Json YamlToJson(const YamlNode& node);

// Strings of a scalar or of a sequence of scalars.
Status ReadStrings(const YamlDocument& document, const YamlNode& node, std::string_view what,
                   std::vector<std::string>& out);
// HTTP statuses: an integer or a sequence of them.
Status ReadStatuses(const YamlDocument& document, const YamlNode& node, std::vector<int>& out);

// `endpoint_key` is "endpoint" in a rule's selector and "seen" in a wire pattern. Reads the members
// from `reader`; the caller finishes it.
void ReadSelector(YamlMapReader& reader, std::string_view endpoint_key, Selector& out);

Status ReadRules(const YamlDocument& document, const YamlNode& node, std::vector<Rule>& out);
Status ReadFaults(const YamlDocument& document, const YamlNode& node, std::vector<Fault>& out);
Status ReadServer(const YamlDocument& document, const YamlNode& node, ScenarioServer& out);
// Steps with unique labels.
Status ReadSteps(const YamlDocument& document, const YamlNode& node, std::vector<Step>& out);
Status ReadExpectation(const YamlDocument& document, const YamlNode& node,
                       const std::vector<Step>& steps, Expectation& out);

// Every step, nested ones after the one that holds them.
std::vector<const Step*> Flatten(const std::vector<Step>& steps);
// The step asks the driver something, so that it has a reply to judge.
bool AsksDriver(const std::string& op);

// One variant of a file: its name ("" without a matrix) and the whole document for it.
struct Variant {
  std::string name;
  YamlNode root;
};
// The matrix expanded, `${axis.member}` put in; a scalar that is exactly one substitution becomes
// the value with its YAML type. Names that stand for things known only in play are left alone.
Result<std::vector<Variant>> ExpandMatrix(const YamlDocument& document);

}  // namespace aweber::mock::internal
