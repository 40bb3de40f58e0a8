// WorkerGate: how the drivers of one run begin and end together.
//
// Purpose: the first driver introduces the client and shows that it works; the others wait for its
//   word. What breaks the run for one of them ends it for all, and the first reason is the one told.
// Thread safety: every member from any thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

namespace aweber::conformance {

class WorkerGate {
 public:
  explicit WorkerGate(std::stop_token stop) : stop_(std::move(stop)) {}

  // The first driver has begun, or never will.
  void Open();
  // Waits for Open; false when the run is over by then.
  bool WaitUntilOpen();

  // The run cannot go on. The first reason stays.
  void Abort(const std::string& reason);
  std::string reason() const;  // "" while it can
  // Aborted, or interrupted from outside.
  bool Stopped() const;

 private:
  const std::stop_token stop_;
  mutable std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
  std::string reason_;
};

}  // namespace aweber::conformance
