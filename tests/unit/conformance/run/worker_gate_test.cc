// The gate of a run's drivers: the others wait for the first, and what breaks one ends all.
#include "conformance/run/worker_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
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

TEST(WorkerGate, EachWorksInAThreadOfItsOwn) {
  WorkerGate gate{std::stop_token()};
  std::atomic<int> numbers = 0;
  gate.RunAll(3, [&](int worker) {
    if (worker == 0) gate.Open();
    if (gate.WaitUntilOpen()) numbers += 1 << worker;
  });
  EXPECT_EQ(numbers, 0b111);
  EXPECT_EQ(gate.reason(), "");
}

// What ends a worker ends the run, not the program, and leaves nobody waiting at the gate.
TEST(WorkerGate, WhatAWorkerThrowsAbortsTheRun) {
  const struct {
    std::function<void()> fails;
    std::string reason;
  } rows[] = {
      {[] { throw std::bad_alloc(); }, "out of memory"},
      {[] {
         throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
       },
       "the system refused what a driver needs: Resource temporarily unavailable; fewer --jobs "
       "need less"},
      {[] { throw std::runtime_error("no such row"); }, "internal error: no such row"},
  };
  for (const auto& row : rows) {
    WorkerGate gate{std::stop_token()};
    std::atomic<int> began = 0;
    gate.RunAll(2, [&](int worker) {
      if (worker == 0) row.fails();
      if (gate.WaitUntilOpen()) ++began;
    });
    EXPECT_EQ(gate.reason(), row.reason);
    EXPECT_EQ(began, 0) << row.reason;
  }
}

}  // namespace
}  // namespace aweber::conformance
