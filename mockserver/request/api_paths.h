// Which paths the API has.
//
// Thread safety: pure functions.
#pragma once

#include <string_view>

namespace aweber::mock {

// "/1.0", "/1.0/..." and "/2.0-beta/...".
inline bool IsApiPath(std::string_view path) {
  return path == "/1.0" || path.starts_with("/1.0/") || path.starts_with("/2.0-beta/");
}

// Those that AWeber's API host serves: all but "/1.0/oauth/...", which the authorization host does.
inline bool IsOfApiHost(std::string_view path) {
  const bool api = path.starts_with("/1.0") || path.starts_with("/2.0-beta");
  return api && !path.starts_with("/1.0/oauth/");
}

}  // namespace aweber::mock
