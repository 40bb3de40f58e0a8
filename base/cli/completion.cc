// Completion scripts for bash, zsh and fish. Each looks for the command among the words, then
// offers the values of the option before the cursor, the command's options, or its arguments.
#include <fmt/format.h>

#include <algorithm>

#include "base/cli/program_facts.h"

namespace aweber {
namespace {

using Hints = std::vector<CompletionHint>;

std::string HintFor(const Hints& hints, const OptionFacts& option) {
  for (const CompletionHint& hint : hints) {
    if (hint.value == option.value) return hint.command;
  }
  return "";
}

// "aweber-client" as a shell function's name.
std::string Function(const std::string& program) {
  std::string name = "_" + program;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string FirstWords(const std::string& command) {
  return fmt::format("$({} 2>/dev/null | cut -d' ' -f1)", command);
}

// What may follow directly: the commands one level below `path`.
std::vector<std::string> CommandsBelow(const ProgramFacts& program, const std::string& path) {
  const std::string prefix = path.empty() ? "" : path + " ";
  std::vector<std::string> below;
  for (const CommandFacts& command : program.commands) {
    if (command.path.empty() || !command.path.starts_with(prefix)) continue;
    const std::string rest = command.path.substr(prefix.size());
    if (rest.find(' ') == std::string::npos) below.push_back(rest);
  }
  return below;
}

// The two shells that are scripted alike differ in how words are offered.
struct Dialect {
  std::string_view offer;  // {}: the words
  std::string_view files;
};
constexpr Dialect kBash = {"COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))",
                           "COMPREPLY=($(compgen -f -- \"$cur\"))"};
constexpr Dialect kZsh = {"compadd -- {}", "_files"};

std::string Offer(const Dialect& dialect, const std::string& words) {
  return fmt::format(fmt::runtime(dialect.offer), words);
}

std::string OfferValue(const Dialect& dialect, const Hints& hints, const OptionFacts& option) {
  if (!option.choices.empty())
    return Offer(dialect, fmt::format("{}", fmt::join(option.choices, " ")));
  const std::string hint = HintFor(hints, option);
  return hint.empty() ? std::string(dialect.files) : Offer(dialect, FirstWords(hint));
}

// `case` arms that find the command path in the words typed so far.
std::string PathArms(const ProgramFacts& program) {
  std::string arms;
  for (const CommandFacts& command : program.commands) {
    if (command.path.empty()) continue;
    const std::size_t space = command.path.rfind(' ');
    const std::string parent = space == std::string::npos ? "" : command.path.substr(0, space);
    arms +=
        fmt::format("      '{}|{}') at='{}' ;;\n", parent,
                    command.path.substr(space == std::string::npos ? 0 : space + 1), command.path);
  }
  return arms;
}

std::string Body(const ProgramFacts& program, const Hints& hints, const Dialect& dialect) {
  std::string out;
  out += "  case \"$at|$prev\" in\n";
  for (const CommandFacts& command : program.commands) {
    for (const OptionFacts& option : command.options) {
      if (option.names.empty() || option.value.empty()) continue;
      std::string pattern;
      for (const std::string& name : option.names) {
        pattern += fmt::format("{}'{}|{}'", pattern.empty() ? "" : " | ", command.path, name);
      }
      out += fmt::format("    {}) {}; return ;;\n", pattern, OfferValue(dialect, hints, option));
    }
  }
  out += "  esac\n  case \"$at|$cur\" in\n";
  for (const CommandFacts& command : program.commands) {
    std::vector<std::string> flags;
    for (const OptionFacts& option : command.options) {
      flags.insert(flags.end(), option.names.begin(), option.names.end());
    }
    out += fmt::format("    '{}|-'*) {} ;;\n", command.path,
                       Offer(dialect, fmt::format("{}", fmt::join(flags, " "))));
    std::vector<std::string> below = CommandsBelow(program, command.path);
    const auto argument = std::find_if(command.options.begin(), command.options.end(),
                                       [](const OptionFacts& o) { return o.names.empty(); });
    if (!below.empty()) {
      out += fmt::format("    '{}|'*) {} ;;\n", command.path,
                         Offer(dialect, fmt::format("{}", fmt::join(below, " "))));
    } else if (argument != command.options.end()) {
      out +=
          fmt::format("    '{}|'*) {} ;;\n", command.path, OfferValue(dialect, hints, *argument));
    }
  }
  return out + "  esac\n";
}

std::string Bash(const ProgramFacts& program, const Hints& hints) {
  return fmt::format(
      "# bash completion for {0}. Made by `{0} completion bash`.\n"
      "{1}() {{\n"
      "  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} at='' word\n"
      "  COMPREPLY=()\n"
      "  for word in \"${{COMP_WORDS[@]:1:COMP_CWORD-1}}\"; do\n"
      "    case \"$at|$word\" in\n"
      "{2}    esac\n"
      "  done\n"
      "{3}"
      "}}\n"
      "complete -o filenames -F {1} {0}\n",
      program.name, Function(program.name), PathArms(program), Body(program, hints, kBash));
}

std::string Zsh(const ProgramFacts& program, const Hints& hints) {
  return fmt::format(
      "#compdef {0}\n"
      "# zsh completion for {0}. Made by `{0} completion zsh`.\n"
      "{1}() {{\n"
      "  local cur=$words[CURRENT] prev=$words[CURRENT-1] at='' word\n"
      "  for word in $words[2,CURRENT-1]; do\n"
      "    case \"$at|$word\" in\n"
      "{2}    esac\n"
      "  done\n"
      "{3}"
      "}}\n"
      "if [ \"$funcstack[1]\" = {1} ]; then {1} \"$@\"; else compdef {1} {0}; fi\n",
      program.name, Function(program.name), PathArms(program), Body(program, hints, kZsh));
}

std::string FishQuote(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "'";
}

std::string FishOption(const OptionFacts& option, const Hints& hints) {
  std::string out;
  for (const std::string& name : option.names) {
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.value.empty()) {
    const std::string hint = HintFor(hints, option);
    if (!option.choices.empty()) {
      out += " -x -a " + FishQuote(fmt::format("{}", fmt::join(option.choices, " ")));
    } else if (!hint.empty()) {
      out += " -x -a " + FishQuote(fmt::format("({} 2>/dev/null | string split -f1 ' ')", hint));
    } else {
      out += option.is_file ? " -r -F" : " -x";
    }
  }
  return out;
}

std::string Fish(const ProgramFacts& program, const Hints& hints) {
  std::string out =
      fmt::format("# fish completion for {0}. Made by `{0} completion fish`.\n", program.name);
  for (const CommandFacts& command : program.commands) {
    std::string when = "__fish_use_subcommand";
    if (!command.path.empty()) {
      when.clear();
      for (std::size_t at = 0; at < command.path.size();) {
        const std::size_t space = std::min(command.path.find(' ', at), command.path.size());
        when += fmt::format("{}__fish_seen_subcommand_from {}", when.empty() ? "" : "; and ",
                            command.path.substr(at, space - at));
        at = space + 1;
      }
    }
    const std::string begin = fmt::format("complete -c {} -n {}", program.name, FishQuote(when));
    const std::vector<std::string> below = CommandsBelow(program, command.path);
    for (const std::string& name : below) {
      const std::string path = command.path.empty() ? name : command.path + " " + name;
      const auto found = std::find_if(program.commands.begin(), program.commands.end(),
                                      [&](const CommandFacts& c) { return c.path == path; });
      out += fmt::format("{} -f -a {} -d {}\n", begin, name, FishQuote(found->about));
    }
    for (const OptionFacts& option : command.options) {
      const bool positional = option.names.empty();
      if (positional && !below.empty()) continue;
      const std::string how = FishOption(option, hints);
      if (positional && how == " -x") continue;  // nothing to offer
      out += fmt::format("{}{} -d {}\n", begin, how, FishQuote(option.help));
    }
  }
  return out;
}

}  // namespace

std::string CompletionScript(const ProgramFacts& program, const std::vector<CompletionHint>& hints,
                             std::string_view shell) {
  if (shell == "bash") return Bash(program, hints);
  if (shell == "zsh") return Zsh(program, hints);
  if (shell == "fish") return Fish(program, hints);
  return "";
}

}  // namespace aweber
