// Steps from YAML: one word, or a map of one operation with its members.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "mockserver/scenario/parse.h"

namespace aweber::mock::internal {
namespace {

// An operation's file form. `bare` is the member meant by a scalar ("call: /accounts").
struct OpRow {
  std::string op;
  std::string bare;
  std::vector<std::string> members;
  std::vector<std::string> required;
};

const std::vector<OpRow>& Ops() {
  static const auto* rows = new std::vector<OpRow>{
      {"authorize", "", {"visit", "twice"}, {}},
      {"consent", "decision", {"decision"}, {}},
      {"callback", "", {"tamper", "from", "unsolicited", "popup", "when_held"}, {}},
      {"call", "path", {"method", "path", "body", "kill_at_write", "clock", "when_held"}, {"path"}},
      {"refresh", "", {"kill_at_write", "clock"}, {}},
      {"logout", "", {"when_held"}, {}},
      {"store", "limit", {"limit"}, {"limit"}},
      {"revoke", "", {}, {}},
      {"token", "", {}, {}},
      {"advance", "by", {"by", "to"}, {}},
      {"restart", "", {"kill"}, {}},
      {"expire", "", {"by_clock"}, {}},
      {"revoke_tokens", "", {}, {}},
      {"release", "gate", {"gate", "settled", "kill"}, {"gate"}},
      {"forge", "form", {"form"}, {"form"}},
      {"browser", "act", {"act"}, {"act"}},
      {"parallel", "steps", {"steps"}, {"steps"}},
      {"repeat", "", {"times", "steps"}, {"times", "steps"}}};
  return *rows;
}

const OpRow* FindOp(const std::string& op) {
  for (const OpRow& row : Ops()) {
    if (row.op == op) return &row;
  }
  return nullptr;
}

const std::vector<std::string> kTampers = {"set",    "add",    "remove", "order", "flip", "case",
                                           "prefix", "suffix", "encode", "raw",   "base", "part"};
const std::vector<std::string> kUrlParts = {"scheme", "host", "port", "path", "query"};

Status ReadTamper(const YamlDocument& document, const YamlNode& node,
                  std::vector<CallbackTamper>& out) {
  if (node.kind != YamlNode::Kind::kMap || node.members.size() != 1) {
    return Misplaced(document, node.mark, "a change to the callback is a map of exactly one kind");
  }
  const auto& [how, mark, value] = node.members.front();
  if (std::find(kTampers.begin(), kTampers.end(), how) == kTampers.end()) {
    return UnknownWord(document, mark, "change to the callback", how, kTampers);
  }
  if (how == "set" || how == "add" || how == "suffix" || how == "part") {
    if (value.kind != YamlNode::Kind::kMap || value.members.empty()) {
      return Misplaced(document, value.mark,
                       fmt::format("{} takes a map of parameters to values", how));
    }
    for (const YamlNode::Member& member : value.members) {
      if (!member.value.IsScalar()) {
        return Misplaced(document, member.value.mark,
                         "a parameter's value must be a single value, not a list or a map");
      }
      const std::string& text = member.value.scalar;
      const bool is_part = std::find(kUrlParts.begin(), kUrlParts.end(), text) != kUrlParts.end();
      if (how == "part" && !is_part) {
        return UnknownWord(document, member.value.mark, "part of a URL", text, kUrlParts);
      }
      out.push_back({how, member.key, text, {}});
    }
    return {};
  }
  if (how == "order") {
    CallbackTamper tamper{how, "", "", {}};
    if (Status s = ReadStrings(document, value, how, tamper.order); !s.ok()) return s;
    out.push_back(std::move(tamper));
    return {};
  }
  if (value.kind != YamlNode::Kind::kString) {
    return Misplaced(document, value.mark, fmt::format("{} takes a string", how));
  }
  bool whole = how == "raw" || how == "base";
  out.push_back({how, whole ? "" : value.scalar, whole ? value.scalar : "", {}});
  return {};
}

void ReadCallback(YamlMapReader& reader, Step& step) {
  step.from = reader.String("from").value_or("");
  step.unsolicited = reader.String("unsolicited").value_or("");
  if (!step.unsolicited.empty() && !step.from.empty()) {
    reader.Fail(reader.Child("from")->mark, "give from or unsolicited, not both");
  }
}

void ReadAdvance(YamlMapReader& reader, YamlMark mark, Step& step) {
  bool by = reader.Child("by") != nullptr;
  step.by = reader.Duration("by").value_or(Micros(0));
  step.to = reader.OneOf("to", {"next_expiry"}).value_or("");
  if (by == !step.to.empty()) reader.Fail(mark, "advance takes by or to, exactly one of them");
  if (by && step.by <= Micros(0)) reader.Fail(mark, "the clock only goes forward");
}

void ReadRelease(YamlMapReader& reader, YamlMark mark, Step& step) {
  step.gate = reader.String("gate").value_or("");
  step.settled = reader.Bool("settled").value_or(false);
  const std::int64_t kills = reader.Int("kill").value_or(0);
  if (kills < 0 || kills > 8) reader.Fail(mark, "kill must be from 0 to 8");
  if (kills > 0 && !step.settled) reader.Fail(mark, "kill needs \"settled: true\"");
  step.kills = static_cast<int>(kills);
}

void ReadProcessMembers(YamlMapReader& reader, YamlMark mark, Step& step) {
  const std::int64_t write = reader.Int("kill_at_write").value_or(0);
  if (write < 0 || write > 100) reader.Fail(mark, "kill_at_write must be from 1 to 100");
  step.kill_at_write = static_cast<int>(write);
  step.clock = reader.Duration("clock").value_or(Micros(0));
}

void ReadScalars(YamlMapReader& reader, const OpRow& row, YamlMark mark, Step& step) {
  static const std::vector<std::string> kDecisions = {"approve", "deny", "wrong-password",
                                                      "developer-account", "abandon"};
  if (row.op == "authorize") {
    step.visit = reader.Bool("visit").value_or(true);
    step.twice = reader.Bool("twice").value_or(false);
  }
  if (row.op == "callback") step.popup = reader.Bool("popup").value_or(false);
  if (row.op == "browser") step.act = reader.OneOf("act", {"reload", "back"}).value_or("");
  if (row.op == "consent") step.decision = reader.OneOf("decision", kDecisions).value_or("approve");
  if (row.op == "restart") step.kill = reader.Bool("kill").value_or(false);
  if (row.op == "release") ReadRelease(reader, mark, step);
  if (row.op == "expire") step.by_clock = reader.Bool("by_clock").value_or(false);
  if (row.op == "store") {
    step.limit = reader.OneOf("limit", {"none", "full", "read_only"}).value_or("none");
  }
  if (row.op == "call" || row.op == "refresh") ReadProcessMembers(reader, mark, step);
  if (std::find(row.members.begin(), row.members.end(), "when_held") != row.members.end()) {
    step.when_held = reader.String("when_held").value_or("");
  }
  if (row.op == "forge") step.form = reader.OneOf("form", {"connect", "revoke"}).value_or("");
  if (row.op == "advance") ReadAdvance(reader, mark, step);
  if (row.op == "repeat") {
    std::int64_t times = reader.Int("times").value_or(1);
    if (times < 1 || times > 1000) reader.Fail(mark, "times must be from 1 to 1000");
    step.times = static_cast<int>(times);
  }
  if (row.op == "call") {
    step.method = reader.OneOf("method", {"GET", "POST", "PUT", "PATCH", "DELETE"}).value_or("GET");
    step.path = reader.String("path").value_or("");
    if (const YamlNode* body = reader.Map("body")) step.body = YamlToJson(*body);
    bool absolute = step.path.find("://") != std::string::npos || step.path.rfind("${", 0) == 0;
    if (!absolute && (step.path.empty() || step.path.front() != '/')) {
      reader.Fail(mark, "a call's path starts with \"/\" (below the API's URL) or is absolute");
    }
  }
}

Status ReadStepList(const YamlDocument& document, const YamlNode& node, int depth,
                    std::vector<Step>& out);

// `label` and `session` may stand beside the operation or among its members, once.
void ReadCommon(YamlMapReader& reader, Step& step, bool& labelled, bool& has_session) {
  if (const YamlNode* label = reader.Child("label")) {
    if (labelled) reader.Fail(label->mark, "label is given twice");
    step.label = reader.String("label").value_or("");
    labelled = true;
  }
  if (const YamlNode* session = reader.Child("session")) {
    if (has_session) reader.Fail(session->mark, "session is given twice");
    step.session = reader.String("session").value_or("A");
    has_session = true;
  }
}

YamlNode MapOf(const OpRow& row, const YamlNode& value, YamlMark mark) {
  YamlNode map;
  map.kind = YamlNode::Kind::kMap;
  map.mark = mark;
  if (value.kind != YamlNode::Kind::kNull) map.members.push_back({row.bare, value.mark, value});
  return map;
}

Status ReadOperation(const YamlDocument& document, const YamlNode& outer, const OpRow& row,
                     const YamlNode& value, YamlMark mark, int depth, Step& step) {
  bool is_map = value.kind == YamlNode::Kind::kMap;
  if (!is_map && value.kind != YamlNode::Kind::kNull && row.bare.empty()) {
    return Misplaced(document, value.mark, fmt::format("{} takes a map of members", row.op));
  }
  YamlNode map = is_map ? value : MapOf(row, value, mark);
  bool labelled = false, has_session = false;
  YamlMapReader around(document, outer, "a step");
  around.Child(row.op);
  ReadCommon(around, step, labelled, has_session);
  if (Status status = around.Finish(); !status.ok()) return status;

  YamlMapReader reader(document, map, row.op);
  for (const std::string& name : row.required) reader.Require(name);
  ReadCommon(reader, step, labelled, has_session);
  ReadScalars(reader, row, mark, step);
  step.optional = reader.Bool("optional").value_or(false);
  if (row.op == "callback") ReadCallback(reader, step);
  for (const std::string& name : row.members) reader.Child(name);
  if (Status status = reader.Finish(); !status.ok()) return status;

  if (const YamlNode* steps = map.Find("steps")) {
    if (Status s = ReadStepList(document, *steps, depth + 1, step.steps); !s.ok()) return s;
  }
  const YamlNode* tampers = map.Find("tamper");
  if (tampers != nullptr && tampers->kind == YamlNode::Kind::kSequence) {
    for (const YamlNode& item : tampers->items) {
      if (Status s = ReadTamper(document, item, step.tamper); !s.ok()) return s;
    }
  } else if (tampers != nullptr) {
    return ReadTamper(document, *tampers, step.tamper);
  }
  return {};
}

Status ReadStep(const YamlDocument& document, const YamlNode& node, int depth,
                std::vector<Step>& out) {
  std::vector<std::string> names;
  for (const OpRow& row : Ops()) names.push_back(row.op);
  YamlNode outer = node;
  if (node.kind == YamlNode::Kind::kString) {
    outer = YamlNode{};
    outer.kind = YamlNode::Kind::kMap;
    outer.mark = node.mark;
    outer.members.push_back({node.scalar, node.mark, YamlNode{}});
  } else if (node.kind != YamlNode::Kind::kMap) {
    return Misplaced(document, node.mark, "a step is one word or a map of one operation");
  }
  const YamlNode::Member* found = nullptr;
  for (const YamlNode::Member& member : outer.members) {
    if (member.key == "label" || member.key == "session") continue;
    if (FindOp(member.key) == nullptr) {
      return UnknownWord(document, member.key_mark, "step", member.key, names);
    }
    if (found != nullptr) {
      return Misplaced(
          document, member.key_mark,
          fmt::format("a step has one operation; this one is already \"{}\"", found->key));
    }
    found = &member;
  }
  if (found == nullptr) return Misplaced(document, node.mark, "a step names no operation");
  Step step;
  step.op = found->key;
  step.line = found->key_mark.line;
  if (Status status = ReadOperation(document, outer, *FindOp(step.op), found->value,
                                    found->key_mark, depth, step);
      !status.ok()) {
    return status;
  }
  out.push_back(std::move(step));
  return {};
}

constexpr std::size_t kMaxSteps = 1000;

Status ReadStepList(const YamlDocument& document, const YamlNode& node, int depth,
                    std::vector<Step>& out) {
  if (node.kind != YamlNode::Kind::kSequence || node.items.empty()) {
    return Misplaced(document, node.mark, "steps must be a list with at least one step");
  }
  if (node.items.size() > kMaxSteps) {
    return Misplaced(document, node.mark,
                     fmt::format("a list has {} steps, more than {}; make several scenarios of it",
                                 node.items.size(), kMaxSteps));
  }
  if (depth > 3) return Misplaced(document, node.mark, "steps are nested too deeply (3 at most)");
  for (const YamlNode& item : node.items) {
    if (Status status = ReadStep(document, item, depth, out); !status.ok()) return status;
  }
  return {};
}

// Labels that the file does not give: the operation's name, then "call#2", "call#3", counted among
// the steps without a label.
Status Label(const YamlDocument& document, std::vector<Step>& steps,
             std::map<std::string, int>& counts, std::map<std::string, int>& lines) {
  for (Step& step : steps) {
    if (step.label.empty()) {
      int count = ++counts[step.op];
      step.label = count == 1 ? step.op : fmt::format("{}#{}", step.op, count);
    }
    auto [at, fresh] = lines.emplace(step.label, step.line);
    if (!fresh) {
      return Misplaced(document, {step.line, 1},
                       fmt::format("label \"{}\" is already used by the step at line {}",
                                   step.label, at->second));
    }
    if (Status s = Label(document, step.steps, counts, lines); !s.ok()) return s;
  }
  return {};
}

}  // namespace

Status ReadSteps(const YamlDocument& document, const YamlNode& node, std::vector<Step>& out) {
  if (Status status = ReadStepList(document, node, 0, out); !status.ok()) return status;
  std::map<std::string, int> counts, lines;
  return Label(document, out, counts, lines);
}

}  // namespace aweber::mock::internal
