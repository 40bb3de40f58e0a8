// Preflight: one plain login, before the suite.
//
// Purpose: a program that cannot start, cannot find the mock or cannot log in at all would fail
//   most cases of the catalogue, each for a reason of its own. Preflight plays the plain login once
//   and, where it does not work, says in one message what was tried, what the program printed, the
//   likely cause and the cure. It judges no rule: whoever wants the catalogue all the same gives
//   --no-preflight.
// Thread safety: RunPreflight plays one case through the driver, as PlayCase does; the rest is
// pure. Errors: none; a driver that breaks is a finding like any other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "conformance/driver/driver.h"
#include "conformance/run/player.h"

namespace aweber::conformance {

// Why the plain login did not work. Everything is redacted.
struct PreflightFailure {
  std::string what;     // "the program printed no authorization URL within 10 s"
  std::string printed;  // the end of what the program printed; "" for nothing
  std::string cause;    // the likely cause; "" when nothing is known
  std::string cure;
  bool started = true;       // false: no hello came, so no login was tried and none can be
  bool interrupted = false;  // the run was stopped meanwhile: nothing is known of the program
};

// What is known of the words that programs print when they cannot do their work.
struct KnownCause {
  std::string cause, cure;
};
// The cause that `words` speak of; both members "" for none.
KnownCause CauseOf(std::string_view words);

// Plays the login. nullopt: it worked, or this kind of driver cannot play it.
std::optional<PreflightFailure> RunPreflight(const PlayerContext& context,
                                             const ClientIdentity& client);

// The failure of a driver that did not even say hello.
PreflightFailure StartFailure(const std::string& what, const std::string& printed);

// The whole message, several lines: the first one stands alone.
std::string PreflightMessage(const PreflightFailure& failure, const std::string& driver);

}  // namespace aweber::conformance
