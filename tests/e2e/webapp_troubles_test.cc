// Applications that misbehave: each is bounded and told, and the next case is played all the same.
#include <gmock/gmock.h>

#include "tests/e2e/runner_process.h"

namespace aweber {
namespace {

using testing::HasSubstr;

class WebappTroubles : public RunnerTest {
 protected:
  // A configuration for tests/testdata/drivers/bad_app.py in this mode.
  std::string App(const std::string& mode, const std::string& more = "") const {
    return " --driver-kind webapp --driver-config " +
           Write("app.yaml", "command: /usr/bin/python3 " + kTestdata + "drivers/bad_app.py " +
                                 mode +
                                 " ${port}\nenv:\n  CLIENT_ID: ${client_id}\n"
                                 "  REDIRECT_URI: ${redirect_uri}\n"
                                 "  AUTHORIZE_URL: ${authorize_url}\n"
                                 "url: http://127.0.0.1:${port}\n"
                                 "connect:\n  - open: /\n  - follow: connect\n"
                                 "success:\n  text: done\n" +
                                 more);
  }
};

TEST_F(WebappTroubles, OneThatCannotLogInIsToldOnce) {
  const struct {
    const char* mode;
    std::vector<std::string> words;
    const char* more = "";
  } rows[] = {
      {"never",
       {"the application was not ready at http://127.0.0.1:", "within 2 s"},
       "within: 2s\n"},
      {"errors",
       {"the application did not send the browser to the authorization page", "saw status 500",
        "Something went wrong."}},
      {"loop", {"the application redirects for ever: more than 10 redirects"}},
      {"login",
       {"connect[1]: no link with the text \"connect\" on /",
        "the page asks for a password: a step \"submit\" with \"fill\" logs in"}},
      {"script", {"the built-in browser runs none", "browser: chromium"}},
      {"big", {"the response body is over 16777216 bytes"}, "within: 4s\n"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.mode);
    const auto began = std::chrono::steady_clock::now();
    const Ran ran = RunToEnd("run callback/ok" + App(row.mode, row.more));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::minutes(2));
    EXPECT_EQ(ran.status, 3) << ran.output;
    for (const std::string& words : row.words) EXPECT_THAT(ran.output, HasSubstr(words));
  }
}

// What the application answers is its own affair; the case ends with an outcome.
TEST_F(WebappTroubles, AThousandCookiesAreBounded) {
  const Ran ran = RunToEnd("run callback/ok --no-preflight" + App("cookies") +
                           " --report json=" + File("r.json"));
  EXPECT_EQ(OutcomesOf(File("r.json")), (Outcomes{{"callback/ok", "fail"}})) << ran.output;
}

TEST_F(WebappTroubles, OneThatDiesBetweenTwoCasesIsStartedAgain) {
  const Ran ran = RunToEnd(
      "run authorize/url-basic authorize/scope-many authorize/double-click --no-preflight" +
      App("dies", "restart: never\nconfigure:\n  path: /told\n  json: {id: '${client_id}'}\n") +
      " --report json=" + File("r.json"));
  const Outcomes outcomes = OutcomesOf(File("r.json"));
  EXPECT_EQ(outcomes.at("authorize/scope-many"), "error") << ran.output;
  EXPECT_NE(outcomes.at("authorize/double-click"), "not-run") << ran.output;
  EXPECT_NE(outcomes.at("authorize/double-click"), "error") << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("the application ended (exit status 7)"));
}

TEST_F(WebappTroubles, DialogsWindowsAndDownloadsAreRefusedWithAWord) {
  if (!std::filesystem::exists("/usr/bin/chromedriver")) {
    GTEST_SKIP() << "NOT TESTED: chromium-driver is not installed";
  }
  const std::pair<std::string, std::string> rows[] = {
      {"dialog",
       "connect[0]: the page asks in a JavaScript dialog, which is dismissed here (\"Cookies?\"): "
       "let it ask in the page"},
      {"window",
       "Connect; it opened a window of its own, which is not looked at: name the address"},
      {"download", "Connect; /connect is a download, which is refused here"},
  };
  for (const auto& [mode, words] : rows) {
    SCOPED_TRACE(mode);
    const Ran ran = RunToEnd("run callback/ok" + App(mode, "browser: chromium\n"));
    if (TooBusyForABrowser(ran.output)) GTEST_SKIP() << "NOT TESTED: " << ran.output;
    EXPECT_EQ(ran.status, 3) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr(words));
  }
}

// The case in which the browser ended or hung is nobody's fault; the next one has another browser.
TEST_F(WebappTroubles, ABrowserThatEndsOrHangsIsReplaced) {
  if (!std::filesystem::exists("/usr/bin/chromedriver")) {
    GTEST_SKIP() << "NOT TESTED: chromium-driver is not installed";
  }
  const std::pair<std::string, std::string> rows[] = {
      {"ends-browser", "The browser ended or hung."},
      {"stops-browser", "was not done within"},
  };
  for (const auto& [mode, words] : rows) {
    SCOPED_TRACE(mode);
    const Ran ran = RunToEnd("run authorize/url-basic authorize/scope-many --no-preflight" +
                             App(mode + "=" + File(mode), "browser: chromium\n") +
                             " --report json=" + File("r.json"));
    const Outcomes outcomes = OutcomesOf(File("r.json"));
    EXPECT_EQ(outcomes.at("authorize/scope-many"), "error") << ran.output;  // the first
    EXPECT_EQ(outcomes.at("authorize/url-basic"), "pass") << ran.output;
    EXPECT_THAT(ran.output, HasSubstr(words));
  }
}

}  // namespace
}  // namespace aweber
