// Player: one scenario, played against the embedded mock through one driver.
//
// Purpose: makes a fresh space with its own client, codes and tokens, tells the driver where it is,
//   performs the steps (being the browser itself), and writes down what was asked, answered and
//   seen. It judges nothing: see verdict.h.
// Ownership: everything in PlayerContext must outlive the call; the space is shared, so that the
//   verdict can be made again when late traffic comes.
// Thread safety: one case at a time for each driver; several players may share a server.
// Units: limits in real time, `advance` on the space's clock. Nothing here waits for time to pass.
// Errors: PlayedCase::driver_error when the driver broke, harness_error when this program did.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "conformance/driver/driver.h"
#include "conformance/judge/played_case.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance {

struct PlayerContext {
  mock::MockServer& server;
  Driver& driver;
  Clock& clock;
  std::string profile = "aweber";
  std::uint64_t seed = 0;
  std::string store_root;  // an existing directory; each case gets one below it
  std::vector<std::string> features;
  const ClientIdentity* client = nullptr;  // what hello said; null: it can do every step
};

// `repetition` makes the space's name and secrets differ from the other repetitions' of a run.
PlayedCase PlayCase(const PlayerContext& context, const mock::Scenario& scenario,
                    int repetition = 0);

// Opaque to drivers: depends on seed, id and repetition only.
std::string SpaceName(std::uint64_t seed, const std::string& scenario_id, int repetition);

}  // namespace aweber::conformance
