#include "base/http/connection_threads.h"

#include <chrono>
#include <system_error>

namespace aweber {
namespace {

constexpr std::chrono::seconds kIdleLife{10};

}  // namespace

void ConnectionThreads::StartThread() {
  threads_.emplace_back();
  const auto self = std::prev(threads_.end());
  try {
    // The new thread takes mutex_ before it looks at *self: the assignment is over by then.
    *self = std::thread([this, self] { Work(self); });
  } catch (const std::system_error&) {
    threads_.erase(self);
  }
}

void ConnectionThreads::Run(std::function<void()> job) {
  Threads finished;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    finished.swap(finished_);
    jobs_.push_back(std::move(job));
    if (static_cast<int>(jobs_.size()) > idle_ && static_cast<int>(threads_.size()) < limit_) {
      StartThread();
    }
  }
  wake_.notify_one();
  for (std::thread& thread : finished) thread.join();
}

void ConnectionThreads::Work(Threads::iterator self) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    ++idle_;
    const bool woken =
        wake_.wait_for(lock, kIdleLife, [this] { return !jobs_.empty() || stopping_; });
    --idle_;
    if (!jobs_.empty()) {
      std::function<void()> job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      job = nullptr;
      lock.lock();
      continue;
    }
    if (stopping_) return;  // Shutdown joins this one
    if (!woken) {
      finished_.splice(finished_.end(), threads_, self);
      return;
    }
  }
}

void ConnectionThreads::Shutdown() {
  Threads all;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    if (threads_.empty()) {
      // No thread could ever be started: what waits is run here, so that nothing is leaked.
      for (auto& job : jobs_) job();
      jobs_.clear();
    }
    all.swap(threads_);
    all.splice(all.end(), finished_);
  }
  wake_.notify_all();
  for (std::thread& thread : all) thread.join();
}

}  // namespace aweber
