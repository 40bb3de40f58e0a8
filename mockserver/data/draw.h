// Draw: cheap numbers that depend on a seed alone, the same on every platform (SplitMix64).
//
// Purpose: sample data and what subscribers do; identifiers and faults have base/os/random.h.
// Thread safety: none.
#pragma once

#include <cstdint>

namespace aweber::mock {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    std::uint64_t mixed = (state_ += 0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }
  std::int64_t Below(std::int64_t bound) {
    return static_cast<std::int64_t>(Next() % static_cast<std::uint64_t>(bound));
  }
  bool Percent(int chance) { return Below(100) < chance; }

 private:
  std::uint64_t state_;
};

}  // namespace aweber::mock
