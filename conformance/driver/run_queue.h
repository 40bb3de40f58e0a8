// How long a program was ready to run while others had the processor.
//
// Purpose: on a busy machine a program that answers nothing has not hung; it was not let run. What
//   /proc/PID/task/*/schedstat counts tells the two apart.
// Thread safety: pure but for /proc. Errors: where /proc does not tell, no time at all.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/time.h"

namespace aweber::conformance {

// Of all threads of `pid` that live now, since they began.
Micros WaitedForProcessor(pid_t pid, const std::string& proc = "/proc");

// Of the calling thread.
Micros ThreadWaitedForProcessor();

// Did it miss so much of `limit` that its silence says nothing?
inline bool Starved(Micros waited, Micros limit) { return waited >= limit / 4; }

}  // namespace aweber::conformance
