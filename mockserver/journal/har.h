// HAR 1.2: export for a browser's network panel, import for lint.
//
// Purpose: what the mock saw opens where people look at traffic; what a browser or proxy recorded
//   can be judged by the same checks. An imported entry has the facts that the wire alone shows:
//   endpoint by path, grant, client authentication, token placement; never what only a server
//   knows.
// Thread safety: pure functions. Errors: Error{"har.invalid"} naming the entry and the member.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mockserver/journal/entry.h"
#include "mockserver/journal/redact.h"

namespace aweber::mock {

// `base_url` is put before each path: HAR wants absolute URLs.
std::string HarFromEntries(const std::vector<JournalEntry>& entries, const std::string& base_url,
                           const Redactor& redactor);
// Entries that are no HTTP requests (data:, blob:) are left out; `sequence` is the place in the list.
Result<std::vector<JournalEntry>> EntriesFromHar(std::string_view text);

}  // namespace aweber::mock
