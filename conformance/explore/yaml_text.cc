#include "conformance/explore/yaml_text.h"

#include <algorithm>
#include <cctype>

#include "base/text/json.h"

namespace aweber::conformance::explore {
namespace {

constexpr std::size_t kLine = 100;

// Letters first, then what no YAML reader takes for anything else. Words of the core schema that
// mean something are quoted.
bool IsPlain(const std::string& text) {
  static constexpr std::string_view kMeaning[] = {"null", "true", "false", "yes",  "no",
                                                  "on",   "off",  "Null",  "True", "False"};
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) return false;
  if (std::find(std::begin(kMeaning), std::end(kMeaning), text) != std::end(kMeaning)) return false;
  if (text.back() == ' ') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-_/. ").find(c) != std::string_view::npos;
  });
}

void AppendScalar(std::string& out, const Json& value) {
  if (value.is_string() && IsPlain(value.get_ref<const std::string&>())) {
    out += value.get_ref<const std::string&>();
  } else {
    out += DumpJson(value);  // YAML reads JSON's scalars as they are
  }
}

void AppendKey(std::string& out, const std::string& key) {
  AppendScalar(out, Json(key));
  out += ": ";
}

void AppendFlow(std::string& out, const Json& value) {
  if (value.is_object()) {
    out += '{';
    for (auto member = value.begin(); member != value.end(); ++member) {
      if (member != value.begin()) out += ", ";
      AppendKey(out, member.key());
      AppendFlow(out, member.value());
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += ", ";
      AppendFlow(out, value[i]);
    }
    out += ']';
  } else {
    AppendScalar(out, value);
  }
}

void AppendBlock(std::string& out, const Json& value, std::size_t indent);

// A "key: " whose value stands on the lines below it.
void AppendBelow(std::string& out, const Json& value, std::size_t indent) {
  out.back() = '\n';
  AppendBlock(out, value, indent);
}

// What follows a "key: " or a "- ".
void AppendValue(std::string& out, const Json& value, std::size_t indent, bool in_list) {
  if (in_list && value.is_object() && value.size() == 1) {  // a step
    AppendKey(out, value.begin().key());
    return AppendValue(out, value.begin().value(), indent + 2, false);
  }
  std::string line;
  AppendFlow(line, value);
  const bool nested = value.is_structured() && !value.empty();
  const bool holds_steps = value.is_object() && value.contains("steps");
  if (!nested || (!holds_steps && line.size() + indent < kLine)) {
    out += line + "\n";
  } else if (in_list && value.is_object()) {  // the first member beside the dash
    std::string block;
    AppendBlock(block, value, indent);
    out += block.substr(indent);
  } else {
    AppendBelow(out, value, indent);
  }
}

void AppendBlock(std::string& out, const Json& value, std::size_t indent) {
  const std::string margin(indent, ' ');
  if (value.is_array()) {
    for (const Json& item : value) {
      out += margin + "- ";
      AppendValue(out, item, indent + 2, true);
    }
    return;
  }
  for (const auto& [key, member] : value.items()) {
    out += margin;
    AppendKey(out, key);
    // Each of these on lines of its own, as people write them.
    const bool below = key == "steps" || (indent == 0 && (key == "server" || key == "expect"));
    if (below && !member.empty()) {
      AppendBelow(out, member, indent + 2);
    } else {
      AppendValue(out, member, indent + 2, false);
    }
  }
}

}  // namespace

std::string YamlText(const Json& document) {
  std::string out;
  AppendBlock(out, document, 0);
  return out;
}

}  // namespace aweber::conformance::explore
