// What several processes did with one token store, as the checks of the family sh- read it.
//
// Ownership: pointers go into the CaseView. Thread safety: pure functions. Errors: none; what is
// not known is empty.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/checks/case_view.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {

// Steps that ran at the same time, and what arrived meanwhile.
struct ProcessCrowd {
  std::uint64_t first = 0, last = 0;
  std::vector<const StepObservation*> steps;

  bool Holds(std::uint64_t sequence) const { return sequence >= first && sequence <= last; }
};
// Every command of a program, alone or with others, in order. Empty without looks at a store.
std::vector<ProcessCrowd> ProcessCrowds(const CaseView& view);

// The process was killed, by the runner or otherwise.
bool WasKilled(const StepObservation& step);
bool AnyKilled(const CaseView& view, const ProcessCrowd& crowd);
// It did not end in time.
bool Hung(const StepObservation& step);
// The reply to `request` reached a process that went on.
bool WasReceived(const CaseView& view, const BackRequest& request);
// The server's reply to some request of the crowd was lost, an error of its own, or a limit.
bool ServerFailed(const CaseView& view, const ProcessCrowd& crowd);
// The last look at or before the crowd's end when nothing ran; null when there is none.
const StoreLook* LookAfter(const CaseView& view, const ProcessCrowd& crowd);
// The tokens of `look` that lie in the store.
std::vector<std::string> StoredTokens(const StoreLook& look);
// The store was seen to hold tokens as they are: only then their absence says something.
bool StoreIsReadable(const CaseView& view);
// A refresh token that works lies in the store.
bool HoldsLive(const StoreLook& look);
// The process cannot have known that its token had expired: its own clock says otherwise, and it
// did not try to refresh.
bool TrustedItsClock(const CaseView& view, const StepObservation& step);

}  // namespace aweber::conformance
