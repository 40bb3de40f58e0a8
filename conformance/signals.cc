#include "conformance/signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "conformance/driver/process_groups.h"

namespace aweber::conformance {
namespace {

constexpr int kExitInterrupted = 130;
std::atomic<int> interrupts{0};
std::atomic<int> write_end{-1};

void OnSignal(int) {
  const int saved = errno;
  if (interrupts.fetch_add(1) > 0) {
    KillAllProcessGroups();
    ::_exit(kExitInterrupted);
  }
  const char byte = 'i';
  [[maybe_unused]] const ssize_t ignored = ::write(write_end.load(), &byte, 1);
  errno = saved;
}

}  // namespace

Interrupts::Interrupts() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;  // then Ctrl-C does what it always did
  read_end_ = ends[0];
  write_end = ends[1];
  interrupts = 0;
  // request_stop() wakes waiters through mutexes, which no signal handler may touch: a thread does
  // it when told through the pipe.
  watcher_ = std::thread([this] {
    char byte = 0;
    while (::read(read_end_, &byte, 1) < 0 && errno == EINTR) {
    }
    if (byte == 'i') stop_.request_stop();
  });
  struct sigaction action {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, &old_int_);
  ::sigaction(SIGTERM, &action, &old_term_);
}

Interrupts::~Interrupts() {
  if (read_end_ < 0) return;
  ::sigaction(SIGINT, &old_int_, nullptr);
  ::sigaction(SIGTERM, &old_term_, nullptr);
  const char byte = 'q';
  [[maybe_unused]] const ssize_t ignored = ::write(write_end.load(), &byte, 1);
  watcher_.join();
  ::close(read_end_);
  ::close(write_end.exchange(-1));
}

}  // namespace aweber::conformance
