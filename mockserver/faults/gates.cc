#include "mockserver/faults/gates.h"

#include <algorithm>
#include <chrono>

namespace aweber::mock {
namespace {
constexpr auto kPatience = std::chrono::seconds(30);
}  // namespace

bool Gates::Wait(const std::string& name, int size, std::uint64_t who, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const std::uint64_t before = resets_;
  Gate& arrived = gates_[name];
  if (arrived.open) return true;
  arrived.waiting.push_back(who);
  if (size > 0 && arrived.waiting.size() >= static_cast<std::size_t>(size)) {
    arrived.open = true;
    changed_.notify_all();
  }
  const auto waits = [&] {
    const std::vector<std::uint64_t>& waiting = gates_[name].waiting;
    return std::find(waiting.begin(), waiting.end(), who) != waiting.end();
  };
  const bool freed = changed_.wait_for(
      lock, stop, kPatience, [&] { return resets_ != before || gates_[name].open || !waits(); });
  if (resets_ == before) std::erase(gates_[name].waiting, who);
  return freed;
}

int Gates::Release(const std::string& name) {
  std::lock_guard lock(mutex_);
  Gate& gate = gates_[name];
  const int freed = gate.open ? 0 : static_cast<int>(gate.waiting.size());
  gate.open = true;
  changed_.notify_all();
  return freed;
}

bool Gates::ReleaseOne(const std::string& name, std::uint64_t who) {
  std::lock_guard lock(mutex_);
  if (std::erase(gates_[name].waiting, who) == 0) return false;
  changed_.notify_all();
  return true;
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
  for (const auto& [name, gate] : gates_) {
    states.push_back({name, static_cast<int>(gate.waiting.size()), gate.open, gate.waiting});
  }
  return states;
}

}  // namespace aweber::mock
