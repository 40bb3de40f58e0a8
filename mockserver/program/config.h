// Config: what the mock's program was told, from flags, environment and file: the first of them
//   that names an option decides. The profile is applied before single switches, wherever it comes
//   from.
//
// Purpose: one table (options.h) gives each option its flag, its environment twin AWEBER_MOCK_*
//   and its key in the YAML file. Unknown flags, twins and keys are errors that name their place
//   and the nearest known name.
// Ownership, thread safety: plain values. Units: as MockServerOptions.
// Errors: Error{"config.*"}: "--port: must be a whole number up to 65535, not \"x\"".
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "mockserver/mock_server.h"

namespace CLI {
class App;
}

namespace aweber::mock {

struct Config {
  MockServerOptions server;
  std::string scenario;             // id or file to play at start
  std::string scenarios_directory;  // "" for the built-in ones alone
  std::string admin_token_file;     // read into server.admin_token
  std::string data_file;            // of own customers' data; "" for the sample
  bool watch = false;
  std::string log_format = "text";  // or "json"
  std::string ca_file;              // where to write the CA's certificate; "" nowhere
  std::string ready_file;           // where to write where everything is; "" nowhere
  bool print_json = false;          // the same on standard output, instead of the banner
};

// The flags as given; registered on a subcommand with AddConfigFlags.
class ConfigFlags {
 public:
  // Must outlive the app's parse.
  void AddTo(CLI::App& app);
  // `environment` is the process's, "NAME=value" each.
  Result<Config> Resolve(const std::vector<std::string>& environment) const;

 private:
  friend struct ConfigTable;
  std::vector<std::pair<std::string, std::string>> values_;  // option name -> text
  std::string file_;
};

// docs/configuration.md, from the table of options.
std::string ConfigPage();

// The process's environment as Resolve wants it.
std::vector<std::string> ProcessEnvironment();

}  // namespace aweber::mock
