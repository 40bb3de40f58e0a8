// The kinds of drivers: one table.
//
// Purpose: `--driver-kind` and its help read this table; a new kind is one row and one function.
// Thread safety: `make` is called from the runner's worker threads, one driver for each.
// Errors: MakeDriverFactory answers Error{"driver.usage"} for what the user can mend before a run.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "conformance/driver/driver.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance {

// What the command line says about the driver.
struct DriverConfig {
  std::string kind = "exec";
  std::string command;      // --driver
  std::string directory;    // --driver-dir: where the command is started; "" for this process's
  bool shell = false;       // --shell: the command is given to /bin/sh
  int protocol_fd = 1;      // --driver-fd
  std::string browser;      // --browser: "built-in", "chromium"; "" as the configuration says
  std::string webdriver;    // --webdriver
  std::string config_file;  // --driver-config: for kinds that need more than a command
  std::vector<std::string> proxy_hosts;  // --proxy-host: besides the configuration's
  Micros start_timeout = std::chrono::seconds(30);
};

// What the run gives to drivers. Everything outlives them.
struct DriverEnvironment {
  std::string ca_file;  // "" with --scheme http
  std::string scratch;  // an existing directory
  mock::MockServer* server = nullptr;
  Clock* clock = nullptr;
  std::stop_token stop;
};

using DriverFactory = std::function<std::unique_ptr<Driver>(int worker)>;

struct DriverKind {
  std::string_view name;
  std::string_view meaning;
  std::vector<std::string> provides;  // features that scenarios may need and no hello claims
  Result<DriverFactory> (*make)(const DriverConfig& config, const DriverEnvironment& environment);
};

const std::vector<DriverKind>& DriverKinds();
Result<const DriverKind*> FindDriverKind(std::string_view name);
// What is wrong with a kind that is told everything by a file, and has none.
Error NeedsConfig(std::string_view kind);
// A flag that the kind would not look at is a mistake; the error names it.
Status CheckDriverFlags(const DriverConfig& config);

// The variables by which common HTTP libraries find the mock's certificate authority, and those
// that keep a proxy of the user's out of the way. They hold for the driver process alone.
std::vector<std::pair<std::string, std::string>> ClientEnvironment(const std::string& ca_file);

}  // namespace aweber::conformance
