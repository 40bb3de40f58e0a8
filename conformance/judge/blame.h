// Blame: whom a reply that is not as expected accuses.
//
// Purpose: such a reply tells that something is wrong, not what. What the wire shows always stands,
//   and so does what a check's own judge says, unless the driver was caught lying. For the rest
//   three rules say who is accused instead of the check; the first that fits holds:
//     kCause    a request before was refused because it broke another rule (or the driver lied):
//               that rule is accused
//     kControl  the scenario's control did not pass: nobody is accused, the case is inconclusive
//     kStory    the check was seen kept, or only the wire can show it: the scenario itself is what
//               the client did not do
//   No case passes by them: the cause fails it, the control leaves it inconclusive, or the story
//   fails, also where the cause is only warned of.
// Thread safety: a pure function over its arguments. Errors: none.
#pragma once

#include "conformance/judge/ledger.h"

namespace aweber::conformance {

enum class Blame { kItself, kCause, kControl, kStory };

// Moves what replies accuse a check of to whom it belongs.
void Attribute(const VerdictInput& input, Ledgers& ledgers);

}  // namespace aweber::conformance
