// A single-page application: its page is the client. Chromium logs it in and lets it call; the
// built-in browser, which runs no script, says why it cannot.
#include <gmock/gmock.h>

#include "tests/e2e/runner_process.h"

namespace aweber {
namespace {

using testing::HasSubstr;

class SinglePage : public RunnerTest {
 protected:
  void SetUp() override {
    RunnerTest::SetUp();
    if (!std::filesystem::exists(SourcePath("examples/webapp/node/node_modules/oauth4webapi"))) {
      GTEST_SKIP() << "NOT TESTED: needs `npm ci` in examples/webapp/node";
    }
  }
  Ran Play(const std::string& arguments) const {
    return RunToEnd("run " + arguments + " --driver-kind webapp --driver-config " +
                    SourcePath("examples/webapp/node/spa.yaml") +
                    " --report json=" + File("r.json"));
  }
};

TEST_F(SinglePage, LogsInRefusesAndCallsInChromium) {
  if (!std::filesystem::exists("/usr/bin/chromedriver")) {
    GTEST_SKIP() << "NOT TESTED: chromium-driver is not installed";
  }
  const Ran ran = Play("callback/ok callback/state-mismatch api/ok api/500 token/tls-expired");
  if (TooBusyForABrowser(ran.output)) GTEST_SKIP() << "NOT TESTED: " << ran.output;
  EXPECT_EQ(OutcomesOf(File("r.json")), (Outcomes{{"callback/ok", "pass"},
                                                  {"callback/state-mismatch", "pass"},
                                                  {"api/ok", "pass"},
                                                  {"api/500", "pass"},
                                                  {"token/tls-expired", "skip"}}))
      << ran.output;
  EXPECT_EQ(ran.status, 0) << ran.output;
}

TEST_F(SinglePage, TheBuiltInBrowserSaysWhyItCannot) {
  const Ran ran = Play("callback/ok --browser built-in");
  EXPECT_EQ(ran.status, 3) << ran.output;
  EXPECT_THAT(ran.output,
              HasSubstr("connect[1]: no link with the text \"connect to aweber\" on /"));
  EXPECT_THAT(ran.output, HasSubstr("the built-in browser runs none: where one does the work, "
                                    "take browser: chromium"));
}

}  // namespace
}  // namespace aweber
