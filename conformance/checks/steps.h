// The steps of a case as a check reads them: what was delivered, what arrived while a step ran.
//
// Ownership: pointers go into the CaseView. Thread safety: pure functions. Errors: none; what is
// not known is empty.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text/form.h"
#include "conformance/checks/check.h"
#include "conformance/checks/verdicts.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {

using ReplyKind = StepObservation::Reply;

// What `remark` says of each token request. `subject` names them in the plural.
template <typename F>
Judgement EachToken(const CaseView& view, std::string_view subject, std::string_view when_fine,
                    F remark) {
  Tally tally(subject);
  for (const auto& request : TokenRequests(view)) tally.Add(remark(request), request.sequence());
  return tally.Close(when_fine);
}

// The same of each token and revocation request: RFC 7009 §2.1 authenticates as RFC 6749 does.
template <typename F>
Judgement EachBackRequest(const CaseView& view, std::string_view subject,
                          std::string_view when_fine, F remark) {
  Tally tally(subject);
  for (const auto& request : TokenRequests(view)) tally.Add(remark(request), request.sequence());
  for (const auto& request : RevokeRequests(view)) tally.Add(remark(request), request.sequence());
  return tally.Close(when_fine);
}

// The entry arrived while the step ran.
bool During(const StepObservation& step, const JournalEntry& entry);
// Both steps ran at the same time.
bool Overlap(const StepObservation& a, const StepObservation& b);
// The process that sent the request was killed while it ran: nobody can have kept the reply.
bool KilledAt(const CaseView& view, std::uint64_t sequence);
// Two operations ran at the same time, and each of them sent one of the two requests.
bool Concurrent(const CaseView& view, std::uint64_t a, std::uint64_t b);
// No other step ran at the same time: what arrived during this one is its own.
bool RanAlone(const CaseView& view, const StepObservation& step);
bool Claims(const CaseView& view, std::string_view feature);
// The client claims the feature, or nothing is known of what it claims.
bool MayClaim(const CaseView& view, std::string_view feature);
// After the request `a`, and not after `b`.
bool RestartedBetween(const CaseView& view, std::uint64_t a, std::uint64_t b);
// The query of a URL, parsed.
Form QueryFields(std::string_view url);

// What one delivered callback said, beside what it should have said.
struct CallbackFacts {
  const StepObservation* step = nullptr;
  std::size_t index = 0;  // of the step
  Form sent;
  std::string code, state, error;
  // States of the authorization URLs that this session built before, oldest first (two tabs make
  // two); empty when the client sends none.
  std::vector<std::string> own_states;
  std::vector<std::string> other_states;       // of the other sessions, before or after
  const StepObservation* authorize = nullptr;  // the session's latest
  const StepObservation* consent = nullptr;    // where its genuine redirect came from

  bool StateIsOwn() const;
};
WireList<CallbackFacts> Callbacks(const CaseView& view);

// Sequence numbers of the exchanges a callback brought about: while the step ran, or later with the
// very code that was delivered and no other callback having delivered it.
Evidence ExchangesOf(const CaseView& view, const CallbackFacts& callback);

// A callback that had to be refused: a violation when it was exchanged or accepted.
Remark MustRefuse(const CaseView& view, const CallbackFacts& callback, std::string_view what);
// A right client has nothing against this callback but what a check is about: it answers the
// session's latest authorization request, nothing was delivered and nobody restarted since, its time
// is not over, and it came to the URI that was sent out and from the issuer that sent it.
bool IsAwaited(const CaseView& view, const CallbackFacts& callback);
// A callback that had to be accepted, where it was awaited.
Remark MustAccept(const CaseView& view, const CallbackFacts& callback, std::string_view what);

}  // namespace aweber::conformance
