// Connecting to a host by name, with a deadline and a way to be interrupted.
//
// Ownership: the caller owns what it gets. Thread safety: free of shared state.
// Units: the deadline is on SystemClock's Steady(). Resolving a name cannot be interrupted and is
//   not counted: the C library offers neither.
// Errors: Error{"http.connect" | "http.timeout" | "http.cancelled"} naming host and port.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/os/clock.h"
#include "base/result.h"

namespace aweber {

// Told each descriptor before it connects, and -1 before one is closed again. Answering false
// means cancelled. shutdown(2) on the descriptor from another thread ends the wait.
using DescriptorWatch = std::function<bool(int fd)>;

// Tries each address of `host` (a name, or an IP literal without brackets) in turn. The socket has TCP_NODELAY and close-on-exec.
Result<int> ConnectTcp(const std::string& host, std::uint16_t port, Micros deadline,
                       const DescriptorWatch& watch);

}  // namespace aweber
