// A program under test with its output as text: the small part of a terminal these tests need.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/os/process.h"
#include "tests/support/paths.h"

namespace aweber::client {

class Program {
 public:
  explicit Program(std::vector<std::string> argv,
                   std::vector<std::pair<std::string, std::string>> env = {})
      : child_(ChildProcess::Spawn({std::move(argv), std::move(env), "", 1}).value()) {}

  static std::string ClientPath() { return ProgramPath("aweber-client"); }

  void Write(const std::string& text) {
    ASSERT_EQ(::write(child_.stdin_fd(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }
  // Reads until standard output holds `mark` (which is returned with all before it) or ends.
  std::string ReadUntil(const std::string& mark) {
    while (out_.find(mark) == std::string::npos && Read()) {
    }
    const std::size_t at = out_.find(mark);
    if (at == std::string::npos) return std::exchange(out_, "");
    std::string head = out_.substr(0, at + mark.size());
    out_.erase(0, at + mark.size());
    return head;
  }
  void AwaitError(const std::string& mark) {
    while (err_.find(mark) == std::string::npos) ASSERT_TRUE(Read()) << err_;
  }
  std::string ReadLine() { return ReadUntil("\n"); }
  // Closes standard input, reads the rest, and answers the exit status (or 1000 + signal).
  int Finish() {
    child_.CloseStdin();
    while (Read()) {
    }
    const ExitStatus status = child_.Terminate(std::chrono::seconds(5));
    return status.signaled ? 1000 + status.code : status.code;
  }

  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }
  pid_t pid() const { return child_.pid(); }

 private:
  // False when both streams have ended, or nothing came for 110 s: a whole suite says nothing while it runs.
  bool Read() {
    pollfd fds[2] = {{out_open_ ? child_.output_fd() : -1, POLLIN, 0},
                     {err_open_ ? child_.stderr_fd() : -1, POLLIN, 0}};
    if (!out_open_ && !err_open_) return false;
    if (::poll(fds, 2, 110'000) <= 0) return false;
    if (fds[0].revents != 0) Take(fds[0].fd, out_, out_open_);
    if (fds[1].revents != 0) Take(fds[1].fd, err_, err_open_);
    return true;
  }
  static void Take(int fd, std::string& text, bool& open) {
    char buffer[4096];
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) open = false;
  }

  ChildProcess child_;
  std::string out_, err_;
  bool out_open_ = true, err_open_ = true;
};

}  // namespace aweber::client
