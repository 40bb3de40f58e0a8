// State: what a colleague needs to see the same bug: settings, clock, rules, applications, tokens
// (without their secrets), and the journal, redacted, as one JSON document.
//
// Import puts settings, clock, rules and applications in force and shows the journal for reading.
// Tokens come back as lineage in the journal only: their secrets were never exported.
// Thread safety: pure functions over thread-safe parts. Errors: Error{"state.*"} naming the member.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "mockserver/mock_server.h"

namespace aweber::mock {

Json ExportState(Space& space);
Status ImportState(Space& space, const Json& state);

}  // namespace aweber::mock
