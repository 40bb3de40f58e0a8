// The manual page and the completions of a small program, word for word where it matters.
#include "base/cli/program_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aweber {
namespace {

using testing::HasSubstr;
using testing::Not;

ProgramFacts PieCutter() {
  OptionFacts file{{"-o", "--out"}, "FILE", "where the pieces go", "PIE_OUT", {}, true, false};
  OptionFacts when{{"--color"}, "TEXT", "", "", {"auto", "never"}, false, false};
  OptionFacts what{{}, "PIE", "which pie", "", {}, false, true};
  return {"pie-cutter",
          "pie-cutter 1.2",
          {{"", "Cuts pies. Twice.", "Exit status: 0 good.", {}},
           {"cut", ".cuts a pie\\", "Exit status: 0 good.", {file, when, what}},
           {"box", "boxes", "", {}},
           {"box open", "opens one", "", {when}}}};
}

TEST(ManPage, SaysWhatTheCommandLineSays) {
  EXPECT_EQ(ManPage(PieCutter()),
            ".TH PIE\\-CUTTER 1 \"\" \"pie\\-cutter 1.2\" \"User Commands\"\n"
            ".SH NAME\npie\\-cutter \\- Cuts pies\n"
            ".SH SYNOPSIS\n.B pie\\-cutter\n"
            "\\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n"
            ".SH DESCRIPTION\nCuts pies. Twice.\n"
            ".SH OPTIONS\n"
            ".SH COMMANDS\n"
            ".SS cut\n\\&.cuts a pie\\e\n"
            ".TP\n\\fB\\-o\\fR, \\fB\\-\\-out\\fR \\fIFILE\\fR\n"
            "where the pieces go Environment: PIE_OUT.\n"
            ".TP\n\\fB\\-\\-color\\fR \\fITEXT\\fR\nOne of: auto, never.\n"
            ".TP\n\\fIPIE\\fR\nwhich pie\n"
            ".SS box\nboxes\n"
            ".SS box open\nopens one\n"
            ".TP\n\\fB\\-\\-color\\fR \\fITEXT\\fR\nOne of: auto, never.\n"
            ".SH NOTES\n.PP\n.nf\nExit status: 0 good.\n.fi\n");
}

TEST(Completion, BashOffersValuesFlagsCommandsAndHints) {
  const std::string script = CompletionScript(PieCutter(), {{"PIE", "pie-cutter list"}}, "bash");
  EXPECT_THAT(script, HasSubstr("      '|cut') at='cut' ;;\n"));
  EXPECT_THAT(script, HasSubstr("      'box|open') at='box open' ;;\n"));
  EXPECT_THAT(script, HasSubstr("    'cut|--color') COMPREPLY=($(compgen -W \"auto never\" -- "
                                "\"$cur\")); return ;;\n"));
  EXPECT_THAT(script, HasSubstr("    'cut|-o' | 'cut|--out') COMPREPLY=($(compgen -f"));
  EXPECT_THAT(script, HasSubstr("    'cut|'*) COMPREPLY=($(compgen -W \"$(pie-cutter list "
                                "2>/dev/null | cut -d' ' -f1)\" -- \"$cur\")) ;;\n"));
  EXPECT_THAT(script, HasSubstr("    '|'*) COMPREPLY=($(compgen -W \"cut box\""));
  EXPECT_THAT(script, HasSubstr("    'cut|-'*) COMPREPLY=($(compgen -W \"-o --out --color\""));
}

TEST(Completion, ZshAndFishKnowTheSame) {
  const std::string zsh = CompletionScript(PieCutter(), {}, "zsh");
  EXPECT_TRUE(zsh.starts_with("#compdef pie-cutter\n"));
  EXPECT_THAT(zsh, HasSubstr("    'cut|--color') compadd -- auto never; return ;;\n"));
  EXPECT_THAT(zsh, HasSubstr("    'cut|-o' | 'cut|--out') _files; return ;;\n"));
  EXPECT_THAT(zsh, Not(HasSubstr("path=")));  // that is zsh's PATH
  const std::string fish = CompletionScript(PieCutter(), {{"PIE", "pie-cutter list"}}, "fish");
  EXPECT_THAT(fish, HasSubstr("complete -c pie-cutter -n '__fish_use_subcommand' -f -a box -d "
                              "'boxes'\n"));
  EXPECT_THAT(fish, HasSubstr("-n '__fish_seen_subcommand_from cut' -s o -l out -r -F -d "
                              "'where the pieces go'\n"));
  EXPECT_THAT(fish, HasSubstr("-x -a '(pie-cutter list 2>/dev/null | string split -f1 \\' \\')'"));
  EXPECT_EQ(CompletionScript(PieCutter(), {}, "tcsh"), "");
}

}  // namespace
}  // namespace aweber
