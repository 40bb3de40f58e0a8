// Ids of cases, and what a person's pattern means among them.
#pragma once

#include <string_view>

namespace aweber::conformance {

// A glob (base/text/glob.h) over ids; a plain id also stands for all variants of its matrix:
// "token/expires" selects "token/expires[string]". The id that a case had in an earlier version
// selects it, too.
bool SelectsCase(std::string_view pattern, std::string_view id);

}  // namespace aweber::conformance
