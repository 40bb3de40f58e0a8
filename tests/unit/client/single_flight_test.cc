// Who waits for a refresh, and what becomes of those who wait when it is given up.
#include "client/single_flight.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <stdexcept>
#include <thread>

#include "tests/unit/client/await_sleep.h"

namespace aweber::client {
namespace {

TokenSet Token(const char* text) {
  TokenSet token;
  token.access_token = text;
  return token;
}

Outcome<TokenSet> Thrown(const std::exception& error) {
  return MakeFailure(FailureKind::kOther, "thrown", error.what());
}

// What leader and follower got when the leader did `work` while the follower waited.
struct Pair {
  Outcome<TokenSet> leader = Token("nothing");
  Outcome<TokenSet> follower = Token("nothing");
};

Pair RunPair(const SingleFlight::Work& work) {
  SingleFlight flight;
  std::atomic<long> follower_id{0};
  std::promise<void> under_way;
  Pair got;
  const auto run = [&flight](const SingleFlight::Work& does) {
    try {
      return flight.Run(does, {});
    } catch (const std::exception& error) {
      return Thrown(error);
    }
  };
  std::thread leader([&] {
    got.leader = run([&] {
      under_way.set_value();
      AwaitSleep(follower_id);
      return work();
    });
  });
  under_way.get_future().wait();
  std::thread follower([&] {
    follower_id = ThisThread();
    got.follower = run([] { return Token("follower's"); });
  });
  leader.join();
  follower.join();
  // Whatever happened, nobody is in the way now.
  EXPECT_EQ(flight.Run([] { return Token("next"); }, {})->access_token, "next");
  return got;
}

Outcome<TokenSet> FollowerOf(const Outcome<TokenSet>& leads) {
  Pair got = RunPair([&] { return leads; });
  EXPECT_EQ(got.leader.ok(), leads.ok());
  return std::move(got.follower);
}

TEST(SingleFlight, AFollowerGetsWhatTheLeaderGot) {
  EXPECT_EQ(FollowerOf(Token("leader's"))->access_token, "leader's");
  const Failure down = MakeFailure(FailureKind::kHttp, "token.http", "503");
  EXPECT_EQ(FollowerOf(down).error().code, "token.http");
}

TEST(SingleFlight, AFollowerLeadsWhenTheLeaderWasStopped) {
  EXPECT_EQ(FollowerOf(Cancelled("leading"))->access_token, "follower's");
}

TEST(SingleFlight, AFollowerThatIsStoppedLeavesTheLeaderAtWork) {
  std::stop_source stop;
  std::atomic<bool> gone{false};
  SingleFlight flight;
  std::atomic<long> follower_id{0};
  Outcome<TokenSet> follower = Token("nothing");
  std::thread waits;
  const auto led = flight.Run(
      [&] {
        waits = std::thread([&] {
          follower_id = ThisThread();
          follower = flight.Run([] { return Token("follower's"); }, stop.get_token());
          gone = true;
        });
        AwaitSleep(follower_id);
        stop.request_stop();
        while (!gone) std::this_thread::yield();
        return Outcome<TokenSet>(Token("leader's"));
      },
      {});
  waits.join();
  EXPECT_EQ(led->access_token, "leader's");
  ASSERT_FALSE(follower.ok());
  EXPECT_EQ(follower.error().message, "waiting for a refresh that is under way: stopped, as asked");
}

// The follower must not lead: the exception may have come after the provider's answer.
TEST(SingleFlight, AnExceptionIsSharedAndLeavesNobodyWaiting) {
  const Pair got = RunPair([]() -> Outcome<TokenSet> { throw std::runtime_error("no database"); });
  ASSERT_FALSE(got.leader.ok() || got.follower.ok());
  EXPECT_EQ(got.leader.error().message, "no database");
  EXPECT_EQ(got.follower.error().message, "no database");
}

}  // namespace
}  // namespace aweber::client
