// What the runner does to the world around it: drivers that never start, signals, files, selection,
// baselines. Real processes; nothing waits longer than what it waits for.
#include <sys/stat.h>

#include <chrono>
#include <regex>
#include <thread>

#include "base/text/json.h"
#include "tests/e2e/runner_process.h"

namespace aweber {
namespace {

using std::chrono::steady_clock;

constexpr const char* kFew = " callback/ok callback/state-mismatch callback/state-missing";

TEST_F(RunnerTest, ADriverThatNeverStartsIsSaidInEveryReport) {
  struct Row {
    const char* driver;
    const char* reason;
  };
  const Row rows[] = {{"sleep 60", "no reply to \"hello\""},
                      {"false", "exit status 1"},
                      {"echo hi", "\"hello\"; the last it printed was no reply: hi"},
                      {"yes", "lines that are not JSON, the last: y"},
                      {"/nonexistent/driver", "/nonexistent/driver"}};
  for (const Row& row : rows) {
    const auto began = steady_clock::now();
    const Ran ran = RunToEnd(std::string("run") + kFew + " --start-timeout 0.5 --driver " +
                             QuoteForShell(row.driver) + " --report json=" + File("r.json") +
                             " --report junit=" + File("r.xml") + " --report tap=" + File("r.tap") +
                             " --report ndjson=" + File("r.ndjson"));
    EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(20)) << row.driver;
    EXPECT_EQ(ran.status, 3) << row.driver;
    EXPECT_NE(ran.output.find(row.reason), std::string::npos) << ran.output;
    EXPECT_EQ(OutcomesOf(File("r.json")), (Outcomes{{"callback/ok", "not-run"},
                                                    {"callback/state-mismatch", "not-run"},
                                                    {"callback/state-missing", "not-run"}}))
        << row.driver;
    EXPECT_NE(ReadFile(File("r.xml"))->find("errors=\"3\""), std::string::npos) << row.driver;
    EXPECT_NE(ReadFile(File("r.tap"))->find("not ok 3 - "), std::string::npos) << row.driver;
    EXPECT_NE(ReadFile(File("r.ndjson"))->find("\"run-finished\""), std::string::npos);
  }
}

TEST_F(RunnerTest, AReportThatCannotBeWrittenIsSaidBeforeTheRun) {
  const std::string mark = File("started");
  const Ran ran =
      RunToEnd(std::string("run") + kFew + " --report json=/nonexistent/r.json --driver " +
               QuoteForShell("touch " + mark));
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.output.find("cannot write the report /nonexistent/r.json: No such file"),
            std::string::npos)
      << ran.output;
  EXPECT_FALSE(std::filesystem::exists(mark)) << "the driver was started";
}

// Killed, it can do nothing more: what had finished must be on the disk.
TEST_F(RunnerTest, KilledMidRunTheStreamHoldsEveryFinishedCase) {
  RunnerProcess runner("run 'callback/*'" + Driver("wrap.py slow-third " + kReference) +
                       " --skip 'callback/a*' --skip 'callback/b*' --skip 'callback/co*' --list "
                       "--report pretty --report ndjson=" +
                       File("r.ndjson") + " --seed 7");
  ASSERT_TRUE(runner.AwaitWords("callback/error-and-code")) << runner.output();
  runner.Signal(SIGKILL);
  EXPECT_EQ(runner.Wait(), 128 + SIGKILL);
  Outcomes printed;
  const std::regex line("(pass|fail|warn|skip|inconclusive) +(callback/[^ :\n]+)");
  for (std::sregex_iterator at(runner.output().begin(), runner.output().end(), line), end;
       at != end; ++at) {
    printed[(*at)[2]] = (*at)[1];
  }
  ASSERT_GE(printed.size(), 1u) << runner.output();
  const Ran refused = RunToEnd("report " + File("r.ndjson"));
  EXPECT_EQ(refused.status, 2) << refused.output;
  EXPECT_NE(refused.output.find("without a run-finished event"), std::string::npos);
  const Ran report = RunToEnd("report --partial " + File("r.ndjson") +
                              " --report json=" + File("r.json") + " --report pretty");
  EXPECT_EQ(report.status, 0) << report.output;
  EXPECT_NE(report.output.find("the run was cut short"), std::string::npos) << report.output;
  const Outcomes rendered = OutcomesOf(File("r.json"));
  EXPECT_GT(rendered.size(), printed.size());
  for (const auto& [id, outcome] : printed) EXPECT_EQ(rendered.at(id), outcome) << id;
  for (const char* const format : {"junit", "tap", "html", "github", "markdown", "ndjson"}) {
    const Ran again = RunToEnd("report --partial " + File("r.ndjson") + " --report " + format +
                               "=" + File("again"));
    EXPECT_EQ(again.status, 0) << format << again.output;
    EXPECT_GT(std::filesystem::file_size(File("again")), 100u) << format;
  }
}

