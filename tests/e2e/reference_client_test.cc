// The reference client through the whole suite, in every profile, with every feature claimed: the
// suite accuses nobody falsely, and the client is worth copying.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "base/os/file.h"
#include "base/text/json.h"
#include "tests/integration/client/program.h"
#include "tests/support/paths.h"

namespace aweber::client {
namespace {

struct ProfileRow {
  const char* profile;
  const char* driver_flags;
};
void PrintTo(const ProfileRow& row, std::ostream* out) { *out << row.profile; }

class ReferenceClient : public testing::TestWithParam<ProfileRow> {};

TEST_P(ReferenceClient, PassesEveryScenarioStrictly) {
  const std::string directory = MakeTempDirectory("aweber-suite").value();
  const std::string report = directory + "/out.json";
  const std::string driver = Program::ClientPath() + " driver" + GetParam().driver_flags;
  Program suite({ProgramPath("aweber-conformance"), "run", "--profile", GetParam().profile,
                 "--driver", driver, "--strict", "--strict-errors", "-j", "4", "--report",
                 "json=" + report});
  EXPECT_EQ(suite.Finish(), 0) << suite.out() << suite.err();

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

constexpr ProfileRow kProfiles[] = {
    {"aweber", ""},
    {"rfc6749", ""},
    // RFC 9700 §2.1.1 recommends to confidential clients the PKCE that AWeber refuses from them.
    {"rfc9700", " --pkce always"},
};
INSTANTIATE_TEST_SUITE_P(Profiles, ReferenceClient, testing::ValuesIn(kProfiles));

}  // namespace
}  // namespace aweber::client
