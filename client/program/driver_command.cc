// aweber-client driver
#include <CLI/CLI.hpp>
#include <memory>

#include "client/program/cli.h"
#include "client/program/commands.h"
#include "client/program/driver.h"

namespace aweber::client {

void AddDriverCommand(CLI::App& app, int* status) {
  struct Flags {
    DriverOptions options;
    std::string auth, token_in, pkce;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "driver", "Speak the driver protocol of aweber-conformance on standard input and output.");
  command->add_option("--driver-fd", flags->options.fd, "Write replies to this descriptor.")
      ->check(CLI::NonNegativeNumber);
  // AWEBER_CA_FILE is what the runner sets for its driver alone.
  command->add_option("--ca-file", flags->options.ca_file, "Trust this PEM instead of the system.")
      ->envname("AWEBER_CA_FILE");
  command->add_option("--auth", flags->auth, "basic (default), body or query.")
      ->check(CLI::IsMember({"basic", "body", "query"}));
  command->add_option("--token-in", flags->token_in, "header (default), body or query.")
      ->check(CLI::IsMember({"header", "body", "query"}));
  command
      ->add_option(
          "--pkce", flags->pkce,
          "auto (default: public clients, and where the runner says that the provider takes it) or "
          "always.")
      ->check(CLI::IsMember({"auto", "always"}));
  command->callback([flags, status] {
    DriverOptions& options = flags->options;
    options.auth = ParseAuthMethod(flags->auth).value();
    options.token_transport = ParseTokenTransport(flags->token_in).value();
    if (flags->pkce == "always") options.pkce = PkceUse::kAlways;
    *status = RunDriver(options);
  });
}

}  // namespace aweber::client
