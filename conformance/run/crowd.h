// Crowd: when several processes run at once, whether all that can still happen has happened.
//
// Purpose: a race is played by holding the requests at a gate until every process stands there, has
//   ended, or waits for a lock or for another process. That is observed, never slept for: a moment
//   is compared with the ones before, and only who sleeps by itself is given real time, up to a
//   bound. So is the request that waits longest: its sender would give it up.
// Ownership, thread safety: plain values; a Stillness belongs to one thread. Units: real time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "conformance/checks/case_view.h"
#include "conformance/driver/driver.h"
#include "mockserver/space.h"

namespace aweber::conformance {

// All that can be seen from outside.
struct CrowdMoment {
  bool starting = false;            // a command is being started
  int asking = 0;                   // commands that have not ended
  std::size_t at_gate = 0;          // requests that are held
  Micros held{0};                   // how long the first of them has been
  std::size_t open_elsewhere = 0;   // requests that the mock is answering
  std::uint64_t last_sequence = 0;  // of the journal
  struct Process {
    pid_t pid = 0;
    ProcessState state = ProcessState::kRunning;
    std::uint64_t wakes = 0;
  };
  std::vector<Process> processes;
};

// Looks at a crowd until it is still.
class Stillness {
 public:
  // True when nothing more will happen before a request is let through: `moment` is the latest,
  // seen at `now`.
  bool Add(const CrowdMoment& moment, Micros now);
  // How long to wait for the next moment: longer while nothing changes.
  Micros Pause() const;

 private:
  bool SameAs(const CrowdMoment& moment) const;

  std::optional<CrowdMoment> first_;  // of the moments that were alike
  Micros since_{0}, quiet_since_{0};
  bool busy_ = false;
  int alike_ = 0;              // moments in which nobody was busy
  std::size_t unchanged_ = 0;  // moments since something changed
};

// What a look at the store and the processes tells, without any secret in it.
StoreLook DescribeLook(const std::optional<StoreView>& store, const std::optional<CrowdView>& crowd,
                       const std::vector<mock::TokenInfo>& tokens);

}  // namespace aweber::conformance
