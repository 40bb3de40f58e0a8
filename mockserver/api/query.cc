// Checks a query against its operation's parameter rows.
#include <fmt/format.h>

#include <algorithm>

#include "base/text/hex.h"
#include "base/text/json.h"
#include "mockserver/api/call.h"
#include "mockserver/api/text_rules.h"

namespace aweber::mock {
namespace {

bool IsArrayOfText(const Json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const Json& one) { return one.is_string(); });
}

bool IsTextMap(const Json& value) {
  if (!value.is_object()) return false;
  for (const auto& [name, one] : value.items()) {
    if (!one.is_string() && !one.is_null()) return false;
  }
  return true;
}

// What is wrong with `value`; "" when nothing is.
std::string ParameterProblem(const Parameter& parameter, const std::string& value) {
  const auto number_problem = [&](bool whole) -> std::string {
    const auto number = DecimalNumber(value, whole);
    if (!number) return whole ? "must be a whole number" : "must be a number";
    if (*number < parameter.min || *number > parameter.max) {
      return fmt::format("must be from {} to {}", parameter.min, parameter.max);
    }
    return "";
  };
  switch (parameter.kind) {
    case ParameterKind::kText: {
      const std::size_t length = Characters(value);
      if (parameter.max > 0 && static_cast<double>(length) > parameter.max) {
        return fmt::format("must have at most {} characters", parameter.max);
      }
      return "";
    }
    case ParameterKind::kUuid:
      return IsUuid(value) ? "" : "must be a UUID";
    case ParameterKind::kWhole:
      return number_problem(true);
    case ParameterKind::kDecimal:
      return number_problem(false);
    case ParameterKind::kChoice:
      return IsOneOf(parameter.choices, value)
                 ? ""
                 : fmt::format("must be one of {}", parameter.choices);
    case ParameterKind::kDay:
      return ParseDay(value) ? "" : "must be a day, YYYY-MM-DD";
    case ParameterKind::kFlag:
      return IsOneOf("true|false|True|False|1|0", value) ? "" : "must be true or false";
    case ParameterKind::kTextMap: {
      const auto json = ParseJson(value);
      return json.ok() && IsTextMap(*json) ? "" : "must be a JSON object of text";
    }
    case ParameterKind::kTexts: {
      const auto json = ParseJson(value);
      return json.ok() && IsArrayOfText(*json) ? "" : "must be a JSON array of text";
    }
  }
  return "";
}

}  // namespace

std::optional<HttpResponse> CheckQuery(Call& call) {
  if (!call.read.query.AllValid()) {
    return Refuse(call, "BadRequestError", "Invalid Character Encoding",
                  "the query has a broken escape or is not UTF-8");
  }
  for (const Parameter& parameter : call.operation.parameters) {
    const auto value = call.Query(parameter.name);
    if (!value) {
      if (!parameter.required) continue;
      return Refuse(call, parameter.missing,
                    fmt::format("Missing required argument(s): {}", parameter.name),
                    fmt::format("{} is missing from the query", parameter.name));
    }
    const std::string problem = ParameterProblem(parameter, *value);
    if (problem.empty()) continue;
    return Refuse(call, parameter.bad, fmt::format("{}: {}", parameter.name, problem),
                  fmt::format("{} of the query {}", parameter.name, problem));
  }
  return std::nullopt;
}

}  // namespace aweber::mock
