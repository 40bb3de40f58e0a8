// Broken clients through the real program: who does nothing passes nothing, and pages are judged.
// script/mutants has the whole matrix.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/os/file.h"
#include "base/text/json.h"
#include "tests/integration/client/program.h"
#include "tests/support/paths.h"

namespace aweber {
namespace {

using client::Program;

const std::string kRunner = ProgramPath("aweber-conformance");
const std::string kMutants = ProgramPath("mutant-client");
const std::string kSteadiness = SourcePath("script/steadiness.py");
const std::string kProgramFolder = ProgramPath("");

class BrokenClients : public testing::Test {
 protected:
  BrokenClients() : directory_(MakeTempDirectory("broken-clients").value()) {}
  ~BrokenClients() override { std::filesystem::remove_all(directory_); }

  // The json report's cases of one run.
  Json Run(std::vector<std::string> arguments) {
    const std::string report = directory_ + "/report.json";
    std::vector<std::string> argv = {kRunner, "run", "--no-preflight", "-j", "4"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    argv.insert(argv.end(), {"--report", "json=" + report});
    Program suite(argv);
    suite.Finish();
    const auto text = ReadFile(report);
    EXPECT_TRUE(text.ok()) << suite.out() << suite.err();
    const auto parsed = ParseJson(text ? *text : "{}");
    return parsed ? parsed->value("cases", Json::array()) : Json::array();
  }

  // A --driver-config for the small client as a web application.
  std::string Webapp(const std::string& deviation) {
    std::vector<std::string> argv = {kMutants, "--webapp-config"};
    if (!deviation.empty()) argv.insert(argv.end(), {"--deviation", deviation});
    Program program(argv);
    EXPECT_EQ(program.Finish(), 0) << program.err();
    const std::string file = directory_ + "/webapp.yaml";
    EXPECT_TRUE(WriteFileAtomically(file, program.out()).ok());
    return file;
  }

  std::string directory_;
};

std::string Text(const Json& object, const char* member) { return object.value(member, ""); }

// Scenario ids whose cases may not pass without being provoked: they have a control.
std::set<std::string> Negatives() {
  Program list({kRunner, "list", "--format", "json"});
  list.Finish();
  std::set<std::string> negatives;
  const auto scenarios = ParseJson(list.out());
  if (!scenarios) return negatives;
  for (const Json& scenario : *scenarios) {
    if (!Text(scenario, "control").empty()) negatives.insert(Text(scenario, "id"));
  }
  return negatives;
}

struct Idle {
  const char* deviation;
  const char* profile;
  const char* but = "";  // a folder whose negatives end on the server's error page
};
void PrintTo(const Idle& idle, std::ostream* out) { *out << idle.deviation << idle.profile; }

class IdleClients : public BrokenClients, public testing::WithParamInterface<Idle> {};

TEST_P(IdleClients, PassNotOneNegative) {
  const std::set<std::string> negatives = Negatives();
  ASSERT_GT(negatives.size(), 60u);
  const Json cases = Run({"--profile", GetParam().profile, "--driver",
                          kMutants + " --deviation " + GetParam().deviation});
  EXPECT_GT(cases.size(), 150u);
  for (const Json& one : cases) {
    const std::string but = GetParam().but;
    if (!negatives.contains(Text(one, "id"))) continue;
    if (!but.empty() && Text(one, "id").starts_with(but)) continue;
    const std::string outcome = Text(one, "outcome");
    EXPECT_TRUE(outcome != "pass" && outcome != "warn") << Text(one, "id") << " " << outcome;
  }
}

constexpr Idle kIdle[] = {{"do-nothing", "aweber"},
                          {"do-nothing", "rfc6749"},
                          {"do-nothing", "rfc9700"},
                          {"refuse-all", "aweber", "authorize/"}};
INSTANTIATE_TEST_SUITE_P(All, IdleClients, testing::ValuesIn(kIdle));

const char* const kPages[] = {
    "authorize/link-present",      "callback/error-desc-xss", "callback/favicon-noise",
    "callback/login-csrf",         "callback/loopback-close", "callback/open-redirect-next",
    "callback/page-leaks-nothing", "callback/state-replay",   "refresh/two-processes"};

TEST_F(BrokenClients, PagesOfACorrectApplicationAreAccusedOfNothing) {
  std::vector<std::string> arguments(std::begin(kPages), std::end(kPages));
  arguments.insert(arguments.end(), {"--driver-kind", "webapp", "--driver-config", Webapp("")});
  const Json cases = Run(arguments);
  EXPECT_EQ(cases.size(), std::size(kPages));
  for (const Json& one : cases) {
    EXPECT_EQ(Text(one, "outcome"), "pass") << Text(one, "id") << ": " << Text(one, "reason");
  }
}

struct BrokenPage {
  const char* deviation;
  const char* check;
};
void PrintTo(const BrokenPage& page, std::ostream* out) { *out << page.deviation; }

class BrokenPages : public BrokenClients, public testing::WithParamInterface<BrokenPage> {};

TEST_P(BrokenPages, FailTheirCheckAndNoOther) {
  std::vector<std::string> arguments(std::begin(kPages), std::end(kPages));
  arguments.insert(arguments.end(),
                   {"--driver-kind", "webapp", "--driver-config", Webapp(GetParam().deviation)});
  std::set<std::string> failed;
  for (const Json& one : Run(arguments)) {
    for (const Json& check : one.value("checks", Json::array())) {
      const std::string outcome = Text(check, "outcome");
      if (outcome == "fail" || outcome == "warn") failed.insert(Text(check, "id"));
    }
  }
  EXPECT_EQ(failed, std::set<std::string>{GetParam().check});
}

constexpr BrokenPage kBrokenPages[] = {{"page-repeats-markup", "cb-sanitise"},
                                       {"page-keeps-code", "cb-leak-free"},
                                       {"page-loads-script", "cb-no-third-party"},
                                       {"page-forwards", "cb-open-redirect"},
                                       {"listener-stays-open", "cb-loopback-close"}};
INSTANTIATE_TEST_SUITE_P(All, BrokenPages, testing::ValuesIn(kBrokenPages));

// The meta-test of the matrix: each check is failed by a broken client that exists.
TEST(Mutants, EveryCheckHasOne) {
  Program list({kMutants, "--list-json"});
  EXPECT_EQ(list.Finish(), 0);
  std::map<std::string, int> mutants;
  for (const Json& mutant : ParseJson(list.out()).value()) ++mutants[Text(mutant, "check")];
  // What only a web application can get wrong has its mistakes there...
  const auto webapps = ParseJson(ReadFile(SourcePath("tests/webapps/table.json")).value());
  for (const Json& mistake : (*webapps)["deviations"]) ++mutants[Text(mistake, "check")];
  // ...and what only several processes can, there.
  const auto races = ParseJson(ReadFile(SourcePath("tests/races/table.json")).value());
  for (const Json& row : (*races)["racy"]) ++mutants[Text(row, "check")];
  Program checks({kRunner, "list", "--checks", "--format", "json"});
  EXPECT_EQ(checks.Finish(), 0);
  const Json all = ParseJson(checks.out()).value();
  EXPECT_GT(all.size(), 90u);
  for (const Json& check : all) EXPECT_GT(mutants[Text(check, "id")], 0) << Text(check, "id");
}

// script/steadiness at work, on a few scenarios.
TEST(Steadiness, TheSameClientComesOutTheSame) {
  Program compare({"/usr/bin/python3", kSteadiness, "--bin", kProgramFolder, "--runs", "3",
                   "callback/state-*", "refresh/rotated"});
  EXPECT_EQ(compare.Finish(), 0) << compare.out() << compare.err();
  EXPECT_NE(compare.out().find("3 runs, "), std::string::npos) << compare.out();
  EXPECT_NE(compare.out().find(" 0 of them unsteady"), std::string::npos) << compare.out();
}

// It says so where outcomes differ: a client that compares state with one of the two seeds only.
TEST(Steadiness, ADifferenceIsTold) {
  const std::string directory = MakeTempDirectory("unsteady").value();
  const std::string client = directory + "/client";
  const std::string script =
      "#!/bin/sh\n"
      "if tr '\\0' ' ' </proc/$PPID/cmdline | grep -q -e '--seed 1002'; then\n  exec " +
      kMutants + "\nfi\nexec " + kMutants + " --deviation skip-state\n";
  ASSERT_TRUE(WriteFileAtomically(client, script).ok());
  std::filesystem::permissions(client, std::filesystem::perms::owner_all);
  Program compare({"/usr/bin/python3", kSteadiness, "--bin", kProgramFolder, "--runs", "2",
                   "--driver", client, "callback/state-mismatch"});
  EXPECT_EQ(compare.Finish(), 1) << compare.out() << compare.err();
  EXPECT_NE(compare.out().find("UNSTEADY callback/state-mismatch"), std::string::npos)
      << compare.out();
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace aweber
