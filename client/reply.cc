#include "client/reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include "base/json.h"

namespace aweber::client {
namespace {

constexpr std::int64_t kLongestRetryAfter = 24 * 3600;

std::optional<std::int64_t> ParseInteger(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<std::int64_t> ParseHttpDate(const std::string& text) {
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return static_cast<std::int64_t>(::timegm(&parts));
}

}  // namespace

ProviderWords ReadProviderWords(std::string_view body) {
  ProviderWords words;
  const auto json = ParseJson(body, {.max_bytes = 1u << 20, .max_depth = 32});
  if (!json || !json->is_object()) return words;
  const Json* error = JsonMember(*json, "error");
  if (error == nullptr) return words;
  if (error->is_string()) {
    words.code = Harmless(error->get<std::string>(), 64);
    words.text = Harmless(JsonString(*json, "error_description").value_or(""));
    words.found = !words.code.empty();
  } else if (error->is_object()) {
    words.code = Harmless(JsonString(*error, "type").value_or(""), 64);
    words.text = Harmless(JsonString(*error, "message").value_or(""));
    words.found = !words.code.empty() || !words.text.empty();
  }
  return words;
}

std::optional<std::chrono::seconds> ReadRetryAfter(const HttpResponse& response, UnixTime now) {
  const auto text = response.headers.Get("Retry-After");
  if (!text) return std::nullopt;
  std::optional<std::int64_t> seconds = ParseInteger(*text);
  if (!seconds) {
    seconds = ParseHttpDate(*text);
    if (seconds) *seconds -= ToUnixSeconds(now);
  }
  if (!seconds) return std::nullopt;
  return std::chrono::seconds(
      std::clamp<std::int64_t>(*seconds, std::int64_t{0}, kLongestRetryAfter));
}

Failure HttpFailure(std::string code, std::string_view what, const HttpResponse& response,
                    UnixTime now) {
  const ProviderWords words = ReadProviderWords(response.body);
  Failure failure = MakeFailure(FailureKind::kHttp, std::move(code), "");
  failure.http_status = response.status;
  failure.provider_code = words.code;
  failure.provider_text = words.text;
  failure.retry_after = ReadRetryAfter(response, now);
  failure.message = fmt::format("{} answered HTTP {}", what, response.status);
  if (words.found) failure.message += fmt::format(": {} {}", words.code, words.text);
  if (failure.retry_after) {
    failure.message += fmt::format("; try again in {} s", failure.retry_after->count());
  }
  return failure;
}

}  // namespace aweber::client
