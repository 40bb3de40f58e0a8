// ProcessLogin: the person in front of a program's login command.
//
// Purpose: starts the command, finds the authorization URL that it prints or opens, and brings the
//   callback URL to it: typed, or opened at the program's own listener.
// Ownership: borrows all it is given. Thread safety: Authorize from one thread, Callback from
//   several. Units: real time; one command has the configuration's `within`.
// Errors: see driver.h. A login that fails is an `err` reply.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/http/client.h"
#include "conformance/driver/process_case.h"

namespace aweber::conformance {

class ProcessLogin {
 public:
  ProcessLogin(const ProcessConfig& config, const DriverEnvironment& environment);

  Result<Reply> Authorize(ProcessCase& in, const std::string& session);
  // `begin`: seen once the URL is on its way to the program.
  Result<Reply> Callback(ProcessCase& in, ProcessCase::Begin& begin, const std::string& session,
                         const std::string& url);

 private:
  struct Search {
    std::size_t opened = 0;  // how many of the URLs that were opened have been looked at
    bool more_may_come = true;
    Micros deadline{0};
  };
  std::optional<std::string> FindUrl(ProcessCase& in, StartedCommand& login, Search& search);
  std::optional<std::string> LookAtOpened(const std::string& url, Search& search);
  Reply NoUrl(ProcessCase& in, StartedCommand login) const;
  Status Deliver(const std::string& url, Micros deadline);

  const ProcessConfig& config_;
  const DriverEnvironment& environment_;
  const std::unique_ptr<HttpClient> http_;
};

}  // namespace aweber::conformance
