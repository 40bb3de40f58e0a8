// When a crowd of processes is still, and what a look at it tells.
#include "conformance/run/crowd.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace aweber::conformance {
namespace {

using namespace std::chrono_literals;
using State = ProcessState;

CrowdMoment Moment(std::vector<State> states, std::size_t at_gate) {
  CrowdMoment moment;
  moment.asking = static_cast<int>(states.size());
  moment.at_gate = at_gate;
  pid_t pid = 100;
  for (const State state : states) moment.processes.push_back({pid++, state, 0});
  return moment;
}

// After how much time of looking every 10 ms it is still; nothing within 5 s.
std::optional<Micros> StillAfter(CrowdMoment moment, std::uint64_t wakes_each = 0) {
  Stillness stillness;
  for (Micros now = 0ms; now < 5s; now += 10ms) {
    for (auto& process : moment.processes) process.wakes += wakes_each;
    if (stillness.Add(moment, now)) return now;
  }
  return std::nullopt;
}

TEST(StillnessTest, ComesAtOnceWhenAllStandAtTheGate) {
  EXPECT_EQ(StillAfter(Moment({State::kTalking, State::kTalking}, 2)), 20ms);
}

TEST(StillnessTest, ComesAtOnceWhenTheOthersWaitForALock) {
  EXPECT_EQ(StillAfter(Moment({State::kTalking, State::kWaiting, State::kWaiting}, 1)), 20ms);
}

TEST(StillnessTest, WaitsForSomeRoundsOfWhoLooksAgainAndAgain) {
  EXPECT_EQ(StillAfter(Moment({State::kTalking, State::kSleeping}, 1), 1), 400ms);
}

TEST(StillnessTest, WaitsLongerForWhoSleepsAtAStretch) {
  EXPECT_EQ(StillAfter(Moment({State::kTalking, State::kSleeping}, 1)), 1500ms);
}

TEST(StillnessTest, GivesUpOnWhoSpins) {
  EXPECT_EQ(StillAfter(Moment({State::kTalking, State::kRunning}, 1)), 1500ms);
}

TEST(StillnessTest, NeverComesWhileSomethingIsUnderWay) {
  CrowdMoment starting = Moment({State::kTalking}, 1);
  starting.starting = true;
  EXPECT_EQ(StillAfter(starting), std::nullopt);
  CrowdMoment nobody = Moment({State::kRunning}, 0);
  EXPECT_EQ(StillAfter(nobody), std::nullopt);
}

TEST(StillnessTest, HoldsNoRequestLongerThanItsSenderWaits) {
  Stillness stillness;
  CrowdMoment moment = Moment({State::kTalking, State::kRunning}, 1);
  moment.starting = true;
  moment.held = 19'999ms;
  EXPECT_FALSE(stillness.Add(moment, 0ms));
  moment.held = 20s;
  EXPECT_TRUE(stillness.Add(moment, 1ms));
}

TEST(StillnessTest, BeginsAnewWhenSomethingChanges) {
  Stillness stillness;
  CrowdMoment moment = Moment({State::kTalking, State::kTalking}, 2);
  EXPECT_FALSE(stillness.Add(moment, 0ms));
  EXPECT_FALSE(stillness.Add(moment, 10ms));
  moment.last_sequence = 7;
  EXPECT_FALSE(stillness.Add(moment, 20ms));
  EXPECT_FALSE(stillness.Add(moment, 30ms));
  EXPECT_TRUE(stillness.Add(moment, 40ms));
}

TEST(StillnessTest, LooksLessOftenWhileNothingChanges) {
  Stillness stillness;
  CrowdMoment moment = Moment({State::kRunning}, 0);
  const auto pauses = [&](int moments) {
    std::vector<Micros> all;
    for (int i = 0; i < moments; ++i) {
      EXPECT_FALSE(stillness.Add(moment, 0ms));
      all.push_back(stillness.Pause());
    }
    return all;
  };
  EXPECT_EQ(pauses(6), (std::vector<Micros>{4ms, 8ms, 8ms, 16ms, 16ms, 16ms}));
  moment.processes[0].state = State::kSleeping;
  EXPECT_EQ(pauses(2), (std::vector<Micros>{4ms, 8ms}));
  moment.last_sequence = 7;
  EXPECT_EQ(pauses(1), std::vector<Micros>{4ms});
}

TEST(StillnessTest, LooksLongEnoughHoweverQuickTheLooksAre) {
  Stillness stillness;
  const CrowdMoment moment = Moment({State::kTalking}, 1);
  for (Micros now = 0ms; now < 20ms; now += 1ms) EXPECT_FALSE(stillness.Add(moment, now));
  EXPECT_TRUE(stillness.Add(moment, 20ms));
}

TEST(DescribeLookTest, NamesTokensByTheirLabels) {
  mock::TokenInfo access;
  access.label = "at-1";
  access.kind = "access_token";
  access.value = "AAAA-secret";
  mock::TokenInfo refresh = access;
  refresh.label = "rt-1";
  refresh.kind = "refresh_token";
  refresh.value = "BBBB-secret";
  refresh.state = "live";
  StoreView store;
  StoreEntry tokens;
  tokens.path = ".cli/tokens";
  tokens.in_store = true;
  tokens.mode = 0644;
  tokens.text = R"({"a":"AAAA-secret","r":"BBBB-secret"})";
  StoreEntry torn = tokens;
  torn.path = "log";
  torn.in_store = false;
  torn.mode = 0600;
  torn.text = R"({"a":"AAAA-sec)";
  store.files = {tokens, torn};
  CrowdView crowd;
  ProcessRow curl;
  curl.argv = {"/usr/bin/curl", "-H", "Authorization: Bearer AAAA-secret"};
  crowd.processes = {curl};
  const StoreLook look = DescribeLook(store, crowd, {access, refresh});
  ASSERT_EQ(look.files.size(), 2u);
  EXPECT_EQ(look.files[0].holds, (std::vector<std::string>{"at-1", "rt-1"}));
  EXPECT_TRUE(look.files[0].open_to_others);
  EXPECT_FALSE(look.files[0].broken_json);
  EXPECT_TRUE(look.files[1].holds.empty());
  EXPECT_FALSE(look.files[1].open_to_others);
  EXPECT_TRUE(look.files[1].broken_json);
  EXPECT_EQ(look.live, std::vector<std::string>{"rt-1"});
  EXPECT_EQ(look.shown, std::vector<std::string>{"the arguments of curl: at-1"});
}

}  // namespace
}  // namespace aweber::conformance
