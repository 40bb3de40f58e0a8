#include "client/single_flight.h"

#include <utility>

namespace aweber::client {

Outcome<TokenSet> SingleFlight::Run(const Work& work, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (current_) {
    const std::shared_ptr<Flight> flight = current_;
    if (!landed_.wait(lock, stop, [&] { return flight->outcome.has_value(); })) {
      return Cancelled("waiting for a refresh that is under way");
    }
    if (flight->outcome->ok() || !IsCancelled(flight->outcome->error())) return *flight->outcome;
    // Who led gave up, we did not: one of those who waited leads now.
  }
  const auto flight = std::make_shared<Flight>();
  current_ = flight;
  lock.unlock();
  Outcome<TokenSet> outcome = work();
  lock.lock();
  flight->outcome = outcome;
  current_.reset();
  landed_.notify_all();
  return outcome;
}

}  // namespace aweber::client
