// The gate of a run's drivers: the others wait for the first, and what breaks one ends all.
#include "conformance/run/worker_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace aweber::conformance {
namespace {

TEST(WorkerGate, TheOthersWaitForTheFirst) {
  WorkerGate gate{std::stop_token()};
  std::atomic<bool> first_was_ready = false;
  std::atomic<int> began = 0;
  std::vector<std::thread> others;
  for (int i = 0; i < 3; ++i) {
    others.emplace_back([&] {
      if (gate.WaitUntilOpen() && first_was_ready) ++began;
    });
  }
  first_was_ready = true;
  gate.Open();
  for (std::thread& other : others) other.join();
  EXPECT_EQ(began, 3);
}

TEST(WorkerGate, NobodyBeginsWhatIsBroken) {
  WorkerGate gate{std::stop_token()};
  EXPECT_FALSE(gate.Stopped());
  gate.Abort("the driver could not be started");
  gate.Open();
  EXPECT_FALSE(gate.WaitUntilOpen());
  EXPECT_TRUE(gate.Stopped());
}

TEST(WorkerGate, TheFirstReasonStays) {
  WorkerGate gate{std::stop_token()};
  EXPECT_EQ(gate.reason(), "");
  gate.Abort("the cause");
  gate.Abort("what came of it");
  EXPECT_EQ(gate.reason(), "the cause");
}

TEST(WorkerGate, AnInterruptStopsWithoutAReason) {
  std::stop_source user;
  WorkerGate gate(user.get_token());
  gate.Open();
  user.request_stop();
  EXPECT_TRUE(gate.Stopped());
  EXPECT_EQ(gate.reason(), "");
  EXPECT_TRUE(gate.WaitUntilOpen());
}

}  // namespace
}  // namespace aweber::conformance
