// What a program built on CLI11 says to a command line that it cannot read.
//
// Purpose: CLI11 answers a misspelt command with "A subcommand is required". This names the word
//   that was taken for one and the nearest that exists, and the flag that an unknown one may mean:
//       app.failure_message(CommandLineFailure);
// Ownership, thread safety: one pure function.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/nearest_word.h"
#include "base/text/yaml.h"

namespace aweber {

// "0.1" of "0.100000".
inline std::string ShortNumber(std::string number) {
  if (number.find('.') == std::string::npos) return number;
  while (number.ends_with('0')) number.pop_back();
  if (number.ends_with('.')) number.pop_back();
  return number;
}

// CLI11's "--color: alwyas not in {auto,always,never}" and "--repeat: Value 0 not in range 1 to 9"
// (newer ones: "[1 - 9]") in our words; others as they are.
inline std::string WrongValue(const std::string& words) {
  const std::size_t colon = words.find(": ");
  const std::size_t set = words.find(" not in {"), range = words.find(" not in range ");
  const std::size_t end = std::min(set, range);
  if (colon == std::string::npos || end == std::string::npos || colon > end) return words;
  std::string value = words.substr(colon + 2, end - colon - 2);
  if (value.starts_with("Value ")) value = value.substr(6);
  std::string text = words.substr(0, colon) + ": must be ";
  if (range < set) {
    std::string bounds = words.substr(range + std::string_view(" not in range ").size());
    if (bounds.starts_with('[')) bounds = bounds.substr(1, bounds.find(']') - 1);
    const std::string_view between = bounds.find(" - ") == std::string::npos ? " to " : " - ";
    const std::size_t middle = std::min(bounds.find(between), bounds.size());
    const std::string least = ShortNumber(bounds.substr(0, middle));
    const std::string most =
        ShortNumber(bounds.substr(std::min(middle + between.size(), bounds.size())));
    constexpr std::size_t kNoLimit = 20;  // digits: the largest number that there is
    return text +
           (most.size() > kNoLimit ? "more than " + least : "from " + least + " to " + most) +
           ", not " + value;
  }
  text += "one of ";
  std::vector<std::string> known;
  const std::size_t begin = set + std::string_view(" not in {").size();
  for (std::size_t at = begin; at < words.size() && words[at] != '}';) {
    const std::size_t next = std::min(words.find_first_of(",}", at), words.size());
    known.push_back(words.substr(at, next - at));
    text += (at == begin ? "" : ", ") + known.back();
    at = next + (next < words.size() && words[next] == ',' ? 1 : 0);
  }
  const std::string nearest = NearestWord(value, known);
  return text + ", not '" + value + "'" +
         (nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
}

// What is wrong with a command that was found. `rest`: the words that nobody wanted.
inline std::string WrongArgument(const CLI::App& command, const std::vector<std::string>& rest,
                                 const CLI::Error& error) {
  const auto code = static_cast<CLI::ExitCodes>(error.get_exit_code());
  std::string words = error.what();
  const auto before = [&](std::string_view part) { return words.substr(0, words.find(part)); };
  if (code == CLI::ExitCodes::RequiredError) return before(" is required") + " is missing";
  if (code == CLI::ExitCodes::ArgumentMismatch) {
    // "--jobs: 1 required INT missing".
    return words.ends_with(" missing") ? before(": ") + ": its value is missing" : words;
  }
  if (code == CLI::ExitCodes::ValidationError) return WrongValue(words);
  if (code != CLI::ExitCodes::ExtrasError || rest.empty()) return words;
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  // A flag that is not known leaves its value over, too: the flag is the mistake.
  for (const std::string& word : rest) {
    const std::string name = word.substr(0, word.find('='));
    if (!name.starts_with('-')) continue;
    const std::string nearest = name.starts_with("--") ? NearestWord(name, flags) : "";
    return name + ": " +
           (nearest.empty() ? "there is no such flag" : "did you mean " + nearest + "?");
  }
  return "'" + rest.front() + "' is one word too many; quote what belongs together";
}

inline std::string CommandLineFailure(const CLI::App* app, const CLI::Error& error) {
  const CLI::App* at = app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  const std::vector<std::string> rest = app->remaining(true);
  const bool wants_command = at->get_require_subcommand_min() > 0;
  if (!wants_command) {
    return WrongArgument(*at, rest, error) + "\nRun with --help for more information.\n";
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
