#include "mockserver/server/lint_worker.h"

#include <algorithm>
#include <utility>

namespace aweber::mock {
namespace {

// After so much work it rests three times as long, when more is waiting.
constexpr Micros kWork = std::chrono::milliseconds(5);
constexpr int kRests = 3;

}  // namespace

LintWorker::LintWorker(Linter linter, OnFinding on_finding)
    : linter_(std::move(linter)),
      on_finding_(std::move(on_finding)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

LintWorker::~LintWorker() { Stop(); }

void LintWorker::Stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void LintWorker::Add(const std::shared_ptr<Space>& space, EntryId id) {
  bool queued = false, wake = false;
  {
    std::lock_guard lock(mutex_);
    try {
      if (queue_.size() < kMaxQueue && !thread_.get_stop_token().stop_requested()) {
        queue_.push_back({space, id});
        queued = true;
      }
    } catch (const std::bad_alloc&) {
    }
    if (!queued) ++unjudged_;
    wake = queued && waiting_;
  }
  if (wake) changed_.notify_all();
}

void LintWorker::Drain() {
  std::unique_lock lock(mutex_);
  ++draining_;
  changed_.notify_all();
  changed_.wait(lock, thread_.get_stop_token(), [this] { return queue_.empty() && !busy_; });
  --draining_;
}

std::uint64_t LintWorker::unjudged() const {
  std::lock_guard lock(mutex_);
  return unjudged_ + (thread_.get_stop_token().stop_requested() ? queue_.size() : 0);
}

void LintWorker::Run(const std::stop_token& stop) {
  const SystemClock& clock = SystemClock::System();
  Micros worked{0};
  std::unique_lock lock(mutex_);
  while (true) {
    waiting_ = true;
    changed_.wait(lock, stop, [this] { return !queue_.empty(); });
    waiting_ = false;
    if (stop.stop_requested()) return;
    const Item item = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    const Micros began = clock.Steady();
    const bool judged = TryToJudge(item);
    worked += clock.Steady() - began;
    lock.lock();
    busy_ = false;
    if (!judged) ++unjudged_;
    changed_.notify_all();
    if (worked < kWork) continue;
    if (!queue_.empty()) {
      changed_.wait_for(lock, stop, worked * kRests, [this] { return draining_ > 0; });
    }
    worked = Micros{0};
  }
}

bool LintWorker::TryToJudge(const Item& item) {
  const std::shared_ptr<Space> space = item.space.lock();
  if (space == nullptr) return false;  // deleted, and its journal with it
  try {
    return Judge(*space, item);
  } catch (...) {
    return false;  // out of memory: the requests go on
  }
}

LintWorker::History& LintWorker::HistoryOf(const Item& item) {
  const auto [found, fresh] = histories_.try_emplace(item.space);
  if (fresh) std::erase_if(histories_, [](const auto& one) { return one.first.expired(); });
  History& history = found->second;
  if (history.epoch != item.id.epoch) {  // the space was reset
    history.entries.Clear();
    history.epoch = item.id.epoch;
  }
  return history;
}

bool LintWorker::Judge(Space& space, const Item& item) {
  JournalEntry judged;
  const auto copy = [&judged](const JournalEntry& entry) {
    judged = WithBodiesUpTo(entry, kLongestBody);
  };
  if (!space.journal().Look(item.id, copy)) return false;  // evicted, or the space was reset
  const std::string name = judged.space;
  const std::uint64_t sequence = judged.sequence;
  RelatedEntries& entries = HistoryOf(item).entries;
  entries.Add(std::move(judged));
  std::size_t bytes = 0;
  for (const auto& [owner, history] : histories_) bytes += history.entries.bytes();
  kept_bytes_ = bytes;
  const std::vector<JournalEntry> related = entries.To(sequence);
  const auto newest =
      std::find_if(related.begin(), related.end(),
                   [sequence](const JournalEntry& entry) { return entry.sequence == sequence; });
  if (newest == related.end()) return false;
  std::vector<Finding> findings = linter_(related, *newest, space.settings().profile);
  if (findings.empty()) return true;
  if (on_finding_) {
    const Redactor redactor = space.MakeRedactor();
    for (Finding shown : findings) {
      shown.message = redactor.Text(shown.message);
      on_finding_(name, sequence, shown);
    }
  }
  space.journal().Update(item.id,
                         [&](JournalEntry& entry) { entry.findings = std::move(findings); });
  return true;
}

}  // namespace aweber::mock
