// GlobCanMatch: can a glob that people write match a path of the API?
//
// Thread safety: a pure function.
#pragma once

#include <string_view>

namespace aweber::mock {

// `path` is an operation's, "/1.0/accounts/{account}": a parameter is any segment. A glob with "**"
// can match anything.
bool GlobCanMatch(std::string_view glob, std::string_view path);

}  // namespace aweber::mock
