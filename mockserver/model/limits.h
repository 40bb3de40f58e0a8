// Limits: how much a mock keeps and serves. docs/reliability.md says what happens at each.
//
// Beyond a limit the newcomer is refused in words; what is there is served as before.
#pragma once

#include <cstddef>

namespace aweber::mock {

struct Limits {
  int connections = 20'000;         // at each listener
  std::size_t spaces = 10'000;      // besides the default one
  std::size_t event_readers = 256;  // of GET /events, of all spaces
  std::size_t tokens = 4'000'000;   // of a space, whatever their state; codes count
  std::size_t faults = 10'000;      // of a space, used-up ones too
  std::size_t clients = 10'000;     // of a space
  std::size_t webhooks = 1'000;     // of a space
};

}  // namespace aweber::mock
