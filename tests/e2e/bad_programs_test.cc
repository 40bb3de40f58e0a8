// Programs that misbehave under the process driver, and runs that are killed: all is bounded and
// told, and no process, no folder and no file is left.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "conformance/driver/process_table.h"
#include "tests/e2e/runner_process.h"

namespace aweber {
namespace {

namespace fs = std::filesystem;

class BadProgramsTest : public RunnerTest {
 protected:
  void SetUp() override {
    RunnerTest::SetUp();
    if (!IsSkipped()) fs::create_directory(File("tmp"));
  }
  // The runs' folders lie here, and nothing else.
  std::vector<std::pair<std::string, std::string>> Environment() const {
    return {{"TMPDIR", File("tmp")}};
  }
  int FoldersLeft() const {
    return static_cast<int>(
        std::distance(fs::directory_iterator(File("tmp")), fs::directory_iterator()));
  }
  // Processes that name the test's directory, which all of its programs do.
  std::vector<std::string> ProcessesLeft() const {
    std::vector<std::string> left;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const auto command = ReadFile((entry.path() / "cmdline").string());
      if (command && command->find(directory_) != std::string::npos) left.push_back(*command);
    }
    return left;
  }
  // True when nothing is left within so many looks of 10 ms.
  bool AwaitNothingLeft(int looks) const {
    for (int look = 0; look < looks; ++look) {
      if (ProcessesLeft().empty() && FoldersLeft() == 0) return true;
      ::poll(nullptr, 0, 10);
    }
    return false;
  }
  // `script`: a program of /bin/sh whose first argument is the command, and whose second one is a
  // file that grows as long as somebody holds it.
  std::string Config(const std::string& script, const std::string& kind, const std::string& within,
                     const std::string& more = "") const {
    const std::string program = Write("program", "#!/bin/sh\n" + script + "\n");
    const auto words = [&](const std::string& command) {
      return fmt::format("[/bin/sh, {}, {}, {}]", program, command, File("held"));
    };
    return Write("program.yaml",
                 fmt::format("env: {{AUTHORIZE: \"${{authorize_url}}?response_type=code&client_id="
                             "${{client_id}}&redirect_uri=${{redirect_uri}}&scope="
                             "account.read&state=vB2n_8Qx0rT5yUeK7wLmZ3aHdJ9cSfGpXqN4oIi1Ykt\"}}\n"
                             "login: {{command: {}, kind: {}}}\n"
                             "call: {{command: {}}}\n"
                             "store: [.x]\n"
                             "within: {}\n{}",
                             words("login"), kind, words("lists"), within, more));
  }
  static std::string Run(const std::string& config) {
    return "run processes/one --no-preflight --driver-kind process --scheme http --seed 1 "
           "--driver-config " +
           config;
  }
};

struct BadProgram {
  const char* name;
  const char* kind;           // of its login
  const char* script;         // $1: the command, $2: a file of the test
  int status;                 // of the run
  const char* told;           // in its report
  const char* within = "2s";  // of each command: a busy machine needs time for one that ends itself
};

class BadPrograms : public BadProgramsTest, public testing::WithParamInterface<BadProgram> {};

TEST_P(BadPrograms, AreBoundedToldAndCleanedUp) {
  const BadProgram& row = GetParam();
  ASSERT_TRUE(ProcessesLeft().empty());
  RunnerProcess runner(Run(Config(row.script, row.kind, row.within)) + " --report tap",
                       Environment());
  EXPECT_EQ(runner.Wait(), row.status) << runner.output();
  EXPECT_NE(runner.output().find(row.told), std::string::npos) << runner.output();
  EXPECT_TRUE(AwaitNothingLeft(100)) << testing::PrintToString(ProcessesLeft());
  EXPECT_EQ(FoldersLeft(), 0);
}

// What outlives a command, by its own wish: "tail -f FILE" never ends.
constexpr BadProgram kBadPrograms[] = {
    {"NeverPrintsTheUrl", "prompt", "exec tail -f /dev/null $2 2>/dev/null", 3,
     "printed no authorization URL within 2 s and still runs"},
    {"FillsItsOutput", "prompt", "exec yes $2", 3, "printed no authorization URL"},
    {"EndsAtOnce", "prompt", "echo sorry; exit 4", 1, "ended (exit status 4); its last line: sorry",
     "60s"},
    {"PrintsNoUrl", "prompt", "echo Please log in first.", 1,
     "there is no callback: the client built no authorization URL; it answered err other (the "
     "login "
     "command printed no authorization URL and ended (exit status 0); its last line: Please log in "
     "first.)",
     "60s"},
    {"ForksAndEnds", "prompt", "(setsid tail -f /dev/null $2 >/dev/null 2>&1 &); exit 0", 1,
     "the client built no authorization URL; it answered err other (the login command printed no",
     "60s"},
    {"ForksOutOfItsSession", "prompt",
     "(env -i setsid tail -f /dev/null $2 >/dev/null 2>&1 &); exit 0", 1,
     "the client built no authorization URL; it answered err other (the login command printed no",
     "60s"},
    {"HoldsItsStreams", "prompt", "(tail -f /dev/null $2 2>/dev/null &); exit 0", 1,
     "the client built no authorization URL; it answered err other (the login command printed no",
     "60s"},
    {"AsksForATerminal", "prompt", "stty -a </dev/tty >/dev/null || exit 5", 1, "exit status 5",
     "60s"},
    {"OpensABrowserItself", "loopback", "xdg-open \"$AUTHORIZE\"; exec tail -f /dev/null $2", 1,
     "does not answer at the redirect URI", "10s"},
    {"IgnoresTheCallback", "prompt", "echo \"$AUTHORIZE\"; exec tail -f /dev/null $2 2>/dev/null",
     1, "did not end within 2 s"},
    {"IgnoresSigterm", "prompt",
     "trap '' TERM; echo \"$AUTHORIZE\"; while :; do tail -f /dev/null $2 2>/dev/null; done", 1,
     "did not end within 2 s"},
    {"FillsTheDisk", "prompt",
     "dd if=/dev/zero of=$HOME/big bs=1M count=500 2>/dev/null || exit 6; exit 0", 1,
     "its last line", "60s"},
    {"LeavesADaemon", "prompt",
     "if [ $1 = login ]; then echo \"$AUTHORIZE\"; read -r url; fi\n"
     "(setsid tail -f /dev/null $2 >/dev/null 2>&1 &)",
     1, "left a process behind; it was ended: tail -f /dev/null", "60s"},
    {"ClosesItsFolders", "prompt", "mkdir -p $HOME/a/b; chmod 0 $HOME/a $HOME; exit 7", 1,
     "exit status 7", "60s"},
};
INSTANTIATE_TEST_SUITE_P(All, BadPrograms, testing::ValuesIn(kBadPrograms),
                         [](const auto& row) { return std::string(row.param.name); });

// kill -9 of the runner in the middle: nothing of it runs a second later, its folder is gone, and
// what had been finished is whole.
struct Killed {
  const char* name;
  const char* arguments;  // {}: the file of a configuration, or a driver's program
};
class KilledRuns : public BadProgramsTest, public testing::WithParamInterface<Killed> {};

TEST_P(KilledRuns, LeaveNothingButFinishedResults) {
  // As the client: tells that it is there, starts what outlives it, and hangs.
  const std::string script =
      "(setsid tail -f /dev/null $2 >/dev/null 2>&1 &)\n"
      "echo $$ >" +
      File("started") + "\nexec tail -f /dev/null $2 2>/dev/null";
  const std::string config = Config(script, "prompt", "100s");
  const std::string driver =
      "--driver '/bin/sh " + File("program") + " driver " + File("held") + "'";
  const bool process = std::string(GetParam().arguments) == "process";
  RunnerProcess runner((process ? Run(config) : "run callback/ok --scheme http " + driver) +
                           " --report ndjson=" + File("run.ndjson"),
                       Environment());
  for (int look = 0; look < 3000 && !fs::exists(File("started")); ++look) ::poll(nullptr, 0, 10);
  ASSERT_TRUE(fs::exists(File("started"))) << runner.output();
  ASSERT_EQ(FoldersLeft(), 1);
  ASSERT_GE(ProcessesLeft().size(), 2u);
  runner.Signal(SIGKILL);
  EXPECT_TRUE(AwaitNothingLeft(100)) << testing::PrintToString(ProcessesLeft());
  EXPECT_EQ(FoldersLeft(), 0);
}

INSTANTIATE_TEST_SUITE_P(All, KilledRuns,
                         testing::Values(Killed{"ProcessKind", "process"},
                                         Killed{"ExecKind", "exec"}),
                         [](const auto& row) { return std::string(row.param.name); });

// One case ends, and the other one hangs: the results of the first are a saved run.
TEST_F(BadProgramsTest, WhatAKilledRunHadFinishedIsWhole) {
  // The home is the case's own. Whoever finds that another case was here hangs.
  const std::string config = Config("if [ -e " + File("once") +
                                        " ] && [ ! -e $HOME/mine ]; then echo >" + File("started") +
                                        "; exec tail -f /dev/null $2 2>/dev/null; fi\n"
                                        "echo >$HOME/mine; echo >" +
                                        File("once") + "; exit 4",
                                    "prompt", "100s");
  RunnerProcess runner(
      "run processes/one processes/secrets --no-preflight -j 1 --driver-kind process --scheme http "
      "--driver-config " +
          config + " --report ndjson=" + File("run.ndjson"),
      Environment());
  for (int look = 0; look < 3000 && !fs::exists(File("started")); ++look) ::poll(nullptr, 0, 10);
  ASSERT_TRUE(fs::exists(File("started"))) << runner.output();
  runner.Signal(SIGKILL);
  EXPECT_EQ(RunToEnd("report " + File("run.ndjson")).status, 2);  // it was cut
  const Ran report =
      RunToEnd("report --partial " + File("run.ndjson") + " --report json=" + File("report.json"));
  Outcomes outcomes = OutcomesOf(File("report.json"));
  ASSERT_EQ(outcomes.size(), 2u) << report.output;
  const auto not_run = std::count_if(outcomes.begin(), outcomes.end(),
                                     [](const auto& one) { return one.second == "not-run"; });
  EXPECT_EQ(not_run, 1) << testing::PrintToString(outcomes);
  EXPECT_NE(ReadFile(File("report.json"), 1u << 24).value_or("").find("exit status 4"),
            std::string::npos);
  EXPECT_TRUE(AwaitNothingLeft(100)) << testing::PrintToString(ProcessesLeft());
}

// Where the one that tidies up was killed as well, the next run does it.
TEST_F(BadProgramsTest, TheNextRunSweepsWhatIsLeft) {
  const std::string config = Config(
      "echo >" + File("started") + "\nexec tail -f /dev/null $2 2>/dev/null", "prompt", "100s");
  RunnerProcess runner(Run(config), Environment());
  for (int look = 0; look < 3000 && !fs::exists(File("started")); ++look) ::poll(nullptr, 0, 10);
  ASSERT_TRUE(fs::exists(File("started"))) << runner.output();
  // The runner, and the guardian: both carry the configuration's name.
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto command = ReadFile((entry.path() / "cmdline").string());
    if (command && command->find(config) != std::string::npos) {
      ::kill(std::stoi(entry.path().filename().string()), SIGKILL);
    }
  }
  runner.Wait();
  ASSERT_EQ(FoldersLeft(), 1);
  RunnerProcess next("run processes/one --no-preflight --driver /bin/false --scheme http",
                     Environment());
  next.Wait();
  EXPECT_TRUE(AwaitNothingLeft(100)) << testing::PrintToString(ProcessesLeft());
  EXPECT_EQ(FoldersLeft(), 0);
}

}  // namespace
}  // namespace aweber
