// What an HTTP answer says when it is not the one hoped for.
//
// Purpose: reads the provider's own words from either shape AWeber uses (`error` is an object at
//   the API, but a string for bad tokens and at the token endpoint), and when to come back.
// Thread safety: pure functions. Units: seconds. Errors: none; what cannot be read is absent.
// Source: RFC 6749 §5.2; RFC 9110 §10.2.3; AWeber's reference for the envelope and the rate limit.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/http/message.h"
#include "base/os/clock.h"
#include "client/protocol/failure.h"

namespace aweber::client {

struct ProviderWords {
  std::string code;  // "invalid_grant", or the envelope's `type`: "ForbiddenError"
  std::string text;  // error_description, or the envelope's `message`
  bool found = false;
};
ProviderWords ReadProviderWords(std::string_view body);

// Retry-After as seconds or as a date; nothing when absent or unreadable.
std::optional<std::chrono::seconds> ReadRetryAfter(const HttpResponse& response, UnixTime now);

// AWeber's rate limit, 120 requests in 60 s for each account, is a 403 like a missing scope's; only
// the words differ. Nothing was done with such a request, whatever its method.
bool IsRateLimited(const HttpResponse& response);
bool IsRateLimit(int status, std::string_view provider_text);  // the same, of words that were read
// How long the answer asks us to stay away: the rate limit, without Retry-After, for 60 s; a 429 or
// 503 as long as Retry-After says. Nothing for any other.
std::optional<std::chrono::seconds> ReadBackoff(const HttpResponse& response, UnixTime now);

// A Failure of kind kHttp with status, the provider's words and Retry-After filled in.
Failure HttpFailure(std::string code, std::string_view what, const HttpResponse& response,
                    UnixTime now);

inline bool IsSuccess(int status) { return status >= 200 && status < 300; }

}  // namespace aweber::client
