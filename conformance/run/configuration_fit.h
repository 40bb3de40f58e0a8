// Whether a driver's configuration fits its client, by the login and the call of the preflight.
//
// Purpose: a page that is not where the configuration says, a text that no page has or a port that
//   nobody listens on fails every case, and each would accuse the client of a rule. One question
//   decides: who is to blame? What the wire shows to be the client's mistake is left alone.
// Thread safety: pure functions.
#pragma once

#include <string>

#include "conformance/run/player.h"

namespace aweber::conformance {

// Why the suite cannot tell anything with this configuration, in its words; "" when it can.
std::string WhyConfigurationDoesNotFit(const PlayedCase& played);

}  // namespace aweber::conformance
