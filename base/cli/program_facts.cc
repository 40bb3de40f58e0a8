#include "base/cli/program_facts.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "base/text/nearest_word.h"

namespace aweber {
namespace {

// CLI11 writes a list of values into the type's name: "TEXT:{auto,always,never}".
std::vector<std::string> ChoicesIn(const std::string& type) {
  const std::size_t open = type.find('{'), close = type.find('}', open);
  std::vector<std::string> choices;
  if (open == std::string::npos || close == std::string::npos) return choices;
  for (std::size_t at = open + 1; at < close;) {
    const std::size_t comma = std::min(type.find(',', at), close);
    choices.push_back(type.substr(at, comma - at));
    at = comma + 1;
  }
  return choices;
}

OptionFacts ReadOption(const CLI::Option& option) {
  OptionFacts facts;
  for (const std::string& name : option.get_snames()) facts.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) facts.names.push_back("--" + name);
  const std::string type = option.get_type_name();
  facts.choices = ChoicesIn(type);
  if (facts.names.empty()) {
    facts.value = option.get_single_name();
  } else if (option.get_items_expected_max() > 0) {
    facts.value = type.substr(0, type.find(':'));
    if (facts.value.empty()) facts.value = "VALUE";
  }
  facts.help = option.get_description();
  facts.environment = option.get_envname();
  facts.required = option.get_required();
  for (const std::string_view word : {"FILE", "DIR"}) {
    facts.is_file |= facts.value.find(word) != std::string::npos;
  }
  return facts;
}

CommandFacts ReadCommand(const CLI::App& app, const std::string& path) {
  CommandFacts facts{path, app.get_description(), app.get_footer(), {}};
  for (const CLI::Option* option : app.get_options()) {
    const bool hidden = option->get_group().empty();
    if (!hidden) facts.options.push_back(ReadOption(*option));
  }
  return facts;
}

void ReadCommands(const CLI::App& app, const std::string& path, std::vector<CommandFacts>& out) {
  out.push_back(ReadCommand(app, path));
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_group().empty()) continue;
    ReadCommands(*command, path.empty() ? command->get_name() : path + " " + command->get_name(),
                 out);
  }
}

}  // namespace

ProgramFacts ReadProgram(const CLI::App& app) {
  const std::string version = app.version();
  ProgramFacts facts{app.get_name(), version.substr(0, version.find('\n')), {}};
  ReadCommands(app, "", facts.commands);
  return facts;
}

void DescribeFlags(CLI::App& app, const std::string& version) {
  app.set_help_flag("-h,--help", "Print this help and exit.");
  app.set_version_flag("--version", version,
                       "Print the version, the build and the libraries, and exit.");
}

namespace {

// `help`, `help run`, `help baseline update`: what --help of that command prints.
void AddHelpCommand(CLI::App& app, const std::function<void(const std::string&)>& print) {
  CLI::App* help = app.add_subcommand("help", "Print the help of a command.");
  const auto words = std::make_shared<std::vector<std::string>>();
  help->add_option("COMMAND", *words, "Its words; none: the program's own help.");
  help->callback([&app, words, print] {
    CLI::App* at = &app;
    std::string name = app.get_name();
    for (const std::string& word : *words) {
      CLI::App* next = nullptr;
      std::vector<std::string> known;
      for (CLI::App* one : at->get_subcommands([](const CLI::App*) { return true; })) {
        if (one->get_group().empty()) continue;
        known.push_back(one->get_name());
        if (word == one->get_name()) next = one;
      }
      if (next == nullptr) {
        const std::string nearest = NearestWord(word, known);
        throw CLI::ValidationError(
            fmt::format("help: there is no command '{}'; {}", word,
                        nearest.empty() ? fmt::format("one of: {}", fmt::join(known, ", "))
                                        : fmt::format("did you mean '{}'?", nearest)));
      }
      at = next;
      name += " " + word;
    }
    // Not App::help(): that answers for the command that was given, which is `help`.
    print(app.get_formatter()->make_help(at, name, CLI::AppFormatMode::Normal));
  });
}

}  // namespace

void AddPageCommands(CLI::App& app, std::vector<CompletionHint> hints,
                     std::function<void(const std::string&)> print) {
  AddHelpCommand(app, print);
  CLI::App* completion =
      app.add_subcommand("completion", "Print the shell's completion script: bash, zsh or fish.");
  completion->add_option("SHELL", "The shell.")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer(
      fmt::format("For this shell: source <({0} completion bash)\n"
                  "For every shell: {0} completion bash > "
                  "~/.local/share/bash-completion/completions/{0}",
                  app.get_name()));
  completion->callback([&app, completion, hints = std::move(hints), print] {
    print(CompletionScript(ReadProgram(app), hints,
                           completion->get_option("SHELL")->as<std::string>()));
  });
  CLI::App* man = app.add_subcommand("man", "Print the manual page (troff).")->group("");
  man->callback([&app, print = std::move(print)] { print(ManPage(ReadProgram(app))); });
}

}  // namespace aweber
