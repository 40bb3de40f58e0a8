// Journal: the bounded record of one space's requests.
//
// Purpose: an entry is appended when the request arrives and finished when the reply has gone, so
//   what hangs is visible too. Bounded in entries and in bytes: the oldest go first and are
//   counted. What was under way when the journal was restarted changes no entry that came after.
// Ownership: owns its entries; answers copies. Thread safety: all members from any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "mockserver/journal/entry.h"

namespace aweber::mock {

class Journal {
 public:
  using Predicate = std::function<bool(const JournalEntry&)>;
  enum class Change { kAppended, kUpdated };
  using Listener = std::function<void(Change, std::uint64_t sequence)>;

  explicit Journal(std::size_t capacity = 10'000, std::size_t max_bytes = 256u << 20);

  // Sets the entry's id and returns it.
  EntryId Append(JournalEntry entry);
  // The same, for who reads on in what it gave: `request`, `local_path` and the id of the entry do
  // not change any more, also when it is evicted.
  std::shared_ptr<const JournalEntry> AppendShared(JournalEntry entry);
  // Applies `update` to the entry under the lock; false when it was evicted or the journal
  // restarted.
  template <typename F>
  bool Update(EntryId id, F update) {
    {
      const std::lock_guard lock(mutex_);
      JournalEntry* entry = Locate(id);
      if (entry == nullptr) return false;
      bytes_ -= WeightOf(*entry);
      update(*entry);
      bytes_ += WeightOf(*entry);
      MakeRoom();
    }
    Notify(Change::kUpdated, id.sequence);
    return true;
  }

  std::vector<JournalEntry> Entries(std::uint64_t after_sequence = 0) const;
  // Looks at every entry, the oldest first, under the lock and without a copy. `look` must not call
  // the journal.
  void LookAtAll(const std::function<void(const JournalEntry&)>& look) const;
  std::optional<JournalEntry> Find(std::uint64_t sequence) const;
  // The first entry beyond `after_sequence` that is still there.
  std::optional<JournalEntry> Next(std::uint64_t after_sequence) const;
  std::optional<JournalEntry> Find(EntryId id) const;  // of this epoch alone
  // Looks at the entry under the lock, without a copy; false when there is none.
  bool Look(EntryId id, const std::function<void(const JournalEntry&)>& look) const;
  // The highest sequence number given so far; 0 when none.
  std::uint64_t LastSequence() const;
  std::uint64_t evicted() const;
  // The highest sequence number that was evicted since the last Clear; 0 when none.
  std::uint64_t LastEvicted() const;
  // Entries are dropped, numbering goes on.
  void Clear();
  // As at construction, in a new epoch: no entries, numbering from 1, nothing evicted.
  void Restart();
  // The first entry after `after_sequence` that satisfies `predicate`, waiting in real time.
  std::optional<JournalEntry> Wait(std::uint64_t after_sequence, const Predicate& predicate,
                                   int timeout_ms, std::stop_token stop = {}) const;
  // Called outside the lock for every append and update. One listener; set before use.
  void SetListener(Listener listener);

 private:
  JournalEntry* Locate(EntryId id);
  const JournalEntry* Locate(EntryId id) const;
  void MakeRoom();
  void Notify(Change change, std::uint64_t sequence);

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  mutable std::atomic<int> waiting_ = 0;  // for changed_
  const std::size_t capacity_, max_bytes_;
  std::size_t bytes_ = 0;  // of all entries' messages
  std::deque<std::shared_ptr<JournalEntry>> entries_;
  std::uint64_t epoch_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t evicted_ = 0;
  std::uint64_t last_evicted_ = 0;
  Listener listener_;
};

}  // namespace aweber::mock
