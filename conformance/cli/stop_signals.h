// Ctrl-C, SIGTERM and SIGHUP: the first asks everything to stop and lets reports be written; the
// second kills the drivers, removes the run's own files and leaves at once.
//
// Ownership: one StopSignals at a time in a process; the destructor puts the old handlers back.
//   Make it before the directory that must not outlive the program, and end it after: a signal at any
//   moment between then leaves nothing.
// Thread safety: stop_token() from any thread.
#pragma once

#include <array>
#include <csignal>
#include <stop_token>
#include <string>
#include <thread>

namespace aweber::conformance {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // The directory that must not outlive the program: the second signal removes it. Call once.
  void RemoveWhenLeaving(const std::string& directory);
  std::stop_token stop_token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::array<struct sigaction, 3> old_{};
  int read_end_ = -1;
  std::thread watcher_;
};

}  // namespace aweber::conformance
