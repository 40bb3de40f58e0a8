// The globs that people write: paths in rules and in `requires`, ids of scenarios in selections and
// baselines, API requests in a driver's configuration.
//
//   *     any text within a segment (no '/')
//   **    any text at all; "a/**" also matches "a", and "**/b" also matches "b"
//   ?     one character that is not '/'
//
// Every other character stands for itself, brackets too: ids of matrix variants have them.
// Thread safety: pure functions. Cost: pattern times text, whatever the pattern.
#pragma once

#include <string_view>

namespace aweber {

bool GlobMatches(std::string_view pattern, std::string_view text);
bool HasWildcard(std::string_view pattern);

}  // namespace aweber
