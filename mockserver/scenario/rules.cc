// Rules and faults from YAML. Adding a fault's file form is one row of kFaults.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "mockserver/scenario/loader.h"
#include "mockserver/scenario/parse.h"

namespace aweber::mock {
namespace internal {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr Micros kLongestDelay = std::chrono::hours(24);

// One fault's file form. `bare` is the member meant by a scalar ("http_status: 500"); "" where the
// fault takes no scalar. `required` must be there. `phase` is the usual one; a fault that makes a
// reply of its own (`any_phase`) can make it in the other one too.
struct FaultRow {
  std::string kind;
  Phase phase;
  std::string bare;
  std::vector<std::string> members;
  std::vector<std::string> required;
  bool any_phase = false;
};

const std::vector<FaultRow>& Faults() {
  static const auto* rows = new std::vector<FaultRow>{
      {"oauth_error",
       Phase::kBefore,
       "error",
       {"error", "description", "uri", "status", "headers"},
       {"error"},
       true},
      {"http_status",
       Phase::kBefore,
       "status",
       {"status", "headers", "content_type", "body", "location"},
       {"status"},
       true},
      {"retry_after", Phase::kBefore, "seconds", {"seconds", "status", "headers"}, {}, true},
      {"rate_limit", Phase::kBefore, "", {}, {}},
      {"delay", Phase::kAfter, "by", {"by"}, {"by"}},
      {"dribble", Phase::kAfter, "by", {"by"}, {"by"}},
      {"hang", Phase::kBefore, "", {}, {}, true},
      {"reset", Phase::kBefore, "", {}, {}, true},
      {"close_empty", Phase::kBefore, "", {}, {}, true},
      {"truncate", Phase::kAfter, "bytes", {"bytes"}, {"bytes"}},
      {"content_length", Phase::kAfter, "bytes", {"bytes"}, {"bytes"}},
      {"malformed_chunk", Phase::kAfter, "", {}, {}},
      {"raw_body",
       Phase::kBefore,
       "body",
       {"body", "status", "content_type", "headers"},
       {"body"},
       true},
      {"lose_reply", Phase::kAfter, "", {}, {}},
      {"gate", Phase::kBefore, "name", {"name", "size"}, {"name"}},
      {"token_mutation", Phase::kAfter, "", {"set", "remove", "rotate", "keep", "headers"}, {}},
      {"redirect_tamper", Phase::kAfter, "", {"set", "add", "remove", "order"}, {}},
      {"tls", Phase::kBefore, "certificate", {"certificate"}, {"certificate"}}};
  return *rows;
}

std::vector<std::string> FaultKinds() {
  std::vector<std::string> kinds;
  for (const FaultRow& row : Faults()) kinds.push_back(row.kind);
  return kinds;
}

// A map from names to scalars, in order, as written.
Status ReadPairs(const YamlDocument& document, const YamlNode& node, std::string_view what,
                 std::vector<std::pair<std::string, std::string>>& out) {
  if (node.kind != YamlNode::Kind::kMap) {
    return Misplaced(document, node.mark, fmt::format("{} must be a map of names to values", what));
  }
  for (const YamlNode::Member& member : node.members) {
    if (!member.value.IsScalar()) {
      return Misplaced(document, member.value.mark,
                       fmt::format("{} \"{}\" must be a scalar", what, member.key));
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

// The scalar members, all of them optional here; the row says which may occur.
void ReadFaultMembers(YamlMapReader& reader, const FaultRow& row, const YamlDocument& document,
                      Fault& fault) {
  auto takes = [&](std::string_view name) {
    return std::find(row.members.begin(), row.members.end(), name) != row.members.end();
  };
  auto integer = [&](std::string_view name, std::int64_t least, std::int64_t most,
                     std::int64_t otherwise) {
    const YamlNode* node = takes(name) ? reader.Child(name) : nullptr;
    if (node == nullptr) return otherwise;
    std::int64_t value = reader.Int(name).value_or(otherwise);
    if (!reader.failed() && (value < least || value > most)) {
      reader.Fail(node->mark, fmt::format("{} must be from {} to {}", name, least, most));
    }
    return value;
  };
  auto text = [&](std::string_view name) {
    return takes(name) ? reader.Text(name).value_or("") : std::string();
  };
  // 0: what fits the error (oauth_error), or no matter.
  const int usual = row.kind == "retry_after" ? 429 : row.kind == "raw_body" ? 200 : 0;
  fault.status = static_cast<int>(integer("status", 100, 599, usual));
  fault.error = text("error");
  fault.description = text("description");
  fault.uri = text("uri");
  fault.content_type = text("content_type");
  fault.body = text("body");
  fault.location = text("location");
  fault.gate = text("name");
  fault.gate_size = static_cast<int>(integer("size", 0, 1000, 0));
  fault.bytes = static_cast<std::size_t>(integer("bytes", 0, 1 << 30, 0));
  fault.retry_after_s = static_cast<int>(integer("seconds", 0, 86'400, -1));
  if (takes("by")) {
    const Micros by = reader.Duration("by").value_or(Micros(0));
    if (by > kLongestDelay) reader.Fail(reader.Child("by")->mark, "by must be 1d at most");
    fault.delay_ms = static_cast<int>(duration_cast<milliseconds>(by).count());
  }
  if (takes("certificate")) {
    fault.tls = reader.OneOf("certificate", {"expired", "wrong_name", "unknown_ca"}).value_or("");
  }
  if (takes("headers")) {
    if (const YamlNode* headers = reader.Map("headers")) {
      std::vector<std::pair<std::string, std::string>> pairs;
      if (Status s = ReadPairs(document, *headers, "header", pairs); !s.ok()) {
        reader.Fail(headers->mark, "headers must be a map of names to scalars");
      }
      for (auto& [name, value] : pairs) fault.headers.Add(name, value);
    }
  }
}

Status ReadFault(const YamlDocument& document, const std::string& kind, YamlMark mark,
                 const YamlNode& node, std::vector<Fault>& out) {
  auto row = std::find_if(Faults().begin(), Faults().end(),
                          [&](const FaultRow& candidate) { return candidate.kind == kind; });
  if (row == Faults().end()) return UnknownWord(document, mark, "fault", kind, FaultKinds());
  YamlNode map = node;
  if (node.kind == YamlNode::Kind::kNull) {
    map = YamlNode{};
    map.kind = YamlNode::Kind::kMap;
    map.mark = mark;
  } else if (node.kind != YamlNode::Kind::kMap) {
    if (row->bare.empty() || !node.IsScalar()) {
      return Misplaced(document, node.mark, fmt::format("{} takes a map of members", kind));
    }
    map = YamlNode{};
    map.kind = YamlNode::Kind::kMap;
    map.mark = node.mark;
    map.members.push_back({row->bare, node.mark, node});
  }
  Fault fault;
  fault.kind = kind;
  YamlMapReader reader(document, map, kind);
  for (const std::string& name : row->required) reader.Require(name);
  ReadFaultMembers(reader, *row, document, fault);
  std::string usual = row->phase == Phase::kAfter ? "after" : "before";
  fault.phase = reader.OneOf("phase", {"before", "after"}).value_or(usual) == "after"
                    ? Phase::kAfter
                    : Phase::kBefore;
  if (fault.phase != row->phase && !row->any_phase) {
    reader.Fail(reader.Child("phase")->mark,
                fmt::format("{} always has phase \"{}\"", kind, usual));
  }
  for (const std::string& name : row->members) reader.Child(name);
  if (Status status = reader.Finish(); !status.ok()) return status;
  if (kind == "token_mutation") {
    if (Status s = ReadTokenMutations(document, map, fault); !s.ok()) return s;
  }
  if (kind == "redirect_tamper") {
    if (Status s = ReadRedirectTampers(document, map, fault); !s.ok()) return s;
  }
  out.push_back(std::move(fault));
  return {};
}

Status ReadWhen(const YamlDocument& document, const YamlNode& node, When& out) {
  YamlMapReader reader(document, node, "when");
  auto count = [&](std::string_view key) -> std::uint64_t {
    const YamlNode* child = reader.Child(key);
    if (child == nullptr) return 0;
    std::int64_t value = reader.Int(key).value_or(1);
    if (value < 1) reader.Fail(child->mark, fmt::format("{} must be 1 or more", key));
    return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 1));
  };
  out.nth = count("nth");
  out.every = count("every");
  out.probability = reader.Number("probability").value_or(1);
  if (out.probability < 0 || out.probability > 1) {
    reader.Fail(reader.Child("probability")->mark, "probability must be from 0 to 1");
  }
  if (out.nth != 0 && out.every != 0) reader.Fail(node.mark, "give nth or every, not both");
  return reader.Finish();
}

Status ReadRule(const YamlDocument& document, const YamlNode& node, std::vector<Rule>& out) {
  Rule rule;
  YamlMapReader reader(document, node, "a rule");
  reader.Require("on");
  reader.Require("then");
  rule.id = reader.String("id").value_or("");
  const YamlNode* on = reader.Child("on");
  const YamlNode* when = reader.Map("when");
  const YamlNode* then = reader.Child("then");
  const YamlNode* times = reader.Child("times");
  rule.when.first = static_cast<std::uint64_t>(reader.Int("times").value_or(0));
  if (times != nullptr && times->int_value < 1) reader.Fail(times->mark, "times must be 1 or more");
  if (Status status = reader.Finish(); !status.ok()) return status;

  YamlNode selector = *on;
  if (on->IsScalar()) {
    selector = YamlNode{};
    selector.kind = YamlNode::Kind::kMap;
    selector.mark = on->mark;
    selector.members.push_back({"endpoint", on->mark, *on});
  }
  YamlMapReader on_reader(document, selector, "a selector");
  ReadSelector(on_reader, "endpoint", rule.on);
  if (Status status = on_reader.Finish(); !status.ok()) return status;
  std::uint64_t first = rule.when.first;
  if (when != nullptr) {
    if (Status status = ReadWhen(document, *when, rule.when); !status.ok()) return status;
  }
  rule.when.first = first;
  if (Status status = ReadFaults(document, *then, rule.then); !status.ok()) return status;
  out.push_back(std::move(rule));
  return {};
}

}  // namespace

void ReadSelector(YamlMapReader& reader, std::string_view endpoint_key, Selector& out) {
  static const std::vector<std::string> kEndpoints = {
      "authorize", "decision", "token", "revoke", "api", "other", "malformed", "any"};
  static const std::vector<std::string> kStates = {"live", "expired", "revoked", "used", "unknown"};
  if (auto name = reader.OneOf(endpoint_key, kEndpoints)) out.endpoint = EndpointFromName(*name);
  out.grant = reader.OneOf("grant", {"authorization_code", "refresh_token"});
  out.client_id = reader.String("client_id");
  out.method = reader.OneOf("method", {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"});
  out.path = reader.String("path");
  out.token_state = reader.OneOf("token_state", kStates);
}

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

Status ReadRules(const YamlDocument& document, const YamlNode& node, std::vector<Rule>& out) {
  if (node.kind != YamlNode::Kind::kSequence) {
    return Misplaced(document, node.mark,
                     fmt::format("rules must be a list, not {}", YamlNode::KindName(node.kind)));
  }
  for (const YamlNode& item : node.items) {
    if (Status status = ReadRule(document, item, out); !status.ok()) return status;
  }
  return {};
}

}  // namespace internal

Result<std::vector<Rule>> ParseRules(std::string_view text, const std::string& file) {
  Result<YamlDocument> document = ParseYaml(text, file);
  if (!document.ok()) return document.error();
  std::vector<Rule> rules;
  if (Status s = internal::ReadRules(*document, document->root(), rules); !s.ok()) {
    return s.error();
  }
  return rules;
}

}  // namespace aweber::mock
