// One decision of a client is one problem, over however many cases it shows in.
#include <gmock/gmock.h>

#include "base/text/json.h"
#include "tests/e2e/runner_process.h"

namespace aweber {
namespace {

class OneCause : public RunnerTest {};

TEST_F(OneCause, AConfidentialClientWithoutPkceHasOneProblem) {
  const Ran ran = RunToEnd("run 'callback/**' --profile rfc9700 --seed 1 -j 4 --list" +
                           Driver("no_pkce.py " + kReference) +
                           " --report pretty --report json=" + File("run.json"));
  EXPECT_EQ(ran.status, 0) << ran.output;  // a "should"
  const auto run =
      ParseJson(ReadFile(File("run.json"), 64u << 20).value(), {.max_bytes = 64u << 20});
  ASSERT_TRUE(run.ok());
  const Json& problems = run->at("problems");
  ASSERT_EQ(problems.size(), 1u) << problems;
  EXPECT_EQ(problems[0].at("check"), "pk-confidential");
  EXPECT_GT(problems[0].at("cases").size(), 30u);
  EXPECT_THAT(ran.output, testing::HasSubstr("\n1 problem:\n"));
}

}  // namespace
}  // namespace aweber
