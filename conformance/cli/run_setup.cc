#include "conformance/cli/run_setup.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/os/file.h"
#include "base/os/process.h"
#include "base/os/random.h"
#include "conformance/cli/shown_command.h"
#include "conformance/driver/shell_word.h"
#include "conformance/result/exit_status.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kReferenceDriver = "reference";

// The reference client where it lies beside this program; "" when it does not.
std::string ReferenceDriver() {
  std::error_code failure;
  const fs::path self = fs::read_symlink("/proc/self/exe", failure);
  const fs::path client = self.parent_path() / "aweber-client";
  if (failure || !fs::exists(client, failure)) return "";
  return QuoteForShell(client.string()) + " driver";
}

}  // namespace

Result<std::uint64_t> SeedOf(const std::string& text) {
  // A drawn one is short enough to be typed again.
  if (text.empty()) return SystemRandom::System().Below(1'000'000'000);
  std::uint64_t seed = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (failure != std::errc() || end != text.data() + text.size()) {
    return Error{"usage",
                 fmt::format("--seed: must be a whole number, not '{}'; 0 draws one", text)};
  }
  return seed != 0 ? seed : SeedOf("");
}

// A run without a driver would test nothing, or a client that nobody asked for.
int ChooseDriver(RunCommand& command) {
  DriverConfig& driver = command.driver;
  driver.start_timeout =
      std::chrono::duration_cast<Micros>(std::chrono::duration<double>(command.start_timeout_s));
  if (const auto kind = FindDriverKind(driver.kind); !kind) {
    return ComplainOf(command, "--driver-kind", kind.error());
  }
  const bool blank = driver.command.find_first_not_of(" \t\r\n") == std::string::npos;
  if (blank && command.driver_given) {
    return ComplainOf(command, "--driver",
                      {"usage",
                       "--driver: the command is empty. If it comes from a variable, set that; "
                       "'reference' tests the reference client"});
  }
  if (blank && driver.kind == "exec" && !driver.config_file.empty()) {
    return ComplainOf(
        command, "--driver-config",
        {"usage", fmt::format("--driver-config {}: say for which kind of client it is: "
                              "--driver-kind prompt, webapp or process",
                              driver.config_file)});
  }
  if (blank && driver.kind != "exec" && driver.config_file.empty()) {
    return ComplainOf(command, "--driver-kind", NeedsConfig(driver.kind));
  }
  if (blank && driver.config_file.empty()) {
    return Complain(
        "no client to test: give --driver COMMAND, or --driver-kind and "
        "--driver-config, or --driver reference for the reference client; in the folder of your "
        "project, aweber-conformance init writes an adapter and says the next command",
        kExitUsage);
  }
  if (driver.command != kReferenceDriver) return kExitGood;
  driver.command = ReferenceDriver();
  if (!driver.command.empty()) return kExitGood;
  return Complain(
      "--driver reference: there is no aweber-client beside this program; give the "
      "command that starts your client's driver",
      kExitUsage);
}

int ComplainOfDriver(const RunCommand& command, const Error& error) {
  const bool has_file = !command.driver.config_file.empty();
  return ComplainOf(command, has_file ? "--driver-config" : "--driver-kind", error);
}

Status CheckDriverWords(const DriverConfig& driver) {
  if (Status flags = CheckDriverFlags(driver); !flags) return flags;
  if (driver.shell || driver.command.empty()) return {};
  const auto words = SplitCommandLine(driver.command);
  if (!words) return Error{"usage", "--driver: " + words.error().message};
  std::error_code failure;
  if (const std::string word = ShellWord(driver.command); !word.empty()) {
    return Error{"usage", fmt::format("--driver: {} is for a shell, and the command is started "
                                      "without one; add --shell (`shell: true` in {})",
                                      word, kSettingsFile)};
  }
  if (words->empty() || !fs::is_directory(fs::path(driver.directory) / words->front(), failure)) {
    return {};
  }
  return Error{"usage", fmt::format("--driver: {} is a folder; give the command that starts the "
                                    "client's driver",
                                    words->front())};
}

Result<StartedMock> StartMock(const RunCommand& command, std::uint64_t seed,
                              const std::string& directory) {
  mock::MockServerOptions options;
  options.scheme = command.scheme;
  options.seed = seed;
  options.settings = mock::SettingsFor(*mock::ProfileFromName(command.profile));
  auto server = mock::MockServer::Start(options);
  if (!server) return server.error();
  StartedMock started{std::move(server).value(), ""};
  if (command.scheme == "http") return started;
  started.ca_file = directory + "/ca.pem";
  if (const Status written = WriteFileAtomically(started.ca_file, started.server->ca_pem());
      !written) {
    return written.error();
  }
  return started;
}

std::string Reproduce(const RunCommand& command, const std::string& driver, std::uint64_t seed,
                      const std::string& selected) {
  std::string line = CalledAs() + " run " + QuoteForShell(selected);
  if (!command.driver.command.empty()) line += " --driver " + QuoteForShell(driver);
  if (!command.driver.directory.empty()) {
    line += " --driver-dir " + QuoteForShell(command.driver.directory);
  }
  line += fmt::format(" --seed {}", seed);
  if (command.driver.kind != "exec") line += " --driver-kind " + command.driver.kind;
  if (!command.driver.config_file.empty()) {
    line += " --driver-config " + QuoteForShell(command.driver.config_file);
    for (const std::string& host : command.driver.proxy_hosts) {
      line += " --proxy-host " + QuoteForShell(host);
    }
  }
  if (!command.driver.browser.empty()) line += " --browser " + command.driver.browser;
  if (!command.driver.webdriver.empty()) {
    line += " --webdriver " + QuoteForShell(command.driver.webdriver);
  }
  if (command.driver.shell) line += " --shell";
  if (command.driver.protocol_fd != 1) {
    line += fmt::format(" --driver-fd {}", command.driver.protocol_fd);
  }
  if (command.start_timeout_s != RunCommand().start_timeout_s) {
    line += fmt::format(" --start-timeout {:g}", command.start_timeout_s);
  }
  if (command.no_preflight) line += " --no-preflight";
  if (command.profile != "aweber") line += " --profile " + command.profile;
  if (command.scheme != "https") line += " --scheme " + command.scheme;
  if (command.strict_errors) line += " --strict-errors";
  if (!command.catalogue.scenarios_dir.empty()) {
    line += " --scenarios " + QuoteForShell(command.catalogue.scenarios_dir);
  }
  return line;
}

RunOptions OptionsFrom(const RunCommand& command, const DriverKind& kind, std::uint64_t seed) {
  RunOptions options;
  options.provided = kind.provides;
  if (command.scheme == "https") options.provided.emplace_back("tls");
  options.version = HarnessVersion();
  options.profile = command.profile;
  options.seed = seed;
  options.jobs = command.jobs;
  options.max_restarts = command.max_restarts;
  options.strict = command.strict;
  options.strict_errors = command.strict_errors;
  options.fail_fast = command.fail_fast;
  options.preflight = !command.no_preflight;
  return options;
}

std::string ShownDriver(const RunCommand& command, const std::string& driver) {
  return driver.empty() ? fmt::format("{} {}", command.driver.kind, command.driver.config_file)
                        : ShownCommand(driver);
}

}  // namespace aweber::conformance
