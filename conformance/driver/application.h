// Application: the web application under test, from its start until it has ended.
//
// Purpose: gives it a port of its own, starts it, waits until it answers there, and believes an
//   answer only where the socket that listens is the application's. One that could not bind, or
//   found its port taken, is started again with another port.
// Ownership: owns the process and the lease of the port. The clock and the HTTP client outlive it.
// Thread safety: one thread. Units: real time.
// Errors: Error{"driver.spawn"} it could not be started, "driver.died" it ended, "driver.timeout"
//   it was not ready in time, "driver.config" its addresses do not fit.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/http/client.h"
#include "conformance/driver/launch.h"
#include "conformance/driver/port_lease.h"
#include "conformance/driver/program.h"

namespace aweber::conformance {

class Application {
 public:
  struct Plan {
    // What is started when its port is this one; files are written, templates filled in.
    std::function<Result<LaunchedCase>(std::uint16_t port)> prepare;
    std::function<Result<std::string>(const LaunchedCase&)> url;  // where it listens
    std::string ready = "/";                                      // answers when it is up
    Micros within = std::chrono::seconds(20);
    // An application that runs already: nothing is started, and nothing said of its port.
    bool runs_already = false;
    // The port that its addresses have built in; 0: a new one.
    PortLease* fixed_port = nullptr;
  };

  Application(HttpClient& http, Clock& clock, std::stop_token stop)
      : http_(http), clock_(clock), stop_(std::move(stop)) {}
  ~Application() { End(Micros::zero()); }

  Result<LaunchedCase> Start(const Plan& plan);
  bool running() const { return program_ != nullptr; }
  const std::string& origin() const { return origin_; }  // "http://127.0.0.1:41234"
  // Why it is not there any more, during operation `op`; nothing while it is.
  std::optional<Error> Died(const std::string& op);
  // The same of one that gave no answer: its connections may end a moment before itself.
  std::optional<Error> DiedSoon(const std::string& op);
  void End(Micros grace);
  // How long it was ready to run and others had the processor, since it began (run_queue.h).
  Micros WaitedForProcessor() const;
  // What it wrote to either stream since the last call, standard error first.
  std::string TakeOutput();

 private:
  Result<LaunchedCase> StartOnce(const Plan& plan, PortLease& lease, bool& taken);
  Status AwaitReady(const Plan& plan, bool& taken);
  Status CheckOwner(bool& taken);
  Status CheckPorts(const std::string& url);

  HttpClient& http_;
  Clock& clock_;
  const std::stop_token stop_;
  PortLease lease_;
  std::uint16_t given_ = 0;  // what ${port} was
  std::uint16_t port_ = 0;   // the same where its address has it; 0: an address of its own
  std::string marker_;       // in the environment of this start
  std::string origin_;
  std::unique_ptr<Program> program_;
  pid_t leader_ = 0;
  std::string output_;       // not yet taken
  std::string last_output_;  // the end of it, for messages
};

}  // namespace aweber::conformance
