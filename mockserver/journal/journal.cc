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

std::size_t Weight(const HttpHeaders& headers) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : headers.fields()) bytes += name.size() + value.size();
  return bytes;
}

// What grows with what was sent.
std::size_t Weight(const JournalEntry& entry) {
  return entry.request.target.size() + entry.request.body.size() + Weight(entry.request.headers) +
         entry.response_body.size() + Weight(entry.response_headers);
}

}  // namespace

Journal::Journal(std::size_t capacity, std::size_t max_bytes)
    : capacity_(std::max<std::size_t>(capacity, 1)), max_bytes_(max_bytes) {}

// The newest entry stays whatever it weighs.
void Journal::MakeRoom() {
  while (entries_.size() > capacity_ || (bytes_ > max_bytes_ && entries_.size() > 1)) {
    bytes_ -= Weight(entries_.front());
    entries_.pop_front();
    ++evicted_;
  }
}

std::uint64_t Journal::Append(JournalEntry entry) {
  Listener listener;
  std::uint64_t sequence = 0;
  {
    std::lock_guard lock(mutex_);
    sequence = entry.sequence = ++last_sequence_;
    listener = listener_;
    bytes_ += Weight(entry);
    entries_.push_back(std::move(entry));
    MakeRoom();
  }
  changed_.notify_all();
  if (listener) listener(Change::kAppended, sequence);
  return sequence;
}

void Journal::Update(std::uint64_t sequence, const std::function<void(JournalEntry&)>& update) {
  Listener listener;
  {
    std::lock_guard lock(mutex_);
    JournalEntry* entry = Locate(entries_, sequence);
    if (entry == nullptr) return;
    bytes_ -= Weight(*entry);
    update(*entry);
    bytes_ += Weight(*entry);
    MakeRoom();
    listener = listener_;
  }
  changed_.notify_all();
  if (listener) listener(Change::kUpdated, sequence);
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

bool Journal::Look(std::uint64_t sequence,
                   const std::function<void(const JournalEntry&)>& look) const {
  std::lock_guard lock(mutex_);
  const JournalEntry* entry = Locate(entries_, sequence);
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

void Journal::Clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  bytes_ = 0;
}

void Journal::Restart() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  bytes_ = 0;
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
