#include "mockserver/server/lint_worker.h"

#include <algorithm>
#include <utility>

namespace aweber::mock {

LintWorker::LintWorker(Linter linter, OnFinding on_finding)
    : linter_(std::move(linter)),
      on_finding_(std::move(on_finding)),
      thread_([this](std::stop_token stop) { Run(stop); }) {}

LintWorker::~LintWorker() {
  thread_.request_stop();
  thread_.join();
}

void LintWorker::Add(std::shared_ptr<Space> space, EntryId id) {
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= kMaxQueue) {
      ++skipped_;
      return;
    }
    queue_.push_back({std::move(space), id});
  }
  changed_.notify_all();
}

void LintWorker::Drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, thread_.get_stop_token(), [this] { return queue_.empty() && !busy_; });
}

std::uint64_t LintWorker::skipped() const {
  std::lock_guard lock(mutex_);
  return skipped_;
}

void LintWorker::Run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
    const Item item = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    Judge(item);
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

LintWorker::History& LintWorker::HistoryOf(const Item& item) {
  const auto [found, fresh] = histories_.try_emplace(item.space);
  if (fresh) {
    for (auto one = histories_.begin(); one != histories_.end();) {
      if (one->first.expired()) kept_bytes_ -= one->second.bytes;
      one = one->first.expired() ? histories_.erase(one) : std::next(one);
    }
  }
  History& history = found->second;
  if (history.epoch != item.id.epoch) {  // the space was reset
    DropOldest(history, history.entries.size());
    history.epoch = item.id.epoch;
  }
  return history;
}

void LintWorker::DropOldest(History& history, std::size_t count) {
  const auto end = history.entries.begin() + static_cast<std::ptrdiff_t>(count);
  for (auto one = history.entries.begin(); one != end; ++one) {
    history.bytes -= WeightOf(*one);
    kept_bytes_ -= WeightOf(*one);
  }
  history.entries.erase(history.entries.begin(), end);
}

// Requests may be finished in another order than they arrived in: each goes to its place.
void LintWorker::Remember(History& history, const JournalEntry& entry) {
  std::vector<JournalEntry>& entries = history.entries;
  std::size_t too_many = entries.size() >= 2 * kHistory ? entries.size() - kHistory : 0;
  std::size_t bytes = history.bytes + WeightOf(entry);
  for (std::size_t i = 0; i < entries.size() && (i < too_many || bytes > kHistoryBytes); ++i) {
    bytes -= WeightOf(entries[i]);
    too_many = std::max(too_many, i + 1);
  }
  DropOldest(history, too_many);
  const auto place = std::upper_bound(
      entries.begin(), entries.end(), entry.sequence,
      [](std::uint64_t sequence, const JournalEntry& one) { return sequence < one.sequence; });
  entries.insert(place, entry);
  history.bytes += WeightOf(entry);
  kept_bytes_ += WeightOf(entry);
}

void LintWorker::Judge(const Item& item) {
  const auto judged = item.space->journal().Find(item.id);
  if (!judged) return;
  History& history = HistoryOf(item);
  Remember(history, *judged);
  std::vector<Finding> findings = linter_(history.entries, *judged, item.space->settings().profile);
  if (on_finding_ && !findings.empty()) {
    const Redactor redactor = item.space->MakeRedactor();
    for (Finding shown : findings) {
      shown.message = redactor.Text(shown.message);
      on_finding_(judged->space, judged->sequence, shown);
    }
  }
  item.space->journal().Update(item.id,
                               [&](JournalEntry& entry) { entry.findings = std::move(findings); });
}

}  // namespace aweber::mock
