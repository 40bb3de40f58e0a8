// State: what a colleague needs to see the same bug: settings, clock, rules, applications, tokens
// (without their secrets), and the journal, redacted, as one JSON document.
//
// Import puts all of it in force, the clock included, which may go back here. Tokens come back with
// their labels, lineage and states under values drawn afresh, because theirs were never exported.
// Thread safety: pure functions over thread-safe parts. Errors: FieldError{"state.invalid"};
// nothing has changed then.
#pragma once

#include "base/result.h"
#include "base/text/json_fwd.h"
#include "mockserver/admin/reply.h"
#include "mockserver/mock_server.h"

namespace aweber::mock {

Json ExportState(Space& space);
Result<void, FieldError> ImportState(Space& space, const Json& state);

}  // namespace aweber::mock
