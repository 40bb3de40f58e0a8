// Judge: of what a played flow accuses the client.
//
// Purpose: every check that traffic of any kind can break is asked, and the model's expectation of
//   each reply. An accusation names its place, so that one cause is told once.
// Ownership, thread safety: plain values and pure functions.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/explore/flow.h"
#include "conformance/explore/model.h"
#include "conformance/result/event.h"

namespace aweber::conformance::explore {

// In place of a check where the driver died, hung or broke the protocol.
inline constexpr std::string_view kDriverBroke = "driver";

// The driver died, hung or broke the protocol in a play.
struct Break {
  std::string step;   // the label of the step in which it did; "" between steps
  bool hung = false;  // each play that shows it lasts as long again
};

// What is wrong, and where.
struct Accusation {
  std::string check;
  // "token authorization_code", "callback state-flipped", "call [api/403]"; of a break in a step
  // its operation alone: "revoke".
  std::string place;
  bool must = true;  // false: only a "should"
  std::string message;
  std::optional<Break> broke = {};  // it is the break that the client is accused of

  // One finding for each key.
  std::string Key() const { return check + " at " + place; }
};

// About the program's own listener: not asked of a driver that is handed its callbacks.
inline constexpr std::string_view kListenerCheck = "cb-loopback-close";

// Checks that a scenario lists, beside those that are judged in every case. Each is about what it
// sees, whatever the flow is about.
const std::vector<std::string>& JudgedChecks();

// From a result that was assembled with JudgedChecks() listed. Where a check explains a failure,
// the reply that was not as expected is no accusation of its own; a break is, always. `constant`: keys
// of what this client does wrong when all goes well, too, which explains no failure.
std::vector<Accusation> AccusationsOf(const CaseResult& result, const Flow& flow,
                                      const std::optional<Break>& broke = {},
                                      const std::set<std::string>& constant = {});

// The client refused what it should have taken; `plainer` are the same flow without something that was
// unusual in it, each such that it should be taken there, too.
struct Refusal {
  Accusation reply;
  std::vector<Flow> plainer;
};
std::optional<Refusal> RefusalIn(const CaseResult& result, const Flow& flow,
                                 const ClientTraits& client);

// The one of `accusations`, of another play, that is of the same cause; null when none is.
const Accusation* FindCause(const std::vector<Accusation>& accusations, const Accusation& cause);

}  // namespace aweber::conformance::explore
