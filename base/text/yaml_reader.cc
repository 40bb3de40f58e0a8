// YamlMapReader: strict reading of one map.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text/nearest_word.h"
#include "base/text/yaml.h"

namespace aweber {
namespace {

using Kind = YamlNode::Kind;

struct Unit {
  std::string_view suffix;
  double micros;
};

constexpr Unit kUnits[] = {{"us", 1},   {"ms", 1e3},   {"s", 1e6},
                           {"m", 60e6}, {"h", 3600e6}, {"d", 86400e6}};
constexpr double kLongestDuration = 100.0 * 366 * 86400e6;
constexpr std::string_view kDurationHelp =
    "must be a duration such as 250ms, 90s, 11m, 1h, 2d, or a number of seconds";

std::string Suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string nearest = NearestWord(word, candidates);
  return nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest);
}

}  // namespace

std::optional<Micros> ParseDuration(std::string_view text) {
  double amount = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, amount, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  double unit = 1e6;  // a bare number counts seconds
  if (stop != end) {
    const std::string_view suffix(stop, static_cast<std::size_t>(end - stop));
    const auto* const found = std::find_if(std::begin(kUnits), std::end(kUnits),
                                           [&](const Unit& u) { return u.suffix == suffix; });
    if (found == std::end(kUnits)) return std::nullopt;
    unit = found->micros;
  }
  const double micros = amount * unit;
  if (!(micros >= 0) || micros > kLongestDuration) return std::nullopt;  // NaN fails the first
  return Micros(std::llround(micros));
}

YamlMapReader::YamlMapReader(const YamlDocument& document, const YamlNode& node, std::string what)
    : document_(document), node_(node), what_(std::move(what)) {
  if (node_.kind != Kind::kMap) {
    FailWith(node_.mark, "yaml.type",
             fmt::format("{} must be a map, not {}", what_, YamlNode::KindName(node_.kind)));
  }
}

void YamlMapReader::FailWith(YamlMark mark, std::string_view code, std::string_view message) {
  if (!error_) error_ = document_.ErrorAt(mark, code, message);
}

void YamlMapReader::Fail(YamlMark mark, std::string_view message) {
  FailWith(mark, "yaml.value", message);
}

const YamlNode* YamlMapReader::Take(std::string_view key) {
  known_.emplace_back(key);
  return error_ ? nullptr : node_.Find(key);
}

const YamlNode* YamlMapReader::TakeKind(std::string_view key, std::initializer_list<Kind> kinds,
                                        std::string_view wanted) {
  const YamlNode* const node = Take(key);
  if (node == nullptr) return nullptr;
  if (std::find(kinds.begin(), kinds.end(), node->kind) != kinds.end()) return node;
  const bool quotable = wanted == "a string" && node->IsScalar() && node->kind != Kind::kNull;
  FailWith(node->mark, "yaml.type",
           fmt::format("\"{}\" must be {}, not {}{}", key, wanted, YamlNode::KindName(node->kind),
                       quotable ? fmt::format("; write \"{}\" in quotes", node->scalar) : ""));
  return nullptr;
}

std::optional<std::string> YamlMapReader::String(std::string_view key) {
  const YamlNode* const node = TakeKind(key, {Kind::kString}, "a string");
  if (node == nullptr) return std::nullopt;
  return node->scalar;
}

std::optional<std::string> YamlMapReader::Text(std::string_view key) {
  const YamlNode* const node = TakeKind(
      key, {Kind::kNull, Kind::kBool, Kind::kInt, Kind::kFloat, Kind::kString}, "a single value");
  if (node == nullptr) return std::nullopt;
  return node->scalar;
}

std::optional<std::int64_t> YamlMapReader::Int(std::string_view key) {
  const YamlNode* const node = TakeKind(key, {Kind::kInt}, "an integer");
  if (node == nullptr) return std::nullopt;
  return node->int_value;
}

std::optional<double> YamlMapReader::Number(std::string_view key) {
  const YamlNode* const node = TakeKind(key, {Kind::kInt, Kind::kFloat}, "a number");
  if (node == nullptr) return std::nullopt;
  return node->float_value;
}

