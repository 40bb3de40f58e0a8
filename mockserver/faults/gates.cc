#include "mockserver/faults/gates.h"

#include <chrono>

namespace aweber::mock {
namespace {
constexpr auto kPatience = std::chrono::seconds(30);
}  // namespace

bool Gates::Wait(const std::string& name, int size, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const std::uint64_t before = resets_;
  Gate& arrived = gates_[name];
  if (arrived.open) return true;
  ++arrived.waiting;
  if (size > 0 && arrived.waiting >= size) {
    arrived.open = true;
    changed_.notify_all();
  }
  const bool freed = changed_.wait_for(lock, stop, kPatience,
                                       [&] { return resets_ != before || gates_[name].open; });
  if (resets_ == before) --gates_[name].waiting;
  return freed;
}

int Gates::Release(const std::string& name) {
  std::lock_guard lock(mutex_);
  Gate& gate = gates_[name];
  const int freed = gate.open ? 0 : gate.waiting;
  gate.open = true;
  changed_.notify_all();
  return freed;
}

void Gates::Reset() {
  std::lock_guard lock(mutex_);
  gates_.clear();
  ++resets_;
  changed_.notify_all();
}

std::vector<GateState> Gates::States() const {
  std::lock_guard lock(mutex_);
  std::vector<GateState> states;
  for (const auto& [name, gate] : gates_) states.push_back({name, gate.waiting, gate.open});
  return states;
}

}  // namespace aweber::mock
