// LintWorker: runs the linter over journal entries, away from the requests.
//
// Purpose: findings hang beside an entry and never delay or change a reply. One thread judges
//   entries in the order in which they were finished; it keeps the last ones of each space in the
//   order in which they arrived, so that judging costs the same however long the journal is.
// Ownership: owns its thread; keeps a space alive only while an entry of it is queued. What it kept
//   of a space that is gone goes when it sees the next new one.
// Thread safety: all members from any thread. Bounded: beyond kMaxQueue entries are skipped; of a
//   space it keeps 2 * kHistory entries and kHistoryBytes at most (or one entry that weighs more).
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

#include "mockserver/mock_server.h"

namespace aweber::mock {

class LintWorker {
 public:
  // Told of each finding, redacted, on the worker's thread; may be null.
  using OnFinding = decltype(MockServerOptions::on_finding);
  explicit LintWorker(Linter linter, OnFinding on_finding = nullptr);
  ~LintWorker();

  void Add(std::shared_ptr<Space> space, EntryId id);
  // Waits until everything added before is judged.
  void Drain();
  std::uint64_t skipped() const;
  // What the kept entries of all spaces weigh.
  std::size_t kept_bytes() const { return kept_bytes_; }

  static constexpr std::size_t kMaxQueue = 10'000;
  static constexpr std::size_t kHistory = 256;  // entries of one space that the linter sees
  static constexpr std::size_t kHistoryBytes = 16u << 20;

 private:
  struct Item {
    std::shared_ptr<Space> space;
    EntryId id;
  };
  struct History {
    std::uint64_t epoch = 0;
    std::size_t bytes = 0;
    std::vector<JournalEntry> entries;  // by sequence
  };
  void Run(std::stop_token stop);
  void Judge(const Item& item);
  History& HistoryOf(const Item& item);
  void DropOldest(History& history, std::size_t count);
  void Remember(History& history, const JournalEntry& entry);

  const Linter linter_;
  const OnFinding on_finding_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Item> queue_;
  bool busy_ = false;
  std::uint64_t skipped_ = 0;
  std::map<std::weak_ptr<Space>, History, std::owner_less<>> histories_;  // the worker's own
  std::atomic<std::size_t> kept_bytes_ = 0;
  std::jthread thread_;  // last: everything above must exist while it runs
};

}  // namespace aweber::mock
