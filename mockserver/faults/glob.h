// Path globs: '*' is any run of characters but '/', '**' any run at all, '?' one character but '/'.
//
// Thread safety: pure function. Errors: none; every other character stands for itself.
#pragma once

#include <string_view>

namespace aweber::mock {

bool GlobMatches(std::string_view pattern, std::string_view text);

}  // namespace aweber::mock
