// SingleFlight: many callers, one refresh, one outcome for all of them.
//
// Purpose: within a process, callers that want a refresh while one is under way wait for it and
//   share what it brought, a failure included: eight threads must not knock eight times at a token
//   endpoint that is down. (Processes, and sessions that share a store, are kept apart by the
//   store's lock.)
// Ownership: results are copied out. Thread safety: Run from any thread.
// Errors: the work's own, an exception included; Failure{"http.cancelled"} when `stop` was
//   requested while waiting. The work itself is not cut short by a follower's stop, only by the
//   leader's; then a follower takes the lead.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "client/protocol/failure.h"
#include "client/protocol/token_set.h"

namespace aweber::client {

class SingleFlight {
 public:
  using Work = std::function<Outcome<TokenSet>()>;
  Outcome<TokenSet> Run(const Work& work, std::stop_token stop);

 private:
  struct Flight {
    std::optional<Outcome<TokenSet>> outcome;
    std::exception_ptr thrown;
    bool landed() const { return outcome.has_value() || thrown; }
  };
  std::mutex mutex_;
  std::condition_variable_any landed_;
  std::shared_ptr<Flight> current_;
};

}  // namespace aweber::client
