// VirtualClock: a space's time, moved by hand and, when asked, also by real time.
//
// Purpose: everything a space dates or lets expire reads this. Forward only.
// Thread safety: all members from any thread. Units: Unix time.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "base/os/clock.h"

namespace aweber::mock {

// 9999-12-31T23:59:59Z: no clock goes further, so that adding lifetimes never overflows.
inline constexpr UnixTime kLastInstant{Micros(253'402'300'799'000'000)};

class VirtualClock {
 public:
  // `follow`: null, or the real clock to run along with.
  VirtualClock(UnixTime start, const Clock* follow)
      : follow_(follow), base_(start.time_since_epoch().count() - Elapsed()) {}

  UnixTime Now() const { return UnixTime(Micros(base_.load() + Elapsed())); }
  // Negative durations are ignored; the clock stops at kLastInstant.
  void Advance(Micros by) {
    by = std::min(by, kLastInstant - Now());
    if (by.count() > 0) base_ += by.count();
  }
  // Back to `start`, for a reset only.
  void Restart(UnixTime start) { base_ = start.time_since_epoch().count() - Elapsed(); }

 private:
  std::int64_t Elapsed() const { return follow_ == nullptr ? 0 : follow_->Steady().count(); }
  const Clock* follow_;
  std::atomic<std::int64_t> base_;
};

}  // namespace aweber::mock
