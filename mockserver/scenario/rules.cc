// Rules from YAML: which requests, when, how often. What they do is read in faults.cc.
#include <fmt/format.h>

#include <algorithm>

#include "mockserver/scenario/loader.h"
#include "mockserver/scenario/parse.h"

namespace aweber::mock {
namespace internal {
namespace {

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
  rule.during = reader.String("during").value_or("");
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
  return ParseRules(*document, document->root());
}

Result<std::vector<Rule>> ParseRules(const YamlDocument& document, const YamlNode& node) {
  std::vector<Rule> rules;
  YamlNode list = node;
  if (list.kind == YamlNode::Kind::kMap) {  // one rule
    YamlNode one = std::move(list);
    list = YamlNode();
    list.kind = YamlNode::Kind::kSequence;
    list.mark = one.mark;
    list.items.push_back(std::move(one));
  }
  if (Status s = internal::ReadRules(document, list, rules); !s.ok()) return s.error();
  return rules;
}

}  // namespace aweber::mock
