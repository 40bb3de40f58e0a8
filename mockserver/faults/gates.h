// Gates: hold requests at a named point and free them together.
//
// Purpose: makes races happen on purpose. A gate opens when as many wait as it was told, or when it
//   is released; once open it stays open.
// Thread safety: all members from any thread; Wait must be called without the space's mutex.
// Units: the patience is real time, so that a forgotten gate does not hold a request for ever.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "mockserver/faults/rule.h"

namespace aweber::mock {

class Gates {
 public:
  // `who`: the request's sequence number. False when `stop` came or patience ended first.
  bool Wait(const std::string& name, int size, std::uint64_t who, std::stop_token stop);
  int Release(const std::string& name);
  // Frees one request and keeps the gate closed; false when it does not wait there.
  bool ReleaseOne(const std::string& name, std::uint64_t who);
  // Frees everyone; all gates are closed and forgotten.
  void Reset();
  std::vector<GateState> States() const;

 private:
  struct Gate {
    std::vector<std::uint64_t> waiting;  // in order of arrival
    bool open = false;
  };
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Gate> gates_;
  std::uint64_t resets_ = 0;
};

}  // namespace aweber::mock
