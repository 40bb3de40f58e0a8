#include "conformance/driver/run_queue.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace aweber::conformance {
namespace {

TEST(RunQueue, CountsTheWaitsOfAllThreads) {
  const std::string proc = testing::TempDir() + "run_queue_test";
  std::filesystem::remove_all(proc);
  for (const char* const thread : {"7", "8", "9"}) {
    std::filesystem::create_directories(proc + "/7/task/" + thread);
  }
  std::ofstream(proc + "/7/task/7/schedstat") << "578947562 1500000000 994\n";
  std::ofstream(proc + "/7/task/8/schedstat") << "1 500000 2\n";
  std::ofstream(proc + "/7/task/9/schedstat") << "it just ended";
  EXPECT_EQ(WaitedForProcessor(7, proc), Micros(1'500'500));
  EXPECT_EQ(WaitedForProcessor(6, proc), Micros::zero());
  std::filesystem::remove_all(proc);
}

TEST(RunQueue, AQuarterOfTheLimitIsTooMuch) {
  const Micros limit = std::chrono::seconds(10);
  EXPECT_TRUE(Starved(std::chrono::milliseconds(2500), limit));
  EXPECT_FALSE(Starved(std::chrono::milliseconds(2499), limit));
}

}  // namespace
}  // namespace aweber::conformance
