#include "conformance/driver/kinds.h"

#include <fmt/format.h>

#include "base/process.h"
#include "base/yaml.h"
#include "conformance/driver/exec_driver.h"

namespace aweber::conformance {
namespace {

Result<DriverFactory> MakeExec(const DriverConfig& config, const DriverEnvironment& environment) {
  ExecDriverOptions options;
  if (config.shell) {
    options.argv = {"/bin/sh", "-c", config.command};
  } else {
    auto words = SplitCommandLine(config.command);
    if (!words) return Error{"driver.usage", "--driver: " + words.error().message};
    options.argv = std::move(words).value();
  }
  options.extra_env = ClientEnvironment(environment.ca_file);
  options.protocol_fd = config.protocol_fd;
  options.start_timeout = config.start_timeout;
  options.stop = environment.stop;
  Clock* const clock = environment.clock;
  return DriverFactory([options, clock](int worker) -> std::unique_ptr<Driver> {
    ExecDriverOptions own = options;
    own.probe_unknown_op = worker == 0;  // once before the suite
    return std::make_unique<ExecDriver>(std::move(own), *clock);
  });
}

}  // namespace

const std::vector<DriverKind>& DriverKinds() {
  static const std::vector<DriverKind> kinds = {
      {"exec",
       "a program that speaks the driver protocol, see conformance/PROTOCOL.md",
       {},
       false,
       MakeExec},
  };
  return kinds;
}

Result<const DriverKind*> FindDriverKind(std::string_view name) {
  std::vector<std::string> names;
  for (const DriverKind& kind : DriverKinds()) {
    if (kind.name == name) return &kind;
    names.emplace_back(kind.name);
  }
  return Error{"driver.usage", fmt::format("there is no driver kind '{}'; the kinds are {}", name,
                                           fmt::join(names, ", "))};
}

std::vector<std::pair<std::string, std::string>> ClientEnvironment(const std::string& ca_file) {
  std::vector<std::pair<std::string, std::string>> environment = {
      {"NO_PROXY", "127.0.0.1,localhost"}, {"no_proxy", "127.0.0.1,localhost"}};
  if (ca_file.empty()) return environment;
  for (const char* const name : {"AWEBER_CA_FILE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE",
                                 "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"}) {
    environment.emplace_back(name, ca_file);
  }
  return environment;
}

}  // namespace aweber::conformance
