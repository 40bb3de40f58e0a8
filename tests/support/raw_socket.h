// RawSocket: a loopback TCP client that says and hears exact bytes.
//
// Purpose: what an HTTP library would tidy up must be seen as it is: half requests, resets, FINs.
// Ownership: owns its descriptor. Thread safety: one thread. Units: milliseconds of real time; the
//   limits are there so that a broken server fails a test instead of hanging it.
// Errors: reported as GoogleTest failures (connect) or as values (Read...).
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace aweber::test {

class RawSocket {
 public:
  enum class End { kOpen, kFin, kReset, kTimeout };

  explicit RawSocket(std::uint16_t port, const char* address = "127.0.0.1") {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &to.sin_addr);
    const bool connected = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    EXPECT_TRUE(connected) << "cannot connect to port " << port << ", errno " << errno;
  }
  ~RawSocket() { Close(); }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  RawSocket(RawSocket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), pending_(std::move(other.pending_)), end_(other.end_) {}

  int fd() const { return fd_; }
  void Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void Finish() { ::shutdown(fd_, SHUT_WR); }  // FIN, still reading

  // False when the server stopped listening before everything was written.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }

  // What has arrived, waiting for the first byte; "" at the end: see end().
  std::string ReadSome(int limit_ms = 5000) {
    return pending_.empty() ? Receive(limit_ms) : std::exchange(pending_, "");
  }

  // Until the server ends the connection, or is silent for `limit_ms`.
  std::string ReadAll(int limit_ms = 5000) {
    end_ = End::kOpen;
    while (true) {
      const std::string more = Receive(limit_ms);
      if (more.empty()) break;
      pending_ += more;
    }
    return std::exchange(pending_, "");
  }

  // Until `text` has arrived (or the end, or silence for `limit_ms`); answers all that arrived.
  std::string ReadUntil(std::string_view text, int limit_ms = 5000) {
    end_ = End::kOpen;
    while (pending_.find(text) == std::string::npos) {
      const std::string more = Receive(limit_ms);
      if (more.empty()) break;
      pending_ += more;
    }
    return std::exchange(pending_, "");
  }

  // One response whose body is framed by Content-Length (or absent: `head_only`); what follows is
  // kept for the next call.
  std::string ReadResponse(bool head_only = false, int limit_ms = 5000) {
    end_ = End::kOpen;
    std::size_t size = std::string::npos;
    while (true) {
      const std::size_t head = pending_.find("\r\n\r\n");
      if (head != std::string::npos) {
        size = head + 4 + (head_only ? 0 : ContentLength(pending_.substr(0, head + 2)));
        if (pending_.size() >= size) break;
      }
      const std::string more = Receive(limit_ms);
      if (more.empty()) return std::exchange(pending_, "");
      pending_ += more;
    }
    std::string response = pending_.substr(0, size);
    pending_.erase(0, size);
    return response;
  }

  End end() const { return end_; }

 private:
  // One read of at most 64 KiB.
  std::string Receive(int limit_ms) {
    pollfd entry{fd_, POLLIN, 0};
    if (::poll(&entry, 1, limit_ms) <= 0) {
      end_ = End::kTimeout;
      return "";
    }
    std::string bytes(64 << 10, '\0');
    const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (got <= 0) {
      end_ = got == 0 ? End::kFin : End::kReset;
      return "";
    }
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }

  static std::size_t ContentLength(const std::string& head) {
    const std::size_t at = head.find("\r\nContent-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 18));
  }

  int fd_ = -1;
  std::string pending_;
  End end_ = End::kOpen;
};

}  // namespace aweber::test
