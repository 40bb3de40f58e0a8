// PathHint: says of a rule's `path` that it can match nothing the mock serves.
//
// Purpose: `*` stops at a slash, so "/1.0/*" selects no API request; a rule that silently never
//   acts is the hardest fault to find. Rules for other paths than the mock's own are left alone.
// Thread safety: a pure function. Errors: none; "" when the path can match, or may be foreign.
#pragma once

#include <string>

#include "mockserver/faults/rule.h"

namespace aweber::mock {

std::string PathHint(const Rule& rule);

}  // namespace aweber::mock
