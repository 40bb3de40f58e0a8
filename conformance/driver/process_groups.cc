#include "conformance/driver/process_groups.h"

#include <array>
#include <atomic>
#include <csignal>

namespace aweber::conformance {
namespace {

constexpr std::size_t kSlots = 256;  // more than -j allows
std::array<std::atomic<pid_t>, kSlots> groups;
static_assert(std::atomic<pid_t>::is_always_lock_free, "a signal handler reads them");

void Replace(pid_t from, pid_t to) {
  for (auto& slot : groups) {
    pid_t expected = from;
    if (slot.compare_exchange_strong(expected, to)) return;
  }
}

}  // namespace

void RememberProcessGroup(pid_t leader) { Replace(0, leader); }
void ForgetProcessGroup(pid_t leader) { Replace(leader, 0); }

void KillAllProcessGroups() {
  for (auto& slot : groups) {
    if (const pid_t leader = slot.load(); leader > 0) ::kill(-leader, SIGKILL);
  }
}

}  // namespace aweber::conformance
