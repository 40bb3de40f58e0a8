#include "conformance/run/worker_gate.h"

#include <fmt/format.h>

#include <exception>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace aweber::conformance {

void WorkerGate::RunAll(int workers, const std::function<void(int)>& work) {
  const auto guarded = [&](int worker) {
    try {
      work(worker);
    } catch (const std::bad_alloc&) {
      Abort("out of memory");  // short enough to need none
    } catch (const std::system_error& refused) {
      Abort(fmt::format("the system refused what a driver needs: {}; fewer --jobs need less",
                        refused.what()));
    } catch (const std::exception& error) {
      Abort(fmt::format("internal error: {}", error.what()));
    }
    if (worker == 0) Open();
  };
  std::vector<std::jthread> threads;
  try {
    threads.reserve(static_cast<std::size_t>(workers));
    for (int worker = 0; worker < workers; ++worker) threads.emplace_back(guarded, worker);
  } catch (const std::exception& refused) {
    if (threads.empty()) Abort(fmt::format("no thread for a driver: {}", refused.what()));
  }
}

void WorkerGate::Open() {
  {
    const std::lock_guard lock(mutex_);
    open_ = true;
  }
  opened_.notify_all();
}

bool WorkerGate::WaitUntilOpen() {
  std::unique_lock lock(mutex_);
  opened_.wait(lock, [this] { return open_; });
  return reason_.empty();
}

void WorkerGate::Abort(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (reason_.empty()) reason_ = reason;
}

std::string WorkerGate::reason() const {
  const std::lock_guard lock(mutex_);
  return reason_;
}

bool WorkerGate::Stopped() const {
  const std::lock_guard lock(mutex_);
  return stop_.stop_requested() || !reason_.empty();
}

}  // namespace aweber::conformance
