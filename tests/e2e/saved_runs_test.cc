// What is made of runs that are over: comparison, history, badge, bad files; and watching.
#include <gmock/gmock.h>

#include "base/text/json.h"
#include "tests/e2e/runner_process.h"

namespace aweber {
namespace {

using testing::HasSubstr;

constexpr char kCases[] = "run callback/state-mismatch callback/ok";

class SavedRunsTest : public RunnerTest {
 protected:
  std::string Save(const std::string& name, const std::string& driver) {
    RunToEnd(std::string(kCases) + driver + " --report ndjson=" + File(name));
    return File(name);
  }
};

TEST_F(SavedRunsTest, TwoRunsAreCompared) {
  const std::string good = Save("good.ndjson", Reference());
  const std::string bad = Save("bad.ndjson", Driver("wrap.py refuse-all " + kReference));
  const Ran worse =
      RunToEnd("compare " + good + " " + bad + " --report pretty --report json=" + File("c.json") +
               " --report html=" + File("c.html") + " --report markdown=" + File("c.md"));
  EXPECT_EQ(worse.status, 1) << worse.output;
  EXPECT_THAT(worse.output, HasSubstr("worse        callback/ok: pass -> "));
  EXPECT_EQ(ParseJson(ReadFile(File("c.json")).value())->at("anything_new"), true);
  EXPECT_THAT(ReadFile(File("c.html")).value(), HasSubstr("Two runs compared"));
  EXPECT_THAT(ReadFile(File("c.md")).value(), HasSubstr("## Cases worse: "));
  const Ran better = RunToEnd("compare " + bad + " " + good);
  EXPECT_EQ(better.status, 0) << better.output;
  EXPECT_THAT(better.output, HasSubstr("0 new, "));
  EXPECT_EQ(RunToEnd("compare " + bad + " " + bad).status, 0);
  // Against itself nothing is new, so that what failed before does not fail again.
  const Ran again = RunToEnd(std::string(kCases) + Driver("wrap.py refuse-all " + kReference) +
                             " --compare " + bad);
  EXPECT_EQ(again.status, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("0 new, 0 fixed, "));
}

TEST_F(SavedRunsTest, RunsThatCannotBeComparedAreRefusedWithTheirPlace) {
  const std::string good = Save("good.ndjson", Reference());
  const std::string text = ReadFile(good).value();
  const std::string cut = Write("cut.ndjson", text.substr(0, text.rfind("\n{") + 1));
  const std::string other = File("other.ndjson");
  RunToEnd("run callback/ok" + Reference() + " --report ndjson=" + other);
  const std::string newer =
      Write("newer.ndjson", "{\"event\":\"run-started\",\"version\":9,\"cases\":[]}\n");
  struct Row {
    std::string file, words;
    int partial;  // the status with --partial
  };
  const Row rows[] = {
      {cut, cut + ":3: the run ends here without a run-finished event", 0},
      {Write("empty.ndjson", ""), "empty.ndjson: is empty", 2},
      {Write("none.ndjson", "hello\n"), "none.ndjson: neither an ndjson nor a json report", 2},
      {newer, newer + ":1: the run was saved by a newer program", 2},
      {other,
       "the runs selected different cases: 1 only in the first (callback/state-mismatch), 0 "
       "only in the second. Give --partial",
       0},
      {File("absent.ndjson"), "absent.ndjson", 2},
  };
  for (const Row& row : rows) {
    const Ran ran = RunToEnd("compare " + good + " " + row.file);
    EXPECT_EQ(ran.status, 2) << row.file << ran.output;
    EXPECT_THAT(ran.output, HasSubstr(row.words));
    const Ran partial = RunToEnd("compare --partial " + good + " " + row.file);
    EXPECT_EQ(partial.status, row.partial) << row.file << partial.output;
    if (row.file == other) continue;
    EXPECT_EQ(RunToEnd("report " + row.file).status, 2) << row.file;
    EXPECT_EQ(RunToEnd("report --partial " + row.file).status, row.partial) << row.file;
  }
  EXPECT_EQ(RunToEnd("compare " + good + " " + good + " --report jsn").status, 2);
}

TEST_F(SavedRunsTest, NoReportIsWrittenOverASavedRun) {
  const std::string saved = Save("saved.ndjson", Reference());
  const std::string text = ReadFile(saved).value();
  for (const std::string& command :
       {"report " + saved + " --report html=" + saved,
        "compare " + saved + " " + saved + " --report html=" + saved,
        "badge " + saved + " --svg " + saved, "badge " + saved + " --json " + saved}) {
    const Ran ran = RunToEnd(command);
    EXPECT_EQ(ran.status, 2) << command;
    EXPECT_THAT(ran.output, HasSubstr("saved run itself; write to another file")) << command;
    EXPECT_EQ(ReadFile(saved).value(), text) << command;
  }
}

TEST_F(SavedRunsTest, OfACutRunTheStatusIsSaidThatTheReportEndsWith) {
  const std::string text = ReadFile(Save("whole.ndjson", Reference())).value();
  const std::string none = Write("none.ndjson", text.substr(0, text.find('\n') + 1));
  const Ran nothing = RunToEnd("report --partial " + none);
  EXPECT_EQ(nothing.status, 4) << nothing.output;
  EXPECT_THAT(nothing.output, HasSubstr("exit status 4: nothing was played\n"));
  const std::string some = Write("some.ndjson", text.substr(0, text.rfind("\n{") + 1));
  const Ran good = RunToEnd("report --partial " + some);
  EXPECT_EQ(good.status, 0) << good.output;
  EXPECT_THAT(good.output, HasSubstr("exit status 0: good"));
}

// What collects shards by a glob may find one only: that is not the run, and not green.
TEST_F(SavedRunsTest, OneShardIsNotTheRun) {
  for (const std::string format : {"ndjson", "json"}) {
    const std::string shard = File("1." + format);
    RunToEnd(std::string(kCases) + Reference() + " --shard 1/2 --report " + format + "=" + shard);
    const Ran refused = RunToEnd("report " + shard);
    EXPECT_EQ(refused.status, 2) << refused.output;
    EXPECT_THAT(refused.output, HasSubstr("shard 2 of 2 is missing. Run it, or give --partial"));
    const Ran some = RunToEnd("report --partial " + shard);
    EXPECT_EQ(some.status, 0) << some.output;
    EXPECT_THAT(some.output, HasSubstr("no problems in 1 of 2 cases"));
    EXPECT_THAT(some.output, HasSubstr("shard 2 of 2 is missing: this report is partial"));
    const std::string baseline = File("baseline." + format + ".yaml");
    for (const std::string& command :
         {"badge " + shard, "baseline update --from " + shard + " --baseline " + baseline}) {
      const Ran part = RunToEnd(command);
      EXPECT_EQ(part.status, 2) << part.output;
      EXPECT_THAT(part.output, HasSubstr(shard + ": is shard 1 of 2 alone, not the run. Merge"));
    }
    EXPECT_FALSE(ReadFile(baseline));
    const std::string merged = File("merged." + format);
    RunToEnd("report --partial " + shard + " --report " + format + "=" + merged);
    EXPECT_THAT(RunToEnd("badge " + merged).output, HasSubstr("lacks shard 2 of 2, not the run"));
  }
  RunnerProcess merge(SourcePath("packaging/slurm/merge.sbatch"),
                      {{"AWEBER_RESULTS", directory_}, {"AWEBER_CONFORMANCE", kRunner}}, "bash");
  EXPECT_EQ(merge.Wait(), 2) << merge.output();
  EXPECT_EQ(ReadFile(File("exit-status")).value(), "2\n");
  RunToEnd(std::string(kCases) + Reference() + " --shard 2/2 --report ndjson=" + File("2.ndjson"));
  RunnerProcess whole(SourcePath("packaging/slurm/merge.sbatch"),
                      {{"AWEBER_RESULTS", directory_}, {"AWEBER_CONFORMANCE", kRunner}}, "bash");
  EXPECT_EQ(whole.Wait(), 0) << whole.output();
  EXPECT_EQ(ReadFile(File("exit-status")).value(), "0\n");
}

TEST_F(SavedRunsTest, AHistoryThatCannotBeKeptIsSaidBeforeTheRun) {
  const Ran ran = RunToEnd(std::string(kCases) + Reference() + " --history " +
                           Write("file", "no directory") + "/runs");
  EXPECT_EQ(ran.status, 2) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("cannot make the directory "));
  EXPECT_THAT(ran.output, Not(HasSubstr("2 cases")));
}

TEST_F(SavedRunsTest, AHistoryIsKeptAndTheBadgeIsWritten) {
  const std::string run = std::string(kCases) + Reference() + " --history " + File("runs") +
                          " --report ndjson=" + File("r.ndjson") +
                          " --report html=" + File("r.html");
  EXPECT_EQ(RunToEnd(run).status, 0);
  EXPECT_EQ(ReadFile(File("r.html"))->find("id=\"trend\""), std::string::npos);
  EXPECT_EQ(RunToEnd(run).status, 0);
  EXPECT_THAT(ReadFile(File("r.html")).value(), HasSubstr("The last 2 runs"));
  const Ran report = RunToEnd("report " + File("r.ndjson") + " --history " + File("runs") +
                              " --report html=" + File("again.html"));
  EXPECT_EQ(report.status, 0) << report.output;
  EXPECT_THAT(ReadFile(File("again.html")).value(), HasSubstr("The last 2 runs"));
  const Ran badge = RunToEnd("badge " + File("r.ndjson") + " --json " + File("b.json"));
  EXPECT_EQ(badge.status, 0) << badge.output;
  EXPECT_EQ(ParseJson(ReadFile(File("b.json")).value())->at("message"), "2 passed");
  EXPECT_THAT(RunToEnd("badge " + File("r.ndjson")).output, HasSubstr("AWeber OAuth 2: 2 passed"));
}

TEST_F(SavedRunsTest, ExplainKnowsChecksScenariosAndProblems) {
  EXPECT_THAT(RunToEnd("explain tr-error-class:not-json --language Python").output,
              HasSubstr("\nIn Python\n"));
  EXPECT_THAT(RunToEnd("explain tr-error-class:not-json").output,
              HasSubstr("tr-error-class:not-json\n  A token reply that is not JSON"));
  EXPECT_EQ(RunToEnd("explain tr-error-class:not-jsn").status, 2);
  EXPECT_THAT(RunToEnd("explain no-control:callback/ok").output,
              HasSubstr("Run the control first."));
  EXPECT_THAT(RunToEnd("explain callback/ok").output, HasSubstr("callback/ok: "));
  const Ran none = RunToEnd("explain cb-state-mismtch");
  EXPECT_EQ(none.status, 2);
  EXPECT_THAT(none.output, HasSubstr("no check, scenario or problem 'cb-state-mismtch'"));
}

TEST_F(SavedRunsTest, WatchRunsAgainWhenTheDriverChanges) {
  const std::string script = Write("driver.sh", "exec " + kReference + "\n");
  RunnerProcess runner(std::string(kCases) + " --watch --driver " +
                       QuoteForShell("/bin/sh " + script));
  ASSERT_TRUE(runner.AwaitWords("watching 1 file; Ctrl-C ends")) << runner.output();
  Write("driver.sh", "# changed\nexec " + kReference + "\n");
  ASSERT_TRUE(runner.AwaitWords(script + " changed")) << runner.output();
  ASSERT_TRUE(runner.AwaitWords("2 cases: 2 pass")) << runner.output();
  runner.Signal(SIGINT);
  const int status = runner.Wait();
  EXPECT_TRUE(status == 130 || status == 128 + SIGINT) << status;
  EXPECT_EQ(RunToEnd(std::string(kCases) + " --watch --driver true").status, 2)
      << "no file to watch";
}

}  // namespace
}  // namespace aweber
