#include "mockserver/scenario/fault_docs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "base/text/json.h"
#include "mockserver/journal/fault_kinds.h"

namespace aweber::mock {
namespace {

using Type = FaultMember::Type;

Json Reference(const char* name) { return {{"$ref", std::string("#/definitions/") + name}}; }

Json OrSubstitution(Json schema) {
  return {{"anyOf", Json::array({std::move(schema), Reference("substitution")})}};
}

Json Words(const FaultMember& member) {
  Json words = Json::array();
  for (const std::string_view word : member.words) words.push_back(std::string(word));
  return {{"enum", words}};
}

Json Integer(const FaultMember& member) {
  return {{"type", "integer"}, {"minimum", member.least}, {"maximum", member.most}};
}

Json MemberSchema(const FaultMember& member) {
  switch (member.type) {
    case Type::kText:
      return Reference("scalar");
    case Type::kInteger:
      return OrSubstitution(Integer(member));
    case Type::kDuration:
      return Reference("duration");
    case Type::kWord:
      return OrSubstitution(Words(member));
    case Type::kHeaders:
      return Reference("pairs");
    case Type::kPairs:
      return {{"type", "object"},
              {"additionalProperties", {{"type", {"string", "number", "boolean", "null"}}}}};
    case Type::kValues:
      return {{"type", "object"}};
    case Type::kNames:
      return Reference("strings");
  }
  return {};
}

// What may stand instead of the map: the first member alone.
Json ScalarSchema(const FaultMember& member) {
  switch (member.type) {
    case Type::kInteger:
      return Integer(member);
    case Type::kDuration:
      return Reference("duration");
    case Type::kWord:
      return Words(member);
    default:
      return {{"type", {"string", "number", "boolean"}}};
  }
}

const char* PhaseDefinition(const FaultRow& row) {
  if (row.any_phase) return "phase";
  return row.phase == Phase::kAfter ? "phase_after" : "phase_before";
}

// It can stand as one word: no member must be given.
bool IsOneWord(const FaultRow& row) {
  for (const FaultMember& member : row.members) {
    if (member.required) return false;
  }
  return !row.one_member;
}

Json RowSchema(const FaultRow& row) {
  Json properties = Json::object(), required = Json::array();
  for (const FaultMember& member : row.members) {
    properties[std::string(member.name)] = MemberSchema(member);
    if (member.required) required.push_back(std::string(member.name));
  }
  properties["phase"] = Reference(PhaseDefinition(row));
  Json map = {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
  if (!required.empty()) map["required"] = required;
  if (row.one_member) map["minProperties"] = 1;
  Json ways = Json::array({map});
  if (IsOneWord(row)) ways.push_back({{"type", "null"}});
  if (row.scalar) ways.push_back(ScalarSchema(row.members.front()));
  ways.push_back(Reference("substitution"));
  return {{"description", std::string(row.sentence)}, {"anyOf", ways}};
}

std::string MembersText(const FaultRow& row) {
  std::vector<std::string> texts;
  for (const FaultMember& member : row.members) {
    std::string text = fmt::format("`{}`", member.name);
    if (member.type == Type::kInteger && member.absent > 0) {
      text += fmt::format(" ({})", member.absent);
    }
    if (!member.words.empty()) text += fmt::format(": `{}`", fmt::join(member.words, "`, `"));
    texts.push_back(std::move(text));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

// "`a`, `b` and `c`".
std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const char* const comma = i == 0 ? "" : i + 1 == names.size() ? " and " : ", ";
    text += fmt::format("{}`{}`", comma, names[i]);
  }
  return text;
}

}  // namespace

Json FaultDefinitions() {
  Json one_word = Json::array(), properties = Json::object();
  for (const FaultRow& row : AllFaults()) {
    if (IsOneWord(row)) one_word.push_back(std::string(row.name));
    properties[std::string(row.name)] = RowSchema(row);
  }
  const Json word = {{"enum", one_word}};
  const Json items = {
      {"anyOf", Json::array({word, Reference("fault"), Reference("substitution")})}};
  Json definitions = Json::object();
  definitions["fault_name"] = OrSubstitution({{"enum", FaultNames()}});
  definitions["faults"] = {
      {"anyOf", Json::array({word,
                             Reference("fault"),
                             {{"type", "array"}, {"minItems", 1}, {"items", items}},
                             Reference("substitution")})}};
  definitions["fault"] = {{"type", "object"},
                          {"additionalProperties", false},
                          {"properties", properties},
                          {"minProperties", 1},
                          {"maxProperties", 1}};
  return definitions;
}

std::string FaultsMarkdown() {
  std::string text =
      "| fault | members (a scalar means the first) | what it does |\n"
      "| --- | --- | --- |\n";
  std::vector<std::string> any, before, after;
  for (const FaultRow& row : AllFaults()) {
    text += fmt::format("| `{}` | {} | {} |\n", row.name, MembersText(row), row.sentence);
    auto& phases = row.any_phase ? any : row.phase == Phase::kBefore ? before : after;
    phases.emplace_back(row.name);
  }
  return text + fmt::format(
                    "\n{} take `phase: before` (instead of the server's action; the default) or "
                    "`phase: after` (the action took effect). {} always come before the action, {} "
                    "after it.\n",
                    Listed(any), Listed(before), Listed(after));
}

}  // namespace aweber::mock
