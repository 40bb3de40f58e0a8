// Blame: whom a reply that is not as expected accuses.
//
// Purpose: such a reply tells that something is wrong, not what. What the wire shows always stands,
//   and so does what a check's own judge says, unless the driver was caught lying. For the rest
//   three rules say who is accused instead of the check; the first that fits holds:
//     kCause    a request before was refused because it broke another rule (or the driver lied):
//               that rule is accused
//     kControl  the scenario's control did not pass: nobody is accused, the case is inconclusive
//     kOutcome  the check was seen kept, or only the wire can show it: the scenario itself is what
//               the client did not do
//   A refresh that a `never` forbids is another such thing: where the API had answered 401 and the
//   scenario wants no 401, the refresh is in order, and the 401 is what went wrong.
//   No case passes by them: the cause fails it, the control leaves it inconclusive, or the outcome
//   fails, also where the cause is only warned of.
// Thread safety: a pure function over its arguments. Errors: none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/judge/ledger.h"

namespace aweber::conformance {

enum class Blame { kItself, kCause, kControl, kOutcome };

// Moves what replies accuse a check of to whom it belongs.
void Attribute(const VerdictInput& input, Ledgers& ledgers);

// What is left of `found`, which a `never` forbids, when the refreshes that answer a 401 are taken
// away.
std::vector<std::uint64_t> ToBlame(const VerdictInput& input, const mock::WirePattern& never,
                                   std::vector<std::uint64_t> found);

// Lets the expected outcome fail with `text`: no rule is accused.
void AccuseOutcome(const std::string& text, Ledger::Basis basis,
                   const std::vector<std::uint64_t>& evidence, Ledgers& ledgers);

}  // namespace aweber::conformance
