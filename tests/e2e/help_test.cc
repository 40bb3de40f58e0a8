// What the three programs say of themselves on their command lines: every help text, its groups and
// examples, and --version.
#include <gmock/gmock.h>

#include <regex>
#include <set>
#include <string>

#include "base/version.h"
#include "tests/e2e/runner_process.h"

namespace aweber {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kPrograms[] = {"aweber-conformance", "aweber-mockserver", "aweber-client"};

Ran Say(const std::string& program, const std::string& words) {
  return RunToEnd(words, ProgramPath(program));
}

// The fish completions hold each command and option with its text: complete ... -d 'TEXT'.
TEST(Help, EveryTextIsThereAndEndsWithAFullStop) {
  for (const char* program : kPrograms) {
    const std::string script = Say(program, "completion fish").output;
    const std::regex row("complete -c [^\n]* -d '((?:[^'\\\\]|\\\\.)*)'\n");
    int rows = 0;
    for (std::sregex_iterator at(script.begin(), script.end(), row), end; at != end; ++at, ++rows) {
      const std::string text = (*at)[1];
      EXPECT_TRUE(text.ends_with(".")) << program << ": " << at->str();
      EXPECT_GT(text.size(), 5u) << program << ": " << at->str();
    }
    EXPECT_GT(rows, 20) << program;
  }
}

// An option that takes one of a few words says which is taken without it.
TEST(Help, ChoicesNameTheirDefault) {
  // "  --format TEXT:{text,json}   How it is written (default text)."; the text may begin below.
  const std::regex row("\n  (-[^\n]*\\{[^}\n]*\\}[^\n]*(?:\n {10,}[^\n]*)?)");
  int rows = 0;
  for (const char* program : kPrograms) {
    const std::string fish = Say(program, "completion fish").output;
    const std::regex command("__fish_seen_subcommand_from ([a-z]+)");
    std::set<std::string> commands;
    for (std::sregex_iterator at(fish.begin(), fish.end(), command), end; at != end; ++at) {
      commands.insert((*at)[1]);
    }
    for (const std::string& name : commands) {
      const std::string help = Say(program, "help " + name).output;
      for (std::sregex_iterator at(help.begin(), help.end(), row), end; at != end; ++at, ++rows) {
        EXPECT_TRUE(std::regex_search(at->str(), std::regex("default|when it has a secret")))
            << program << " " << name << at->str();
      }
    }
  }
  EXPECT_GT(rows, 15);
}

TEST(Help, CommandsAndOptionsStandInGroupsWithExamples) {
  const std::string all = Say("aweber-conformance", "--help").output;
  for (const char* words : {"\nBegin:\n", "\nLook closer:\n", "\nSaved runs:\n",
                            "\nThis machine, this shell:\n", "\nExamples:\n", "Exit status: 0 "}) {
    EXPECT_THAT(all, HasSubstr(words));
  }
  EXPECT_THAT(all, Not(HasSubstr("Subcommands:"))) << "give it a row in conformance/cli/help.cc";
  const std::string run = Say("aweber-conformance", "run --help").output;
  for (const char* words : {"\nWhich scenarios:\n", "\nThe client under test:\n", "\nReports:\n",
                            "\nExamples:\n  aweber-conformance run ", "Exit status: 0 "}) {
    EXPECT_THAT(run, HasSubstr(words));
  }
  const std::regex own("\nOptions:\n  -h,--help [^\n]*\n\n");
  EXPECT_TRUE(std::regex_search(run, own)) << "give it a row in conformance/cli/help.cc\n" << run;
  EXPECT_THAT(Say("aweber-mockserver", "serve --help").output, HasSubstr("\nWhere it listens:\n"));
}

TEST(Help, TheRunnerAloneSaysWhereToBegin) {
  const Ran alone = Say("aweber-conformance", "");
  EXPECT_EQ(alone.status, 2);
  EXPECT_THAT(alone.output, HasSubstr("Begin in your project's folder:\n"
                                      "  aweber-conformance init "));
}

TEST(Help, VersionNamesTheBuildAndTheLibraries) {
  for (const char* program : kPrograms) {
    const Ran version = Say(program, "--version");
    EXPECT_EQ(version.status, 0);
    EXPECT_THAT(version.output, StartsWith(std::string(program) + " " + ProjectVersion() + "\n"));
    const std::regex rest(
        "\nBuild: .*[0-9]+\\.[0-9]+\\.[0-9]+, .*\\.\nLibraries: OpenSSL 3\\..*\\.\n");
    EXPECT_TRUE(std::regex_search(version.output, rest)) << version.output;
  }
}

}  // namespace
}  // namespace aweber
