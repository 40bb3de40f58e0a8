#include "mockserver/program/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/cli/program_facts.h"
#include "base/http/client.h"
#include "base/os/cli_failure.h"
#include "base/os/file.h"
#include "base/version.h"
#include "mockserver/program/config.h"
#include "mockserver/program/customer_file.h"
#include "mockserver/program/serve.h"
#include "mockserver/scenario/loader.h"

namespace aweber::mock {
namespace {

constexpr int kUnhealthy = 1;
constexpr int kBadInput = 2;
constexpr int kCannotStart = 3;

int Complain(const Error& error, int status) {
  fmt::print(stderr, "aweber-mockserver: {}\n", error.message);
  return status;
}

int RunServe(const ConfigFlags& flags, Linter linter) {
  Result<Config> config = flags.Resolve(ProcessEnvironment());
  if (!config.ok()) return Complain(config.error(), kBadInput);
  config->server.linter = std::move(linter);
  const Status served = Serve(std::move(*config));
  if (served.ok()) return 0;
  const std::string& code = served.error().code;
  const bool input = code.starts_with("scenario.") || code.starts_with("yaml.") ||
                     code.starts_with("settings.") || code.starts_with("file.");
  return Complain(served.error(), input ? kBadInput : kCannotStart);
}

int RunHealthcheck(const ConfigFlags& flags) {
  const Result<Config> config = flags.Resolve(ProcessEnvironment());
  if (!config.ok()) return Complain(config.error(), kBadInput);
  const auto port = config->server.admin_port;
  if (!port || *port == 0) {
    return Complain({"healthcheck", "needs a fixed --admin-port: readiness is asked for there"},
                    kBadInput);
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
      {"healthcheck", fmt::format("{}: {}", url,
                                  response.ok() ? fmt::format("status {}", response->status)
                                                : response.error().message)},
      kUnhealthy);
}

int RunValidate(const std::vector<std::string>& files) {
  int bad = 0;
  for (const std::string& file : files) {
    const Result<std::string> text = ReadFile(file, 1u << 20);
    if (!text.ok()) {
      ++bad;
      Complain(text.error(), kBadInput);
      continue;
    }
    if (const auto document = ParseYaml(*text, file);
        document.ok() && document->root().Find("accounts") != nullptr) {
      const auto customers = ReadCustomers(*document);
      if (customers.ok()) {
        const std::size_t count = (*customers)->ids().size();
        fmt::print("{}: good, {} account{}\n", file, count, count == 1 ? "" : "s");
      } else {
        ++bad;
        fmt::print(stderr, "{}\n", customers.error().message);
      }
      continue;
    }
    const auto parsed = ParseScenario(*text, file);
    if (!parsed.ok()) {
      ++bad;
      fmt::print(stderr, "{}\n", parsed.error().message);
      continue;
    }
    fmt::print("{}: good, {} scenario{}\n", file, parsed->size(), parsed->size() == 1 ? "" : "s");
  }
  return bad == 0 ? 0 : kBadInput;
}

int RunList(const ConfigFlags& flags, const std::string& format) {
  Result<Config> config = flags.Resolve(ProcessEnvironment());
  if (!config.ok()) return Complain(config.error(), kBadInput);
  ScenarioLibrary library;
  const Status loaded = library.Load(config->scenarios_directory);
  if (!loaded.ok()) return Complain(loaded.error(), kBadInput);
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
  if (!config.ok()) return Complain(config.error(), kBadInput);
  config->scenario = id;
  ScenarioLibrary library;
  const auto found = FindConfiguredScenario(*config, library);
  if (!found.ok()) return Complain(found.error(), kBadInput);
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

int RunMockServer(int argc, char** argv, Linter linter) {
  CLI::App app("A mock AWeber OAuth 2 authorization server and API that plays scenarios.");
  app.name("aweber-mockserver");
  app.set_version_flag("--version", std::string("aweber-mockserver ") + ProjectVersion());
  app.require_subcommand(1);
  app.failure_message(CommandLineFailure);
  ConfigFlags serve_flags, health_flags, list_flags, explain_flags;
  std::vector<std::string> files;
  std::string format = "text", id;
  int status = 0;

  CLI::App* serve = app.add_subcommand("serve", "Run the mock until SIGINT or SIGTERM");
  serve_flags.AddTo(*serve);
  serve->callback([&] { status = RunServe(serve_flags, std::move(linter)); });
  CLI::App* health = app.add_subcommand("healthcheck", "Ask a running mock whether it is ready");
  health_flags.AddTo(*health);
  health->callback([&] { status = RunHealthcheck(health_flags); });
  CLI::App* validate = app.add_subcommand(
      "validate", "Check scenario files, or files of customers' data, without playing them");
  validate->add_option("FILE", files, "scenario or data files")->required();
  validate->callback([&] { status = RunValidate(files); });
  CLI::App* list = app.add_subcommand("scenarios", "List the scenarios that can be played");
  list->add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}));
  list_flags.AddTo(*list);
  list->callback([&] { status = RunList(list_flags, format); });
  CLI::App* explain = app.add_subcommand("explain", "What a scenario does and why");
  explain->add_option("SCENARIO", id, "an id or a file")->required();
  explain_flags.AddTo(*explain);
  explain->callback([&] { status = RunExplain(explain_flags, id); });
  AddPageCommands(app, {{"SCENARIO", "aweber-mockserver scenarios"}},
                  [](const std::string& page) { fmt::print("{}", page); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadInput;
  }
  return status;
}

}  // namespace aweber::mock
