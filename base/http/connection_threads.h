// ConnectionThreads: runs jobs at once, each on a thread of its own.
//
// Purpose: a connection owns its thread until it closes, so a fixed pool starves on idle keep-alive
//   connections and event streams. Here a thread is started when none is free, up to a limit, and
//   reused; further jobs wait for a free one. Threads that stay idle end by themselves.
// Ownership: owns the threads. Thread safety: all members from any thread.
// Errors: when the system refuses another thread the job waits for one of those there are.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace aweber {

class ConnectionThreads {
 public:
  explicit ConnectionThreads(int limit) : limit_(limit) {}
  ~ConnectionThreads() { Shutdown(); }

  void Run(std::function<void()> job);  // jobs must not throw
  // Runs what is queued, then joins every thread. Idempotent.
  void Shutdown();

 private:
  using Threads = std::list<std::thread>;
  void Work(Threads::iterator self);
  void StartThread();  // mutex_ held

  const int limit_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  Threads threads_;
  Threads finished_;  // ended by themselves, to be joined
  int idle_ = 0;
  bool stopping_ = false;
};

}  // namespace aweber
