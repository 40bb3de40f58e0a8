#include "conformance/cli/help.h"

#include <CLI/CLI.hpp>
#include <initializer_list>
#include <string_view>

#include "base/version.h"

namespace aweber::conformance {
namespace {

// A command's place in `--help`, and what stands below its own.
struct CommandHelp {
  std::string_view name;
  std::string_view group;
  std::string_view examples;  // lines; "" for none
};

constexpr std::string_view kBeginGroup = "Begin";
constexpr std::string_view kLookGroup = "Look closer";
constexpr std::string_view kSavedGroup = "Saved runs";
constexpr std::string_view kMachineGroup = "This machine, this shell";

constexpr CommandHelp kHelpOfCommands[] = {
    {"init", kBeginGroup,
     "  aweber-conformance init                         look at this folder and write what fits\n"
     "  aweber-conformance init api --ci github         another folder, with a workflow\n"
     "  aweber-conformance init --language go           where the folder does not say it"},
    {"run", kBeginGroup,
     "  aweber-conformance run                          as aweber-conformance.yaml says\n"
     "  aweber-conformance run --driver reference       see it work first\n"
     "  aweber-conformance run 'refresh/**' --details   some scenarios, every failure in full\n"
     "  aweber-conformance run --driver 'python3 client.py' --report junit=out.xml"},
    {"doctor", kBeginGroup, ""},
    {"docs", kBeginGroup, "  aweber-conformance docs write-an-adapter"},
    {"list", kLookGroup,
     "  aweber-conformance list 'callback/**'\n"
     "  aweber-conformance list --checks"},
    {"explain", kLookGroup,
     "  aweber-conformance explain callback/state-mismatch\n"
     "  aweber-conformance explain cb-state-mismatch --language python"},
    {"explore", kLookGroup, ""},
    {"lint", kLookGroup,
     "  aweber-conformance lint traffic.har             recorded by a browser or a proxy\n"
     "  aweber-conformance lint http://127.0.0.1:8081   a mock that runs"},
    {"report", kSavedGroup,
     "  aweber-conformance run --report ndjson=run.ndjson\n"
     "  aweber-conformance report run.ndjson --report html=report.html"},
    {"compare", kSavedGroup, "  aweber-conformance compare main.ndjson mine.ndjson"},
    {"badge", kSavedGroup, "  aweber-conformance badge run.ndjson --svg conformance.svg"},
    {"baseline", kSavedGroup,
     "  aweber-conformance baseline update --baseline baseline.yaml\n"
     "  aweber-conformance run --baseline baseline.yaml"},
    {"schema", kMachineGroup, "  aweber-conformance schema scenario > scenario.schema.json"},
    {"completion", kMachineGroup, ""},
    {"help", kMachineGroup, "  aweber-conformance help baseline update"},
};

struct OptionHelp {
  std::string_view group;
  std::initializer_list<std::string_view> options;
};

// For every command that has the options, which `run` and `baseline update` both do.
const OptionHelp kHelpOfOptions[] = {
    {"Which scenarios",
     {"PATTERN", "--tag", "--skip", "--failed-from", "--shard", "--balance", "--scenarios"}},
    {"The client under test",
     {"--driver", "--driver-kind", "--driver-config", "--driver-dir", "--proxy-host", "--shell",
      "--driver-fd", "--browser", "--webdriver", "--start-timeout", "--max-restarts"}},
    {"How it is played",
     {"--profile", "--scheme", "--seed", "--jobs", "--repeat", "--fail-fast", "--no-preflight",
      "--watch"}},
    {"What fails the run", {"--baseline", "--compare", "--strict", "--strict-errors"}},
    {"Reports", {"--report", "--list", "--details", "--color", "--history"}},
    {"Settings", {"--settings", "--from"}},
};

constexpr std::string_view kExitStatusHelp =
    "Exit status: 0 good, 1 a failure, 2 usage, 3 the driver or the harness broke, 4 nothing "
    "played, 130 interrupted.";

CLI::App* FindCommand(CLI::App& app, std::string_view name) {
  const auto found = app.get_subcommands([&](CLI::App* one) { return one->get_name() == name; });
  return found.empty() ? nullptr : found.front();
}

void GroupOptions(CLI::App& command) {
  for (const OptionHelp& row : kHelpOfOptions) {
    for (const std::string_view name : row.options) {
      CLI::Option* const option = command.get_option_no_throw(std::string(name));
      if (option != nullptr && !option->get_group().empty()) option->group(std::string(row.group));
    }
  }
}

void DescribeCommand(CLI::App& command, std::string_view examples) {
  std::string footer;
  if (!examples.empty()) footer = "Examples:\n" + std::string(examples);
  command.footer(footer);
  GroupOptions(command);
  for (CLI::App* below : command.get_subcommands([](CLI::App*) { return true; })) {
    below->footer(footer);
    GroupOptions(*below);
  }
}

}  // namespace

void LayOutHelp(CLI::App& app) {
  for (const CommandHelp& row : kHelpOfCommands) {
    CLI::App* const command = FindCommand(app, row.name);
    if (command == nullptr) continue;
    command->group(std::string(row.group));
    if (row.name != "completion")
      DescribeCommand(*command, row.examples);  // that has its own footer
  }
  CLI::App* const run = FindCommand(app, "run");
  run->footer(run->get_footer() + "\n\n" + std::string(kExitStatusHelp));
  app.footer(
      "Examples:\n"
      "  aweber-conformance init && aweber-conformance run\n"
      "  aweber-conformance run --driver reference\n"
      "  aweber-conformance COMMAND --help\n\n" +
      std::string(kExitStatusHelp));
}

std::string WhereToBegin(bool has_settings) {
  std::string text = std::string("aweber-conformance ") + ProjectVersion() +
                     ": does your OAuth 2 client get AWeber's flow right?\n\n";
  if (has_settings) {
    text +=
        "This folder has an aweber-conformance.yaml:\n"
        "  aweber-conformance run                      drive the client through every scenario\n"
        "  aweber-conformance run 'refresh/**'         some of them\n";
  } else {
    text +=
        "Begin in your project's folder:\n"
        "  aweber-conformance init                     write an adapter and the settings\n"
        "  aweber-conformance run                      drive your client through every scenario\n\n"
        "See it work first:\n"
        "  aweber-conformance run --driver reference   the reference client\n";
  }
  return text +
         "\nAll commands: aweber-conformance --help. What this machine has: aweber-conformance "
         "doctor.\n";
}

}  // namespace aweber::conformance
