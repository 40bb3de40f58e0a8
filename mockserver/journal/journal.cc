#include "mockserver/journal/journal.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace aweber::mock {

Journal::Journal(std::size_t capacity, std::size_t max_bytes)
    : capacity_(std::max<std::size_t>(capacity, 1)), max_bytes_(max_bytes) {}

// Entries are numbered without gaps, so an entry's place follows from the first one's number.
const JournalEntry* Journal::Locate(EntryId id) const {
  if (id.epoch != epoch_ || entries_.empty()) return nullptr;
  const std::uint64_t first = entries_.front()->sequence;
  if (id.sequence < first) return nullptr;
  const std::uint64_t index = id.sequence - first;
  return index < entries_.size() ? entries_[index].get() : nullptr;
}

JournalEntry* Journal::Locate(EntryId id) {
  return const_cast<JournalEntry*>(std::as_const(*this).Locate(id));
}

// The newest entry stays whatever it weighs.
void Journal::MakeRoom() {
  while (entries_.size() > capacity_ || (bytes_ > max_bytes_ && entries_.size() > 1)) {
    bytes_ -= WeightOf(*entries_.front());
    last_evicted_ = entries_.front()->sequence;
    entries_.pop_front();
    ++evicted_;
  }
}

// Outside the lock. Who begins to wait has counted itself before it looks at the entries.
void Journal::Notify(Change change, std::uint64_t sequence) {
  if (waiting_ > 0) changed_.notify_all();
  if (listener_) listener_(change, sequence);
}

EntryId Journal::Append(JournalEntry entry) { return AppendShared(std::move(entry))->id(); }

std::shared_ptr<const JournalEntry> Journal::AppendShared(JournalEntry entry) {
  auto added = std::make_shared<JournalEntry>(std::move(entry));
  {
    const std::lock_guard lock(mutex_);
    added->epoch = epoch_;
    added->sequence = ++last_sequence_;
    bytes_ += WeightOf(*added);
    entries_.push_back(added);
    MakeRoom();
  }
  Notify(Change::kAppended, added->sequence);
  return added;
}

std::vector<JournalEntry> Journal::Entries(std::uint64_t after_sequence) const {
  std::lock_guard lock(mutex_);
  std::vector<JournalEntry> found;
  for (const auto& entry : entries_) {
    if (entry->sequence > after_sequence) found.push_back(*entry);
  }
  return found;
}

void Journal::LookAtAll(const std::function<void(const JournalEntry&)>& look) const {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) look(*entry);
}

std::optional<JournalEntry> Journal::Find(std::uint64_t sequence) const {
  std::lock_guard lock(mutex_);
  const JournalEntry* entry = Locate({epoch_, sequence});
  if (entry == nullptr) return std::nullopt;
  return *entry;
}

std::optional<JournalEntry> Journal::Next(std::uint64_t after_sequence) const {
  std::lock_guard lock(mutex_);
  if (entries_.empty()) return std::nullopt;
  const std::uint64_t first = entries_.front()->sequence;
  const JournalEntry* entry = Locate({epoch_, std::max(first, after_sequence + 1)});
  if (entry == nullptr) return std::nullopt;
  return *entry;
}

std::optional<JournalEntry> Journal::Find(EntryId id) const {
  std::lock_guard lock(mutex_);
  const JournalEntry* entry = Locate(id);
  if (entry == nullptr) return std::nullopt;
  return *entry;
}

bool Journal::Look(EntryId id, const std::function<void(const JournalEntry&)>& look) const {
  std::lock_guard lock(mutex_);
  const JournalEntry* entry = Locate(id);
  if (entry != nullptr) look(*entry);
  return entry != nullptr;
}

std::uint64_t Journal::LastSequence() const {
  std::lock_guard lock(mutex_);
  return last_sequence_;
}

std::uint64_t Journal::evicted() const {
  std::lock_guard lock(mutex_);
  return evicted_;
}

std::uint64_t Journal::LastEvicted() const {
  std::lock_guard lock(mutex_);
  return last_evicted_;
}

void Journal::Clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  bytes_ = 0;
  last_evicted_ = 0;
}

void Journal::Restart() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  bytes_ = 0;
  ++epoch_;
  last_sequence_ = 0;
  evicted_ = 0;
  last_evicted_ = 0;
}

std::optional<JournalEntry> Journal::Wait(std::uint64_t after_sequence, const Predicate& predicate,
                                          int timeout_ms, std::stop_token stop) const {
  std::optional<JournalEntry> found;
  auto look = [&] {
    for (const auto& entry : entries_) {
      if (entry->sequence <= after_sequence || !predicate(*entry)) continue;
      found = *entry;
      return true;
    }
    return false;
  };
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_.wait_for(lock, stop, std::chrono::milliseconds(timeout_ms), look);
  --waiting_;
  return found;
}

void Journal::SetListener(Listener listener) {
  std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

}  // namespace aweber::mock
