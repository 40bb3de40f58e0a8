// `explore` as a program: what it finds in a broken client, the file that `run` plays again, and how
// it ends.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/os/file.h"
#include "base/text/json.h"
#include "tests/e2e/runner_process.h"
#include "tests/support/paths.h"

namespace aweber {
namespace {

const std::string kBrokenClient =
    "'" + ProgramPath("mutant-client") + " --deviation accept-missing-state'";

class ExploreProgram : public testing::Test {
 protected:
  ExploreProgram() : directory_(MakeTempDirectory("explore-program").value()) {}
  ~ExploreProgram() override { std::filesystem::remove_all(directory_); }

  void SetUp() override {
    RunnerProcess program("explore --driver reference --time 1ms --settings none");
    program.Wait();
    if (program.output().find("without RapidCheck") != std::string::npos) {
      GTEST_SKIP() << program.output();
    }
  }

  std::string directory_;
};

TEST_F(ExploreProgram, AFindingIsAFileThatFailsInRun) {
  const std::string report = directory_ + "/report.json";
  RunnerProcess explore("explore --driver " + kBrokenClient +
                        " --sequences 3000 --seed 3 --fail-fast --settings none --out " +
                        directory_ + "/found --report pretty --report json=" + report);
  EXPECT_EQ(explore.Wait(), 1) << explore.output();
  EXPECT_NE(explore.output().find("cb-state-missing"), std::string::npos) << explore.output();
  const auto document = ParseJson(ReadFile(report).value());
  ASSERT_TRUE(document.ok());
  const Json& exploration = document->at("exploration");
  ASSERT_FALSE(exploration.at("findings").empty());
  const Json& finding = exploration.at("findings")[0];
  EXPECT_LE(finding.at("steps").get<int>(), 4) << finding;
  EXPECT_GT(exploration.at("coverage").at("states").size(), 3u);

  const std::string again = directory_ + "/again.json";
  RunnerProcess run("run " + finding.at("file").get<std::string>() + " --driver " + kBrokenClient +
                    " --seed 3 --settings none --report json=" + again);
  EXPECT_EQ(run.Wait(), 1) << run.output();
  const auto played = ParseJson(ReadFile(again).value());
  ASSERT_TRUE(played.ok());
  ASSERT_EQ(played->at("cases").size(), 1u);
  EXPECT_EQ(played->at("cases")[0].at("outcome"), "fail");
  bool same = false;
  for (const Json& check : played->at("cases")[0].at("checks")) {
    same |= check.at("id") == finding.at("check") && check.at("outcome") == "fail";
  }
  EXPECT_TRUE(same) << played->at("cases")[0].at("reason");
}

// The line below a finding, up to its end.
std::string PrintedCommand(const std::string& output) {
  const std::size_t begin = output.find(kRunner + " run ");
  if (begin == std::string::npos) return "";
  return output.substr(begin, output.find('\n', begin) - begin);
}

TEST_F(ExploreProgram, ThePrintedCommandShowsTheFindingAgain) {
  // A client that cannot log in: the preflight of the printed command would play nothing.
  RunnerProcess explore("explore --driver '" + ProgramPath("mutant-client") +
                            " --deviation omit-response-type' --no-preflight --start-timeout 600 "
                            "--sequences 1 --seed 2 --settings none --out " +
                            directory_ + "/found",
                        {{"AWEBER_CONFORMANCE_CALLED", kRunner}});
  ASSERT_EQ(explore.Wait(), 1) << explore.output();
  const std::string command = PrintedCommand(explore.output());
  ASSERT_NE(command, "") << explore.output();
  const Ran again = RunToEnd("-c " + QuoteForShell(command), "/bin/sh");
  EXPECT_EQ(again.status, 1) << command << "\n" << again.output;
  EXPECT_NE(again.output.find("az-response-type"), std::string::npos) << again.output;
  EXPECT_NE(command.find(" --start-timeout 600"), std::string::npos) << command;
}

struct BadUse {
  std::string arguments, words;
  int status;
};

TEST_F(ExploreProgram, WhatCannotBeDoneIsSaidBeforeItStarts) {
  const std::string file = directory_ + "/file";
  ASSERT_TRUE(WriteFileAtomically(file, "").ok());
  const BadUse rows[] = {
      {"--driver reference --time soon", "--time takes a duration such as 60s or 5m, not 'soon'",
       2},
      {"--driver reference --time 0s", "--time takes a duration", 2},
      {"--driver reference --sequences 0", "sequences", 2},
      {"--driver reference --shard 3/2 --seed 1", "--shard takes I/N with 1 <= I <= N", 2},
      {"--driver reference --shard 1/2", "Give every shard the same --seed N", 2},
      {"--driver reference --shard 1/4 --seed 1 --sequences 3", "3 sequences are not enough", 2},
      {"--driver reference --out " + file + "/below", "--out " + file + "/below: Not a directory",
       2},
      {"--time 1s", "no client to test", 2},
      {"--driver /nonexistent/driver --time 1s", "the driver could not be started", 3},
  };
  for (const BadUse& row : rows) {
    RunnerProcess program("explore --settings none " + row.arguments);
    EXPECT_EQ(program.Wait(), row.status) << row.arguments;
    EXPECT_NE(program.output().find(row.words), std::string::npos) << program.output();
  }
}

// Both find the same.
TEST_F(ExploreProgram, ShardsAreMergedAsOneExploration) {
  std::string files;
  for (const char* const index : {"1", "2"}) {
    const std::string file = directory_ + "/" + index + ".ndjson";
    RunnerProcess shard("explore --driver '" + ProgramPath("mutant-client") +
                        " --deviation omit-response-type' --no-preflight --sequences 11 --seed 3 "
                        "--shard " +
                        index + "/2 --settings none --report ndjson=" + file);
    EXPECT_EQ(shard.Wait(), 1) << shard.output();
    files += " " + file;
  }
  const Ran alone = RunToEnd("report " + directory_ + "/1.ndjson");
  EXPECT_EQ(alone.status, 2);
  EXPECT_NE(alone.output.find("shard 2 of 2 is missing"), std::string::npos) << alone.output;
  const Ran merged = RunToEnd("report" + files + " --report json=" + directory_ + "/whole.json");
  EXPECT_EQ(merged.status, 1) << merged.output;
  const auto whole = ParseJson(ReadFile(directory_ + "/whole.json").value());
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->at("exploration").at("sequences"), 11);
  EXPECT_EQ(whole->at("exploration").at("findings").size(), whole->at("cases").size());
  EXPECT_EQ(OutcomesOf(directory_ + "/whole.json").size(), whole->at("cases").size());
}

TEST_F(ExploreProgram, AnInterruptionKeepsWhatWasFound) {
  // What the first flow shows, so that a busy machine finds it, too.
  RunnerProcess program("explore --driver '" + ProgramPath("mutant-client") +
                        " --deviation omit-response-type' --no-preflight --time 100s --seed 3 "
                        "--settings none --out " +
                        directory_ + "/found");
  ASSERT_TRUE(program.AwaitWords("az-response-type")) << program.output();
  program.Signal(SIGINT);
  EXPECT_EQ(program.Wait(), 130) << program.output();
  EXPECT_NE(program.output().find("; interrupted"), std::string::npos) << program.output();
  EXPECT_FALSE(ListFiles(directory_ + "/found", ".yaml").value().empty());
}

struct BadDriver {
  std::string mode, words;
};

TEST_F(ExploreProgram, ADriverThatDiesOrLiesIsToldInTheWordsOfRunAndItsFlowIsKept) {
  const BadDriver rows[] = {
      {"crash", "the driver ended (killed by signal 11 (SIGSEGV)) before it answered \"open\""},
      {"no-outcome", "breaks the contract: it has none of"},
      {"wrong-id", "which was never asked"},
  };
  for (const BadDriver& row : rows) {
    SCOPED_TRACE(row.mode);
    const std::string out = directory_ + "/" + row.mode;
    RunnerProcess program(
        "explore --driver 'python3 " + kTestdata + "drivers/hostile.py " + row.mode +
        "' --no-preflight --sequences 20 --seed 1 --max-restarts 2 --start-timeout 600 "
        "--settings none --out " +
        out);
    EXPECT_EQ(program.Wait(), 3) << program.output();
    EXPECT_NE(program.output().find(row.words), std::string::npos) << program.output();
    EXPECT_NE(program.output().find("--max-restarts allows more"), std::string::npos)
        << program.output();
    EXPECT_EQ(ListFiles(out, ".yaml").value().size(), 1u);  // one cause, whatever the reply's id
  }
}

// It breaks more often than --max-restarts says, and never without having answered a step.
TEST_F(ExploreProgram, AClientThatDiesAtOneOperationFailsAndIsExploredToTheEnd) {
  RunnerProcess program("explore --driver 'python3 " + kTestdata +
                        "drivers/wrap.py end-on-revoke " + ProgramPath("mutant-client") +
                        "' --sequences 40 --seed 1 --max-restarts 1 --start-timeout 600 "
                        "--settings none --out " +
                        directory_ + "/found");
  EXPECT_EQ(program.Wait(), 1) << program.output();
  for (const char* const words :
       {"fail   expected-outcome: step revoke: the driver ended (exit status 7)",
        "       2 steps: authorize; revoke", "40 sequences in ", "; 1 finding"}) {
    EXPECT_NE(program.output().find(words), std::string::npos) << program.output();
  }
}

TEST_F(ExploreProgram, ADriverThatHangsDoesNotKeepTheUserWaiting) {
  RunnerProcess program("explore --driver 'python3 " + kTestdata +
                        "drivers/hostile.py hang' --no-preflight --time 100s --settings none");
  ASSERT_TRUE(program.AwaitWords("exploring")) << program.output();
  program.Signal(SIGINT);
  EXPECT_EQ(program.Wait(), 130) << program.output();
}

}  // namespace
}  // namespace aweber
