#include "base/os/clock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace aweber {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ClockTest, FormatRfc3339) {
  struct {
    UnixTime time;
    std::string_view text;
  } const kCases[] = {
      {FromUnixSeconds(0), "1970-01-01T00:00:00.000Z"},
      {FromUnixSeconds(1'000'000'000), "2001-09-09T01:46:40.000Z"},
      {FromUnixSeconds(1'709'164'800), "2024-02-29T00:00:00.000Z"},
      {FromUnixSeconds(4'102'444'799) + microseconds(999'999), "2099-12-31T23:59:59.999Z"},
      {FromUnixSeconds(0) - microseconds(1), "1969-12-31T23:59:59.999Z"},  // rounds down
      {FromUnixSeconds(1) + milliseconds(7), "1970-01-01T00:00:01.007Z"},
  };
  for (const auto& c : kCases) EXPECT_EQ(FormatRfc3339(c.time), c.text);
}

TEST(ClockTest, UnixSecondsRoundDown) {
  EXPECT_EQ(ToUnixSeconds(FromUnixSeconds(5) + microseconds(999'999)), 5);
  EXPECT_EQ(ToUnixSeconds(FromUnixSeconds(0) - microseconds(1)), -1);
  EXPECT_EQ(ToUnixSeconds(FromUnixSeconds(-3)), -3);
}

TEST(SystemClockTest, SleepForObeysItsEdges) {
  SystemClock& clock = SystemClock::System();
  EXPECT_TRUE(clock.SleepFor(Micros(0)));
  EXPECT_TRUE(clock.SleepFor(Micros(-5)));
  const Micros before = clock.Steady();
  EXPECT_TRUE(clock.SleepFor(milliseconds(1)));
  EXPECT_GE(clock.Steady() - before, milliseconds(1));
  std::stop_source stop;
  EXPECT_TRUE(clock.SleepFor(milliseconds(1), stop.get_token()));
  stop.request_stop();
  EXPECT_FALSE(clock.SleepFor(hours(1), stop.get_token()));
}

TEST(SystemClockTest, StopEndsASleep) {
  std::atomic<bool> completed = true;
  std::jthread sleeper([&](std::stop_token stop) {
    completed = SystemClock::System().SleepFor(Micros::max(), stop);
  });
  sleeper.request_stop();
  sleeper.join();
  EXPECT_FALSE(completed);
}

TEST(ManualClockTest, MovesOnlyForwardAndOnlyWhenTold) {
  ManualClock clock(FromUnixSeconds(100));
  EXPECT_EQ(clock.Now(), FromUnixSeconds(100));
  EXPECT_EQ(clock.Steady(), Micros(0));
  clock.Advance(seconds(5));
  EXPECT_EQ(clock.Now(), FromUnixSeconds(105));
  EXPECT_EQ(clock.Steady(), seconds(5));
  clock.Advance(seconds(-5));
  clock.AdvanceTo(FromUnixSeconds(1));
  EXPECT_EQ(clock.Now(), FromUnixSeconds(105));
  EXPECT_EQ(clock.Steady(), seconds(5));
  clock.AdvanceTo(FromUnixSeconds(200));
  EXPECT_EQ(clock.Now(), FromUnixSeconds(200));
  EXPECT_EQ(clock.Steady(), seconds(100));
}

TEST(ManualClockTest, SleepersWakeAtTheirDeadline) {
  ManualClock clock(FromUnixSeconds(0));
  std::atomic<bool> first = false;
  std::atomic<bool> second = false;
  std::jthread early([&] { first = clock.SleepFor(seconds(10)); });
  std::jthread late([&] { second = clock.SleepFor(seconds(20)); });
  clock.AwaitSleepers(2);
  clock.Advance(seconds(10) - microseconds(1));
  EXPECT_EQ(clock.Sleepers(), 2);
  clock.Advance(microseconds(1));
  EXPECT_EQ(clock.Sleepers(), 1);  // at once, whether or not its thread has run
  early.join();
  EXPECT_TRUE(first);
  EXPECT_FALSE(second);
  clock.AdvanceTo(FromUnixSeconds(20));
  late.join();
  EXPECT_TRUE(second);
  EXPECT_EQ(clock.Sleepers(), 0);
}

TEST(ManualClockTest, StopEndsASleepAndItIsNoLongerCounted) {
  ManualClock clock(FromUnixSeconds(0));
  std::atomic<bool> completed = true;
  std::jthread sleeper(
      [&](std::stop_token stop) { completed = clock.SleepFor(Micros::max(), stop); });
  clock.AwaitSleepers(1);
  sleeper.request_stop();
  sleeper.join();
  EXPECT_FALSE(completed);
  EXPECT_EQ(clock.Sleepers(), 0);
}

TEST(ManualClockTest, SleepForObeysItsEdges) {
  ManualClock clock(FromUnixSeconds(0));
  EXPECT_TRUE(clock.SleepFor(Micros(0)));
  EXPECT_TRUE(clock.SleepFor(Micros(-1)));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(clock.SleepFor(seconds(1), stop.get_token()));
}

}  // namespace
}  // namespace aweber
