// Ctrl-C: the first asks everything to stop and lets reports be written; the second kills the
// drivers, removes the run's own files and leaves at once.
//
// Ownership: one Interrupts at a time in a process; the destructor puts the old handlers back.
// Thread safety: stop_token() from any thread.
#pragma once

#include <csignal>
#include <stop_token>
#include <string>
#include <thread>

namespace aweber::conformance {

class Interrupts {
 public:
  // `scratch`: the directory that must not outlive the program.
  explicit Interrupts(const std::string& scratch);
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  std::stop_token stop_token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  struct sigaction old_int_ {};
  struct sigaction old_term_ {};
  int read_end_ = -1;
  std::thread watcher_;
};

}  // namespace aweber::conformance
