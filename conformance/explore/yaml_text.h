// JSON as YAML in the layout of scenario files.
//
// Thread safety: a pure function. Errors: none; every JSON value has a text that the strict reader
// (base/text/yaml.h) reads as the same value.
#pragma once

#include <string>

#include "base/text/json_fwd.h"

namespace aweber::conformance::explore {

// Block style outside, one line for what is small and has no order to show.
std::string YamlText(const Json& document);

}  // namespace aweber::conformance::explore
