// Clock: the one way to learn the time or to wait.
//
// Purpose: wall time is read in base/os/clock.cc and nowhere else, so that everything that expires
//   can be driven by a test. SystemClock is the real one; ManualClock moves only when told.
// Ownership: callers keep the clock alive for as long as anything refers to it.
// Thread safety: every member of every clock may be called from any thread.
// Units: Now() is Unix time (microseconds since 1970-01-01 UTC); Steady() never goes back and has
//   no defined origin.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>

#include "base/time.h"

namespace aweber {

class Clock {
 public:
  virtual ~Clock() = default;

  virtual UnixTime Now() const = 0;
  virtual Micros Steady() const = 0;

  // Waits for `duration` on this clock. False when `stop` was requested first (returns at once if
  // it already was). Else a zero or negative duration returns true without waiting.
  virtual bool SleepFor(Micros duration, std::stop_token stop = {}) = 0;
};

// Real time. Stateless; System() is a shared instance that is never destroyed.
class SystemClock final : public Clock {
 public:
  static SystemClock& System();
  UnixTime Now() const override;
  Micros Steady() const override;
  bool SleepFor(Micros duration, std::stop_token stop = {}) override;
};

// Time that moves only by Advance/AdvanceTo, forward only. Sleepers wake when the clock passes
// their deadline.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(UnixTime start);
  UnixTime Now() const override;
  Micros Steady() const override;
  bool SleepFor(Micros duration, std::stop_token stop = {}) override;

  // Negative durations and earlier instants are ignored: this clock never goes back.
  void Advance(Micros duration);
  void AdvanceTo(UnixTime instant);
  // How many threads wait in SleepFor for a deadline still to come, and a way to wait (in real
  // time) until at least `n` do.
  int Sleepers() const;
  void AwaitSleepers(int n) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  UnixTime now_;
  Micros steady_{0};
  std::multiset<Micros> deadlines_;  // of those who still wait, on steady_
};

// Whole Unix seconds, rounding down.
std::int64_t ToUnixSeconds(UnixTime time);
UnixTime FromUnixSeconds(std::int64_t seconds);
// "2026-11-23T14:20:48.123Z" (RFC 3339, UTC, milliseconds).
std::string FormatRfc3339(UnixTime time);

}  // namespace aweber
