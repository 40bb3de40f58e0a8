// The rows of the model: what a right client does with a callback, a refresh and a revocation, and
// what it holds afterwards.
//
// Purpose: the first row that fits decides. model.cc asks; here stands what the RFCs say.
// Ownership, thread safety: constant tables and pure functions.
#pragma once

#include <optional>

#include "conformance/explore/model.h"

namespace aweber::conformance::explore {

// What becomes of the tokens.
enum class Then {
  kSame,
  kFresh,      // new ones, with a refresh token
  kFreshPoor,  // new ones, without a refresh token
  kRenewed,    // a new access token, and a refresh token that works
  kUnclear,
  kUnclearIfAny,  // the client may have thrown away what it had
  kGone,
};
void Apply(Then then, SessionState& state);

// What a right client answers, and where the session stands then.
struct Decision {
  Expected expected = Expected::kAny;
  std::optional<Login> next;
  Then then = Then::kSame;
};
Decision DecideCallback(const SessionState& state, Meaning meaning, Effect effect);
Decision DecideRefresh(const SessionState& state, Effect effect);
Decision DecideRevocation(const SessionState& state, Effect effect);

}  // namespace aweber::conformance::explore
