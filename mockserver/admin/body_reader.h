// BodyReader: reads a JSON object of the admin API strictly.
//
// Purpose: an unknown or wrongly typed member is an error that names the field, what it should be,
//   and what was sent. The first error is kept; a handler reads everything and asks once.
// Ownership: keeps a reference to the JSON value. Thread safety: none needed.
// Units: durations are "250ms", "90s", "11m", "1h", or a number of seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.h"
#include "base/os/clock.h"
#include "base/text/json_fwd.h"
#include "mockserver/admin/reply.h"
#include "mockserver/settings.h"

namespace aweber::mock {

// ApplySettings with an error that names the switch.
Result<void, FieldError> ReadSwitches(Settings& settings, const Json& members);

class BodyReader {
 public:
  explicit BodyReader(const Json& object) : object_(object) {}

  std::optional<std::string> String(std::string_view field);
  std::optional<std::int64_t> Int(std::string_view field);
  std::optional<std::uint64_t> Unsigned(std::string_view field);
  std::optional<bool> Bool(std::string_view field);
  std::optional<Micros> Duration(std::string_view field);
  // Unix seconds, from 1970 to the end of 9999.
  std::optional<UnixTime> Instant(std::string_view field);
  std::optional<std::vector<std::string>> Strings(std::string_view field);
  std::optional<std::vector<std::string>> Scopes(std::string_view field);  // AWeber's own
  const Json* Any(std::string_view field);
  void Require(std::string_view field);
  void Fail(std::string_view field, std::string_view message);

  // What was wrong, unknown members included; nothing otherwise.
  std::optional<FieldError> Problem();
  // The refusal when anything was wrong, unknown members included; nothing otherwise.
  std::optional<HttpResponse> Finish();

 private:
  const Json* Take(std::string_view field);
  void WrongType(std::string_view field, std::string_view wanted, const Json& got);
  const Json& object_;
  std::vector<std::string> known_;
  std::string error_, error_field_;
};

}  // namespace aweber::mock
