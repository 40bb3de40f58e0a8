#include "base/os/standard_streams.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <new>
#include <system_error>

namespace aweber {
namespace {

bool output_failure_told = false;

// What EndWhenOutOfMemory was told.
std::string_view memory_name;
int memory_status = 0;

[[noreturn]] void EndOutOfMemory() {
  for (const std::string_view part : {memory_name, std::string_view(": out of memory\n")}) {
    static_cast<void>(!::write(STDERR_FILENO, part.data(), part.size()));
  }
  ::_exit(memory_status);
}

constexpr int kReaderGone = 128 + SIGPIPE;

// Opens what is closed of 0, 1 and 2; was standard output closed?
bool OpenClosedStreams() {
  bool output_closed = false;
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    output_closed |= stream == STDOUT_FILENO;
    // The lowest free number is this one: those below are open by now. What is printed into a
    // closed stream must not look as if it had arrived: /dev/full refuses it.
    const bool refuses = stream == STDOUT_FILENO && ::access("/dev/full", W_OK) == 0;
    static_cast<void>(
        ::open(refuses ? "/dev/full" : "/dev/null", stream == STDIN_FILENO ? O_RDONLY : O_WRONLY));
  }
  return output_closed;
}

// Why not all that was printed has arrived: an errno, 0 when it has.
int FlushOutput(int failed_with) {
  errno = 0;
  std::cout.flush();
  const bool flushed = std::fflush(stdout) == 0;
  if (flushed && std::ferror(stdout) == 0 && std::cout.good()) return 0;
  if (errno != 0 && !flushed) return errno;
  if (failed_with != 0) return failed_with;
  // A write in the middle failed, and its errno is gone: one more, into what is broken anyway, says
  // why.
  std::clearerr(stdout);
  errno = 0;
  const bool broken = std::fputc('\n', stdout) == EOF || std::fflush(stdout) != 0;
  return broken && errno != 0 ? errno : EIO;
}

}  // namespace

void EndWhenOutOfMemory(std::string_view name, int status) {
  memory_name = name;
  memory_status = status;
  std::set_new_handler(EndOutOfMemory);
}

void OutputFailureIsTold() { output_failure_told = true; }

int RunProgram(std::string_view name, int on_failure, const std::function<int()>& run) {
  const bool closed = OpenClosedStreams();
  int status = on_failure, failed_with = 0;
  try {
    status = run();
  } catch (const std::system_error& error) {
    failed_with = error.code().value();  // as fmt::print throws it
    if (std::ferror(stdout) == 0) {
      const bool thread = error.code() == std::errc::resource_unavailable_try_again;
      fmt::print(stderr, "{}: {}\n", name,
                 thread ? "cannot start a thread; raise the limit of processes or memory"
                        : fmt::format("internal error: {}", error.what()));
      return on_failure;
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: internal error: {}\n", name, error.what());
    return on_failure;
  }
  const int problem = FlushOutput(failed_with);
  if (problem == EPIPE) return status == 0 ? kReaderGone : status;
  if (problem != 0 && output_failure_told) return status == 0 ? on_failure : status;
  if (problem != 0) {
    fmt::print(stderr, "{}: cannot write to standard output: {}\n", name,
               closed ? "it is closed" : std::generic_category().message(problem));
    return status == 0 ? on_failure : status;
  }
  return status;
}

}  // namespace aweber
