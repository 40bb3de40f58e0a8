#include "mockserver/journal/journal.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace aweber::mock {
namespace {

// Entries are numbered without gaps, so an entry's place follows from the first one's number.
template <typename Deque>
auto* Locate(Deque& entries, std::uint64_t sequence) {
  using Pointer = decltype(&entries.front());
  if (entries.empty() || sequence < entries.front().sequence) return Pointer{nullptr};
  const std::uint64_t index = sequence - entries.front().sequence;
  return index < entries.size() ? &entries[index] : Pointer{nullptr};
}

}  // namespace

Journal::Journal(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 1)) {}

std::uint64_t Journal::Append(JournalEntry entry) {
  std::optional<JournalEntry> copy;
  Listener listener;
  std::uint64_t sequence = 0;
  {
    std::lock_guard lock(mutex_);
    sequence = entry.sequence = ++last_sequence_;
    listener = listener_;
    if (listener) copy = entry;
    if (entries_.size() == capacity_) {
      entries_.pop_front();
      ++evicted_;
    }
    entries_.push_back(std::move(entry));
  }
  changed_.notify_all();
  if (listener) listener(Change::kAppended, *copy);
  return sequence;
}

void Journal::Update(std::uint64_t sequence, const std::function<void(JournalEntry&)>& update) {
  std::optional<JournalEntry> copy;
  Listener listener;
  {
    std::lock_guard lock(mutex_);
    JournalEntry* entry = Locate(entries_, sequence);
    if (entry == nullptr) return;
    update(*entry);
    listener = listener_;
    if (listener) copy = *entry;
  }
  changed_.notify_all();
  if (listener) listener(Change::kUpdated, *copy);
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
  const JournalEntry* entry = Locate(entries_, sequence);
  if (entry == nullptr) return std::nullopt;
  return *entry;
}

std::uint64_t Journal::LastSequence() const {
  std::lock_guard lock(mutex_);
  return last_sequence_;
}

std::uint64_t Journal::evicted() const {
  std::lock_guard lock(mutex_);
  return evicted_;
}

void Journal::Clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
}

void Journal::Restart() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  last_sequence_ = 0;
  evicted_ = 0;
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
