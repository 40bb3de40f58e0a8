// Recorded traffic as journal entries: HAR 1.2 from browsers and proxies, and a mock's own journal.
//
// Purpose: lets the checks that need nothing but the wire judge traffic of any origin. What only a
//   server could know (which client is registered, which token is live) stays unknown.
// Thread safety: pure functions.
// Errors: Error{"har.invalid"} naming what is missing. Entries that are no OAuth 2 request and no
//   API request are kept with endpoint kOther.
// Source: http://www.softwareishard.com/blog/har-12-spec/
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "mockserver/journal/entry.h"

namespace aweber::conformance {

Result<std::vector<mock::JournalEntry>> ReadHar(const Json& document, const std::string& file);

// Which endpoint a URL's path is meant for: "/oauth2/token" and so on, below any prefix.
mock::Endpoint GuessEndpoint(std::string_view method, std::string_view path);

}  // namespace aweber::conformance
