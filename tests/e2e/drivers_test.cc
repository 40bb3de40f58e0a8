// The prompt and webapp drivers with programs as people write them: the shape of AWeber's guide,
// and a Flask application with and without the mistake of ignoring state.
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>

#include "base/os/file.h"
#include "base/os/process.h"
#include "base/text/json.h"
#include "tests/support/paths.h"

namespace aweber {
namespace {

const std::string kExamples = SourcePath("examples/");
const std::string kDriverRunner = ProgramPath("aweber-conformance");

using CaseOutcomes = std::map<std::string, std::string>;

// Runs the suite's `cases` and answers the json report's outcome by case id.
CaseOutcomes OutcomesWith(const std::string& kind, const std::string& config,
                          const std::string& cases) {
  const auto directory = MakeTempDirectory("drivers-test");
  if (!directory) return {};
  const std::string report = *directory + "/report.json";
  const auto argv = SplitCommandLine(kDriverRunner + " run --no-preflight " + cases +
                                     " --seed 7 --driver-kind " + kind + " --driver-config " +
                                     kExamples + config + " --report json=" + report);
  auto child = ChildProcess::Spawn({.argv = *argv});
  if (!child) return {};
  // Its words are few: the pipes hold them until it ends.
  for (pollfd out{child->output_fd(), POLLIN, 0}; poll(&out, 1, 100'000) > 0;) {
    char words[4096];
    if (read(out.fd, words, sizeof words) <= 0) break;
  }
  child->Terminate(std::chrono::seconds(5));
  const auto text = ReadFile(report);
  std::filesystem::remove_all(*directory);
  if (!text) return {};
  const auto parsed = ParseJson(*text);
  CaseOutcomes outcomes;
  if (parsed && parsed->contains("cases")) {
    for (const Json& one : (*parsed)["cases"]) {
      outcomes[one.value("id", "")] = one.value("outcome", "");
    }
  }
  return outcomes;
}

bool Installed(const std::string& module) {
  return std::filesystem::exists("/usr/lib/python3/dist-packages/" + module);
}

class DriversTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kDriverRunner)) GTEST_SKIP() << kDriverRunner << " is not built";
    if (!Installed("requests_oauthlib")) GTEST_SKIP() << "needs python3-requests-oauthlib";
  }
};

TEST_F(DriversTest, TheGuidesSampleLogsInOverTheProxyOnceItsLastLinesAreMended) {
  EXPECT_EQ(
      OutcomesWith("prompt", "prompt/mended_sample.yaml", "callback/ok callback/state-mismatch"),
      (CaseOutcomes{{"callback/ok", "pass"}, {"callback/state-mismatch", "pass"}}));
}

TEST_F(DriversTest, TheGuidesSampleFailsAtItsOwnTypeError) {
  EXPECT_EQ(OutcomesWith("prompt", "prompt/guide_sample.yaml", "callback/ok"),
            (CaseOutcomes{{"callback/ok", "fail"}}));
}

TEST_F(DriversTest, ANodeProgramLogsInOverTheProxyUnchanged) {
  if (!std::filesystem::exists(kExamples + "unmodified/node_modules/undici")) {
    GTEST_SKIP() << "NOT TESTED: script/bootstrap --with node installs what this needs";
  }
  EXPECT_EQ(
      OutcomesWith("prompt", "unmodified/accounts.yaml", "callback/ok callback/state-mismatch"),
      (CaseOutcomes{{"callback/ok", "pass"}, {"callback/state-mismatch", "pass"}}));
}

TEST_F(DriversTest, AnApplicationThatBindsStateToTheBrowserPassesLoginCsrf) {
  if (!Installed("flask")) GTEST_SKIP() << "needs python3-flask";
  EXPECT_EQ(OutcomesWith("webapp", "webapp/app.yaml", "callback/ok callback/login-csrf"),
            (CaseOutcomes{{"callback/login-csrf", "pass"}, {"callback/ok", "pass"}}));
}

TEST_F(DriversTest, AnApplicationThatIgnoresStateFailsLoginCsrf) {
  if (!Installed("flask")) GTEST_SKIP() << "needs python3-flask";
  EXPECT_EQ(OutcomesWith("webapp", "webapp/ignores_state.yaml", "callback/ok callback/login-csrf"),
            (CaseOutcomes{{"callback/login-csrf", "fail"}, {"callback/ok", "pass"}}));
}

}  // namespace
}  // namespace aweber
