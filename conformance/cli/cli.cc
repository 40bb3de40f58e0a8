#include "conformance/cli/cli.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "base/cli/program_facts.h"
#include "base/os/cli_failure.h"
#include "base/os/standard_streams.h"
#include "base/version.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/help.h"
#include "conformance/cli/project_settings.h"
#include "conformance/cli/setup_commands.h"
#include "conformance/driver/store_tracer.h"
#include "conformance/report/compare.h"
#include "conformance/report/formats.h"
#include "conformance/run/runner.h"

namespace aweber::conformance {
namespace {

// The flags as given, and which command to do once they are read.
struct Parsed {
  RunCommand run;
  ExploreCommand explore;
  ListCommand list;
  ExplainCommand explain;
  LintCommand lint;
  ReportCommand report;
  CompareCommand compare;
  BadgeCommand badge;
  BaselineUpdateCommand baseline;
  InitCommand init;
  std::string schema, page;
  std::string settings_file;          // --settings
  CLI::App* with_settings = nullptr;  // the command given, when aweber-conformance.yaml is for it
  std::function<int()> action;
};

// Makes aweber-conformance.yaml hold for a command.
void ReadSettings(CLI::App& command, Parsed& parsed) {
  command.add_option("--settings", parsed.settings_file,
                     "FILE in place of aweber-conformance.yaml; 'none' ignores that.");
  command.preparse_callback([&command, &parsed](std::size_t) { parsed.with_settings = &command; });
}

// After the flags are read and before anything is done.
Status UseSettings(Parsed& parsed) {
  if (parsed.with_settings == nullptr) return {};
  const auto settings = LoadSettings(parsed.settings_file);
  if (!settings) return settings.error();
  const auto places = ApplySettings(*settings, *parsed.with_settings);
  if (!places) return places.error();
  for (RunCommand* const run : {&parsed.run, &parsed.explore.run, &parsed.baseline.run}) {
    run->places = *places;
  }
  return {};
}

std::string FormatHelp() {
  std::string help = "FORMAT[=FILE], may be given several times:";
  for (const ReportFormat& format : ReportFormats()) help += fmt::format(" {}", format.name);
  return help + ".";
}

void AddSelection(CLI::App& app, CatalogueOptions& options) {
  app.add_option("PATTERN", options.selection.patterns,
                 "Globs over scenario ids: 'callback/**', token/basic; or a scenario's FILE.yaml.");
  app.add_option("--tag", options.selection.tags, "Only scenarios with one of these tags.")
      ->take_all();
  app.add_option("--skip", options.selection.skips, "Leave these out (globs).")
      ->take_all()
      ->type_name("PATTERN");
  app.add_option("--failed-from", options.failed_from,
                 "Only what did not pass in this saved run (ndjson or json).");
  app.add_option("--shard", options.shard,
                 "I/N: only the I-th of N parts of the selection; auto reads I and N from the "
                 "environment (Kubernetes, Slurm, GitLab, Buildkite, CircleCI).");
  app.add_option("--balance", options.balance,
                 "A saved run: deal the shards by how long its cases took.");
  app.add_option("--scenarios", options.scenarios_dir,
                 "A directory of your own scenarios, beside the built-in ones.");
}

void AddPrettyFlags(CLI::App& app, PrettyFlags& flags) {
  app.add_flag("--list", flags.list, "pretty: also a line for each case.");
  app.add_flag("--details", flags.details,
               "pretty: a line for each case, and every failure in full before the problems.");
  app.add_option("--color", flags.color, "pretty: colours; auto (default) follows the terminal.")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

// How the client is driven and judged: of every command that plays.
void AddDriverFlags(CLI::App& app, RunCommand& run) {
  std::string kinds;
  for (const DriverKind& kind : DriverKinds()) kinds += fmt::format(" {}", kind.name);
  app.add_option("--driver", run.driver.command,
                 "The command that starts the client's driver; 'reference' is the client beside "
                 "this program.")
      ->each([&run](const std::string&) { run.driver_given = true; });
  app.add_option("--driver-kind", run.driver.kind, "How the client is driven:" + kinds + ".")
      ->type_name("KIND");
  app.add_option("--driver-config", run.driver.config_file,
                 "A YAML file, for kinds that need more than a command.");
  app.add_option("--proxy-host", run.driver.proxy_hosts,
                 "A further host that leads to the mock, for programs with another provider's "
                 "addresses built in: HOST, or HOST/PATH=ENDPOINT (authorize, token, revoke, api).")
      ->take_all();
  app.add_option("--browser", run.driver.browser,
                 "For --driver-kind webapp: built-in or chromium (default: as its configuration "
                 "says, else built-in).")
      ->check(CLI::IsMember({"built-in", "chromium"}));
  app.add_option("--webdriver", run.driver.webdriver,
                 "Address of a running WebDriver, such as http://127.0.0.1:9515, for a browser of "
                 "your own.");
  app.add_option("--driver-dir", run.driver.directory,
                 "The folder that the command of --driver is started in (default: this one).")
      ->check(CLI::ExistingDirectory);
  app.add_option("--driver-fd", run.driver.protocol_fd,
                 "The driver writes the protocol to this descriptor, not to standard output.")
      ->check(CLI::Range(1, 255))
      ->check([](const std::string& text) {
        return text == "2" ? "2 is standard error, which is free text: give 3 or more"
                           : std::string();
      });
  app.add_flag("--shell", run.driver.shell, "Give the command of --driver to /bin/sh.");
  app.add_option("--start-timeout", run.start_timeout_s,
                 "Seconds to wait for the driver's hello (default 30).")
      ->check(CLI::Range(0.1, 600.0));
  app.add_option("--profile", run.profile, "Rule set: aweber, rfc6749 or rfc9700 (default aweber).")
      ->check(CLI::IsMember({"aweber", "rfc6749", "rfc9700"}));
  app.add_option("--scheme", run.scheme, "How the mock is reached (default https).")
      ->check(CLI::IsMember({"https", "http"}));
  app.add_option("--seed", run.seed,
                 "Random seed: the same one gives the same identifiers (default 0: draw one and "
                 "print it).");
  app.add_option("-j,--jobs", run.jobs, "How many drivers run at once (default 1).")
      ->check(CLI::Range(1, 64));
  app.add_option("--max-restarts", run.max_restarts,
                 "How often in a row a driver may break before the run is given up (default 10).")
      ->check(CLI::Range(0, 10000));
  app.add_option("--report", run.reports, FormatHelp())->take_all()->type_name("FORMAT");
  app.add_flag("--strict", run.strict, "A failed \"should\" fails the run.");
  app.add_flag("--strict-errors", run.strict_errors, "Also grade the kind of an error.");
  app.add_flag("--no-preflight", run.no_preflight,
               "Play the scenarios even where one plain login does not work.");
  app.add_flag("--fail-fast", run.fail_fast, "Stop after the first that fails the run.");
}

void AddRunFlags(CLI::App& app, RunCommand& run) {
  AddSelection(app, run.catalogue);
  AddDriverFlags(app, run);
  app.add_option("--repeat", run.repeat, "Play each case N times; differing outcomes are flaky.")
      ->check(CLI::Range(1, 1000));
  app.add_option("--baseline", run.baseline,
                 "File of known failures (YAML); they do not fail the run.");
  AddPrettyFlags(app, run.pretty);
}

void AddRunCommand(CLI::App& app, Parsed& parsed) {
  CLI::App* run = app.add_subcommand("run", "Drive a client through the scenarios and report.");
  AddRunFlags(*run, parsed.run);
  run->add_option("--compare", parsed.run.compare,
                  "A saved run: fail only on what is new since then.");
  run->add_option("--history", parsed.run.history,
                  "A directory that keeps a line for each run; html shows the trend.");
  run->add_flag("--watch", parsed.run.watch,
                "Run again when the driver's files change, first what failed, until Ctrl-C.");
  ReadSettings(*run, parsed);
  run->callback([&parsed] { parsed.action = [&parsed] { return DoRun(parsed.run); }; });
}

void AddExploreCommand(CLI::App& app, Parsed& parsed) {
  CLI::App* explore = app.add_subcommand(
      "explore", "Play flows that nobody wrote down, and shrink what goes wrong to a scenario.");
  ExploreCommand& command = parsed.explore;
  AddDriverFlags(*explore, command.run);
  explore->add_option("--time", command.time, "How long to look, such as 60s or 5m (default 60s).");
  explore->add_option("--sequences", command.sequences, "Stop after this many flows.")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
  explore->add_option("--shard", command.run.catalogue.shard,
                      "I/N: play only the I-th of N parts of the exploration; auto reads I and N "
                      "from the environment, as for run. Give every shard the same --seed.");
  explore->add_option("--out", command.out,
                      "Directory for findings, each a scenario file that run plays again.");
  AddPrettyFlags(*explore, command.run.pretty);
  ReadSettings(*explore, parsed);
  explore->callback([&parsed] { parsed.action = [&parsed] { return DoExplore(parsed.explore); }; });
}

void AddListCommands(CLI::App& app, Parsed& parsed) {
  CLI::App* list = app.add_subcommand("list", "List the scenarios, or the checks.");
  AddSelection(*list, parsed.list.catalogue);
  list->add_option("--format", parsed.list.format, "How the list is written (default text).")
      ->check(CLI::IsMember({"text", "json"}));
  list->add_flag("--checks", parsed.list.checks, "List the checks instead.");
  list->callback([&parsed] { parsed.action = [&parsed] { return DoList(parsed.list); }; });
  CLI::App* explain = app.add_subcommand(
      "explain", "Say what a check, a scenario or a problem is about, and how to fix it.");
  explain->add_option("CHECK|SCENARIO|PROBLEM", parsed.explain.word, "Its id.")->required();
  explain
      ->add_option("--language", parsed.explain.language,
                   "Show the code in Python, JavaScript, Go, Ruby, PHP, Java or C#.")
      ->type_name("LANGUAGE");
  explain->add_option("--scenarios", parsed.explain.scenarios_dir,
                      "A directory of your own scenarios.");
  explain->callback([&parsed] { parsed.action = [&parsed] { return DoExplain(parsed.explain); }; });
}

std::string CompareFormatHelp() {
  std::string help = "FORMAT[=FILE], may be given several times:";
  for (const CompareFormat& format : CompareFormats()) help += fmt::format(" {}", format.name);
  return help + ".";
}

void AddSavedRunCommands(CLI::App& app, Parsed& parsed) {
  CLI::App* compare = app.add_subcommand(
      "compare",
      "Compare two saved runs: what is new, fixed, still there; exit 1 on anything new.");
  compare->add_option("OLD", parsed.compare.before, "Written by run --report ndjson=FILE.")
      ->required();
  compare->add_option("NEW", parsed.compare.after, "The later run.")->required();
  compare->add_option("--report", parsed.compare.reports, CompareFormatHelp())->take_all();
  compare->add_flag("--partial", parsed.compare.partial,
                    "Compare what both have, of runs that were cut or selected different cases.");
  AddPrettyFlags(*compare, parsed.compare.pretty);
  compare->callback([&parsed] { parsed.action = [&parsed] { return DoCompare(parsed.compare); }; });
  CLI::App* badge = app.add_subcommand("badge", "Write a badge for a saved run.");
  badge->add_option("RUN", parsed.badge.file, "Written by run --report ndjson=FILE.")->required();
  badge->add_option("--svg", parsed.badge.svg,
                    "Write the picture here (default: standard output).");
  badge->add_option("--json", parsed.badge.json,
                    "Write the endpoint document of badge services here.");
  badge->callback([&parsed] { parsed.action = [&parsed] { return DoBadge(parsed.badge); }; });
}

void AddFileCommands(CLI::App& app, Parsed& parsed) {
  CLI::App* lint = app.add_subcommand(
      "lint", "Judge recorded traffic: a HAR, a mock's journal, or a running mock.");
  lint->add_option("FILE|URL", parsed.lint.source, "A file, or the URL of a mock's admin API.")
      ->required();
  lint->add_option("--profile", parsed.lint.profile, "Rule set to judge by (default aweber).")
      ->check(CLI::IsMember({"aweber", "rfc6749", "rfc9700"}));
  lint->add_option("--format", parsed.lint.format, "How the findings are written (default text).")
      ->check(CLI::IsMember({"text", "json"}));
  lint->add_option("--token", parsed.lint.token, "Token of the mock's admin API.")
      ->envname("AWEBER_MOCK_ADMIN_TOKEN");
  lint->add_flag("--strict", parsed.lint.strict, "A failed \"should\" fails as well.");
  ReadSettings(*lint, parsed);
  lint->callback([&parsed] { parsed.action = [&parsed] { return DoLint(parsed.lint); }; });
  CLI::App* report = app.add_subcommand(
      "report",
      "Render a saved run again, or the shards of one as a whole; the exit status is the run's.");
  report
      ->add_option("FILE", parsed.report.files,
                   "A run saved by run --report ndjson=FILE, or the saved runs of all its shards.")
      ->required();
  report->add_option("--report", parsed.report.reports, FormatHelp())
      ->take_all()
      ->type_name("FORMAT");
  report->add_flag("--strict", parsed.report.strict, "A failed \"should\" counts as a failure.");
  AddPrettyFlags(*report, parsed.report.pretty);
  report->callback([&parsed] { parsed.action = [&parsed] { return DoReport(parsed.report); }; });
  report->add_flag("--partial", parsed.report.partial,
                   "Show what is whole of a file that was cut or damaged.");
  report->add_option("--history", parsed.report.history,
                     "The directory of run --history, for the trend in html.");
  AddSavedRunCommands(app, parsed);
  CLI::App* baseline = app.add_subcommand("baseline", "Keep the list of known failures.");
  baseline->require_subcommand(1);
  CLI::App* update = baseline->add_subcommand(
      "update", "Write what fails now into --baseline, keeping the reasons it has.");
  AddRunFlags(*update, parsed.baseline.run);
  update->add_option("--from", parsed.baseline.from, "A saved run, instead of running now.")
      ->excludes("--driver")
      ->excludes("--driver-config");
  ReadSettings(*update, parsed);
  update->callback(
      [&parsed] { parsed.action = [&parsed] { return DoBaselineUpdate(parsed.baseline); }; });
}

void AddSetupCommands(CLI::App& app, Parsed& parsed) {
  CLI::App* init = app.add_subcommand(
      "init", "Write an adapter, aweber-conformance.yaml and a CI workflow for this project.");
  init->add_option("DIR", parsed.init.directory, "The project's folder (default: this one).");
  init->add_option("--language", parsed.init.choice.language,
                   fmt::format("The language, when the project does not say it: {}.",
                               fmt::join(LanguageNames(), " ")))
      ->type_name("LANGUAGE");
  init->add_option("--library", parsed.init.choice.library,
                   fmt::format("The OAuth library, when the project does not say it: {}.",
                               fmt::join(LibraryNames(), " ")))
      ->type_name("LIBRARY");
  init->add_option("--kind", parsed.init.choice.kind,
                   "How the client is driven; by default what fits the library.")
      ->check(CLI::IsMember({"exec", "prompt", "webapp"}));
  init->add_option("--ci", parsed.init.choice.ci,
                   "Whose workflow to write; by default the one the project uses.")
      ->check(CLI::IsMember({"github", "gitlab", "none"}));
  init->add_flag("--force", parsed.init.force, "Overwrite files that are there already.");
  init->callback([&parsed] { parsed.action = [&parsed] { return DoInit(parsed.init); }; });
  CLI::App* doctor =
      app.add_subcommand("doctor", "Say what of this machine the suite and its adapters can use.");
  doctor->callback([&parsed] { parsed.action = DoDoctor; });
  CLI::App* docs = app.add_subcommand("docs", "Print a page of the manual, or list them.");
  docs->add_option("PAGE", parsed.page, "Its name, such as drivers.");
  docs->callback([&parsed] { parsed.action = [&parsed] { return DoDocs(parsed.page); }; });
  CLI::App* schema = app.add_subcommand("schema", "Print a JSON Schema, or list them.");
  std::vector<std::string> names;
  for (const SchemaName& row : SchemaNames()) names.emplace_back(row.name);
  schema->add_option("NAME", parsed.schema, fmt::format("One of: {}.", fmt::join(names, " ")));
  schema->callback([&parsed] { parsed.action = [&parsed] { return DoSchema(parsed.schema); }; });
}

// What a shell offers for the values that only the program knows.
void AddPages(CLI::App& app, Parsed& parsed) {
  const std::string ids = "aweber-conformance list";
  std::vector<std::string> formats, kinds;
  for (const ReportFormat& format : ReportFormats()) formats.emplace_back(format.name);
  for (const DriverKind& kind : DriverKinds()) kinds.emplace_back(kind.name);
  const auto words = [](const std::vector<std::string>& of) {
    return fmt::format("printf '%s\\n' {}", fmt::join(of, " "));
  };
  AddPageCommands(
      app,
      {{"PATTERN", ids},
       {"NAME", "aweber-conformance schema"},
       {"PAGE", "aweber-conformance docs"},
       {"LANGUAGE", words(LanguageNames())},
       {"LIBRARY", words(LibraryNames())},
       {"FORMAT", words(formats)},
       {"KIND", words(kinds)},
       // As a program: the shells group commands in different ways.
       {"CHECK|SCENARIO|PROBLEM", "sh -c 'aweber-conformance list --checks; " + ids + "'"}},
      [&parsed](const std::string& page) {
        parsed.action = [page] {
          fmt::print("{}", page);
          return kExitGood;
        };
      });
}

// From the words of the command line to an exit status.
int ReadAndDo(int argc, char** argv) {
  Parsed parsed;
  CLI::App app(
      "Drives an OAuth 2 client, in any language, through every step of AWeber's flow against an "
      "embedded mock, and reports what it does right and wrong.");
  app.name("aweber-conformance");
  DescribeFlags(app, DescribeVersion("aweber-conformance"));
  app.require_subcommand(1);
  app.failure_message(CommandLineFailure);
  AddRunCommand(app, parsed);
  AddExploreCommand(app, parsed);
  AddListCommands(app, parsed);
  AddFileCommands(app, parsed);
  AddSetupCommands(app, parsed);
  AddPages(app, parsed);
  LayOutHelp(app);
  if (argc == 1) {
    fmt::print(stderr, "{}", WhereToBegin(std::filesystem::exists(kSettingsFile)));
    return kExitUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitGood : kExitUsage;
  }
  if (const Status used = UseSettings(parsed); !used) {
    return Complain(used.error().message, kExitUsage);
  }
  return parsed.action();
}

}  // namespace

int RunCli(int argc, char** argv) {
  // What the process driver runs programs with: PROGRAM trace-store FOLDER N COMMAND...
  if (argc > 4 && argv[1] == kTraceStoreWord) {
    return TraceStore(argv[2], std::atoi(argv[3]), {argv + 4, argv + argc});
  }
  EndWhenOutOfMemory("aweber-conformance", kExitBroken);
  return RunProgram("aweber-conformance", kExitBroken, [&] { return ReadAndDo(argc, argv); });
}

}  // namespace aweber::conformance
