// ConnectionLoop: accepts connections and hands each readable one to a worker thread.
//
// Purpose: a connection that waits for its next request costs some hundred bytes and no thread, so
//   thousands of idle ones delay nobody. A worker serves what has arrived (reads, decides, writes,
//   also when that takes long) and gives the connection back to the kernel's epoll.
// Ownership: owns the threads, the connections and the listening socket; the service outlives it.
// Thread safety: all members from any thread.
// Errors: Error{"http.thread"} when not a single thread can be had. Later refusals of the system
//   are lived with: no further thread means that requests wait for one of those there are.
//
// Invariants:
//  1. A connection is with the kernel (armed once, EPOLLONESHOT) or with one worker, never both.
//     Only a worker destroys it, while it is its own; Stop does so when no worker is left.
//  2. Up to one worker more than there are processors, the last one that leaves the wait starts
//     another. More of them would only fight for the processors, unless some are held up (a slow
//     peer, a planned delay): when requests wait and no worker took one for kStuck, a watching
//     thread starts one more, up to `max_threads`. A worker that finds enough others waiting ends.
//  3. A stop is seen by every connection: they are cut after `stop` is requested, and one that is
//     added later looks at `stop` after it can be cut.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "base/http/connection.h"
#include "base/http/listen.h"
#include "base/os/descriptor.h"

namespace aweber {

class ConnectionLoop {
 public:
  static Result<std::unique_ptr<ConnectionLoop>> Start(Descriptor listening,
                                                       const HttpService& service);
  ~ConnectionLoop();

  int open_connections() const { return open_; }
  // After service.stop was requested: cuts every connection, waits for the workers. Idempotent.
  void Stop();

 private:
  struct Connection {
    Connection(Descriptor socket, std::string peer, const HttpService& service)
        : http(std::move(socket), std::move(peer), service) {}
    HttpConnection http;
    std::atomic<std::int64_t> waiting_since = 0;  // 0: with a worker; else steady microseconds
    std::list<Connection>::iterator self;
  };
  using Threads = std::list<std::thread>;

  ConnectionLoop(Descriptor listening, const HttpService& service);
  Status Begin();
  bool StartThread();
  void Work(Threads::iterator self);
  bool LeavesAtLeast(int others);
  void Finish(Threads::iterator self);
  void Watch();
  bool RequestsWait(int timeout_ms) const;
  bool StopsWithin(std::chrono::microseconds patience) const;

  void Accept();
  void Add(Descriptor socket, std::string peer);
  void TurnAway(Descriptor socket, const char* why) const;
  bool MakeRoomFor(int accept_error);
  void Serve(Connection& connection);
  void Remove(Connection& connection);
  bool Arm(int operation, int fd, void* what) const;
  void CloseIdle();

  const HttpService& service_;
  const int tick_ms_;
  std::atomic<int> usual_threads_;  // beyond, only the watcher starts one
  Descriptor listening_, epoll_, stop_event_, spare_;
  std::atomic<int> waiting_ = 0;          // workers in epoll_wait, or on their way there
  std::atomic<std::uint64_t> taken_ = 0;  // events that workers took
  std::atomic<int> alive_ = 0;            // workers
  std::atomic<int> open_ = 0;
  std::atomic<std::int64_t> next_tick_ = 0;  // steady microseconds
  std::mutex mutex_;                         // of what follows
  std::list<Connection> connections_;
  Threads threads_, finished_;
  std::thread watcher_;
};

}  // namespace aweber
