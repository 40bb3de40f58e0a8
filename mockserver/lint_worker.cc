#include "mockserver/lint_worker.h"

#include <algorithm>
#include <utility>

namespace aweber::mock {

LintWorker::LintWorker(Linter linter)
    : linter_(std::move(linter)), thread_([this](std::stop_token stop) { Run(stop); }) {}

LintWorker::~LintWorker() {
  thread_.request_stop();
  thread_.join();
}

void LintWorker::Add(std::shared_ptr<Space> space, std::uint64_t sequence) {
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= kMaxQueue) {
      ++skipped_;
      return;
    }
    queue_.push_back({std::move(space), sequence});
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

void LintWorker::Judge(const Item& item) {
  auto newest = item.space->journal().Find(item.sequence);
  if (!newest) return;
  std::vector<JournalEntry>& history = history_[item.space.get()];
  // A space that was reset, or another at the same address, starts again.
  if (!history.empty() &&
      (history.back().sequence >= newest->sequence || history.back().space != newest->space)) {
    history.clear();
  }
  if (history.size() >= 2 * kHistory) history.erase(history.begin(), history.end() - kHistory);
  history.push_back(*newest);
  std::vector<Finding> findings = linter_(history, *newest, item.space->settings().profile);
  item.space->journal().Update(item.sequence,
                               [&](JournalEntry& entry) { entry.findings = std::move(findings); });
}

}  // namespace aweber::mock
