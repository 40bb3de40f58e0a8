// JSON as a person would lay it out: on one line what fits there, else a member a line.
#pragma once

#include <string>

#include "base/text/json.h"

namespace aweber::test {

inline std::string OnOneLine(const Json& json) {
  if (!json.is_structured()) return json.dump();
  std::string text;
  for (const auto& [name, value] : json.items()) {
    if (!text.empty()) text += ", ";
    if (json.is_object()) text += Json(name).dump() + ": ";
    text += OnOneLine(value);
  }
  return json.is_object() ? "{" + text + "}" : "[" + text + "]";
}

// `used`: how much of the first line is taken already.
inline std::string LaidOut(const Json& json, std::size_t indent = 0, std::size_t used = 0) {
  constexpr std::size_t kColumns = 99;
  std::string line = OnOneLine(json);
  if (!json.is_structured() || json.empty() || used + line.size() <= kColumns) return line;
  const std::string margin(indent + 2, ' ');
  std::string text;
  std::size_t column = 0;  // short texts share a line
  for (const auto& [name, value] : json.items()) {
    const std::string key = json.is_object() ? Json(name).dump() + ": " : "";
    const bool packed = json.is_array() && !value.is_structured();
    const std::string item = key + LaidOut(value, indent + 2, margin.size() + key.size());
    if (!text.empty()) text += ",";
    if (packed && column != 0 && column + 2 + item.size() <= kColumns) {
      text += " " + item;
      column += 2 + item.size();
    } else {
      text += "\n" + margin + item;
      column = margin.size() + item.size();
    }
  }
  text += "\n" + std::string(indent, ' ');
  return json.is_object() ? "{" + text + "}" : "[" + text + "]";
}

}  // namespace aweber::test
