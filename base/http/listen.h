// A listening TCP socket: resolve, bind, listen.
//
// Purpose: the port is this server's alone (no SO_REUSEPORT), free again as soon as the server has
//   stopped, closed in child processes, and its queue takes a burst of connections.
// Ownership: the caller owns the descriptor. Thread safety: free of shared state.
// Errors: Error{"http.bind"} naming host and port.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "base/os/descriptor.h"
#include "base/result.h"

namespace aweber {

struct ListeningSocket {
  Descriptor descriptor;   // accepting never blocks
  std::uint16_t port = 0;  // the one bound
};

// The first address of `host` that can be bound; "" and "0.0.0.0" are all IPv4 interfaces, "::" all
// interfaces. `port` 0: any free one. Accepted sockets have TCP_NODELAY, and a write to a peer that
// takes nothing ends after `write_timeout_ms`.
Result<ListeningSocket> ListenTcp(const std::string& host, std::uint16_t port,
                                  int write_timeout_ms);

// "127.0.0.1:54321", "[::1]:54321".
std::string AddressText(const sockaddr_storage& address);

}  // namespace aweber
