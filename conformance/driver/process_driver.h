// ProcessDriver: a command-line program as it is, one process for each command, all of them on one
// store.
//
// Purpose: `authorize` starts the login command and reads the URL that it prints or opens;
//   `callback` types the callback URL, or opens it at the program's own listener; `call`, `refresh`
//   and `revoke` run a command to its end. Several may run at the same time: each is a process of
//   its own, and all share the case's HOME. What a process leaves behind goes on until the case is
//   closed, and is told then.
// Ownership: owns the programs of the open case. Everything in DriverEnvironment outlives it.
// Thread safety: Send for call, refresh, revoke and callback from several threads at once; the rest
//   from one. Units: real time.
// Errors: see driver.h. A command that fails or does not end in time is an `err` reply.
// Source: docs/drivers.md.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/http/client.h"
#include "conformance/driver/kinds.h"
#include "conformance/driver/launch.h"
#include "conformance/driver/program.h"

namespace aweber::conformance {

using CommandWords = std::vector<std::string>;  // templates

struct ServeConfig {
  CommandWords command;
  int times = 1;                 // how many of them run
  std::string ready_url;         // answers when it is up; a template
  std::string ready_file;        // is there when it is up; below HOME
  std::optional<Pattern> ready;  // what it prints when it is up
};

struct ProcessConfig {
  Launch launch;
  CommandWords login, call, refresh, logout;
  bool loopback = false;                // the login command listens itself
  std::vector<int> reauthorize = {10};  // exit statuses that mean "log in again"
  std::vector<std::string> calls;       // what `call` makes it call: "GET /accounts"
  std::optional<ServeConfig> serve;
  std::vector<std::string> store;  // below HOME; where its tokens live
  Micros within = std::chrono::seconds(20);
  bool daemon = false;  // it may leave a process behind
};

Result<ProcessConfig> ParseProcessConfig(std::string_view text, const std::string& file);

class ProcessDriver final : public Driver {
 public:
  ProcessDriver(ProcessConfig config, DriverEnvironment environment);
  ~ProcessDriver() override;

  Result<ClientIdentity> Start() override;
  Result<Reply> Send(const std::string& op, Json members, Micros timeout) override;
  void Stop(bool kill) override;
  std::string TakeStderr() override;
  std::vector<std::string> TakeWarnings() override;
  Micros SpentStarting() const override { return Micros(spent_.load()); }
  std::string FixedRedirectUri() const override { return redirect_uri_; }
  std::optional<CrowdView> LookAtCrowd() override;
  std::optional<StoreView> LookAtStore() override;
  bool Kill(std::uint16_t local_port) override;
  void Limit(StoreLimit limit) override;

 private:
  // A command that has been started.
  struct Run {
    std::unique_ptr<Program> program;
    std::string errors;      // its standard error so far
    std::size_t opened = 0;  // how many URLs had been opened before
  };

  Result<Reply> Open(const Json& members);
  Status MakeFolders();
  Result<Reply> Authorize(const std::string& session);
  Result<Reply> Callback(const std::string& session, const std::string& url);
  Result<Reply> RunCommand(const std::string& op, const CommandWords& words, const Json& members);
  Reply Judge(const std::string& op, const Run& run, const ExitStatus& status) const;
  Reply Hung(const std::string& op, Run& run);
  Status Deliver(const std::string& url, Micros deadline);
  Status StartServing();
  Status AwaitServing(Program& program, Micros deadline);
  Result<std::unique_ptr<Program>> Spawn(const CommandWords& words,
                                         const std::vector<std::string>& before = {});
  std::optional<std::string> FindUrl(Run& run, bool more_may_come);
  std::vector<std::string> OpenedUrls() const;
  void Finish(Run run);
  void Gather(Run& run);
  Status DrawRedirectUri();
  void EndCase(bool tell);
  std::set<std::uint16_t> MockPorts() const;

  const ProcessConfig config_;
  const DriverEnvironment environment_;
  std::unique_ptr<HttpClient> http_;
  std::string redirect_uri_;  // "" when it is told
  std::uint16_t port_ = 0;
  std::optional<LaunchedCase> case_;
  std::string folder_, home_;
  StoreLimit limit_ = StoreLimit::kNone;
  bool logged_in_ = false;
  std::atomic<std::int64_t> spent_{0};
  std::atomic<int> starting_{0};  // commands between fork and exec

  std::mutex mutex_;                   // the members below
  std::map<std::string, Run> logins_;  // by session
  std::vector<Run> left_;              // ended, but something holds their streams open
  std::vector<std::unique_ptr<Program>> serving_;
  std::string errors_;
  std::vector<std::string> warnings_;
};

}  // namespace aweber::conformance