TEST_F(RunnerTest, AReportThatWasNotWrittenFailsTheRun) {
  const std::string saved = File("r.ndjson");
  for (const char* const format : {"ndjson", "junit"}) {
    const Ran ran = RunToEnd("run callback/ok" + Reference() + " --report " + format +
                             "=/dev/full --report ndjson=" + saved);
    EXPECT_EQ(ran.status, 3) << format << ran.output;
    EXPECT_NE(ran.output.find("cannot write all of /dev/full: No space left on device"),
              std::string::npos)
        << ran.output;
  }
  EXPECT_EQ(RunToEnd("report " + saved + " --report html=/dev/full").status, 3);
}

// What is shown is what was given, but for what is named like a secret.
TEST_F(RunnerTest, TheDriverIsShownWithoutItsSecretsAndCanBeRunAgain) {
  const std::string driver = "X_SECRET=s3cr3t; cd / && exec " + kReference + " --help 2>&1";
  const Ran ran = RunToEnd("run callback/ok --shell --max-restarts 0 --driver " +
                           QuoteForShell(driver) + " --report json=" + File("r.json"));
  EXPECT_EQ(ran.status, 3) << ran.output;
  const std::string json = ReadFile(File("r.json")).value();
  EXPECT_NE(json.find("\"driver\": \"X_SECRET=***; cd / && exec " + kReference + " --help 2>&1\""),
            std::string::npos)
      << json;
  EXPECT_EQ(json.find("s3cr3t"), std::string::npos);
}

bool IsGone(pid_t id) { return ::kill(id, 0) != 0 && errno == ESRCH; }

TEST_F(RunnerTest, AnInterruptWritesWhatThereIsAndLeavesNoChild) {
  const std::string shell = "sh -c 'echo $$ >" + File("pid") + "; exec /usr/bin/python3 " +
                            kTestdata + "drivers/hostile.py hang'";
  RunnerProcess runner(std::string("run --no-preflight") + kFew + " --driver " +
                       QuoteForShell(shell) + " --report pretty --report json=" + File("r.json"));
  ASSERT_TRUE(runner.AwaitWords("hostile 1 (Python): 3 cases")) << runner.output();
  runner.Signal(SIGINT);
  EXPECT_EQ(runner.Wait(), 130);
  EXPECT_NE(runner.output().find("interrupted: this report is partial"), std::string::npos);
  EXPECT_EQ(OutcomesOf(File("r.json")).size(), 3u);
  EXPECT_TRUE(IsGone(std::stoi(ReadFile(File("pid")).value())));
}

// Signalled as soon as its directory is there, which is before the mock and the drivers are.
TEST_F(RunnerTest, ASignalAtAnyMomentLeavesNoDirectory) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    ::setenv("TMPDIR", directory_.c_str(), 1);
    RunnerProcess runner(std::string("run") + kFew + Reference());
    ::unsetenv("TMPDIR");
    const auto is_empty = [&] { return std::filesystem::is_empty(directory_); };
    const auto deadline = steady_clock::now() + std::chrono::seconds(30);
    while (is_empty() && steady_clock::now() < deadline) std::this_thread::yield();
    ASSERT_FALSE(is_empty());
    runner.Signal(signal);
    EXPECT_EQ(runner.Wait(), 130) << signal;
    EXPECT_TRUE(is_empty()) << signal;
  }
}

