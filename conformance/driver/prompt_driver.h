// PromptDriver: a command-line program that prints a link and asks for the address it led to.
//
// Purpose: plays the person at the terminal. `authorize` starts the program and reads the URL it
//   prints; `callback` types the URL at which the browser arrived, and reads until the program
//   ends. One program for each session of a case.
// Ownership: owns the programs of the open case. Everything in DriverEnvironment outlives it.
// Thread safety: one thread. Units: real time.
// Errors: see driver.h; a program that fails is an `err` reply, not an Error.
// Source: docs/drivers.md.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/driver/kinds.h"
#include "conformance/driver/launch.h"
#include "conformance/driver/program.h"

namespace aweber::conformance {

struct PromptConfig {
  Launch launch;
  std::optional<Pattern> url;    // finds the authorization URL; nothing: the first that looks it
  bool types_code = false;       // the code alone is typed, not the URL
  bool any_exit = false;         // success whatever the exit status
  int exit_status = 0;           // of success
  std::optional<Pattern> text;   // on standard output or standard error on success
  std::optional<Pattern> token;  // finds the access token that is printed on success
};

Result<PromptConfig> ParsePromptConfig(std::string_view text, const std::string& file);

class PromptDriver final : public Driver {
 public:
  PromptDriver(PromptConfig config, DriverEnvironment environment);

  Result<ClientIdentity> Start() override;
  Result<Reply> Send(const std::string& op, Json members, Micros timeout) override;
  void Stop(bool kill) override;
  std::string TakeStderr() override;
  std::vector<std::string> TakeWarnings() override { return {}; }
  std::string FixedRedirectUri() const override { return config_.launch.redirect_uri; }
  Micros SpentStarting() const override { return starting_; }

 private:
  struct Run {
    std::unique_ptr<Program> program;
    std::string errors;  // its standard error so far
  };

  Result<Reply> Open(const Json& members);
  Result<Reply> Authorize(const std::string& session, Micros deadline);
  Result<Reply> Callback(const std::string& session, const std::string& url, Micros deadline);
  Status Spawn(const std::string& session);
  Result<Reply> Login(const std::string& session, Micros deadline);
  Error NeverPrinted(Run& run);
  Reply NoUrl(Run& run, const ExitStatus& status);
  Reply Judge(Run& run, const ExitStatus& status);
  void Gather(Run& run);
  void EndAll();

  const PromptConfig config_;
  const DriverEnvironment environment_;
  std::optional<LaunchedCase> case_;
  std::map<std::string, Run> runs_;  // by session
  std::string errors_;               // of all programs, not yet taken
  Micros starting_{};                // spent on programs from their start to the link
};

}  // namespace aweber::conformance
