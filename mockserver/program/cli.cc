#include "mockserver/program/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/cli/program_facts.h"
#include "base/http/client.h"
#include "base/os/cli_failure.h"
#include "base/text/json.h"
#include "base/version.h"
#include "mockserver/program/config.h"
#include "mockserver/program/serve.h"
#include "mockserver/program/validate.h"
#include "mockserver/scenario/loader.h"

namespace aweber::mock {
namespace {

int Complain(const Error& error, int status) {
  fmt::print(stderr, "aweber-mockserver: {}\n", error.message);
  return status;
}

int RunServe(const ConfigFlags& flags, Linter linter) {
  Result<Config> config = flags.Resolve(ProcessEnvironment());
  if (!config.ok()) return Complain(config.error(), kExitBadInput);
  config->server.linter = std::move(linter);
  const Status served = Serve(std::move(*config));
  if (served.ok()) return 0;
  const std::string& code = served.error().code;
  const bool input = code.starts_with("scenario.") || code.starts_with("yaml.") ||
                     code.starts_with("settings.") || code.starts_with("file.");
  return Complain(served.error(), input ? kExitBadInput : kExitCannotStart);
}

int RunHealthcheck(const ConfigFlags& flags) {
  const Result<Config> config = flags.Resolve(ProcessEnvironment());
  if (!config.ok()) return Complain(config.error(), kExitBadInput);
  const auto port = config->server.admin_port;
  if (!port || *port == 0) {
    return Complain({"healthcheck", "needs a fixed --admin-port: readiness is asked for there"},
                    kExitBadInput);
  }
  const auto client = MakeHttpClient({.connect_timeout_ms = 2000, .read_timeout_ms = 2000});
  std::string host = config->server.host;  // where it listens on every address, loopback is one
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  const bool v6 = host.find(':') != std::string::npos && host.front() != '[';
  const std::string url = fmt::format("http://{}:{}/readyz", v6 ? "[" + host + "]" : host, *port);
  const auto response = client->Send("GET", url, {}, "");
  if (response.ok() && response->status == 200) {
    fmt::print("ready\n");
    return 0;
  }
  return Complain(
      {"healthcheck",
       response.ok()
           ? fmt::format("{}: status {}", url, response->status)
           : fmt::format("{}: {}. Is the mock running, with this --host and --admin-port?", url,
                         response.error().message)},
      kExitUnhealthy);
}

int RunList(const ConfigFlags& flags, const std::string& format) {
  Result<Config> config = flags.Resolve(ProcessEnvironment());
  if (!config.ok()) return Complain(config.error(), kExitBadInput);
  ScenarioLibrary library;
  const Status loaded = library.Load(config->scenarios_directory);
  if (!loaded.ok()) return Complain(loaded.error(), kExitBadInput);
  Json list = Json::array();
  for (const Scenario& scenario : library.All()) {
    list.push_back({{"id", scenario.id}, {"title", scenario.title}, {"tags", scenario.tags}});
    if (format == "text") fmt::print("{:<44} {}\n", scenario.id, scenario.title);
  }
  if (format == "json") fmt::print("{}\n", DumpJsonPretty({{"scenarios", list}}));
  return 0;
}

int RunExplain(const ConfigFlags& flags, const std::string& id) {
  Result<Config> config = flags.Resolve(ProcessEnvironment());
  if (!config.ok()) return Complain(config.error(), kExitBadInput);
  config->scenario = id;
  ScenarioLibrary library;
  const auto found = FindConfiguredScenario(*config, library, "scenario ");
  if (!found.ok()) return Complain(found.error(), kExitBadInput);
  const Scenario& scenario = **found;
  fmt::print("{}\n  {}\n\n{}\n", scenario.id, scenario.title, scenario.why);
  fmt::print("source    {}\n", fmt::join(scenario.spec, ", "));
  fmt::print("needs     {}\n", scenario.needs.empty()
                                   ? "nothing"
                                   : fmt::format("{}", fmt::join(scenario.needs, ", ")));
  fmt::print("checks    {}\n", fmt::join(scenario.expect.checks, ", "));
  if (!scenario.control.empty()) fmt::print("control   {}\n", scenario.control);
  for (const Rule& rule : scenario.server.rules) {
    std::vector<std::string_view> kinds;
    for (const Fault& fault : rule.then) kinds.push_back(RowOf(fault.kind).name);
    fmt::print("rule      on {}: {}\n", rule.on.endpoint ? EndpointName(*rule.on.endpoint) : "any",
               fmt::join(kinds, ", then "));
  }
  return 0;
}

}  // namespace

int RunMockServer(int argc, char** argv, ProgramParts parts) {
  CLI::App app("A mock AWeber OAuth 2 authorization server and API that plays scenarios.");
  app.name("aweber-mockserver");
  DescribeFlags(app, DescribeVersion("aweber-mockserver"));
  app.require_subcommand(1);
  app.failure_message(CommandLineFailure);
  ConfigFlags serve_flags, health_flags, list_flags, explain_flags;
  std::vector<std::string> files;
  std::string format = "text", id;
  int status = 0;

  CLI::App* serve = app.add_subcommand("serve", "Run the mock until SIGINT or SIGTERM.");
  serve_flags.AddTo(*serve);
  serve->callback([&] { status = RunServe(serve_flags, std::move(parts.linter)); });
  CLI::App* health = app.add_subcommand("healthcheck", "Ask a running mock whether it is ready.");
  health_flags.AddTo(*health);
  health->callback([&] { status = RunHealthcheck(health_flags); });
  CLI::App* validate = app.add_subcommand(
      "validate", "Check scenario files, or files of customers' data, without playing them.");
  validate->add_option("FILE|DIR", files, "Scenario or data files, or folders of scenarios.")
      ->required();
  validate->callback([&] { status = Validate(files, parts.checks); });
  CLI::App* list = app.add_subcommand("scenarios", "List the scenarios that can be played.");
  list->add_option("--format", format, "How the list is written (default text).")
      ->check(CLI::IsMember({"text", "json"}));
  list_flags.AddTo(*list);
  list->callback([&] { status = RunList(list_flags, format); });
  CLI::App* explain = app.add_subcommand("explain", "What a scenario does and why.");
  explain->add_option("SCENARIO", id, "An id or a file.")->required();
  explain_flags.AddTo(*explain);
  explain->callback([&] { status = RunExplain(explain_flags, id); });
  app.footer(
      "Examples:\n"
      "  aweber-mockserver serve                             on 127.0.0.1:8080, console on 8081\n"
      "  aweber-mockserver serve --scenario refresh/rotated --scheme http\n"
      "  aweber-mockserver explain refresh/rotated\n"
      "Each flag has a variable: --admin-port is AWEBER_MOCK_ADMIN_PORT.");
  AddPageCommands(app, {{"SCENARIO", "aweber-mockserver scenarios"}},
                  [](const std::string& page) { fmt::print("{}", page); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitBadInput;
  }
  return status;
}

}  // namespace aweber::mock
