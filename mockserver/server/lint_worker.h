// LintWorker: runs the linter over journal entries, away from the requests.
//
// Purpose: findings hang beside an entry and never delay or change a reply. One thread judges
//   entries in the order in which they were finished, each beside the earlier ones that it has to
//   do with (journal/related.h): that costs the same for the first and the millionth request. Under
//   load it takes a quarter of one core at most, the rest is the requests'.
// Ownership: owns its thread; keeps no space alive, or a mock with many short-lived spaces would hold
//   thousands that were deleted. What it kept of a space that is gone goes when it sees the next new
//   one.
// Thread safety: all members from any thread.
// Errors: none reach the requests. What cannot be judged (the queue is full, memory ran out, the
//   journal has let go of the entry, the space was deleted or the worker ended before) is counted in
//   unjudged().
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "mockserver/journal/related.h"
#include "mockserver/mock_server.h"

namespace aweber::mock {

class LintWorker {
 public:
  // Told of each finding, redacted, on the worker's thread; may be null.
  using OnFinding = decltype(MockServerOptions::on_finding);
  explicit LintWorker(Linter linter, OnFinding on_finding = nullptr);
  ~LintWorker();

  void Add(const std::shared_ptr<Space>& space, EntryId id);
  // Waits until everything added before is judged, without rests; at once after Stop.
  void Drain();
  // Ends the worker after the entry at hand; what is queued stays unjudged. Idempotent.
  void Stop();
  std::uint64_t unjudged() const;
  // What the kept entries of all spaces weigh.
  std::size_t kept_bytes() const { return kept_bytes_; }

  static constexpr std::size_t kMaxQueue = 10'000;
  static constexpr std::size_t kLongestBody = 1u << 20;  // of what the linter is shown

 private:
  struct Item {
    std::weak_ptr<Space> space;
    EntryId id;
  };
  struct History {
    std::uint64_t epoch = 0;
    RelatedEntries entries;
  };
  void Run(const std::stop_token& stop);
  bool TryToJudge(const Item& item);
  bool Judge(Space& space, const Item& item);
  History& HistoryOf(const Item& item);

  const Linter linter_;
  const OnFinding on_finding_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Item> queue_;
  bool busy_ = false;
  bool waiting_ = false;  // for an entry
  int draining_ = 0;
  std::uint64_t unjudged_ = 0;
  std::map<std::weak_ptr<Space>, History, std::owner_less<>> histories_;  // the worker's own
  std::atomic<std::size_t> kept_bytes_ = 0;
  std::jthread thread_;  // last: everything above must exist while it runs
};

}  // namespace aweber::mock
