// Faults from YAML, as their rows say (journal/fault_kinds.h).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/text/json.h"
#include "mockserver/faults/fault_fields.h"
#include "mockserver/scenario/parse.h"

namespace aweber::mock::internal {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr Micros kLongestDelay = std::chrono::hours(24);

// A map from names to scalars, in order, as written.
Status ReadPairs(const YamlDocument& document, const YamlNode& node, std::string_view what,
                 std::vector<std::pair<std::string, std::string>>& out) {
  if (node.kind != YamlNode::Kind::kMap) {
    return Misplaced(document, node.mark, fmt::format("{} must be a map of names to values", what));
  }
  for (const YamlNode::Member& member : node.members) {
    if (!member.value.IsScalar()) {
      return Misplaced(document, member.value.mark,
                       fmt::format("{} \"{}\" must be a single value", what, member.key));
    }
    out.emplace_back(member.key, member.value.scalar);
  }
  return {};
}

Status ReadTokenMutations(const YamlDocument& document, const YamlNode& node, Fault& fault) {
  using Kind = TokenMutation::Kind;
  for (const YamlNode::Member& change : node.members) {
    if (change.key == "phase" || change.key == "headers") continue;
    if (change.key == "set") {
      if (change.value.kind != YamlNode::Kind::kMap) {
        return Misplaced(document, change.value.mark, "set must be a map of members to values");
      }
      for (const YamlNode::Member& member : change.value.members) {
        fault.token.push_back({Kind::kSet, member.key, YamlToJson(member.value)});
      }
      continue;
    }
    Kind kind = change.key == "remove"   ? Kind::kRemove
                : change.key == "rotate" ? Kind::kRotate
                                         : Kind::kKeep;
    std::vector<std::string> names;
    if (Status s = ReadStrings(document, change.value, change.key, names); !s.ok()) return s;
    for (std::string& name : names) fault.token.push_back({kind, std::move(name), Json()});
  }
  if (fault.token.empty() && fault.headers.fields().empty()) {
    return Misplaced(document, node.mark,
                     "token_mutation changes nothing; give set, remove, rotate, keep or headers");
  }
  return {};
}

Status ReadRedirectTampers(const YamlDocument& document, const YamlNode& node, Fault& fault) {
  using Kind = RedirectTamper::Kind;
  for (const YamlNode::Member& change : node.members) {
    if (change.key == "phase") continue;
    if (change.key == "set" || change.key == "add") {
      std::vector<std::pair<std::string, std::string>> pairs;
      if (Status s = ReadPairs(document, change.value, change.key, pairs); !s.ok()) return s;
      for (auto& [name, value] : pairs) {
        fault.redirect.push_back({change.key == "set" ? Kind::kSet : Kind::kAdd, name, value, {}});
      }
      continue;
    }
    std::vector<std::string> names;
    if (Status s = ReadStrings(document, change.value, change.key, names); !s.ok()) return s;
    if (change.key == "order") {
      fault.redirect.push_back({Kind::kOrder, "", "", names});
    } else {
      for (std::string& name : names) {
        fault.redirect.push_back({Kind::kRemove, std::move(name), "", {}});
      }
    }
  }
  if (fault.redirect.empty()) {
    return Misplaced(document, node.mark,
                     "redirect_tamper changes nothing; give set, add, remove or order");
  }
  return {};
}

int ReadInteger(YamlMapReader& reader, const FaultMember& member) {
  const YamlNode* node = reader.Child(member.name);
  if (node == nullptr) return static_cast<int>(member.absent);
  const std::int64_t value = reader.Int(member.name).value_or(member.absent);
  if (!reader.failed() && (value < member.least || value > member.most)) {
    reader.Fail(node->mark,
                fmt::format("{} must be from {} to {}", member.name, member.least, member.most));
  }
  return static_cast<int>(value);
}

int ReadMilliseconds(YamlMapReader& reader, const FaultMember& member) {
  const Micros by = reader.Duration(member.name).value_or(Micros(0));
  if (by > kLongestDelay) {
    reader.Fail(reader.Child(member.name)->mark, fmt::format("{} must be 1d at most", member.name));
  }
  return static_cast<int>(duration_cast<milliseconds>(by).count());
}

void ReadHeaders(YamlMapReader& reader, const FaultMember& member, const YamlDocument& document,
                 HttpHeaders& out) {
  const YamlNode* headers = reader.Map(member.name);
  if (headers == nullptr) return;
  std::vector<std::pair<std::string, std::string>> pairs;
  if (Status s = ReadPairs(document, *headers, "header", pairs); !s.ok()) {
    reader.Fail(headers->mark, "headers must be a map of names to scalars");
  }
  for (auto& [name, value] : pairs) out.Add(name, value);
}

// The lists of changes are read when the rest is known to be right.
void ReadMember(YamlMapReader& reader, const FaultMember& member, const YamlDocument& document,
                Fault& fault) {
  using Type = FaultMember::Type;
  const FaultField* const field = FindFaultField(member.name);
  switch (member.type) {
    case Type::kText:
      fault.*field->text = reader.Text(member.name).value_or("");
      break;
    case Type::kWord:
      fault.*field->text =
          reader.OneOf(member.name, {member.words.begin(), member.words.end()}).value_or("");
      break;
    case Type::kInteger:
      fault.*field->integer = ReadInteger(reader, member);
      break;
    case Type::kDuration:
      fault.*field->integer = ReadMilliseconds(reader, member);
      break;
    case Type::kHeaders:
      ReadHeaders(reader, member, document, fault.headers);
      break;
    case Type::kPairs:
    case Type::kValues:
    case Type::kNames:
      reader.Child(member.name);
      break;
  }
}

void ReadPhase(YamlMapReader& reader, const FaultRow& row, Fault& fault) {
  const std::string usual = PhaseName(row.phase);
  fault.phase = reader.OneOf("phase", {"before", "after"}).value_or(usual) == "after"
                    ? Phase::kAfter
                    : Phase::kBefore;
  if (fault.phase != row.phase && !row.any_phase) {
    reader.Fail(reader.Child("phase")->mark,
                fmt::format("{} always has phase \"{}\"", row.name, usual));
  }
}

// The map of members that `node` means: a scalar is the first one, nothing is none.
Result<YamlNode> MembersOf(const YamlDocument& document, const FaultRow& row, YamlMark mark,
                           const YamlNode& node) {
  if (node.kind == YamlNode::Kind::kMap) return node;
  YamlNode map;
  map.kind = YamlNode::Kind::kMap;
  map.mark = node.kind == YamlNode::Kind::kNull ? mark : node.mark;
  if (node.kind == YamlNode::Kind::kNull) return map;
  if (!row.scalar || !node.IsScalar()) {
    return Misplaced(document, node.mark, fmt::format("{} takes a map of members", row.name));
  }
  map.members.push_back({std::string(row.members.front().name), node.mark, node});
  return map;
}

Status ReadFault(const YamlDocument& document, const std::string& name, YamlMark mark,
                 const YamlNode& node, std::vector<Fault>& out) {
  const FaultRow* const row = FindFault(name);
  if (row == nullptr) return UnknownWord(document, mark, "fault", name, FaultNames());
  const Result<YamlNode> map = MembersOf(document, *row, mark, node);
  if (!map.ok()) return map.error();
  Fault fault;
  fault.kind = row->kind;
  YamlMapReader reader(document, *map, name);
  for (const FaultMember& member : row->members) {
    if (member.required) reader.Require(member.name);
  }
  for (const FaultMember& member : row->members) ReadMember(reader, member, document, fault);
  ReadPhase(reader, *row, fault);
  if (Status status = reader.Finish(); !status.ok()) return status;
  if (row->kind == FaultKind::kTokenMutation) {
    if (Status s = ReadTokenMutations(document, *map, fault); !s.ok()) return s;
  }
  if (row->kind == FaultKind::kRedirectTamper) {
    if (Status s = ReadRedirectTampers(document, *map, fault); !s.ok()) return s;
  }
  out.push_back(std::move(fault));
  return {};
}

}  // namespace

Status ReadFaults(const YamlDocument& document, const YamlNode& node, std::vector<Fault>& out) {
  if (node.kind == YamlNode::Kind::kSequence) {
    if (node.items.empty()) return Misplaced(document, node.mark, "then names no fault");
    for (const YamlNode& item : node.items) {
      if (item.kind == YamlNode::Kind::kSequence) {
        return Misplaced(document, item.mark, "a fault is a word or a map, not a list");
      }
      if (Status status = ReadFaults(document, item, out); !status.ok()) return status;
    }
    return {};
  }
  if (node.kind == YamlNode::Kind::kString) {
    YamlNode nothing;
    return ReadFault(document, node.scalar, node.mark, nothing, out);
  }
  if (node.kind != YamlNode::Kind::kMap || node.members.size() != 1) {
    return Misplaced(document, node.mark,
                     "a fault is one word or a map of exactly one fault to its members");
  }
  const YamlNode::Member& member = node.members.front();
  return ReadFault(document, member.key, member.key_mark, member.value, out);
}

}  // namespace aweber::mock::internal
