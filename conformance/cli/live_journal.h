// The journal of a running mock, read over its admin API.
//
// Purpose: all of it, page by page, up to what there was when reading began: the API answers with a
//   thousand requests at most unless asked.
// Thread safety: a free function. Errors: those of HttpClient, Error{"lint.http"}.
#pragma once

#include <cstdint>
#include <string>

#include "base/http/client.h"

namespace aweber::conformance {

struct LiveJournal {
  std::string text;           // as the API lists it: {"requests":[...]}
  std::uint64_t evicted = 0;  // older requests that the mock no longer had
};

// `url`: of the admin API or of its list of requests, of a space as well. A query that has a
// `limit` or an `after` of its own gets that page only; another resource (requests.har) comes as it
// is. `token`: "" for none.
Result<LiveJournal> FetchJournal(HttpClient& http, const std::string& url,
                                 const std::string& token);

}  // namespace aweber::conformance
