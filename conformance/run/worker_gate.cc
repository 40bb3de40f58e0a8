#include "conformance/run/worker_gate.h"

namespace aweber::conformance {

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
