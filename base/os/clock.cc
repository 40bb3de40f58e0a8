#include "base/os/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace aweber {
namespace {

// Longer waits are cut to this, so that adding one to any instant cannot overflow.
constexpr Micros kLongestWait = std::chrono::hours(24 * 3650);

}  // namespace

SystemClock& SystemClock::System() {
  static SystemClock& instance = *new SystemClock;
  return instance;
}

UnixTime SystemClock::Now() const {
  return std::chrono::floor<Micros>(std::chrono::system_clock::now());
}

Micros SystemClock::Steady() const {
  return std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now().time_since_epoch());
}

bool SystemClock::SleepFor(Micros duration, std::stop_token stop) {
  if (stop.stop_requested()) return false;
  if (duration <= Micros::zero()) return true;
  duration = std::min(duration, kLongestWait);
  if (!stop.stop_possible()) {
    std::this_thread::sleep_for(duration);
    return true;
  }
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

ManualClock::ManualClock(UnixTime start) : now_(start) {}

UnixTime ManualClock::Now() const {
  std::lock_guard lock(mutex_);
  return now_;
}

Micros ManualClock::Steady() const {
  std::lock_guard lock(mutex_);
  return steady_;
}

bool ManualClock::SleepFor(Micros duration, std::stop_token stop) {
  if (stop.stop_requested()) return false;
  if (duration <= Micros::zero()) return true;
  std::unique_lock lock(mutex_);
  const Micros deadline = steady_ + std::min(duration, kLongestWait);
  deadlines_.insert(deadline);
  changed_.notify_all();
  const bool passed = changed_.wait(lock, stop, [&] { return steady_ >= deadline; });
  if (!passed) {
    deadlines_.erase(deadlines_.find(deadline));
    changed_.notify_all();
  }
  return passed;
}

void ManualClock::Advance(Micros duration) {
  if (duration <= Micros::zero()) return;
  std::lock_guard lock(mutex_);
  now_ += duration;
  steady_ += duration;
  // A sleeper whose deadline has passed is no longer waiting, even before its thread gets to run.
  deadlines_.erase(deadlines_.begin(), deadlines_.upper_bound(steady_));
  changed_.notify_all();
}

void ManualClock::AdvanceTo(UnixTime instant) {
  std::lock_guard lock(mutex_);
  if (instant <= now_) return;
  steady_ += instant - now_;
  now_ = instant;
  deadlines_.erase(deadlines_.begin(), deadlines_.upper_bound(steady_));
  changed_.notify_all();
}

int ManualClock::Sleepers() const {
  std::lock_guard lock(mutex_);
  return static_cast<int>(deadlines_.size());
}

void ManualClock::AwaitSleepers(int n) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return static_cast<int>(deadlines_.size()) >= n; });
}

std::int64_t ToUnixSeconds(UnixTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

UnixTime FromUnixSeconds(std::int64_t seconds) { return UnixTime(std::chrono::seconds(seconds)); }

std::string FormatRfc3339(UnixTime time) {
  using std::chrono::days;
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const auto milliseconds =
      std::chrono::floor<std::chrono::milliseconds>(time - UnixTime(day)).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     milliseconds / 3'600'000, milliseconds / 60'000 % 60, milliseconds / 1000 % 60,
                     milliseconds % 1000);
}

}  // namespace aweber
