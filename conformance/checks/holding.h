// Holding: what tokens the client of a session certainly has at a step of a case.
//
// Purpose: a rule such as "refresh after a 401" binds who has a refresh token. This is read off the
//   requests and the client's replies alone. Where a right client may have kept what it was given
//   or thrown it away (after an answer that it may refuse, a refused refresh, a forged callback),
//   nothing is certain, and such a rule says nothing.
// Ownership, thread safety: plain values and pure functions. Errors: none.
#pragma once

#include <cstdint>
#include <string>

#include "base/text/json_fwd.h"
#include "conformance/checks/case_view.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {

struct Holding {
  enum class Tokens { kNone, kHeld, kUnclear } tokens = Tokens::kNone;
  bool refreshable = false;  // with a refresh token among them
  std::uint64_t since = 0;   // the answer that brought the newest
  std::string grant;         // its label; "" where the journal has none

  bool IsCertain() const { return tokens == Tokens::kHeld; }
  bool CanRefresh() const { return IsCertain() && refreshable; }
};
Holding HoldingBefore(const CaseView& view, const StepObservation& step);

// The client was told to come again: the same request may do better then.
bool IsTryLater(const JournalEntry& entry);
// A lifetime as RFC 6749 §5.1 writes it, of ten years at most.
bool IsOrdinaryLifetime(const Json& value);
// A token answer with an access token of the type that AWeber gives.
bool HasBearerToken(const TokenResponse& tokens);
// A token answer with nothing in it for which a right client may refuse it as a whole.
bool IsPlainAnswer(const TokenResponse& tokens);
// The client took the answer: the step that it came in said ok, or its access token was used.
bool WasTaken(const CaseView& view, const TokenResponse& tokens);

// The operation that brought a token request about; null for none.
const StepObservation* AskedBy(const CaseView& view, const JournalEntry& entry);
// The step failed before its purpose: no connection, or a certificate that was refused.
bool FailedToConnect(const CaseView& view, const StepObservation& step);

}  // namespace aweber::conformance
