// Finding the authorization URL in what a program prints, and naming it as the runner does.
//
// Thread safety: pure functions. Errors: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/browser/pattern.h"

namespace aweber::conformance {

// The first http(s) URL with response_type in its query; with `pattern`, what that finds. While
// `more_may_come`, a URL that reaches to the end of the text is not taken: it may go on.
std::optional<std::string> FindAuthorizationUrl(const std::string& output, const Pattern* pattern,
                                                bool more_may_come);

// `url` under AWeber's own host name as the same place of the mock, which is what the proxy makes
// of it. `authorize_url`: the case's. `others`: further addresses of the authorization endpoint,
// without a query. Any other URL stays.
std::string BehindProxy(const std::string& url, const std::string& authorize_url,
                        const std::vector<std::string>& others = {});

}  // namespace aweber::conformance
