// PeerProgram: another HTTP server (nginx, openssl s_server) on a loopback port, for interop tests.
//
// Ownership: owns the process and its folder; both are gone with it. Thread safety: one thread.
// Errors: Installed() is false where the program is missing; a start that fails is a GoogleTest
// failure and Ready() is false.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/os/process.h"
#include "tests/support/listening_socket.h"

namespace aweber::test {

inline bool Installed(const std::string& program) {
  const std::string look = "PATH=$PATH:/usr/sbin command -v " + program + " >/dev/null 2>&1";
  return std::system(look.c_str()) == 0;
}

// A port that was free a moment ago.
inline std::uint16_t FreePort() { return ListeningSocket().port(); }

class PeerFolder {
 public:
  PeerFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "peer.XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~PeerFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  PeerFolder(const PeerFolder&) = delete;
  PeerFolder& operator=(const PeerFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
    return path_ + "/" + name;
  }

 private:
  std::string path_;
};

class PeerProgram {
 public:
  PeerProgram(std::vector<std::string> argv, const std::string& folder, std::uint16_t port)
      : port_(port) {
    ChildOptions options;
    options.argv = std::move(argv);
    options.working_directory = folder;
    auto child = ChildProcess::Spawn(options);
    EXPECT_TRUE(child.ok()) << (child ? "" : child.error().message);
    if (child) child_.emplace(*std::move(child));
    while (child_ && !child_->Poll() && !Listens()) {
      SystemClock::System().SleepFor(std::chrono::milliseconds(5));
    }
  }

  bool Ready() const { return child_ && Listens(); }
  std::uint16_t port() const { return port_; }

 private:
  bool Listens() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    const bool connected =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return connected;
  }

  std::uint16_t port_;
  std::optional<ChildProcess> child_;
};

}  // namespace aweber::test