std::optional<bool> YamlMapReader::Bool(std::string_view key) {
  const YamlNode* const node = TakeKind(key, {Kind::kBool}, "true or false");
  if (node == nullptr) return std::nullopt;
  return node->bool_value;
}

std::optional<Micros> YamlMapReader::Duration(std::string_view key) {
  const YamlNode* const node =
      TakeKind(key, {Kind::kInt, Kind::kFloat, Kind::kString}, "a duration such as 90s or 11m");
  if (node == nullptr) return std::nullopt;
  const auto duration = ParseDuration(node->scalar);
  if (!duration) Fail(node->mark, fmt::format("\"{}\" {}", key, kDurationHelp));
  return duration;
}

std::vector<std::string> YamlMapReader::StringList(std::string_view key) {
  const YamlNode* const node =
      TakeKind(key, {Kind::kString, Kind::kSequence}, "a string or a list of strings");
  if (node == nullptr) return {};
  if (node->kind == Kind::kString) return {node->scalar};
  std::vector<std::string> list;
  for (const YamlNode& item : node->items) {
    if (item.kind != Kind::kString) {
      FailWith(item.mark, "yaml.type",
               fmt::format("each entry of \"{}\" must be a string, not {}", key,
                           YamlNode::KindName(item.kind)));
      return {};
    }
    list.push_back(item.scalar);
  }
  return list;
}

std::optional<std::string> YamlMapReader::OneOf(std::string_view key,
                                                const std::vector<std::string>& allowed) {
  const YamlNode* const node = Take(key);
  if (node == nullptr) return std::nullopt;
  if (!node->IsScalar()) {
    FailWith(node->mark, "yaml.type",
             fmt::format("\"{}\" must be one of {}, not {}", key, fmt::join(allowed, ", "),
                         YamlNode::KindName(node->kind)));
    return std::nullopt;
  }
  if (std::find(allowed.begin(), allowed.end(), node->scalar) != allowed.end()) return node->scalar;
  Fail(node->mark,
       fmt::format("\"{}\" must be one of {}, not \"{}\"{}", key, fmt::join(allowed, ", "),
                   node->scalar, Suggestion(node->scalar, allowed)));
  return std::nullopt;
}

const YamlNode* YamlMapReader::Child(std::string_view key) { return Take(key); }

const YamlNode* YamlMapReader::Map(std::string_view key) {
  return TakeKind(key, {Kind::kMap}, "a map");
}

const YamlNode* YamlMapReader::Sequence(std::string_view key) {
  return TakeKind(key, {Kind::kSequence}, "a list");
}

void YamlMapReader::Require(std::string_view key) {
  if (error_ || Take(key) != nullptr) return;
  // A slip of the pen is shown where it stands, rather than missed at the top.
  for (const YamlNode::Member& member : node_.members) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    const std::string cure = Suggestion(member.key, {std::string(key)});
    if (cure.empty()) continue;
    FailWith(member.key_mark, "yaml.unknown_key",
             fmt::format("unknown key \"{}\" in {}{}", member.key, what_, cure));
    return;
  }
  FailWith(node_.mark, "yaml.missing_key", fmt::format("{} needs the key \"{}\"", what_, key));
}

Status YamlMapReader::Finish() {
  for (const YamlNode::Member& member : node_.members) {
    if (error_) break;
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    std::string cure = Suggestion(member.key, known_);
    if (cure.empty()) {
      std::vector<std::string> names = known_;
      std::sort(names.begin(), names.end());
      names.erase(std::unique(names.begin(), names.end()), names.end());
      cure = names.empty() ? "; none is known here"
                           : fmt::format("; known are {}", fmt::join(names, ", "));
    }
    FailWith(member.key_mark, "yaml.unknown_key",
             fmt::format("unknown key \"{}\" in {}{}", member.key, what_, cure));
  }
  if (error_) return *error_;
  return {};
}

}  // namespace aweber
