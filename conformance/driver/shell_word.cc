#include "conformance/driver/shell_word.h"

#include <fmt/format.h>

#include <vector>

namespace aweber::conformance {

std::string ShellWord(std::string_view line) {
  char quote = 0;
  std::vector<std::string> words{""};
  for (const char c : line) {
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote == 0 && c == ' ') {
      words.emplace_back();
      continue;
    }
    words.back() += quote != 0 && c != quote ? '_' : c;
  }
  const std::size_t name = words.front().find_first_not_of(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
  if (name != std::string::npos && name > 0 && words.front()[name] == '=') return words.front();
  for (const std::string& word : words) {
    for (const std::string_view acted : {"&&", "||", "|", ";", ">", "<", "&", "2>&1"}) {
      if (word == acted) return word;
    }
  }
  return "";
}

std::string NeedsShell(std::string_view word) {
  return fmt::format(
      "{} is for a shell, and the command is started without one; write /bin/sh -c "
      "'...', or give variables by \"env\"",
      word);
}

}  // namespace aweber::conformance
