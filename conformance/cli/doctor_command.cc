// `doctor`: what of this machine the suite and its adapters can use. It changes nothing.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

#include "base/http/system_certificates.h"
#include "base/os/clock.h"
#include "base/os/process.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/scratch.h"
#include "conformance/cli/setup_commands.h"
#include "conformance/result/exit_status.h"

namespace aweber::conformance {
namespace {

struct Tool {
  std::string_view command;
  std::string_view flag;  // prints the version
  std::string_view used_for;
};
constexpr Tool kTools[] = {
    {"python3", "--version", "adapters in Python"},
    {"node", "--version", "adapters in JavaScript and TypeScript"},
    {"go", "version", "adapters in Go"},
    {"ruby", "--version", "adapters in Ruby"},
    {"php", "--version", "adapters in PHP"},
    {"java", "-version", "adapters in Java"},
    {"dotnet", "--version", "adapters in C#"},
    {"cargo", "--version", "adapters in Rust"},
    {"perl", "--version", "adapters in Perl"},
    {"curl", "--version", "the shell adapter"},
    {"jq", "--version", "the shell adapter"},
    {"chromedriver", "--version", "--browser chromium (the built-in browser needs none)"},
};

// At most 60 characters, whole words.
std::string Shortened(std::string line) {
  constexpr std::size_t kMost = 60;
  if (line.size() <= kMost) return line;
  const std::size_t blank = line.rfind(' ', kMost);
  line.resize(blank == std::string::npos ? kMost : blank);
  return line;
}

// What a program prints within five seconds, at most 64 KiB; nothing when it does not start.
std::optional<std::string> OutputOf(const std::string& program, std::string_view flag) {
  constexpr std::size_t kMost = 64u << 10;
  auto child = ChildProcess::Spawn({.argv = {program, std::string(flag)}});
  if (!child) return std::nullopt;
  child->CloseStdin();
  Clock& clock = SystemClock::System();
  const Micros deadline = clock.Steady() + std::chrono::seconds(5);
  std::string text;
  bool out = true, err = true;
  while ((out || err) && text.size() < kMost) {
    pollfd both[] = {{out ? child->output_fd() : -1, POLLIN, 0},
                     {err ? child->stderr_fd() : -1, POLLIN, 0}};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock.Steady());
    if (left.count() <= 0 || ::poll(both, 2, static_cast<int>(left.count())) <= 0) break;
    bool* const open[] = {&out, &err};
    for (int i = 0; i < 2; ++i) {
      if (both[i].revents == 0) continue;
      char chunk[4096];
      const ssize_t size = ::read(both[i].fd, chunk, sizeof chunk);
      if (size > 0) text.append(chunk, static_cast<std::size_t>(size));
      if (size <= 0) *open[i] = false;
    }
  }
  child->Terminate(Micros::zero());
  return text;
}

// The first line with a digit; "" when there is none.
std::string VersionIn(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.find_first_of("0123456789") != std::string::npos) return Shortened(line);
    at = end + 1;
  }
  return "";
}

void TellLine(std::string_view what, bool there, const std::string& detail) {
  fmt::print("{:3} {:14} {}\n", there ? "ok" : "-", what, detail);
}

// Whether a port of the loopback can be bound; 0 is any.
bool CanBind(int family, std::uint16_t port) {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_in);
  if (family == AF_INET) {
    auto* const address = reinterpret_cast<sockaddr_in*>(&storage);
    *address = {};
    address->sin_family = AF_INET;
    address->sin_port = htons(port);
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  } else {
    auto* const address = reinterpret_cast<sockaddr_in6*>(&storage);
    *address = {};
    address->sin6_family = AF_INET6;
    address->sin6_port = htons(port);
    address->sin6_addr = in6addr_loopback;
    size = sizeof(sockaddr_in6);
  }
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&storage), size) == 0;
  ::close(fd);
  return bound;
}

void TellTool(const Tool& tool) {
  const auto program = FindInPath(std::string(tool.command));
  if (!program) {
    TellLine(tool.command, false, fmt::format("not found; needed for {}", tool.used_for));
    return;
  }
  const auto printed = OutputOf(*program, tool.flag);
  const std::string version = printed ? VersionIn(*printed) : "";
  TellLine(tool.command, !version.empty(),
           fmt::format("{} ({}): {}",
                       !printed          ? "does not start"
                       : version.empty() ? "says no version within five seconds"
                                         : version,
                       *program, tool.used_for));
}

// Whether a run can work here at all.
bool TellNetwork() {
  const bool loopback = CanBind(AF_INET, 0);
  TellLine("127.0.0.1", loopback,
           loopback ? "the mock can listen" : "no socket can be bound: the mock cannot listen");
  const bool second = CanBind(AF_INET6, 0);
  TellLine("::1", second, second ? "IPv6 loopback is there" : "no IPv6 loopback; it is not needed");
  for (const std::uint16_t port : {std::uint16_t{8080}, std::uint16_t{8081}}) {
    const bool free = CanBind(AF_INET, port);
    TellLine(fmt::format("port {}", port), free,
             free ? "free for aweber-mockserver serve"
                  : "taken; give aweber-mockserver another --port or --admin-port");
  }
  return loopback;
}

bool TellFiles() {
  const std::string temporary = ScratchParent();
  const bool writable = ::access(temporary.c_str(), W_OK) == 0;
  TellLine("temporary", writable,
           writable ? temporary
                    : fmt::format("{} cannot be written: a run keeps its files there; set TMPDIR",
                                  temporary));
  const std::string bundle = SystemCertificates();
  TellLine("certificates", true,
           bundle.empty() ? "OpenSSL's own place, or SSL_CERT_FILE; the suite brings its own"
                          : bundle + "; the suite brings its own");
  return writable;
}

}  // namespace

int DoDoctor() {
  fmt::print("aweber-conformance {}\n", HarnessVersion());
  for (const Tool& tool : kTools) TellTool(tool);
  const bool loopback = TellNetwork();
  const bool writable = TellFiles();
  if (loopback && writable) return kExitGood;
  return Complain("a run cannot work here: see the lines with '-'", kExitBroken);
}

}  // namespace aweber::conformance
