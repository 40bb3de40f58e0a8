#include "conformance/driver/process_groups.h"

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

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

// A process that forks faster than it is ended is given up after so many looks.
constexpr int kLooks = 200;

// The parent of process `id`, from /proc/ID/stat: "ID (NAME) STATE PARENT ...", where NAME may hold
// anything; 0 when it has gone.
pid_t ParentOf(pid_t id) {
  std::ifstream file("/proc/" + std::to_string(id) + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(") ");
  if (name_end == std::string::npos || line.size() < name_end + 5) return 0;
  pid_t parent = 0;
  std::from_chars(line.data() + name_end + 4, line.data() + line.size(), parent);
  return parent;
}

std::vector<pid_t> Children() {
  std::vector<pid_t> children;
  DIR* const all = ::opendir("/proc");
  if (all == nullptr) return children;
  while (const dirent* entry = ::readdir(all)) {
    const std::string_view name = entry->d_name;
    pid_t id = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), id);
    const bool number = failure == std::errc() && end == name.data() + name.size();
    if (number && ParentOf(id) == ::getpid()) children.push_back(id);
  }
  ::closedir(all);
  return children;
}

}  // namespace

void IgnoreSigpipe() {
  static const auto before = ::signal(SIGPIPE, SIG_IGN);
  static_cast<void>(before);
}

OrphanKeeper::OrphanKeeper() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

OrphanKeeper::~OrphanKeeper() {
  // Each look may bring up the children of those that the last one ended.
  for (int look = 0; look < kLooks; ++look) {
    const std::vector<pid_t> orphans = Children();
    if (orphans.empty()) break;
    for (const pid_t orphan : orphans) ::kill(orphan, SIGKILL);
    for (const pid_t orphan : orphans) ::waitpid(orphan, nullptr, 0);
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

void RememberProcessGroup(pid_t leader) { Replace(0, leader); }
void ForgetProcessGroup(pid_t leader) { Replace(leader, 0); }

void KillAllProcessGroups() {
  for (auto& slot : groups) {
    if (const pid_t leader = slot.load(); leader > 0) ::kill(-leader, SIGKILL);
  }
}

}  // namespace aweber::conformance
