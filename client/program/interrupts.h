// Ctrl-C while a request is under way: the first asks it to stop, so that a refreshed token is
// still saved; the second ends the program at once.
//
// Ownership: one Interrupts at a time in a process, made before other threads; the destructor puts
//   the old signal mask back. Thread safety: stop_token() from any thread.
// Errors: none; where signals cannot be blocked, Ctrl-C does what it always did.
#pragma once

#include <signal.h>

#include <atomic>
#include <stop_token>
#include <thread>

namespace aweber::client {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  std::stop_token stop_token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::atomic<bool> over_{false};
  sigset_t before_{};
  std::thread watcher_;
};

}  // namespace aweber::client
