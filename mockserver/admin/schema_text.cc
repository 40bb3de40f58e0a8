#include "mockserver/admin/schema_text.h"

#include <fmt/format.h>

#include <cctype>
#include <sstream>

#include "base/text/json.h"

namespace aweber::mock {
namespace {

std::string_view TextOf(std::string_view component) {
  for (const SchemaComponent& known : SchemaComponents()) {
    if (known.name == component) return known.text;
  }
  return {};
}

Json OrNull(Json schema) {
  if (const auto type = schema.find("type"); type != schema.end() && type->is_string()) {
    *type = Json::array({*type, "null"});
    return schema;
  }
  return {{"anyOf", Json::array({std::move(schema), {{"type", "null"}}})}};
}

Json NamedSchema(std::string_view name) {
  if (name == "any") return Json::object();
  if (name == "duration") {
    return {{"description", "\"250ms\", \"90s\", \"11m\", \"1h\", or seconds"},
            {"type", Json::array({"string", "number"})}};
  }
  if (std::isupper(static_cast<unsigned char>(name.front())) != 0) {
    return {{"$ref", fmt::format("#/components/schemas/{}", name)}};
  }
  return {{"type", name}};
}

// The suffix that stands last binds the loosest.
Json TypeSchema(std::string_view type) {
  if (const auto bar = type.find('|'); bar != std::string_view::npos) {
    return {{"anyOf",
             Json::array({TypeSchema(type.substr(0, bar)), TypeSchema(type.substr(bar + 1))})}};
  }
  const auto without = [&](std::size_t length) {
    return TypeSchema(type.substr(0, type.size() - length));
  };
  if (type.ends_with('?')) return OrNull(without(1));
  if (type.ends_with("[]")) return {{"type", "array"}, {"items", without(2)}};
  if (type.ends_with("[2]")) {
    return {{"type", "array"}, {"items", without(3)}, {"minItems", 2}, {"maxItems", 2}};
  }
  if (type.ends_with("{}")) return {{"type", "object"}, {"additionalProperties", without(2)}};
  return NamedSchema(type);
}

}  // namespace

std::vector<SchemaMember> MembersOf(std::string_view members) {
  std::vector<SchemaMember> all;
  std::istringstream words{std::string(members)};
  for (std::string word; words >> word;) {
    if (word.starts_with('+')) {
      for (SchemaMember& member : MembersOf(TextOf(word.substr(1)))) {
        all.push_back(std::move(member));
      }
      continue;
    }
    SchemaMember member;
    member.required = word.ends_with('!');
    if (member.required) word.pop_back();
    const auto colon = word.find(':');
    member.name = word.substr(0, colon);
    member.type = word.substr(colon + 1);
    all.push_back(std::move(member));
  }
  return all;
}

Json SchemaOf(std::string_view text) {
  if (!text.empty() && text.find(':') == std::string_view::npos) return TypeSchema(text);
  Json properties = Json::object(), required = Json::array();
  bool open = false;
  for (const SchemaMember& member : MembersOf(text)) {
    if (member.name == "*") {
      open = true;
      continue;
    }
    properties[member.name] = TypeSchema(member.type);
    if (member.required) required.push_back(member.name);
  }
  Json schema = {{"type", "object"}, {"properties", properties}, {"additionalProperties", open}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

}  // namespace aweber::mock
