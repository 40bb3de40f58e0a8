// ProcessDriver: a command-line program as it is, one process for each command, all of them on one
// store.
//
// Purpose: `authorize` starts the login command and reads the URL that it prints or opens;
//   `callback` types the callback URL, or opens it at the program's own listener; `call`, `refresh`
//   and `revoke` run a command to its end. Several may run at the same time: each is a process of
//   its own, and all share the case's HOME. What a process leaves behind goes on until the case is
//   closed, and is told then.
// Ownership: owns the open case. Everything in DriverEnvironment outlives it.
// Thread safety: Send for call, refresh, revoke and callback from several threads at once; the rest
//   from one. Units: real time.
// Errors: see driver.h. A command that fails or does not end in time is an `err` reply.
// Source: docs/drivers.md.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/driver/kinds.h"
#include "conformance/driver/process_case.h"
#include "conformance/driver/process_config.h"
#include "conformance/driver/process_login.h"

namespace aweber::conformance {

class ProcessDriver final : public Driver {
 public:
  ProcessDriver(ProcessConfig config, DriverEnvironment environment);

  Result<ClientIdentity> Start() override;
  Result<Reply> Send(const std::string& op, Json members, Micros timeout) override;
  void Stop(bool kill) override;
  std::string TakeStderr() override { return words_.Take(); }
  std::vector<std::string> TakeWarnings() override;
  Micros SpentStarting() const override { return Micros(spent_.load()); }
  std::string FixedRedirectUri() const override { return redirect_uri_; }
  bool IsPublicOnly() const override { return config_.public_only; }
  std::vector<std::string> OwnScopes() const override { return config_.scopes; }
  std::optional<CrowdView> LookAtCrowd() override;
  std::optional<StoreView> LookAtStore() override;
  bool Kill(std::uint16_t local_port) override { return case_ && case_->Kill(local_port); }
  void Limit(StoreLimit limit) override;

 private:
  Result<Reply> Play(const std::string& op, const Json& members);
  Result<Reply> Open(const Json& members);
  Result<Reply> Close();
  Result<Reply> Callback(ProcessCase::Begin& begin, const std::string& session,
                         const std::string& url);
  Result<Reply> RunCommand(ProcessCase::Begin& begin, const std::string& op,
                           const CommandWords& words, const Json& members);
  Status DrawRedirectUri();

  const ProcessConfig config_;
  const DriverEnvironment environment_;
  ProcessLogin login_;
  SpokenWords words_;
  std::string redirect_uri_;  // "" when it is told
  std::uint16_t port_ = 0;
  std::unique_ptr<ProcessCase> case_;
  std::atomic<bool> logged_in_{false};
  std::atomic<std::int64_t> spent_{0};
  std::vector<std::string> warnings_;
};

}  // namespace aweber::conformance
