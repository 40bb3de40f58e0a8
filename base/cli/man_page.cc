// The manual page, in the macros of man(7).
#include <fmt/format.h>

#include "base/cli/program_facts.h"

namespace aweber {
namespace {

// Text as troff takes it: no line is taken for a request, a hyphen can be searched for and copied.
std::string Plain(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Heading(const OptionFacts& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", Plain(name));
  }
  if (names.empty()) return fmt::format("\\fI{}\\fR", Plain(option.value));
  if (option.value.empty()) return names;
  return fmt::format("{} \\fI{}\\fR", names, Plain(option.value));
}

std::string Describe(const OptionFacts& option) {
  std::string text = option.help;
  if (!option.choices.empty()) {
    text += fmt::format("{}One of: {}.", text.empty() ? "" : " ", fmt::join(option.choices, ", "));
  }
  if (!option.environment.empty()) {
    text += fmt::format("{}Environment: {}.", text.empty() ? "" : " ", option.environment);
  }
  return text.empty() ? "See the description above." : text;
}

void AppendOptions(const CommandFacts& command, std::string& out) {
  for (const OptionFacts& option : command.options) {
    out += fmt::format(".TP\n{}\n{}\n", Heading(option), Plain(Describe(option)));
  }
}

// A footer's lines stay lines: they are examples and tables.
void AppendFooter(const std::string& footer, std::string& out) {
  if (!footer.empty()) out += fmt::format(".PP\n.nf\n{}\n.fi\n", Plain(footer));
}

}  // namespace

std::string ManPage(const ProgramFacts& program) {
  const CommandFacts& top = program.commands.front();
  std::string upper;
  for (const char c : program.name) upper += (c >= 'a' && c <= 'z') ? char(c - 'a' + 'A') : c;
  std::string out =
      fmt::format(".TH {} 1 \"\" \"{}\" \"User Commands\"\n", Plain(upper), Plain(program.version));
  const std::string first = top.about.substr(0, top.about.find('.'));
  out += fmt::format(".SH NAME\n{} \\- {}\n", Plain(program.name), Plain(first));
  out += fmt::format(
      ".SH SYNOPSIS\n.B {}\n\\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n",
      Plain(program.name));
  out += fmt::format(".SH DESCRIPTION\n{}\n", Plain(top.about));
  out += ".SH OPTIONS\n";
  AppendOptions(top, out);
  out += ".SH COMMANDS\n";
  for (const CommandFacts& command : program.commands) {
    if (command.path.empty()) continue;
    out += fmt::format(".SS {}\n{}\n", Plain(command.path), Plain(command.about));
    AppendOptions(command, out);
    if (command.footer != top.footer) AppendFooter(command.footer, out);
  }
  if (!top.footer.empty()) {
    out += ".SH NOTES\n";
    AppendFooter(top.footer, out);
  }
  return out;
}

}  // namespace aweber
