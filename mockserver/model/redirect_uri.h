// Which redirect URIs may be registered.
//
// Thread safety: a pure function.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace aweber::mock {

// Why one of `uris` cannot be a redirect URI: it is not absolute or has a fragment (RFC 6749
// §3.1.2), a browser would run it instead of opening it, or its host would not stay a host in a
// header of the consent page. Nothing when all of them can.
std::optional<std::string> RedirectUriProblem(const std::vector<std::string>& uris);

}  // namespace aweber::mock
