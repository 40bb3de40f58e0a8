// The signature of a webhook, as AWeber publishes it.
//
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/os/clock.h"

namespace aweber::mock {

// "sha256=<lower hex>": HMAC-SHA256 of "date:" + date + LF + body without the blanks at its end, by
// the decoded key. A key that is not base64 counts as it is.
std::string WebhookSignature(const std::string& key, std::string_view date, std::string_view body);

// "Mon, 21 Oct 2019 19:05:20 GMT" (RFC 9110 §5.6.7).
std::string HttpDate(UnixTime time);

}  // namespace aweber::mock
