// HttpWatchdog: what an HTTP library's client cannot do by itself, done from outside.
//
// Purpose: ends a request at its deadline, when its caller is told to stop, and when the peer sends
//   more than it may, also where no callback sees it (a header or a chunk line without an end).
//   It holds a second descriptor of the library's socket, so that cutting that socket can never hit
//   one that was opened since.
// Ownership: a Watch must not outlive its watchdog and its twin. Thread safety: any thread.
// Units: real time, checked every kTick; bytes as they come from the network (TLS included).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/os/clock.h"

namespace aweber {

class SocketTwin {
 public:
  SocketTwin() = default;
  ~SocketTwin() { Hold(-1); }
  SocketTwin(const SocketTwin&) = delete;
  SocketTwin& operator=(const SocketTwin&) = delete;

  void Hold(int fd);   // holds a duplicate of `fd`, and lets go of what it held
  void Cut() const;    // whoever reads from or writes to the socket is told that it ended
  bool Quiet() const;  // connected, and nothing waits to be read
  std::uint64_t Received() const;  // bytes since it was connected; 0 where the kernel does not say
  Micros SilentFor()
      const;  // how long nothing has arrived; since it was connected when nothing did

 private:
  mutable std::mutex mutex_;
  int fd_ = -1;
};

class HttpWatchdog {
 public:
  enum class Cause { kNone, kDeadline, kCancelled, kTooMuch };

  // One request: from its first step to the end of its response.
  class Watch {
   public:
    Watch(HttpWatchdog& watchdog, const SocketTwin& twin, Micros deadline, std::uint64_t max_bytes,
          const std::stop_token& stop);
    ~Watch();
    Cause cause() const { return cause_; }

   private:
    friend class HttpWatchdog;
    void Check(Micros now);
    void End(Cause cause);

    HttpWatchdog& watchdog_;
    const SocketTwin& twin_;
    const Micros deadline_;
    const std::uint64_t max_bytes_;
    const std::uint64_t received_before_;
    std::atomic<Cause> cause_ = Cause::kNone;
    std::stop_callback<std::function<void()>> on_stop_;  // last: it may call End at once
  };

 private:
  void Run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Watch*> watched_;
  bool asleep_ = false;  // until something is to be watched
  std::jthread thread_;  // last: it uses the others
};

}  // namespace aweber
