// What this process owes to the ones it starts: the process groups of all running drivers, for the
// one moment when nothing may wait, a second Ctrl-C; and what drivers left behind, at the end of a
// run.
//
// Thread safety: the functions are lock-free; KillAll is async-signal-safe. One OrphanKeeper at a
//   time, made before the first driver starts and destroyed after the last has ended.
#pragma once

#include <sys/types.h>

namespace aweber::conformance {

void RememberProcessGroup(pid_t leader);
void ForgetProcessGroup(pid_t leader);
// SIGKILL to every remembered group.
void KillAllProcessGroups();

// A write to a driver that has gone is an error from here on, not the end of this program.
void IgnoreSigpipe();

// A driver may start programs that leave its process group (daemons). When their parents end they
// become children of this process, and the destructor ends them: no run leaves a process behind.
class OrphanKeeper {
 public:
  OrphanKeeper();
  ~OrphanKeeper();
  OrphanKeeper(const OrphanKeeper&) = delete;
  OrphanKeeper& operator=(const OrphanKeeper&) = delete;
};

}  // namespace aweber::conformance
