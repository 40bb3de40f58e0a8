// The space that a path names: "/s/NAME/oauth2/token". What has no such beginning is the default
// space's.
//
// Thread safety: pure functions.
#pragma once

#include <algorithm>
#include <string_view>

namespace aweber::mock {

inline constexpr std::string_view kSpacePrefix = "/s/";

// The path as its space sees it; "" when nothing follows the name.
constexpr std::string_view WithoutSpace(std::string_view path) {
  if (!path.starts_with(kSpacePrefix)) return path;
  path.remove_prefix(std::min(path.find('/', kSpacePrefix.size()), path.size()));
  return path;
}

}  // namespace aweber::mock
