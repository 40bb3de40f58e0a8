// The configuration of the process driver, as its file says it.
//
// Ownership, thread safety: plain values. Errors: Error{"yaml.*"} with the place.
// Source: docs/drivers.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "conformance/browser/pattern.h"
#include "conformance/driver/launch.h"

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
  bool daemon = false;              // it may leave a process behind
  bool public_only = false;         // it has no secret
  std::vector<std::string> scopes;  // built into the program
};

Result<ProcessConfig> ParseProcessConfig(std::string_view text, const std::string& file);

}  // namespace aweber::conformance
