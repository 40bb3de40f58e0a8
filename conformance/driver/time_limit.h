// TimeLimit: a stop token for one operation, requested when its time is up or the run interrupted.
//
// Ownership: the clock must outlive it; the destructor ends its thread, without waiting for the
//   time. Thread safety: passed() from any thread. Units: the clock's, real time for drivers.
#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/os/clock.h"

namespace aweber::conformance {

class TimeLimit {
 public:
  TimeLimit(Clock& clock, Micros limit, std::stop_token interrupt)
      : on_interrupt_(std::move(interrupt), [this] { source_.request_stop(); }),
        timer_([this, &clock, limit] {
          if (!clock.SleepFor(limit, done_.get_token())) return;
          passed_ = true;
          source_.request_stop();
        }) {}
  ~TimeLimit() {
    done_.request_stop();
    timer_.join();
  }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

  std::stop_token token() const { return source_.get_token(); }
  bool passed() const { return passed_; }

 private:
  std::stop_source source_, done_;
  std::atomic<bool> passed_{false};
  std::stop_callback<std::function<void()>> on_interrupt_;
  std::thread timer_;
};

}  // namespace aweber::conformance
