#include "bench/raw_connection.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace aweber::bench {
namespace {

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::abort();
}

}  // namespace

RawConnection::RawConnection(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ < 0 || connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    Die("bench: connect");
  }
  const int one = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

RawConnection::~RawConnection() { close(fd_); }

std::string_view RawConnection::Exchange(std::string_view request) {
  for (std::size_t sent = 0; sent < request.size();) {
    const ssize_t n = send(fd_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) Die("bench: send");
    sent += static_cast<std::size_t>(n);
  }
  buffer_.clear();
  std::size_t head = std::string::npos, length = 0;
  while (head == std::string::npos || buffer_.size() < head + length) {
    char chunk[8192];
    const ssize_t n = recv(fd_, chunk, sizeof chunk, 0);
    if (n <= 0) Die("bench: recv");
    buffer_.append(chunk, static_cast<std::size_t>(n));
    if (head != std::string::npos) continue;
    const auto end = buffer_.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    head = end + 4;
    const auto at = buffer_.find("Content-Length: ");
    if (at == std::string::npos || at > end) Die("bench: no Content-Length");
    length = std::strtoul(buffer_.c_str() + at + 16, nullptr, 10);
  }
  status_ = std::atoi(buffer_.c_str() + 9);
  body_ = buffer_.substr(head, length);
  return body_;
}

std::string TokenRequest(std::string_view basic, std::string_view form) {
  return fmt::format(
      "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {}\r\n"
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
      basic, form.size(), form);
}

std::string Member(std::string_view json, std::string_view name) {
  const auto at = json.find(fmt::format("\"{}\"", name));
  if (at == std::string_view::npos) {
    fmt::print(stderr, "bench: no member {} in {}\n", name, json);
    std::abort();
  }
  const auto begin = json.find('"', json.find(':', at)) + 1;
  return std::string(json.substr(begin, json.find('"', begin) - begin));
}

std::int64_t HeapBytes() {
  const auto info = mallinfo2();
  return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
}

}  // namespace aweber::bench
