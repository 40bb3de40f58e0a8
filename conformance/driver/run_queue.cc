#include "conformance/driver/run_queue.h"

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

namespace aweber::conformance {
namespace {

// "RAN WAITED SLICES", the first two in nanoseconds.
Micros WaitedIn(const std::string& schedstat) {
  std::ifstream file(schedstat);
  std::int64_t ran = 0, waited = 0;
  if (!(file >> ran >> waited)) return Micros::zero();
  return std::chrono::duration_cast<Micros>(std::chrono::nanoseconds(waited));
}

}  // namespace

Micros WaitedForProcessor(pid_t pid, const std::string& proc) {
  Micros waited{};
  std::error_code failure;
  for (std::filesystem::directory_iterator at(fmt::format("{}/{}/task", proc, pid), failure), end;
       !failure && at != end; at.increment(failure)) {
    waited += WaitedIn(at->path().string() + "/schedstat");
  }
  return waited;
}

Micros ThreadWaitedForProcessor() { return WaitedIn("/proc/thread-self/schedstat"); }

}  // namespace aweber::conformance
