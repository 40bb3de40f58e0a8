// The `expect` part: what the client must answer, what the wire must and must not show.
#include <fmt/format.h>

#include <algorithm>

#include "mockserver/scenario/parse.h"

namespace aweber::mock::internal {
namespace {

const std::vector<std::string> kIs = {"ok", "refused", "any"};
const std::vector<std::string> kKinds = {"state_mismatch",
                                         "issuer_mismatch",
                                         "provider_error",
                                         "invalid_response",
                                         "unsupported_token_type",
                                         "reauthorize",
                                         "http",
                                         "network",
                                         "tls",
                                         "timeout",
                                         "internal",
                                         "other"};

const std::vector<std::string> kSentIn = {"header", "form", "query", "basic",
                                          "body",   "json", "none"};

Status ReadClientExpectation(const YamlDocument& document, const YamlNode::Member& member,
                             ClientExpectation& out) {
  out.step = member.key;
  if (member.value.kind == YamlNode::Kind::kString) {
    out.is = member.value.scalar;
    if (std::find(kIs.begin(), kIs.end(), out.is) == kIs.end()) {
      return UnknownWord(document, member.value.mark, "outcome", out.is, kIs);
    }
    return {};
  }
  YamlMapReader reader(document, member.value, "an expected reply");
  if (auto is = reader.OneOf("is", kIs)) out.is = *is;
  out.kinds = reader.StringList("kinds");
  const YamlNode* status = reader.Child("status");
  const YamlNode* kinds = reader.Child("kinds");
  if (Status s = reader.Finish(); !s.ok()) return s;
  for (const std::string& kind : out.kinds) {
    if (std::find(kKinds.begin(), kKinds.end(), kind) == kKinds.end()) {
      return UnknownWord(document, kinds->mark, "error kind", kind, kKinds);
    }
  }
  return status == nullptr ? Status() : ReadStatuses(document, *status, out.statuses);
}

Status ReadClient(const YamlDocument& document, const YamlNode& node,
                  const std::vector<std::string>& labels, std::vector<ClientExpectation>& out) {
  for (const YamlNode::Member& member : node.members) {
    if (std::find(labels.begin(), labels.end(), member.key) == labels.end()) {
      return UnknownWord(document, member.key_mark, "step of the client", member.key, labels);
    }
    ClientExpectation expectation;
    if (Status s = ReadClientExpectation(document, member, expectation); !s.ok()) return s;
    out.push_back(std::move(expectation));
  }
  return {};
}

Status ReadPattern(const YamlDocument& document, const YamlNode& node, bool never,
                   const std::vector<std::string>& labels, WirePattern& out) {
  YamlMapReader reader(document, node, never ? "a forbidden pattern" : "a required pattern");
  reader.Require("seen");
  ReadSelector(reader, "seen", out.on);
  if (const YamlNode* status = reader.Child("status")) {
    std::vector<int> statuses;
    if (Status s = ReadStatuses(document, *status, statuses); !s.ok()) return s;
    if (statuses.size() != 1) reader.Fail(status->mark, "a pattern takes one status");
    if (!statuses.empty()) out.status = statuses.front();
  }
  out.committed = reader.Bool("committed");
  if (const auto name = reader.OneOf("fault", FaultNames())) out.fault = FaultSet(*name);
  out.sent_in = reader.OneOf("sent_in", kSentIn).value_or("");
  for (auto [key, value] : {std::pair("after", &out.after), std::pair("before", &out.before),
                            std::pair("during", &out.during)}) {
    const YamlNode* place = reader.Child(key);
    if (place == nullptr) continue;
    *value = reader.String(key).value_or("");
    if (reader.failed() || std::find(labels.begin(), labels.end(), *value) != labels.end())
      continue;
    return UnknownWord(document, place->mark, "step", *value, labels);
  }
  auto count = [&](std::string_view key, int otherwise) {
    const YamlNode* child = reader.Child(key);
    std::int64_t value = reader.Int(key).value_or(otherwise);
    if (child != nullptr && (value < 0 || value > 10'000)) {
      reader.Fail(child->mark, fmt::format("{} must be from 0 to 10000", key));
    }
    return static_cast<int>(value);
  };
  out.at_most = count("at_most", -1);
  if (never) {
    out.check = reader.String("check").value_or("");
    out.per_request = reader.OneOf("per", {"request"}).has_value();
  } else {
    out.at_least = count("at_least", 1);
    if (!reader.failed() && out.at_most >= 0 && out.at_most < out.at_least) {
      reader.Fail(reader.Child("at_most")->mark, "at_most is less than at_least");
    }
  }
  out.note = reader.String("note").value_or("");
  return reader.Finish();
}

Status ReadPatterns(const YamlDocument& document, const YamlNode* node, bool never,
                    const std::vector<std::string>& labels, std::vector<WirePattern>& out) {
  if (node == nullptr) return {};
  for (const YamlNode& item : node->items) {
    WirePattern pattern;
    if (Status s = ReadPattern(document, item, never, labels, pattern); !s.ok()) return s;
    out.push_back(std::move(pattern));
  }
  return {};
}

}  // namespace

Status ReadExpectation(const YamlDocument& document, const YamlNode& node,
                       const std::vector<Step>& steps, Expectation& out) {
  std::vector<std::string> labels, asking;
  for (const Step* step : Flatten(steps)) {
    labels.push_back(step->label);
    if (AsksDriver(step->op)) asking.push_back(step->label);
  }
  YamlMapReader reader(document, node, "expect");
  const YamlNode* client = reader.Map("client");
  const YamlNode* required = reader.Sequence("requires");
  const YamlNode* never = reader.Sequence("never");
  out.checks = reader.StringList("checks");
  if (Status status = reader.Finish(); !status.ok()) return status;
  if (client != nullptr) {
    if (Status s = ReadClient(document, *client, asking, out.client); !s.ok()) return s;
  }
  if (Status s = ReadPatterns(document, required, false, labels, out.requirements); !s.ok()) {
    return s;
  }
  if (Status s = ReadPatterns(document, never, true, labels, out.never); !s.ok()) return s;
  for (const std::string& label : asking) {
    bool named = std::any_of(out.client.begin(), out.client.end(),
                             [&](const ClientExpectation& e) { return e.step == label; });
    if (!named) out.client.push_back({label, "ok", {}, {}});
  }
  return {};
}

}  // namespace aweber::mock::internal
