// What a program built on CLI11 says to a command line that it cannot read.
//
// Purpose: CLI11 answers a misspelt command with "A subcommand is required". This names the word
//   that was taken for one and the nearest that exists, and the flag that an unknown one may mean:
//       app.failure_message(CommandLineFailure);
// Ownership, thread safety: one pure function.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/text/nearest_word.h"
#include "base/text/yaml.h"

namespace aweber {

inline std::string CommandLineFailure(const CLI::App* app, const CLI::Error& error) {
  const CLI::App* at = app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  const std::vector<std::string> rest = app->remaining(true);
  const bool wants_command = at->get_require_subcommand_min() > 0;
  if (!wants_command) {
    std::string text = CLI::FailureMessage::simple(app, error);
    if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return text;
    std::vector<std::string> flags;
    for (const CLI::Option* option : at->get_options()) {
      for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
    }
    for (const std::string& word : rest) {
      const std::string name = word.substr(0, word.find('='));
      if (!name.starts_with("--")) continue;
      const std::string nearest = NearestWord(name, flags);
      if (!nearest.empty()) return text + "For " + name + ": did you mean " + nearest + "?\n";
    }
    return text;
  }
  std::vector<std::string> known;
  std::string list;
  for (const CLI::App* command : at->get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_group().empty()) continue;  // not for people
    known.push_back(command->get_name());
    list += (list.empty() ? "" : ", ") + known.back();
  }
  if (rest.empty()) return "a command is missing; one of: " + list + ". See --help\n";
  const std::string& word = rest.front();
  if (word.front() == '-') {
    return "the command is missing before " + word + "; one of: " + list + "\n";
  }
  const std::string nearest = NearestWord(word, known);
  return "there is no command '" + word + "'; " +
         (nearest.empty() ? "one of: " + list : "did you mean '" + nearest + "'?") + "\n";
}

}  // namespace aweber
