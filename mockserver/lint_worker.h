// LintWorker: runs the linter over journal entries, away from the requests.
//
// Purpose: findings hang beside an entry and never delay or change a reply. One thread judges
//   entries in the order in which they were finished; it keeps the last ones of each space, so that
//   judging costs the same however long the journal is.
// Ownership: owns its thread; the linter and the spaces' journals must outlive what is queued.
// Thread safety: all members from any thread. Bounded: beyond kMaxQueue entries are skipped.
#pragma once

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
  explicit LintWorker(Linter linter);
  ~LintWorker();

  void Add(std::shared_ptr<Space> space, std::uint64_t sequence);
  // Waits until everything added before is judged.
  void Drain();
  std::uint64_t skipped() const;

  static constexpr std::size_t kMaxQueue = 10'000;
  static constexpr std::size_t kHistory = 256;  // entries of one space that the linter sees

 private:
  struct Item {
    std::shared_ptr<Space> space;
    std::uint64_t sequence = 0;
  };
  void Run(std::stop_token stop);
  void Judge(const Item& item);

  const Linter linter_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Item> queue_;
  bool busy_ = false;
  std::uint64_t skipped_ = 0;
  std::map<const Space*, std::vector<JournalEntry>> history_;  // the worker's own
  std::jthread thread_;  // last: everything above must exist while it runs
};

}  // namespace aweber::mock