// The first interrupt makes it write a report, which nobody reads: it hangs there.
TEST_F(RunnerTest, ASecondInterruptLeavesAtOnce) {
  ::setenv("TMPDIR", directory_.c_str(), 1);
  ASSERT_EQ(::mkfifo(File("pipe").c_str(), 0600), 0);
  const int reader = ::open(File("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  RunnerProcess runner("run" + Driver("hostile.py hang") +
                       " --report pretty --report html=" + File("pipe"));
  ::unsetenv("TMPDIR");
  ASSERT_TRUE(runner.AwaitWords("hostile 1 (Python)")) << runner.output();
  runner.Signal(SIGINT);
  pollfd waiting{reader, POLLIN, 0};
  ASSERT_EQ(::poll(&waiting, 1, 60'000), 1) << "it wrote nothing";
  runner.Signal(SIGINT);
  EXPECT_EQ(runner.Wait(), 130);
  ::close(reader);
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    EXPECT_EQ(entry.path().filename(), "pipe") << "left behind";
  }
}

TEST_F(RunnerTest, AReportIntoAPipeThatNobodyReadsIsRefused) {
  ASSERT_EQ(::mkfifo(File("pipe").c_str(), 0600), 0);
  const Ran ran = RunToEnd("run callback/ok --driver reference --report json=" + File("pipe"));
  EXPECT_EQ(ran.status, 2) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("pipe: a named pipe that nobody reads"));
}

TEST_F(RunnerTest, WhatCannotBeReadIsNamed) {
  Write("empty", "");
  std::filesystem::create_directory(File("none"));
  std::filesystem::create_directory(File("misnamed"));
  Write("misnamed/a.yml", "id: a\n");
  const std::pair<std::string, std::string> rows[] = {
      {"rnu", "there is no command 'rnu'; did you mean 'run'?"},
      {"baseline upate", "there is no command 'upate'; did you mean 'update'?"},
      {"explain cb-stat-bound", "did you mean 'cb-state-bound'?"},
      {"explain cb-nope", "; there are cb-state-mismatch, cb-state-missing, "},
      {"run --driver-fd 2", "2 is standard error, which is free text: give 3 or more"},
      {"report " + File("empty"), File("empty") + ": is empty"},
      {"lint " + File("empty"), File("empty") + ": is empty"},
      {"list --scenarios " + File("none"),
       "--scenarios " + File("none") + ": there is no scenario"},
      {"list --scenarios " + File("misnamed"), "a.yml: a scenario's file ends in .yaml; rename it"},
  };
  for (const auto& [arguments, message] : rows) {
    const Ran ran = RunToEnd(arguments);
    EXPECT_EQ(ran.status, 2) << arguments;
    EXPECT_NE(ran.output.find(message), std::string::npos) << ran.output;
  }
}

TEST_F(RunnerTest, SelectingNothingIsFour) {
  const char* const rows[] = {"callback/no-such", "'callback/**' --skip '**'", "--tag no-such-tag"};
  for (const char* const row : rows) {
    const Ran ran = RunToEnd(std::string("run ") + row + Reference());
    EXPECT_EQ(ran.status, 4) << row << ran.output;
  }
}

TEST_F(RunnerTest, ShardsAreParts) {
  Outcomes all, parts;
  for (const char* const shard : {"1/3", "2/3", "3/3"}) {
    const Ran ran = RunToEnd(std::string("run 'callback/s*' --shard ") + shard + Reference() +
                             " --report json=" + File("r.json"));
    EXPECT_EQ(ran.status, 0) << ran.output;
    for (const auto& [id, outcome] : OutcomesOf(File("r.json"))) {
      EXPECT_TRUE(parts.emplace(id, outcome).second) << id << " is in two shards";
    }
  }
  RunToEnd("run 'callback/s*'" + Reference() + " --report json=" + File("r.json"));
  EXPECT_EQ(parts, OutcomesOf(File("r.json")));
}

TEST_F(RunnerTest, FailFastAndTheFailedAgain) {
  const std::string refuses = Driver("wrap.py refuse-all " + kReference);
  const Ran first =
      RunToEnd("run 'callback/*' token/basic --fail-fast" + refuses +
               " --report ndjson=" + File("r.ndjson") + " --report json=" + File("r.json"));
  EXPECT_EQ(first.status, 1) << first.output;
  Outcomes outcomes = OutcomesOf(File("r.json"));
  EXPECT_EQ(outcomes.at("token/basic"), "not-run");
  const Ran again = RunToEnd("run --failed-from " + File("r.ndjson") + Reference() +
                             " --report json=" + File("again.json"));
  EXPECT_EQ(again.status, 0) << again.output;
  EXPECT_EQ(OutcomesOf(File("again.json")).at("token/basic"), "pass");
  const Ran none = RunToEnd("run --failed-from " + File("again.json") + Reference());
  EXPECT_EQ(none.status, 4);
  EXPECT_NE(none.output.find("everything passed"), std::string::npos) << none.output;
}

TEST_F(RunnerTest, WhatFailsNowAndThenIsFlaky) {
  const Ran ran = RunToEnd("run callback/ok --repeat 4" + Driver("wrap.py flaky " + kReference) +
                           " --report json=" + File("r.json"));
  EXPECT_EQ(ran.status, 1) << ran.output;
  EXPECT_EQ(OutcomesOf(File("r.json")), (Outcomes{{"callback/ok", "flaky"}}));
  EXPECT_NE(ran.output.find("2 of 4 repetitions did not pass"), std::string::npos) << ran.output;
}

TEST_F(RunnerTest, ABaselineIsHeldToWhatHappens) {
  const std::string refuses = Driver("wrap.py refuse-all " + kReference);
  const std::string cases = std::string("run") + kFew;
  const std::string known = File("known.yaml");
  RunToEnd(cases + refuses + " --report ndjson=" + File("r.ndjson"));
  const Ran update =
      RunToEnd("baseline update --from " + File("r.ndjson") + " --baseline " + known);
  EXPECT_EQ(update.status, 0) << update.output;
  const Ran good =
      RunToEnd(cases + refuses + " --baseline " + known + " --report json=" + File("r.json"));
  EXPECT_EQ(good.status, 0) << good.output;
  EXPECT_EQ(OutcomesOf(File("r.json")).at("callback/ok"), "xfail");
  // The same entries against a client that is right: each passes, and each is to be removed.
  const Ran better =
      RunToEnd(cases + Reference() + " --baseline " + known + " --report json=" + File("r.json"));
  EXPECT_EQ(better.status, 1) << better.output;
  EXPECT_EQ(OutcomesOf(File("r.json")).at("callback/ok"), "xpass");
  // A glob that covers nothing is stale; an id or a check that does not exist is refused.
  const std::string stale =
      Write("stale.yaml", "known_failures:\n  - case: callback/**\n    reason: none\n");
  const Ran old = RunToEnd(cases + Reference() + " --baseline " + stale);
  EXPECT_EQ(old.status, 1) << old.output;
  EXPECT_NE(old.output.find("stale.yaml:2: callback/** did not fail in this run"),
            std::string::npos)
      << old.output;
  const std::string wrong =
      Write("wrong.yaml", "known_failures:\n  - case: callback/okay\n    reason: none\n");
  const Ran refused = RunToEnd(cases + Reference() + " --baseline " + wrong);
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.output.find("wrong.yaml:2:11: \"callback/okay\" matches no scenario"),
            std::string::npos)
      << refused.output;
}

