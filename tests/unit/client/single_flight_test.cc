// Who waits for a refresh, and what becomes of those who wait when it is given up.
#include "client/single_flight.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <future>
#include <string>
#include <thread>

namespace aweber::client {
namespace {

TokenSet Token(const char* text) {
  TokenSet token;
  token.access_token = text;
  return token;
}

// Until the thread sleeps in the kernel: here, until it waits for the flight.
void AwaitSleep(const std::atomic<long>& thread) {
  while (true) {
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
    std::string stat;
    std::getline(file, stat);
    const auto state = stat.rfind(") ");
    if (state != std::string::npos && stat[state + 2] == 'S') return;
    std::this_thread::yield();
  }
}

// Runs a leader that ends with `leads` while a follower waits; answers what the follower got.
Outcome<TokenSet> FollowerOf(const Outcome<TokenSet>& leads) {
  SingleFlight flight;
  std::atomic<long> follower_id{0};
  std::promise<void> under_way;
  Outcome<TokenSet> follower = Token("nothing");
  std::thread leader([&] {
    const auto outcome = flight.Run(
        [&] {
          under_way.set_value();
          AwaitSleep(follower_id);
          return leads;
        },
        {});
    EXPECT_EQ(outcome.ok(), leads.ok());
  });
  under_way.get_future().wait();
  std::thread waits([&] {
    follower_id = ::syscall(SYS_gettid);
    follower = flight.Run([] { return Token("follower's"); }, {});
  });
  leader.join();
  waits.join();
  return follower;
}

TEST(SingleFlight, AFollowerGetsWhatTheLeaderGot) {
  EXPECT_EQ(FollowerOf(Token("leader's"))->access_token, "leader's");
  const Failure down = MakeFailure(FailureKind::kHttp, "token.http", "503");
  EXPECT_EQ(FollowerOf(down).error().code, "token.http");
}

TEST(SingleFlight, AFollowerLeadsWhenTheLeaderWasStopped) {
  EXPECT_EQ(FollowerOf(Cancelled("leading"))->access_token, "follower's");
}

}  // namespace
}  // namespace aweber::client
