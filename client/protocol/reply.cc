#include "client/protocol/reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include "base/text/json.h"

namespace aweber::client {
namespace {

constexpr std::int64_t kLongestRetryAfter = 24 * 3600;
constexpr std::chrono::seconds kRateLimitBlock{60};

std::optional<std::int64_t> ParseInteger(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// RFC 9110 §5.6.7: one form is sent, three must be understood.
std::optional<std::int64_t> ParseHttpDate(const std::string& text) {
  for (const char* form :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), form, &parts);
    if (end != nullptr && *end == '\0') return static_cast<std::int64_t>(::timegm(&parts));
  }
  return std::nullopt;
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

bool IsRateLimit(int status, std::string_view provider_text) {
  return status == 403 && provider_text.starts_with("Rate Limit");
}

bool IsRateLimited(const HttpResponse& response) {
  return response.status == 403 &&
         IsRateLimit(response.status, ReadProviderWords(response.body).text);
}

std::optional<std::chrono::seconds> ReadBackoff(const HttpResponse& response, UnixTime now) {
  if (IsRateLimited(response)) return ReadRetryAfter(response, now).value_or(kRateLimitBlock);
  if (response.status == 429 || response.status == 503) return ReadRetryAfter(response, now);
  return std::nullopt;
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
