// Plain YAML scalars by the YAML 1.2 core schema (§10.3.2).
//
// Purpose: decides what an unquoted scalar means; base/text/yaml.cc is its only user.
// Thread safety: pure functions.
// Errors: false when the text is a number that does not fit.
#pragma once

#include "base/text/yaml.h"

namespace aweber::internal {

// Sets kind and value of `node` from node.scalar. Null never comes here: yaml-cpp reports it apart.
bool ResolvePlainScalar(YamlNode& node);

}  // namespace aweber::internal
