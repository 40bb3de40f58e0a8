// What a program says of itself on its command line, as plain data: from it come its man page and
// its completions, so that neither is written by hand.
//
//     app.add_subcommand(...)...;
//     AddPageCommands(app, hints, [&](std::string text) { ... });   // `completion SHELL`, `man`
//
// Ownership, thread safety: values; pure functions over a command line that is complete.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace aweber {

struct OptionFacts {
  std::vector<std::string> names;  // "-j", "--jobs"; empty for a positional
  std::string value;               // "FILE", "TEXT", a positional's name; "" for a flag
  std::string help;
  std::string environment;           // the variable that says the same, or ""
  std::vector<std::string> choices;  // the values it takes, when they are a list
  bool is_file = false;
  bool required = false;
};

struct CommandFacts {
  std::string path;  // "run", "baseline update"; "" for the program itself
  std::string about;
  std::string footer;
  std::vector<OptionFacts> options;
};

struct ProgramFacts {
  std::string name;
  std::string version;                 // "aweber-client 1.2.3"
  std::vector<CommandFacts> commands;  // the program itself first
};

// Where the words for a value come from: the first word of each line that `command` prints.
struct CompletionHint {
  std::string value;    // OptionFacts::value
  std::string command;  // "aweber-conformance list"
};

ProgramFacts ReadProgram(const CLI::App& app);

// troff for man(1), section 1.
std::string ManPage(const ProgramFacts& program);

// `shell` is bash, zsh or fish; "" for another.
std::string CompletionScript(const ProgramFacts& program, const std::vector<CompletionHint>& hints,
                             std::string_view shell);

// Gives a program --help and --version, which prints `version`. Call it before commands are added,
// which inherit it.
void DescribeFlags(CLI::App& app, const std::string& version);

// Adds `completion SHELL` and the hidden `man`, which print with `print`. Call it last.
void AddPageCommands(CLI::App& app, std::vector<CompletionHint> hints,
                     std::function<void(const std::string&)> print);

}  // namespace aweber
