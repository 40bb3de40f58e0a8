// Patterns of a scenario's `requires` and `never`, matched over a finished journal.
//
// Thread safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/checks/case_view.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::conformance {

bool MatchesSelector(const mock::Selector& selector, const mock::JournalEntry& entry);

// Sequence numbers of the entries that match, in order. A place (`after`, `before`, `during`) that
// names a step which did not run matches nothing.
std::vector<std::uint64_t> FindPattern(const mock::WirePattern& pattern, const CaseView& view);

// How often a forbidden pattern may be seen: `at_most`, for each API request where it says so. A
// page that makes three requests may do three times what a call of one may do once.
std::size_t AllowedOf(const mock::WirePattern& pattern, const CaseView& view);

// "a token request (grant authorization_code) answered 200 after step callback".
std::string DescribePattern(const mock::WirePattern& pattern);

}  // namespace aweber::conformance
