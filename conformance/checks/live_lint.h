// LiveLint: the W checks over live traffic, for the mock's journal.
//
// Purpose: judges the newest entry in the light of the earlier ones and answers what it violates.
// The
//   mock's program passes it to the server, so that the server itself knows no check.
// `profile` is "aweber", "rfc6749" or "rfc9700".
// Thread safety: a pure function.
#pragma once

#include <string_view>
#include <vector>

#include "conformance/checks/check.h"

namespace aweber::conformance {

std::vector<mock::Finding> LiveLint(const std::vector<JournalEntry>& journal,
                                    const JournalEntry& newest, std::string_view profile);

}  // namespace aweber::conformance
