// Values that differ in one part, and comparisons that do not look at one part.
//
// Purpose: "compared" and "repeated" are rules about whole values; each part is a way to break them.
//   A URL has a scheme, host, port, path and query; an opaque value has its case, one character, and
//   the whole of it.
// Ownership, thread safety: pure functions. Errors: a URL that does not parse is taken as opaque.
#pragma once

#include <string>
#include <string_view>

#include "tests/mutants/place.h"

namespace aweber::mutants {

// `value` with that part changed; never equal to `value` where it has such a part.
std::string WithOther(const std::string& value, Place part);
// Equal, or different in that part alone.
bool EqualButFor(Place part, std::string_view a, std::string_view b);

}  // namespace aweber::mutants
