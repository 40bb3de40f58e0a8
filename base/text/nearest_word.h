// What a word that does not exist may have been meant for.
//
// Thread safety: pure functions. Errors: none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aweber {

// The candidate nearest to `word` by edit distance, when near enough to be meant (for
// "did you mean"); "" otherwise.
std::string NearestWord(std::string_view word, const std::vector<std::string>& candidates);

// "did you mean 'cb-state-bound'?", or, where none is that near, the ids of the same family: "there
// are cb-code-opaque, cb-dup-refused and 17 more"; "" where there are none.
std::string SuggestId(const std::string& id, const std::vector<std::string>& known,
                      char quote = '\'');

}  // namespace aweber
