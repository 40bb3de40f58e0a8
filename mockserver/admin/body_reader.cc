#include "mockserver/admin/body_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "base/text/nearest_word.h"
#include "base/text/yaml.h"
#include "mockserver/admin/reply.h"
#include "mockserver/model/scopes.h"
#include "mockserver/model/virtual_clock.h"

namespace aweber::mock {

Result<void, FieldError> ReadSwitches(Settings& settings, const Json& members) {
  std::string name;
  const Status applied = ApplySettings(settings, members, &name);
  if (applied.ok()) return {};
  return FieldError{applied.error().code, applied.error().message, name};
}

const Json* BodyReader::Take(std::string_view field) {
  known_.emplace_back(field);
  return JsonMember(object_, field);
}

void BodyReader::Fail(std::string_view field, std::string_view message) {
  if (!error_.empty()) return;
  error_ = message;
  error_field_ = field;
}

void BodyReader::WrongType(std::string_view field, std::string_view wanted, const Json& got) {
  Fail(field, fmt::format("\"{}\" must be {}, not {}", field, wanted, got.type_name()));
}

std::optional<std::string> BodyReader::String(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    WrongType(field, "a string", *value);
    return std::nullopt;
  }
  return value->get<std::string>();
}

std::optional<std::int64_t> BodyReader::Int(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return std::nullopt;
  const auto number = JsonInt(object_, field);
  if (!number) WrongType(field, "an integer", *value);
  return number;
}

std::optional<std::uint64_t> BodyReader::Unsigned(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_unsigned()) {
    WrongType(field, "an integer from 0 to 18446744073709551615", *value);
    return std::nullopt;
  }
  return value->get<std::uint64_t>();
}

std::optional<bool> BodyReader::Bool(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) {
    WrongType(field, "true or false", *value);
    return std::nullopt;
  }
  return value->get<bool>();
}

std::optional<Micros> BodyReader::Duration(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_string() || value->is_number()) {
    const std::string text = value->is_string() ? value->get<std::string>() : value->dump();
    if (const auto duration = ParseDuration(text)) return duration;
  }
  constexpr std::string_view kDuration =
      "a duration (\"250ms\", \"90s\", \"11m\", \"1h\", or seconds as a number)";
  if (value->is_string()) {
    Fail(field, fmt::format("\"{}\" must be {}, not \"{}\"", field, kDuration,
                            value->get<std::string>().substr(0, 40)));
  }
  WrongType(field, kDuration, *value);
  return std::nullopt;
}

std::optional<UnixTime> BodyReader::Instant(std::string_view field) {
  const auto seconds = Int(field);
  if (!seconds) return std::nullopt;
  if (*seconds < 0 || *seconds > ToUnixSeconds(kLastInstant)) {
    Fail(field, fmt::format("\"{}\" must be Unix seconds from 0 to {}", field,
                            ToUnixSeconds(kLastInstant)));
    return std::nullopt;
  }
  return FromUnixSeconds(*seconds);
}

std::optional<std::vector<std::string>> BodyReader::Strings(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return std::nullopt;
  const auto is_string = [](const Json& item) { return item.is_string(); };
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), is_string)) {
    WrongType(field, "an array of strings", *value);
    return std::nullopt;
  }
  return value->get<std::vector<std::string>>();
}

std::optional<std::vector<std::string>> BodyReader::Scopes(std::string_view field) {
  auto scopes = Strings(field);
  for (const std::string& scope : scopes.value_or(std::vector<std::string>{})) {
    if (!ScopeMeaning(scope).empty()) continue;
    const std::string near = NearestWord(scope, AllScopeNames());
    Fail(field,
         fmt::format("AWeber has no scope \"{}\"{}", scope,
                     near.empty() ? fmt::format("; it has {}", fmt::join(AllScopeNames(), ", "))
                                  : fmt::format("; did you mean \"{}\"?", near)));
  }
  return scopes;
}

const Json* BodyReader::Any(std::string_view field) { return Take(field); }

void BodyReader::Require(std::string_view field) {
  if (JsonMember(object_, field) == nullptr) {
    Fail(field, fmt::format("\"{}\" is required", field));
  }
}

std::optional<FieldError> BodyReader::Problem() {
  if (!object_.is_object()) return FieldError{"invalid_body", "must be a JSON object", ""};
  for (const auto& [name, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const std::string near = NearestWord(name, known_);
    error_.clear();  // a misspelt member explains most of what else is wrong
    Fail(name, fmt::format("unknown member \"{}\"{}", name,
                           near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
  }
  if (error_.empty()) return std::nullopt;
  return FieldError{"invalid_body", error_, error_field_};
}

std::optional<HttpResponse> BodyReader::Finish() {
  if (!object_.is_object()) {
    return AdminError(400, "invalid_body", "the body must be a JSON object");
  }
  const auto problem = Problem();
  if (!problem) return std::nullopt;
  return AdminError(*problem);
}

}  // namespace aweber::mock
