// PortLease: a TCP port of 127.0.0.1 that this run gives to one application and to nobody else.
//
// Purpose: a port that is drawn, closed and handed on can be taken meanwhile by another case's
//   application, and then the wrong one answers. A lease keeps the port bound, without listening,
//   until the application has ended: the kernel draws it for nobody, and a program that sets
//   SO_REUSEADDR, as nearly every server does, can listen there all the same. No port is leased
//   twice by one process while there are others.
// Also here: whose socket listens on a port, by /proc.
// Ownership: movable; the destructor ends the lease. Thread safety: Draw from any thread.
// Errors: Error{"driver.spawn"} when no port is free.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace aweber::conformance {

class PortLease {
 public:
  PortLease() = default;
  PortLease(PortLease&& other) noexcept { Swap(other); }
  PortLease& operator=(PortLease&& other) noexcept {
    Swap(other);
    return *this;
  }
  ~PortLease() { LetGo(); }

  static Result<PortLease> Draw();
  std::uint16_t port() const { return port_; }  // 0: no lease
  // The port stays this lease's, but is no longer bound: for a program that cannot listen on a
  // bound one.
  void LetGo();

 private:
  void Swap(PortLease& other) noexcept {
    std::swap(port_, other.port_);
    std::swap(fd_, other.fd_);
  }
  std::uint16_t port_ = 0;
  int fd_ = -1;
};

// Who listens on a port of this machine.
struct PortOwner {
  enum class Who { kNobody, kApplication, kOther, kUnknown };
  Who who = Who::kUnknown;  // kUnknown: /proc does not tell
  std::string name;         // kOther: "process 4711 (python3)"
};

// `leader`: the process group that was started. `marker`: "NAME=VALUE" in the environment of the
// application and of all that it starts, so that one in a session of its own is known too.
PortOwner WhoListens(std::uint16_t port, pid_t leader, const std::string& marker);

// The ports on which that application listens, in order; none when /proc does not tell.
std::vector<std::uint16_t> PortsOf(pid_t leader, const std::string& marker);

}  // namespace aweber::conformance
