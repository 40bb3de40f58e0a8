#include "base/http/tcp_connect.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace aweber {
namespace {

// 0, or an errno value.
int AwaitConnected(int fd, Micros deadline) {
  while (true) {
    const Micros left = deadline - SystemClock::System().Steady();
    if (left <= Micros::zero()) return ETIMEDOUT;
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    pollfd entry{fd, POLLOUT, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::min<long>(ms, 3'600'000)));
    if (ready < 0 && errno != EINTR) return errno;
    if (ready <= 0) continue;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return error;
    return (entry.revents & POLLHUP) != 0 ? ECONNABORTED : 0;
  }
}

int ConnectOne(int fd, const addrinfo& address, Micros deadline) {
  const int flags = ::fcntl(fd, F_GETFL, 0);
  ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  int error = 0;
  if (::connect(fd, address.ai_addr, address.ai_addrlen) != 0) {
    error = errno == EINPROGRESS ? AwaitConnected(fd, deadline) : errno;
  }
  ::fcntl(fd, F_SETFL, flags);
  return error;
}

struct AddressesFree {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesFree>;

Result<Addresses> Resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failed == 0) return Addresses(found);
  return Error{"http.connect", fmt::format("cannot find {}: {}", host, ::gai_strerror(failed))};
}

}  // namespace

Result<int> ConnectTcp(const std::string& host, std::uint16_t port, Micros deadline,
                       const DescriptorWatch& watch) {
  const auto found = Resolve(host, port);
  if (!found) return found.error();
  int error = ECONNREFUSED;
  for (const addrinfo* address = found->get(); address != nullptr; address = address->ai_next) {
    const int fd = ::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      error = errno;
      continue;
    }
    if (!watch(fd)) {
      ::close(fd);
      return Error{"http.cancelled", "cancelled while connecting"};
    }
    error = ConnectOne(fd, *address, deadline);
    if (error == 0) {
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return fd;
    }
    const bool go_on = watch(-1);
    ::close(fd);
    if (!go_on) return Error{"http.cancelled", "cancelled while connecting"};
  }
  if (error == ETIMEDOUT) {
    return Error{"http.timeout", fmt::format("connecting to {}:{} took too long", host, port)};
  }
  return Error{"http.connect",
               fmt::format("cannot connect to {}:{}: {}", host, port, std::strerror(error))};
}

}  // namespace aweber
