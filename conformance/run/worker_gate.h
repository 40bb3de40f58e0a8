// WorkerGate: how the drivers of one run begin and end together.
//
// Purpose: the first driver introduces the client and shows that it works; the others wait for its
//   word. What breaks the run for one of them ends it for all, and the first reason is the one told.
// Thread safety: every member from any thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

namespace aweber::conformance {

class WorkerGate {
 public:
  explicit WorkerGate(std::stop_token stop) : stop_(std::move(stop)) {}

  // Calls work(0) to work(workers - 1), each in a thread of its own, and returns when all have
  // returned. What one of them throws (memory, a thread or a descriptor that the system refuses)
  // aborts the run instead of the program. Where the system gives fewer threads, these do the work.
  void RunAll(int workers, const std::function<void(int)>& work);

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
