// The configuration files of the prompt and webapp drivers: what they mean, and every way to be
// wrong with its place and its cure.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/os/file.h"
#include "base/text/json.h"
#include "conformance/driver/prompt_driver.h"
#include "conformance/driver/webapp_config.h"
#include "tests/support/paths.h"

namespace aweber::conformance {
namespace {

const std::string kExamples = SourcePath("examples/");

struct BadRow {
  std::string text;
  std::string error;  // up to the line that is shown
};

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST(PromptConfigTest, HasUsefulDefaults) {
  const auto config = ParsePromptConfig("command: tool 'two words' ${client_id}\n", "/x/tool.yaml");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->launch.name, "tool");
  EXPECT_EQ(config->launch.command,
            (std::vector<std::string>{"tool", "two words", "${client_id}"}));
  EXPECT_EQ(config->launch.directory, "/x/");
  EXPECT_TRUE(config->launch.proxy);
  EXPECT_EQ(config->launch.features, Json({{"state", true}}));
  EXPECT_EQ(config->exit_status, 0);
  ASSERT_TRUE(config->token.has_value());
  EXPECT_EQ(config->token->Find("Access token: abcd1234EFGH\n")->text, "abcd1234EFGH");
  EXPECT_EQ(config->token->Find("{'access_token': 'abcd1234', 'x': 1}")->text, "abcd1234");
  EXPECT_FALSE(config->token->Matches("no access token was given"));
}

TEST(PromptConfigTest, TellsWhatIsWrongAndWhere) {
  const std::vector<BadRow> rows = {
      {"name: x\n", "t.yaml:1:1: the configuration needs the key \"command\""},
      {"command: a\nproxi: true\n",
       "t.yaml:2:1: unknown key \"proxi\" in the configuration; did you mean \"proxy\"?"},
      {"command: a\nproxy: yes\n", "t.yaml:2:8: \"proxy\" must be true or false, not a string"},
      {"command: a 'b\n", "t.yaml:1:10: the single quote at offset 2 is not closed"},
      {"command: a\nurl: 'x('\n", "t.yaml:2:6: 'x(' is no POSIX extended expression: "},
      {"command: a\ntype: link\n", "t.yaml:2:7: \"type\" must be one of url, code, not \"link\""},
      {"command: a\nsuccess: {exit: maybe}\n",
       "t.yaml:2:17: \"exit\" must be an exit status from 0 to 255, or any"},
      {"command: a\nclaims: {refresh: [sometimes]}\n",
       "t.yaml:2:19: \"refresh\" may hold manual, on_expiry, on_401, not \"sometimes\""},
      {"command: a\nclaims: {concurrent: 8}\n",
       "t.yaml:2:10: unknown key \"concurrent\" in claims"},
      {"command: a\nerrors:\n  - {text: x, kind: oops}\n",
       "t.yaml:3:21: \"kind\" must be one of state_mismatch, "},
      {"command: a\nfiles:\n  - {to: ../x, text: y}\n",
       "t.yaml:3:10: \"to\" must be a path below the case's directory"},
      {"command: a\nfiles:\n  - {to: x}\n",
       "t.yaml:3:5: a file needs either \"text\" or \"from\", a file to copy"},
      {"command: a\nfiles:\n  - {to: x, text: abc, replace: {z: y}}\n",
       "t.yaml:3:34: \"z\" does not occur in the file, so there is nothing to replace"},
      {"command: a\nfiles:\n  - {to: x, from: /no/such/file}\n",
       "t.yaml:3:19: cannot open /no/such/file: "},
  };
  for (const BadRow& row : rows) {
    const auto config = ParsePromptConfig(row.text, "t.yaml");
    ASSERT_FALSE(config.ok()) << row.text;
    EXPECT_TRUE(FirstLine(config.error().message).starts_with(row.error))
        << row.text << config.error().message << "\nexpected: " << row.error;
  }
}

TEST(PromptConfigTest, KnowsTheNamesThatMayBeUsed) {
  const auto config = ParsePromptConfig("command: a\nenv:\n  ID: ${clientid}\n", "t.yaml");
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(FirstLine(config.error().message),
            "t.yaml:3:7: \"${clientid}\" has a ${name} that is not known here; did you mean "
            "${client_id}?; known are api_url, auth, authorize_url, ca_file, client_id, "
            "client_secret, client_type, dir, issuer, proxy_url, redirect_uri, revoke_url, scopes, "
            "token_transport, token_url");
}

constexpr const char* kWebapp =
    "command: app\nurl: http://127.0.0.1:${port}\nconnect: [{open: /}]\nsuccess: {text: hello}\n";

TEST(WebappConfigTest, HasUsefulDefaults) {
  const auto config = ParseWebappConfig(kWebapp, "/x/app.yaml");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_FALSE(config->launch.proxy);
  EXPECT_EQ(config->ready, "/");
  EXPECT_EQ(config->max_redirects, 10);
  EXPECT_TRUE(config->success.statuses.empty());
  EXPECT_FALSE(config->restart_never);
  EXPECT_EQ(config->browser, BrowserKind::kBuiltIn);
  EXPECT_TRUE(config->calls.empty());
  EXPECT_TRUE(config->actions.empty());
}

TEST(WebappConfigTest, TellsWhatIsWrongAndWhere) {
  const std::string good = kWebapp;
  const std::string head = "command: app\nurl: http://127.0.0.1:1\nsuccess: {}\n";
  const std::vector<BadRow> rows = {
      {"command: a\n", "t.yaml:1:1: the configuration needs the key \"url\""},
      {head + "connect: []\n", "t.yaml:4:10: at least one step is needed"},
      {head + "connect: [{follow: x}]\n", "t.yaml:4:11: the first step must be \"open\""},
      {head + "connect: [{open: /, follow: x}]\n", "t.yaml:4:11: a step is exactly one of "},
      {head + "connect: [{open: connect}]\n", "t.yaml:4:11: \"open\" takes a path of the "},
      {head + "connect: [{open: /, fill: {a: b}}]\n",
       "t.yaml:4:27: \"fill\" belongs to \"submit\""},
      {head + "connect: [{opne: /}]\n",
       "t.yaml:4:11: a step is exactly one of \"open\", \"follow\", \"follow_href\" and "
       "\"submit\""},
      {good + "max_redirects: 0\n", "t.yaml:5:16: \"max_redirects\" must be from 1 to 100"},
      {good + "call: {requests: GET /accounts, steps: [{follow: x}]}\n",
       "t.yaml:5:41: the first step must be \"open\""},
      {good + "call: {steps: [{open: /}]}\n", "t.yaml:5:7: call needs the key \"requests\""},
      {good + "call: {requests: x, steps: [{open: /}]}\n",
       "t.yaml:5:18: \"x\" must be a method and a path below the API's address"},
      {good + "call: {requests: GET /, steps: [{open: /}]}\ncalls: []\n",
       "t.yaml:6:8: \"call\" is one page and \"calls\" a list of them: give one of both"},
      {good + "restart: never\n", "t.yaml:5:10: \"restart: never\" needs a \"command\""},
      {good + "reauthorize: {}\n", "t.yaml:5:14: \"reauthorize\" needs one of "},
      {good + "browser: firefox\n", "t.yaml:5:10: \"browser\""},
      {good + "ready: 5\n", "t.yaml:5:8: \"ready\" must be a string, not an integer"},
      {good.substr(13), "t.yaml:1:1: without \"command\" the application runs already, and "},
      {good.substr(13) + "proxy: true\nconfigure: {path: /c, json: {a: b}}\n",
       "t.yaml:4:8: \"proxy\" is set by the environment of the \"command\", and there is none"},
  };
  for (const BadRow& row : rows) {
    const auto config = ParseWebappConfig(row.text, "t.yaml");
    ASSERT_FALSE(config.ok()) << row.text;
    EXPECT_TRUE(FirstLine(config.error().message).starts_with(row.error))
        << row.text << config.error().message << "\nexpected: " << row.error;
  }
}

// A single-page application has its tokens in the page that the user sees.
TEST(WebappConfigTest, InARealBrowserACallMayBeginWhereTheUserIs) {
  const auto config = ParseWebappConfig(std::string(kWebapp) +
                                            "browser: chromium\ncall: {requests: GET /accounts, "
                                            "steps: [{follow: x}]}\n",
                                        "t.yaml");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->calls.at(0).action.steps.at(0).kind, WebStep::Kind::kFollow);
}

TEST(DriverConfigTest, TheExamplesAreValid) {
  for (const char* const name : {"prompt/guide_sample.yaml", "prompt/mended_sample.yaml"}) {
    const auto text = ReadFile(kExamples + name);
    ASSERT_TRUE(text.ok());
    const auto config = ParsePromptConfig(*text, kExamples + name);
    EXPECT_TRUE(config.ok()) << config.error().message;
  }
  for (const char* const name :
       {"webapp/app.yaml", "webapp/ignores_state.yaml", "webapp/node/spa.yaml"}) {
    const auto text = ReadFile(kExamples + name);
    ASSERT_TRUE(text.ok());
    const auto config = ParseWebappConfig(*text, kExamples + name);
    EXPECT_TRUE(config.ok()) << config.error().message;
  }
}

}  // namespace
}  // namespace aweber::conformance
