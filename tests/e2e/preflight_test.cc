// Never green by accident, and never the client's fault when it is not: what a run does that has no
// client, nothing to play, or a program that cannot log in. Real processes.
#include <gmock/gmock.h>

#include "tests/e2e/runner_process.h"

namespace aweber {
namespace {

using testing::HasSubstr;
using testing::Not;

struct CommandRow {
  const char* name;
  std::string arguments;
  int status;
  std::vector<std::string> words;
};

void ExpectRow(const CommandRow& row) {
  SCOPED_TRACE(row.name);
  const Ran ran = RunToEnd("run " + row.arguments);
  EXPECT_EQ(ran.status, row.status) << ran.output;
  for (const std::string& words : row.words) EXPECT_THAT(ran.output, HasSubstr(words));
}

class PreflightTest : public RunnerTest {
 protected:
  void ExpectNothingPlayed(const CommandRow& row) const {
    CommandRow played = row;
    played.arguments += " --report pretty --report json=" + File("r.json");
    ExpectRow(played);
    EXPECT_EQ(OutcomesOf(File("r.json")), (Outcomes{{"callback/ok", "not-run"}})) << row.name;
  }
};

const std::string kPython = "/usr/bin/python3 ";

TEST_F(RunnerTest, ARunThatWouldTestNothingIsNotGreen) {
  const CommandRow rows[] = {
      {"no driver", "callback/ok", 2, {"no client to test: give --driver COMMAND"}},
      {"an unset variable",
       "callback/ok --driver ''",
       2,
       {"--driver: the command is empty", "'reference' tests the reference client"}},
      {"blanks", "callback/ok --driver '  '", 2, {"--driver: the command is empty"}},
      {"reference", "callback/ok --driver reference", 0, {"aweber-client", "1 case: 1 pass"}},
      {"all skipped",
       "callback/open-redirect-next --driver reference",
       4,
       {"nothing was played: every selected case (1) was skipped"}},
      {"skip nothing",
       "'callback/**' --skip calback/ok --driver reference",
       4,
       {"--skip 'calback/ok' matches no scenario; did you mean 'callback/ok'?"}},
      {"a folder",
       "callback --driver reference",
       4,
       {"pattern 'callback' matches no scenario; did you mean 'callback/**'?"}},
  };
  for (const CommandRow& row : rows) ExpectRow(row);
}

TEST_F(PreflightTest, AProgramThatCannotLogInIsToldOnceAndNothingIsPlayed) {
  const std::string refuses =
      " --driver " +
      QuoteForShell(kPython + kTestdata + "drivers/wrap.py refuse-all " + kReference);
  const std::string app = Write(
      "app.yaml", "command: " + kPython + kTestdata + "drivers/bad_app.py loop ${port}\n" +
                      "url: http://127.0.0.1:${port}\nconnect:\n  - open: /\n  - follow: connect\n"
                      "success:\n  text: done\n");
  const CommandRow rows[] = {
      {"a missing module",
       "callback/ok --driver " + QuoteForShell(kPython + "-c 'import no_such_module'"),
       3,
       {"preflight failed, no case was played: the driver could not be started", "printed",
        "the Python module 'no_such_module' is not installed for this interpreter", "cure"}},
      {"refuses a valid callback",
       "callback/ok" + refuses,
       3,
       {"the client did not accept a valid callback (other: refuse-all)", "--no-preflight"}},
      {"a redirect loop",
       "callback/ok --driver-kind webapp --driver-config " + app,
       3,
       {"preflight failed", "more than 10 redirects"}},
  };
  for (const CommandRow& row : rows) ExpectNothingPlayed(row);
}

TEST_F(PreflightTest, AProgramThatIsMissingIsToldWithItsKey) {
  const std::string missing = "/no/such/program";
  const auto config = [&](const std::string& kind, const std::string& text) {
    static int files = 0;
    return " --driver-kind " + kind + " --driver-config " +
           Write(std::to_string(++files) + ".yaml", text);
  };
  const std::string what = "preflight failed, no case was played: cannot run " + missing;
  const CommandRow rows[] = {
      {"exec", "callback/ok --driver " + missing, 3, {"cannot run " + missing, "cure     check"}},
      {"webapp",
       "callback/ok" + config("webapp", "command: " + missing +
                                            " ${port}\nurl: http://127.0.0.1:${port}\nconnect:\n"
                                            "  - open: /\nsuccess:\n  text: done\n"),
       3,
       {what, "cure     check the paths in `command`"}},
      {"prompt",
       "callback/ok" + config("prompt", "command: " + missing + "\n"),
       3,
       {what, "cure     check the paths in `command`"}},
      {"process",
       "callback/ok" +
           config("process", "login: {kind: loopback, command: " + missing +
                                 "}\ncall: {command: " + missing + "}\nstore: [.config]\n"),
       3,
       {what, "cure     check the paths in `login.command`"}},
      {"not in PATH",
       "callback/ok" + config("prompt", "command: no-such-program\n"),
       3,
       {"a program that the command needs is not installed", "(it stands in `command`)"}},
  };
  for (const CommandRow& row : rows) ExpectNothingPlayed(row);
}

TEST_F(RunnerTest, WithoutPreflightTheCatalogueIsPlayed) {
  const Ran ran =
      RunToEnd("run callback/ok callback/state-mismatch" +
               Driver("wrap.py refuse-all " + kReference) + " --report json=" + File("r.json"));
  EXPECT_EQ(ran.status, 1) << ran.output;
  EXPECT_THAT(ran.output, Not(HasSubstr("preflight failed")));
  EXPECT_EQ(OutcomesOf(File("r.json")).at("callback/ok"), "fail");
}

}  // namespace
}  // namespace aweber
