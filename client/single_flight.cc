#include "client/single_flight.h"

#include <utility>

namespace aweber::client {

Outcome<TokenSet> SingleFlight::Run(const Work& work, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (current_) {
    const std::shared_ptr<Flight> flight = current_;
    if (!landed_.wait(lock, stop, [&] { return flight->landed(); })) {
      return Cancelled("waiting for a refresh that is under way");
    }
    if (flight->thrown) std::rethrow_exception(flight->thrown);
    if (flight->outcome->ok() || !IsCancelled(flight->outcome->error())) return *flight->outcome;
    // Who led gave up, we did not: one of those who waited leads now.
  }
  const auto flight = std::make_shared<Flight>();
  current_ = flight;
  lock.unlock();
  std::optional<Outcome<TokenSet>> outcome;
  std::exception_ptr thrown;
  try {
    outcome = work();
  } catch (...) {
    // An application's store may throw. Whoever waits must not wait for ever, nor ask the provider
    // once more: the exception may have come between its answer and the save.
    thrown = std::current_exception();
  }
  lock.lock();
  flight->outcome = outcome;
  flight->thrown = thrown;
  current_.reset();
  landed_.notify_all();
  if (thrown) std::rethrow_exception(thrown);
  return *std::move(outcome);
}

}  // namespace aweber::client
