// SuggestId: what an id that does not exist may have been meant for.
//
// Thread safety: a pure function. Errors: none.
#pragma once

#include <string>
#include <vector>

namespace aweber::conformance {

// "did you mean 'cb-state-bound'?", or, where none is that near, the ids of the same family: "there
// are cb-code-opaque, cb-dup-refused and 17 more"; "" where there are none.
std::string SuggestId(const std::string& id, const std::vector<std::string>& known,
                      char quote = '\'');

}  // namespace aweber::conformance
