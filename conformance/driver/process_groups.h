// The process groups of all running drivers, for the one moment when nothing may wait: a second
// Ctrl-C.
//
// Thread safety: lock-free; KillAll is async-signal-safe.
#pragma once

#include <sys/types.h>

namespace aweber::conformance {

void RememberProcessGroup(pid_t leader);
void ForgetProcessGroup(pid_t leader);
// SIGKILL to every remembered group.
void KillAllProcessGroups();

}  // namespace aweber::conformance