TEST_F(RunnerTest, OwnScenariosStandBesideTheBuiltInOnes) {
  const Ran listed = RunToEnd("list 'hostile/**' callback/ok --scenarios " + kTestdata + "hostile");
  EXPECT_EQ(listed.status, 0) << listed.output;
  EXPECT_NE(listed.output.find("hostile/login"), std::string::npos);
  EXPECT_NE(listed.output.find("callback/ok"), std::string::npos);
  const Ran ran = RunToEnd("run 'hostile/**' --scenarios " + kTestdata + "hostile" + Reference());
  EXPECT_EQ(ran.status, 0) << ran.output;
  std::filesystem::create_directory(File("own"));
  Write("own/bad.yaml", "id: own/bad\ntitel: x\n");
  const Ran bad = RunToEnd("list --scenarios " + File("own"));
  EXPECT_EQ(bad.status, 2);
  EXPECT_NE(bad.output.find("bad.yaml:2:1: unknown key \"titel\" in the scenario; did you mean "
                            "\"title\"?"),
            std::string::npos)
      << bad.output;
}

// An application that cannot be used: what is wrong is said, and nothing waits for ever.
TEST_F(RunnerTest, AWebApplicationThatDoesNotWorkIsDescribed) {
  struct Row {
    const char* mode;
    int status;  // 3: the configuration does not fit, which is nobody's mistake but its own
    const char* words;
  };
  const Row rows[] = {
      {"loop", 1, "the application redirects for ever: more than 10 redirects"},
      {"script", 3, "the page has scripts, and the built-in browser runs none"},
  };
  for (const Row& row : rows) {
    const std::string config = Write(
        "app.yaml", "command: /usr/bin/python3 " + kTestdata + "drivers/bad_app.py " + row.mode +
                        " ${port}\nurl: http://127.0.0.1:${port}\nconnect:\n  - open: /\n"
                        "  - follow: connect\nsuccess:\n  text: done\n");
    const Ran ran = RunToEnd(
        "run callback/ok --details --no-preflight --driver-kind webapp --driver-config " + config);
    EXPECT_EQ(ran.status, row.status) << ran.output;
    EXPECT_NE(ran.output.find(row.words), std::string::npos) << ran.output;
  }
}

