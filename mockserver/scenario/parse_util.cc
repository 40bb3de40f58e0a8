#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/json.h"
#include "base/text/nearest_word.h"
#include "mockserver/scenario/parse.h"

namespace aweber::mock::internal {

Error UnknownWord(const YamlDocument& document, YamlMark mark, std::string_view what,
                  const std::string& word, const std::vector<std::string>& known) {
  std::string nearest = NearestWord(word, known);
  std::string cure = nearest.empty() ? fmt::format("known: {}", fmt::join(known, ", "))
                                     : fmt::format("did you mean \"{}\"?", nearest);
  return document.ErrorAt(mark, "scenario.unknown_word",
                          fmt::format("unknown {} \"{}\"; {}", what, word, cure));
}

Error Misplaced(const YamlDocument& document, YamlMark mark, std::string_view message) {
  return document.ErrorAt(mark, "scenario.invalid", message);
}

Json YamlToJson(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return nullptr;
    case YamlNode::Kind::kBool:
      return node.bool_value;
    case YamlNode::Kind::kInt:
      return node.int_value;
    case YamlNode::Kind::kFloat:
      return node.float_value;
    case YamlNode::Kind::kString:
      return node.scalar;
    case YamlNode::Kind::kSequence: {
      Json list = Json::array();
      for (const YamlNode& item : node.items) list.push_back(YamlToJson(item));
      return list;
    }
    case YamlNode::Kind::kMap: {
      Json object = Json::object();
      for (const YamlNode::Member& member : node.members) {
        object[member.key] = YamlToJson(member.value);
      }
      return object;
    }
  }
  return nullptr;
}

Status ReadStrings(const YamlDocument& document, const YamlNode& node, std::string_view what,
                   std::vector<std::string>& out) {
  if (node.kind == YamlNode::Kind::kString) {
    out.push_back(node.scalar);
    return {};
  }
  if (node.kind != YamlNode::Kind::kSequence) {
    return Misplaced(document, node.mark,
                     fmt::format("{} must be a string or a list of strings, not {}", what,
                                 YamlNode::KindName(node.kind)));
  }
  for (const YamlNode& item : node.items) {
    if (item.kind != YamlNode::Kind::kString) {
      return Misplaced(
          document, item.mark,
          fmt::format("{} must hold strings, not {}", what, YamlNode::KindName(item.kind)));
    }
    out.push_back(item.scalar);
  }
  return {};
}

Status ReadStatuses(const YamlDocument& document, const YamlNode& node, std::vector<int>& out) {
  auto read = [&](const YamlNode& item) -> Status {
    if (item.kind != YamlNode::Kind::kInt || item.int_value < 100 || item.int_value > 599) {
      return Misplaced(document, item.mark, "an HTTP status must be an integer from 100 to 599");
    }
    out.push_back(static_cast<int>(item.int_value));
    return {};
  };
  if (node.kind != YamlNode::Kind::kSequence) return read(node);
  for (const YamlNode& item : node.items) {
    if (Status status = read(item); !status.ok()) return status;
  }
  return {};
}

std::vector<const Step*> Flatten(const std::vector<Step>& steps) {
  std::vector<const Step*> all;
  for (const Step& step : steps) {
    all.push_back(&step);
    std::vector<const Step*> nested = Flatten(step.steps);
    all.insert(all.end(), nested.begin(), nested.end());
  }
  return all;
}

bool AsksDriver(const std::string& op) {
  return op == "authorize" || op == "callback" || op == "call" || op == "refresh" ||
         op == "revoke" || op == "logout" || op == "token" || op == "browser";
}

}  // namespace aweber::mock::internal
