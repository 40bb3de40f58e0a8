// The reference client through the whole suite, in every profile, with every feature claimed: the
// suite accuses nobody falsely, and the client is worth copying.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "base/os/file.h"
#include "base/text/json.h"
#include "tests/integration/client/program.h"
#include "tests/support/paths.h"

namespace aweber::client {
namespace {

class ReferenceClient : public testing::TestWithParam<const char*> {};

TEST_P(ReferenceClient, PassesEveryScenarioStrictly) {
  const std::string directory = MakeTempDirectory("aweber-suite").value();
  const std::string report = directory + "/out.json";
  // One client for all: it hears of each case whether the provider takes PKCE from confidential
  // clients, which AWeber refuses and RFC 9700 §2.1.1 recommends.
  const std::string driver = Program::ClientPath() + " driver";
  Program suite({ProgramPath("aweber-conformance"), "run", "--profile", GetParam(), "--driver",
                 driver, "--strict", "--strict-errors", "-j", "4", "--report", "json=" + report});
  EXPECT_EQ(suite.Finish(), 0) << suite.out() << suite.err();
  // The screen of a success: nothing scrolls past.
  const std::string screen = suite.out();
  EXPECT_LE(std::count(screen.begin(), screen.end(), '\n'), 5) << screen;
  EXPECT_NE(screen.find("no problems in "), std::string::npos) << screen;

  const Json result = ParseJson(ReadFile(report).value_or("{}")).value_or(Json::object());
  const Json* cases = JsonMember(result, "cases");
  ASSERT_NE(cases, nullptr);
  int passed = 0;
  for (const Json& one : *cases) {
    const std::string outcome = JsonString(one, "outcome").value_or("?");
    passed += outcome == "pass";
    if (outcome == "pass") continue;
    // Pages and processes are other kinds of driver; everything else is claimed.
    EXPECT_EQ(outcome, "skip") << JsonString(one, "id").value_or("?");
    const std::string reason = JsonString(one, "reason").value_or("");
    EXPECT_TRUE(reason.starts_with("needs webapp") || reason.starts_with("needs processes"))
        << DumpJson(one);
  }
  EXPECT_GT(passed, 165);
  std::filesystem::remove_all(directory);
}

// What concerns pages needs a web application: the one in examples/ stands on the client library.
TEST(ReferenceWebApplication, PassesWhatTheDriverCannotBeAsked) {
  const std::string directory = MakeTempDirectory("aweber-suite").value();
  const std::string report = directory + "/out.json";
  Program suite({ProgramPath("aweber-conformance"), "run", "--driver-kind", "webapp",
                 "--driver-config", SourcePath("examples/client/webapp.yaml"), "--strict",
                 "--strict-errors", "-j", "4", "--report", "json=" + report},
                {{"PATH", ProgramPath("")}});
  EXPECT_EQ(suite.Finish(), 0) << suite.out() << suite.err();

  const Json result = ParseJson(ReadFile(report).value_or("{}")).value_or(Json::object());
  const Json* cases = JsonMember(result, "cases");
  ASSERT_NE(cases, nullptr);
  std::map<std::string, std::string> outcomes;
  for (const Json& one : *cases) {
    outcomes[JsonString(one, "id").value_or("?")] = JsonString(one, "outcome").value_or("?");
  }
  for (const char* id :
       {"authorize/link-present", "callback/error-desc-xss", "callback/page-leaks-nothing",
        "callback/open-redirect-next", "callback/loopback-close", "callback/favicon-noise",
        "callback/login-csrf", "callback/ok"}) {
    EXPECT_EQ(outcomes[id], "pass") << id;
  }
  std::filesystem::remove_all(directory);
}

INSTANTIATE_TEST_SUITE_P(Profiles, ReferenceClient, testing::Values("aweber", "rfc6749", "rfc9700"),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace aweber::client
