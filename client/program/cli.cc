#include "client/program/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/cli/program_facts.h"
#include "base/os/cli_failure.h"
#include "base/text/json.h"
#include "base/version.h"
#include "client/program/commands.h"

namespace aweber::client {

int ReportFailure(const Failure& failure, bool json) {
  if (json) {
    Json error = {{"kind", FailureKindName(failure.kind)},
                  {"code", failure.code},
                  {"message", failure.message}};
    if (!failure.provider_code.empty()) error["provider_code"] = failure.provider_code;
    if (!failure.provider_text.empty()) error["provider_text"] = failure.provider_text;
    if (failure.http_status != 0) error["http_status"] = failure.http_status;
    if (failure.retry_after) error["retry_after"] = failure.retry_after->count();
    if (failure.maybe_done) error["maybe_done"] = true;
    fmt::print("{}\n", DumpJson({{"error", error}}));
  }
  fmt::print(stderr, "aweber-client: {}\n", failure.message);
  if (failure.code == "config.invalid") return kExitUsage;
  if (IsCancelled(failure)) return kExitInterrupted;
  return failure.kind == FailureKind::kReauthorize ? kExitReauthorize : kExitFailed;
}

int RunClientProgram(int argc, char** argv) {
  CLI::App app{"A client for AWeber's API, and the reference for aweber-conformance."};
  app.name("aweber-client");
  DescribeFlags(app, DescribeVersion("aweber-client"));
  app.require_subcommand(1);
  app.failure_message(CommandLineFailure);
  int status = kExitOk;
  AddLoginCommand(app, &status);
  AddApiCommands(app, &status);
  AddTokenCommands(app, &status);
  AddDriverCommand(app, &status);
  AddPageCommands(app, {}, [](const std::string& page) { fmt::print("{}", page); });
  // After the commands, which would inherit it.
  app.footer(
      "Start with:  aweber-client login --client-id ID --redirect-uri URI\n"
      "then:        aweber-client accounts\n"
      "Each command has its own --help. Exit status: 0 done, 1 the provider, the network or the\n"
      "store said no, 2 usage or configuration, 3 log in again, 130 interrupted.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return status;
}

}  // namespace aweber::client
