// ListeningSocket: a loopback server without any protocol, for clients whose bytes must be seen.
//
// Ownership: owns its descriptor; accepted sockets own theirs. Thread safety: one thread.
// Errors: reported as GoogleTest failures or as short reads.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace aweber::test {

class AcceptedSocket {
 public:
  explicit AcceptedSocket(int fd) : fd_(fd) {}
  ~AcceptedSocket() {
    if (fd_ >= 0) ::close(fd_);
  }
  AcceptedSocket(AcceptedSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  // Everything up to and including `end`, or what came within five seconds.
  std::string ReadUntil(std::string_view end) {
    std::string bytes;
    while (bytes.size() < end.size() || bytes.substr(bytes.size() - end.size()) != end) {
      pollfd entry{fd_, POLLIN, 0};
      char c = 0;
      if (::poll(&entry, 1, 5000) <= 0 || ::recv(fd_, &c, 1, 0) != 1) break;
      bytes += c;
    }
    return bytes;
  }
  void Send(std::string_view bytes) {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // False once the peer is gone.
  bool TrySend(std::string_view bytes) {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
  }
  void ShutdownWrite() { ::shutdown(fd_, SHUT_WR); }

 private:
  int fd_;
};

class ListeningSocket {
 public:
  ListeningSocket() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(fd_, generic, size), 0);
    EXPECT_EQ(::listen(fd_, 16), 0);
    EXPECT_EQ(::getsockname(fd_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~ListeningSocket() { ::close(fd_); }
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;

  int fd() const { return fd_; }
  std::uint16_t port() const { return port_; }
  AcceptedSocket Accept() {
    pollfd entry{fd_, POLLIN, 0};
    const bool connected = ::poll(&entry, 1, 5000) == 1;
    EXPECT_TRUE(connected) << "nobody connected";
    return AcceptedSocket(!connected ? -1 : ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

}  // namespace aweber::test
