// Globs over scenario ids and paths: '*' is any text within a segment, '**' any text at all, '?'
// one character that is not '/'; "a/**" also matches "a". Brackets are ordinary characters, because
// the ids of matrix variants have them ("token/expires[string]").
//
// Thread safety: pure functions.
#pragma once

#include <string_view>

namespace aweber::conformance {

bool MatchesGlob(std::string_view pattern, std::string_view text);
bool HasWildcard(std::string_view pattern);

// As MatchesGlob, and a plain id also stands for all variants of its matrix: "token/expires"
// selects "token/expires[string]".
bool SelectsCase(std::string_view pattern, std::string_view id);

}  // namespace aweber::conformance