TEST_F(RunnerTest, AProgramThatNeverPrintsALinkIsNoVerdict) {
  const std::string own = File("own");
  std::filesystem::copy(kTestdata + "hostile", own, std::filesystem::copy_options::recursive);
  const std::string config = Write("silent.yaml", "command: sleep 60\n");
  const Ran ran = RunToEnd("run hostile/login --details --no-preflight --scenarios " + own +
                           " --driver-kind prompt --driver-config " + config +
                           " --report json=" + File("r.json"));
  EXPECT_EQ(ran.status, 3) << ran.output;
  EXPECT_EQ(OutcomesOf(File("r.json")), (Outcomes{{"hostile/login", "error"}}));
  EXPECT_NE(ran.output.find("the program printed no authorization URL in time and still runs"),
            std::string::npos)
      << ran.output;
}

bool Has(const char* program) {
  return std::filesystem::exists(std::string("/usr/bin/") + program);
}

// "3 cases: 1 pass, 1 fail, 1 about other kinds of clients", from the json report.
std::string TotalsOf(const std::string& json_file) {
  const auto document = ParseJson(ReadFile(json_file, 64u << 20).value(), {.max_bytes = 64u << 20});
  int others = 0;
  for (const Json& one : (*document)["cases"]) others += one.value("for_others", false) ? 1 : 0;
  std::string totals;
  for (const char* const name : {"pass", "warn", "fail", "error", "inconclusive", "skip", "xfail",
                                 "xpass", "flaky", "not-run"}) {
    const int told = (*document)["summary"].value(name, 0);
    const int count = told - (name == std::string_view("skip") ? others : 0);
    if (count == 0) continue;
    totals += (totals.empty() ? "" : ", ") + std::to_string(count) + " " + name;
  }
  if (others > 0) {
    totals +=
        (totals.empty() ? "" : ", ") + std::to_string(others) + " about other kinds of clients";
  }
  return std::to_string((*document)["cases"].size()) + " cases: " + totals;
}

// A good client, one that fails, and one that prints rubbish: each format is read by a program that
// is not ours, and all say the same.
TEST_F(RunnerTest, EveryFormatIsReadByOthersAndSaysTheSame) {
  std::string reports;
  for (const char* const format :
       {"json", "ndjson", "junit", "tap", "html", "markdown", "sarif", "github", "pretty"}) {
    reports += std::string(" --report ") + format + "=" + File(format);
  }
  // What TAP::Parser makes of it. Debian's knows version 13, of which 14 is a superset.
  Write("tap.pl", R"(use TAP::Parser;
local $/; open(my $in, '<', $ARGV[0]); my $tap = <$in>; $tap =~ s/^TAP version 14/TAP version 13/;
my $parser = TAP::Parser->new({tap => $tap});
$parser->run; my @errors = $parser->parse_errors;
die "@errors" if @errors; printf "%d tests, %d passed, %d failed, %d skipped, %d todo\n",
  $parser->tests_run, scalar $parser->passed, scalar $parser->failed, scalar $parser->skipped,
  scalar $parser->todo;
)");
  for (const std::string& driver : {Reference(), Driver("wrap.py refuse-all " + kReference),
                                    Driver("hostile.py rubbish") + " --max-restarts 2"}) {
    RunToEnd("run 'callback/*' 'token/basic*' 'token/p*'" + driver + reports);
    const std::string totals = TotalsOf(File("json"));
    for (const char* const format :
         {"junit", "tap", "html", "markdown", "sarif", "github", "pretty"}) {
      EXPECT_NE(ReadFile(File(format), 64u << 20)->find(totals), std::string::npos)
          << format << " does not say: " << totals;
    }
    const Ran again = RunToEnd("report " + File("ndjson") + " --report json=" + File("again.json"));
    EXPECT_EQ(OutcomesOf(File("again.json")), OutcomesOf(File("json"))) << again.output;
    if (Has("xmllint")) {
      const std::string lint = "xmllint --noout --schema " + kTestdata + "junit.xsd " +
                               File("junit") + " 2>" + File("words");
      EXPECT_EQ(std::system(lint.c_str()), 0) << ReadFile(File("words")).value();
    }
    if (Has("perl")) {
      const std::string parse =
          "perl " + File("tap.pl") + " " + File("tap") + " >" + File("words") + " 2>&1";
      EXPECT_EQ(std::system(parse.c_str()), 0) << ReadFile(File("words")).value();
      const std::string count = std::to_string(OutcomesOf(File("json")).size()) + " tests,";
      EXPECT_TRUE(ReadFile(File("words"))->starts_with(count)) << ReadFile(File("words")).value();
    }
  }
}

}  // namespace
}  // namespace aweber
