// Child processes and command lines.
//
// Purpose: start a driver in its own process group, talk to it over pipes, end it and everything it
//   started, and say in words how it ended.
// Ownership: ChildProcess owns the process group and the descriptors; its destructor kills and
// reaps. Thread safety: one thread may read, another write; Terminate and Wait from any one thread.
// Errors: Error{"process.*"} naming the command and the cause.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"

namespace aweber {

// Splits as a POSIX shell would, quotes and backslashes honoured, without expansion of any kind.
// Error{"command.quote"} for an unterminated quote, {"command.empty"} for no words.
Result<std::vector<std::string>> SplitCommandLine(std::string_view line);
// The inverse, for messages that can be pasted into a shell.
std::string QuoteForShell(std::string_view word);

// The program of this name in PATH; nothing when there is none.
std::optional<std::string> FindInPath(const std::string& name);

struct ChildOptions {
  std::vector<std::string> argv;
  std::vector<std::pair<std::string, std::string>> extra_env;  // overrides the inherited
  std::string working_directory;                               // "" inherits
  int protocol_fd = 1;          // the child's descriptor that Read*() reads; 1 is standard output
  bool only_extra_env = false;  // nothing is inherited
  bool new_session = false;     // without a terminal
  // The longest file that it may write, in bytes; what goes beyond ends it with SIGXFSZ, or fails
  // (EFBIG) with `full_disk`. 0: no limit.
  std::uint64_t file_limit = 0;
  bool full_disk = false;  // no byte more can be written to any file
  // Permissions of files hold for it even when it runs as root.
  bool obeys_permissions = false;
};

// How a child ended: "exit status 3", "killed by signal 9 (SIGKILL)".
struct ExitStatus {
  bool signaled = false;
  int code = 0;  // exit status or signal number
  std::string Describe() const;
};

class ChildProcess {
 public:
  // Started in a process group of its own. A program that cannot be executed is an error here, not
  // a child that dies later.
  static Result<ChildProcess> Spawn(const ChildOptions& options);
  ChildProcess(ChildProcess&&) noexcept;
  ChildProcess& operator=(ChildProcess&&) noexcept;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  int stdin_fd() const { return stdin_fd_; }    // non-blocking
  int output_fd() const { return output_fd_; }  // non-blocking; the protocol descriptor
  int stdout_fd() const { return stdout_fd_; }  // -1 unless protocol_fd moved away from 1
  int stderr_fd() const { return stderr_fd_; }  // non-blocking
  void CloseStdin();

  // Non-blocking: the status once the child has ended (the group may live on).
  std::optional<ExitStatus> Poll();
  // Reaps a child that has ended and lets what it left in its group go on. Only after Poll said so.
  void Leave();
  // SIGTERM to the group, up to `grace` real time, SIGKILL to the group, reap. Returns how the
  // leader ended. Idempotent.
  ExitStatus Terminate(Micros grace);

 private:
  ChildProcess() = default;
  void Swap(ChildProcess& other) noexcept;
  pid_t pid_ = -1;
  int stdin_fd_ = -1, output_fd_ = -1, stdout_fd_ = -1, stderr_fd_ = -1;
  bool reaped_ = false;  // until then no other process can have the id
  std::optional<ExitStatus> status_;
};

}  // namespace aweber
