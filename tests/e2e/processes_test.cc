// The process driver with small programs: races are played and judged, and nothing is left, also
// when the runner itself is killed.
#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <tuple>

#include "conformance/driver/process_table.h"
#include "tests/e2e/runner_process.h"

namespace aweber {
namespace {

class ProcessesTest : public RunnerTest {
 protected:
  // A configuration for a program of tests/races.
  std::string Config(const std::string& program, const std::string& login = "login") const {
    const auto words = [&](const std::string& command) {
      return fmt::format("[/usr/bin/python3, -I, -S, {}, {}, {}]", SourcePath("tests/races/cli.py"),
                         program, command);
    };
    return Write(
        "cli.yaml",
        "env: {TOKEN_URL: \"${token_url}\", AUTHORIZE_URL: \"${authorize_url}\", API_URL: "
        "\"${api_url}\", CLIENT_ID: \"${client_id}\", CLIENT_SECRET: \"${client_secret}\", "
        "REDIRECT_URI: \"${redirect_uri}\"}\n"
        "login: {command: " +
            words(login) +
            ", kind: prompt}\n"
            "call: {command: " +
            words("lists") +
            "}\n"
            "store: [.racy]\n"
            "within: 60s\n");
  }
  Outcomes Play(const std::string& scenario, const std::string& config) const {
    const Ran ran = RunToEnd("run '" + scenario +
                             "' --no-preflight --driver-kind process "
                             "--driver-config " +
                             config +
                             " --scheme http --seed 1 "
                             "--report json=" +
                             File("report.json"));
    const Outcomes outcomes = OutcomesOf(File("report.json"));
    EXPECT_FALSE(outcomes.empty()) << ran.output;
    return outcomes;
  }
};

TEST_F(ProcessesTest, ACorrectProgramIsAccusedOfNothing) {
  const std::string config = Config("flock");
  EXPECT_EQ(Play("processes/one", config), (Outcomes{{"processes/one", "pass"}}));
  EXPECT_EQ(Play("processes/at-once[two,revokes]", config),
            (Outcomes{{"processes/at-once[two,revokes]", "pass"}}));
}

TEST_F(ProcessesTest, ARacyProgramIsCaught) {
  EXPECT_EQ(Play("processes/at-once[two,revokes]", Config("no-lock")),
            (Outcomes{{"processes/at-once[two,revokes]", "fail"}}));
}

// The reference client as the command line it is: its store does all of this right. In parts, so that
// a slow machine has time for each.
class ReferenceStore : public RunnerTest,
                       public testing::WithParamInterface<std::tuple<const char*, const char*>> {};

TEST_P(ReferenceStore, PassesEveryScenarioOfSeveralProcesses) {
  const auto& [profile, shard] = GetParam();
  std::string text = ReadFile(SourcePath("examples/process/aweber_client.yaml")).value();
  if (std::string(profile) == "rfc9700") {
    // Recommended there (RFC 9700 §2.1.1), and refused by AWeber.
    const std::string env = "\nenv:\n";
    text.replace(text.find(env), env.size(), env + "  AWEBER_CLIENT_PKCE: always\n");
  }
  const std::string command = fmt::format(
      "{} run 'processes/**' --profile {} --shard {} --driver-kind process --driver-config {} "
      "--scheme http --seed 1 --strict --strict-errors -j 2 --report json={}",
      kRunner, profile, shard, Write("client.yaml", text), File("report.json"));
  auto child = ChildProcess::Spawn({.argv = SplitCommandLine(command).value(),
                                    .extra_env = {{"PATH", ProgramPath("") + ":/usr/bin:/bin"}}});
  ASSERT_TRUE(child.ok()) << child.error().message;
  // It says nothing before a case has ended, however long that takes.
  std::optional<ExitStatus> status;
  while (!(status = child->Poll())) ::poll(nullptr, 0, 20);
  EXPECT_TRUE(!status->signaled && status->code == 0) << status->Describe();
  const Outcomes outcomes = OutcomesOf(File("report.json"));
  EXPECT_GE(outcomes.size(), 2u);
  for (const auto& [id, outcome] : outcomes) {
    // Tracing and another clock are not to be had on every system.
    const bool extra =
        id.find("killed-at-write") != std::string::npos || id.find("clock") != std::string::npos;
    EXPECT_TRUE(outcome == "pass" || (extra && outcome == "skip")) << id << ": " << outcome;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReferenceStore,
                         testing::Combine(testing::Values("aweber", "rfc6749", "rfc9700"),
                                          testing::Values("1/9", "2/9", "3/9", "4/9", "5/9", "6/9",
                                                          "7/9", "8/9", "9/9")),
                         [](const auto& row) {
                           return fmt::format("{}_part{}", std::get<0>(row.param),
                                              std::get<1>(row.param)[0]);
                         });

// kill -9 of the runner while a login waits for its callback that never comes.
TEST_F(ProcessesTest, NothingOutlivesAKilledRunner) {
  const std::string marker = File("started");
  const std::string hangs = Write(
      "hangs", "#!/bin/sh\n(sleep 1000 & exec sleep 1000) &\necho $AWEBER_CONFORMANCE_CASE >" +
                   marker + "\nexec sleep 1000\n");
  const std::string config =
      Write("hangs.yaml", "login: {command: [/bin/sh, " + hangs +
                              "], kind: prompt}\n"
                              "call: {command: [/bin/true]}\nstore: [.x]\nwithin: 100s\n");
  RunnerProcess runner("run processes/one --no-preflight --driver-kind process --driver-config " +
                       config + " --scheme http");
  std::string folder;
  for (int look = 0; look < 3000 && folder.empty(); ++look) {
    if (const auto text = ReadFile(marker)) folder = text->substr(0, text->find('\n'));
    ::poll(nullptr, 0, 10);
  }
  ASSERT_FALSE(folder.empty());
  ASSERT_FALSE(conformance::MarkedProcesses(folder).empty());
  runner.Signal(SIGKILL);
  bool left = true;
  for (int look = 0; look < 500 && left; ++look) {
    left = !conformance::MarkedProcesses(folder).empty() || std::filesystem::exists(folder);
    if (left) ::poll(nullptr, 0, 10);
  }
  EXPECT_FALSE(left);
}

}  // namespace
}  // namespace aweber
