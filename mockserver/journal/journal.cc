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
  if (id.sequence < entries_.front().sequence) return nullptr;
  const std::uint64_t index = id.sequence - entries_.front().sequence;
  return index < entries_.size() ? &entries_[index] : nullptr;
}

JournalEntry* Journal::Locate(EntryId id) {
  return const_cast<JournalEntry*>(std::as_const(*this).Locate(id));
}

// The newest entry stays whatever it weighs.
void Journal::MakeRoom() {
  while (entries_.size() > capacity_ || (bytes_ > max_bytes_ && entries_.size() > 1)) {
    bytes_ -= WeightOf(entries_.front());
    last_evicted_ = entries_.front().sequence;
    entries_.pop_front();
    ++evicted_;
  }
}

EntryId Journal::Append(JournalEntry entry) {
  Listener listener;
  EntryId id;
  {
    std::lock_guard lock(mutex_);
    entry.epoch = epoch_;
    entry.sequence = ++last_sequence_;
    id = entry.id();
    listener = listener_;
    bytes_ += WeightOf(entry);
    entries_.push_back(std::move(entry));
    MakeRoom();
  }
  changed_.notify_all();
  if (listener) listener(Change::kAppended, id.sequence);
  return id;
}

void Journal::Update(EntryId id, const std::function<void(JournalEntry&)>& update) {
  Listener listener;
  {
    std::lock_guard lock(mutex_);
    JournalEntry* entry = Locate(id);
    if (entry == nullptr) return;
    bytes_ -= WeightOf(*entry);
    update(*entry);
    bytes_ += WeightOf(*entry);
    MakeRoom();
    listener = listener_;
  }
  changed_.notify_all();
  if (listener) listener(Change::kUpdated, id.sequence);
}

std::vector<JournalEntry> Journal::Entries(std::uint64_t after_sequence) const {
  std::lock_guard lock(mutex_);
  std::vector<JournalEntry> found;
  for (const JournalEntry& entry : entries_) {
    if (entry.sequence > after_sequence) found.push_back(entry);
  }
  return found;
}

std::optional<JournalEntry> Journal::Find(std::uint64_t sequence) const {
  std::lock_guard lock(mutex_);
  const JournalEntry* entry = Locate({epoch_, sequence});
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
    for (const JournalEntry& entry : entries_) {
      if (entry.sequence <= after_sequence || !predicate(entry)) continue;
      found = entry;
      return true;
    }
    return false;
  };
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, std::chrono::milliseconds(timeout_ms), look);
  return found;
}

void Journal::SetListener(Listener listener) {
  std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

}  // namespace aweber::mock
