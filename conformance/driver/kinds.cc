#include "conformance/driver/kinds.h"

#include <fmt/format.h>

#include <type_traits>

#include "base/os/file.h"
#include "base/os/process.h"
#include "base/text/yaml.h"
#include "conformance/driver/exec_driver.h"
#include "conformance/driver/process_driver.h"
#include "conformance/driver/prompt_driver.h"
#include "conformance/driver/store_tracer.h"
#include "conformance/driver/webapp_driver.h"

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
  options.directory = config.directory;
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

// The kinds that are told everything by a configuration file.
template <typename ConfiguredDriver, typename Config>
Result<DriverFactory> MakeConfigured(const DriverConfig& config,
                                     const DriverEnvironment& environment,
                                     Result<Config> (*parse)(std::string_view,
                                                             const std::string&)) {
  if (config.config_file.empty()) {
    return NeedsConfig(config.kind);
  }
  if (!config.command.empty()) {
    return Error{"driver.usage",
                 fmt::format("--driver is not for --driver-kind {}: its command stands in {}",
                             config.kind, config.config_file)};
  }
  const auto text = ReadFile(config.config_file);
  if (!text) return Error{"driver.usage", text.error().message};
  const auto parsed = parse(*text, config.config_file);
  if (!parsed) return Error{"driver.usage", parsed.error().message};
  Config configured = *parsed;
  for (const std::string& named : config.proxy_hosts) {
    auto host = mock::ParseProxyHost(named);
    if (!host) return Error{"driver.usage", "--proxy-host: " + host.error().message};
    configured.launch.proxy_hosts.push_back(std::move(host).value());
    configured.launch.proxy = true;
  }
  if (!configured.launch.proxy_hosts.empty()) {
    environment.server->AddProxyHosts(configured.launch.proxy_hosts);
  }
  if constexpr (std::is_same_v<Config, WebappConfig>) {
    if (!config.webdriver.empty()) configured.webdriver = config.webdriver;
    if (!config.browser.empty() || !configured.webdriver.empty()) {
      configured.browser =
          config.browser == "built-in" ? BrowserKind::kBuiltIn : BrowserKind::kChromium;
    }
  }
  return DriverFactory([configured, environment](int) -> std::unique_ptr<Driver> {
    return std::make_unique<ConfiguredDriver>(configured, environment);
  });
}

Result<DriverFactory> MakePrompt(const DriverConfig& config, const DriverEnvironment& environment) {
  return MakeConfigured<PromptDriver>(config, environment, &ParsePromptConfig);
}

Result<DriverFactory> MakeWebapp(const DriverConfig& config, const DriverEnvironment& environment) {
  return MakeConfigured<WebappDriver>(config, environment, &ParseWebappConfig);
}

Result<DriverFactory> MakeProcess(const DriverConfig& config,
                                  const DriverEnvironment& environment) {
  return MakeConfigured<ProcessDriver>(config, environment, &ParseProcessConfig);
}

// What is there only where the system allows it, or has the program for it.
std::vector<std::string> ProcessesProvide() {
  std::vector<std::string> provided = {"processes"};
  if (CanTrace()) provided.emplace_back("traced");
  if (FindInPath("faketime")) provided.emplace_back("faketime");
  return provided;
}

}  // namespace

const std::vector<DriverKind>& DriverKinds() {
  static const std::vector<DriverKind> kinds = {
      {"exec",
       "a program that speaks the driver protocol, see conformance/PROTOCOL.md",
       {},
       MakeExec},
      {"prompt",
       "a command-line program that prints the link and asks for the address it led to",
       {},
       MakePrompt},
      {"webapp", "a web application, driven with a browser", {"webapp"}, MakeWebapp},
      {"process", "any command-line program, many processes on one token store", ProcessesProvide(),
       MakeProcess},
  };
  return kinds;
}

Error NeedsConfig(std::string_view kind) {
  return Error{
      "driver.usage",
      fmt::format("--driver-kind {} needs --driver-config FILE: `aweber-conformance docs drivers`",
                  kind)};
}

Status CheckDriverFlags(const DriverConfig& config) {
  const bool exec = config.kind == "exec", webapp = config.kind == "webapp";
  struct Row {
    bool wrong;
    std::string_view flag, why;
  };
  const Row rows[] = {
      {exec && !config.proxy_hosts.empty(), "--proxy-host",
       "is for --driver-kind prompt, webapp and process; an adapter is told every address"},
      {!webapp && !config.browser.empty(), "--browser", "is for --driver-kind webapp"},
      {!webapp && !config.webdriver.empty(), "--webdriver", "is for --driver-kind webapp"},
      {exec && !config.command.empty() && !config.config_file.empty(), "--driver-config",
       "is for --driver-kind prompt, webapp and process; an adapter has none"},
      {!exec && !config.directory.empty(), "--driver-dir",
       "is for --driver; what a configuration names is started in the configuration's folder"},
      {!exec && config.shell, "--shell",
       "is for --driver; in a configuration write /bin/sh -c '...'"},
      {!exec && config.protocol_fd != 1, "--driver-fd",
       "is for --driver, whose program speaks the driver protocol"},
  };
  for (const Row& row : rows) {
    if (row.wrong) return Error{"driver.usage", fmt::format("{}: {}", row.flag, row.why)};
  }
  return {};
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
