// A configuration that does not fit its application: each is told in the configuration's own words,
// at once, and nobody is accused of a rule. The application is the Flask example, which is right.
#include <gmock/gmock.h>

#include "tests/e2e/runner_process.h"

namespace aweber {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Misfit {
  const char* name;
  const char* from;  // a line of app.yaml...
  const char* to;    // ...and what stands there instead
  int status;
  std::vector<std::string> words;
};
void PrintTo(const Misfit& misfit, std::ostream* out) { *out << misfit.name; }

class WebappConfigurations : public RunnerTest, public testing::WithParamInterface<Misfit> {
 protected:
  void SetUp() override {
    RunnerTest::SetUp();
    if (!std::filesystem::exists("/usr/lib/python3/dist-packages/flask")) {
      GTEST_SKIP() << "NOT TESTED: needs python3-flask";
    }
  }
};

TEST_P(WebappConfigurations, IsToldInItsOwnWords) {
  const Misfit& misfit = GetParam();
  std::string text = ReadFile(SourcePath("examples/webapp/app.yaml")).value();
  const std::size_t at = text.find(misfit.from);
  ASSERT_NE(at, std::string::npos) << "app.yaml has no " << misfit.from;
  text.replace(at, std::string(misfit.from).size(), misfit.to);
  const std::string here = "app.py";
  text.replace(text.find(here), here.size(), SourcePath("examples/webapp/app.py"));
  const auto began = std::chrono::steady_clock::now();
  const Ran ran =
      RunToEnd("run callback/ok --driver-kind webapp --driver-config " + Write("app.yaml", text));
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(ran.status, misfit.status) << ran.output;
  for (const std::string& words : misfit.words) EXPECT_THAT(ran.output, HasSubstr(words));
  EXPECT_THAT(ran.output, Not(HasSubstr("RFC")));
  // Ten seconds, and much patience with a busy machine.
  EXPECT_LT(took, std::chrono::minutes(2));
}

const Misfit kMisfits[] = {
    {"an unknown key",
     "success:",
     "succes:",
     2,
     {"app.yaml:", "unknown key \"succes\" in the configuration; did you mean \"success\"?"}},
    {"an unknown name in a template",
     "PORT: ${port}",
     "PORT: ${prot}",
     2,
     {"did you mean ${port}?"}},
    {"a program that is not there",
     "command: /usr/bin/python3 app.py",
     "command: /usr/bin/python3 nowhere/app.py",
     3,
     {"the application ended", "can't open file"}},
    {"another port than it was given",
     "PORT: ${port}",
     "PORT: '0'",
     3,
     {"and the application listens on port", "Its port is ${port}"}},
    {"an address without the port that it was given",
     "url: http://127.0.0.1:${port}",
     "within: 8s\nurl: http://127.0.0.1:1",
     3,
     {"url: nothing answers at http://127.0.0.1:1/, and the application listens on port ",
      "That is ${port}, ", " now: put it into \"url\""}},
    {"a token endpoint of its own",
     "AWEBER_TOKEN_URL: ${token_url}",
     "AWEBER_TOKEN_URL: https://127.0.0.1:1/token",
     3,
     {"the client did not accept a valid callback", "; no token request came to the mock",
      "let it take the token URL that it is given"}},
    {"a page that is not there",
     "- open: /\n",
     "- open: /welcome\n",
     3,
     {"connect[1]: no link with the text \"connect to aweber\" on /welcome; there are no links on "
      "it",
      "status 404"}},
    {"a link that is not there",
     "- follow: connect to aweber",
     "- follow: log in",
     3,
     {"connect[1]: no link with the text \"log in\" on /; links there: \"Connect to AWeber\""}},
    {"a button where there is a link",
     "- follow: connect to aweber",
     "- submit: connect to aweber",
     3,
     {"connect[1]: no button \"connect to aweber\" on /; there are no buttons on it"}},
    {"steps that do not end at AWeber",
     "  - follow: connect to aweber\n",
     "",
     3,
     {"the application did not send the browser to the authorization page; saw status 200"}},
    {"words that the page after the login does not have",
     "text: you are connected",
     "text: welcome back",
     3,
     {"the login succeeded, its token request was answered 200, but the page after it is not what "
      "\"success\" describes",
      "welcome back"}},
    {"an address that the page after the login does not have",
     "url: /connected$",
     "url: /done$",
     3,
     {"the page after it is not what \"success\" describes", "/done$"}},
    {"a page behind which no API request is made",
     "- open: /accounts",
     "- open: /connected",
     3,
     {"\"call\" brought about no API request"}},
    {"words that the page of the call does not have",
     "{text: your accounts}",
     "{text: your lists}",
     3,
     {"every API request of \"call\" was answered well, but the page is not what \"call.success\" "
      "describes",
      "your lists"}},
};

INSTANTIATE_TEST_SUITE_P(All, WebappConfigurations, testing::ValuesIn(kMisfits));

}  // namespace
}  // namespace aweber
