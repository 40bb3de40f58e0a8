// Strict JSON over nlohmann/json.
//
// Purpose: one way to read JSON from outside (a peer, a driver, a file): duplicate names, too much
//   depth or size, and bad UTF-8 are refused with a line and column (RFC 8259), and one way to
//   write it that cannot throw.
// Ownership: Json is an ordinary value. Object members keep their order.
// Thread safety: pure functions.
// Errors: Error{"json.invalid" | "json.duplicate_key" | "json.too_deep" | "json.too_large" |
//   "json.too_many"}.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text/json_fwd.h"

namespace aweber {

struct JsonLimits {
  std::size_t max_bytes = 16u << 20;
  int max_depth = 64;
  std::size_t max_values = static_cast<std::size_t>(-1);  // on all levels together
};

Result<Json> ParseJson(std::string_view text, JsonLimits limits = {});

// One line, invalid UTF-8 replaced by U+FFFD; never throws.
std::string DumpJson(const Json& value);
// Appends the text as a JSON string, quotes included.
void AppendJsonString(std::string& out, std::string_view text);
// The same as DumpJson, indented by two spaces.
std::string DumpJsonPretty(const Json& value);

// Typed reads of an object's member: nothing when `object` is no object, the member is absent or
// has another type (or, for integers, does not fit).
std::optional<std::string> JsonString(const Json& object, std::string_view name);
std::optional<std::int64_t> JsonInt(const Json& object, std::string_view name);
std::optional<bool> JsonBool(const Json& object, std::string_view name);
const Json* JsonMember(const Json& object, std::string_view name);

}  // namespace aweber
