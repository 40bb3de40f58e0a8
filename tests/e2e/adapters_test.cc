// Every adapter in examples/adapters starts, shakes hands, builds an authorization URL, refuses a
// forged callback, and says goodbye. What they do on the wire is script/clients' to show.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>

#include "base/file.h"
#include "base/form.h"
#include "base/json.h"
#include "base/process.h"
#include "base/uri.h"
#include "tests/support/paths.h"

namespace aweber {
namespace {

struct Adapter {
  std::string name;
  std::string command;  // run from the repository's root
  std::string needs;    // a path that must exist, or the test is skipped
};

std::ostream& operator<<(std::ostream& out, const Adapter& adapter) { return out << adapter.name; }

const std::string kRoot = SourcePath("");

// Speaks to one driver, a line at a time.
class Talk {
 public:
  explicit Talk(ChildProcess child) : child_(std::move(child)) {}

  Json Ask(Json request) {
    request["id"] = ++id_;
    const std::string line = DumpJson(request) + "\n";
    if (write(child_.stdin_fd(), line.data(), line.size()) != ssize_t(line.size())) return Json();
    auto reply = ParseJson(ReadLine());
    if (!reply || JsonInt(*reply, "id") != id_) return Json();
    return *reply;
  }
  ExitStatus End() { return child_.Terminate(std::chrono::seconds(5)); }

 private:
  std::string ReadLine() {
    while (buffer_.find('\n') == std::string::npos) {
      pollfd waiting{child_.output_fd(), POLLIN, 0};
      if (poll(&waiting, 1, 30'000) <= 0) return "";
      char chunk[4096];
      const ssize_t n = read(child_.output_fd(), chunk, sizeof chunk);
      if (n <= 0) return "";
      buffer_.append(chunk, std::size_t(n));
    }
    const std::string line = buffer_.substr(0, buffer_.find('\n'));
    buffer_.erase(0, line.size() + 1);
    return line;
  }

  ChildProcess child_;
  std::string buffer_;
  int id_ = 0;
};

class AdapterTest : public testing::TestWithParam<Adapter> {};

TEST_P(AdapterTest, ShakesHandsBuildsTheUrlAndRefusesAForgery) {
  const Adapter& adapter = GetParam();
  if (!std::filesystem::exists(adapter.needs)) {
    GTEST_SKIP() << "NOT TESTED: " << adapter.needs
                 << " is not there; script/bootstrap --with node installs it";
  }
  const auto argv = SplitCommandLine(adapter.command);
  ASSERT_TRUE(argv.ok());
  ChildOptions options;
  options.argv = *argv;
  options.working_directory = kRoot;
  auto child = ChildProcess::Spawn(options);
  ASSERT_TRUE(child.ok()) << child.error().message;
  Talk talk(std::move(child).value());

  const Json hello = talk.Ask({{"op", "hello"}, {"v", 1}});
  ASSERT_TRUE(hello.contains("ok")) << DumpJson(hello);
  EXPECT_EQ(JsonInt(hello["ok"], "protocol"), 1);
  EXPECT_FALSE(JsonString(hello["ok"]["client"], "name").value_or("").empty());
  EXPECT_TRUE(hello["ok"]["features"].is_object());

  const auto store = MakeTempDirectory("adapter-test");
  ASSERT_TRUE(store.ok());
  const Json opened = talk.Ask({{"op", "open"},
                                {"case", "c1"},
                                {"authorize_url", "https://127.0.0.1:9/s/x/oauth2/authorize"},
                                {"token_url", "https://127.0.0.1:9/s/x/oauth2/token"},
                                {"revoke_url", "https://127.0.0.1:9/s/x/oauth2/revoke"},
                                {"api_url", "https://127.0.0.1:9/s/x/1.0"},
                                {"client_type", "confidential"},
                                {"client_id", "cid"},
                                {"client_secret", "s:e c"},
                                {"redirect_uri", "https://app.example.test/callback"},
                                {"scopes", {"account.read", "list.read"}},
                                {"store_dir", *store}});
  ASSERT_TRUE(opened.contains("ok")) << DumpJson(opened);

  const Json started = talk.Ask({{"op", "authorize"}, {"case", "c1"}, {"session", "A"}});
  ASSERT_TRUE(started.contains("ok")) << DumpJson(started);
  const auto url = ParseUri(JsonString(started["ok"], "url").value_or(""));
  ASSERT_TRUE(url.ok()) << DumpJson(started);
  const Form query = ParseForm(url->query.value_or(""));
  EXPECT_EQ(query.GetOr("response_type"), "code");
  EXPECT_EQ(query.GetOr("client_id"), "cid");
  EXPECT_EQ(query.GetOr("redirect_uri"), "https://app.example.test/callback");
  EXPECT_EQ(query.GetOr("scope"), "account.read list.read");
  EXPECT_GE(query.GetOr("state").size(), 16u);

  // No port is open there, so also a client that does not compare state gets nowhere.
  const Json forged = talk.Ask({{"op", "callback"},
                                {"case", "c1"},
                                {"session", "A"},
                                {"url", "https://app.example.test/callback?code=c&state=forged"}});
  EXPECT_TRUE(forged.contains("err")) << DumpJson(forged);
  const Json unknown = talk.Ask({{"op", "no-such-operation"}, {"case", "c1"}, {"session", "A"}});
  EXPECT_TRUE(unknown.contains("unsupported")) << DumpJson(unknown);
  EXPECT_TRUE(talk.Ask({{"op", "close"}, {"case", "c1"}}).contains("ok"));
  EXPECT_TRUE(talk.Ask({{"op", "bye"}}).contains("ok"));
  std::filesystem::remove_all(*store);
}

std::vector<Adapter> Adapters() {
  const std::string here = kRoot + "/examples/adapters/";
  std::vector<Adapter> all = {
      {"requests_oauthlib", "/usr/bin/python3 examples/adapters/requests_oauthlib/driver.py",
       "/usr/lib/python3/dist-packages/requests_oauthlib"},
      {"authlib", "/usr/bin/python3 examples/adapters/authlib/driver.py",
       "/usr/lib/python3/dist-packages/authlib"},
      {"curl", "examples/adapters/shell/driver.sh", "/usr/bin/jq"},
  };
  for (const auto& [name, package] :
       std::map<std::string, std::string>{{"badgateway-oauth2-client", "@badgateway/oauth2-client"},
                                          {"client-oauth2", "client-oauth2"},
                                          {"oauth4webapi", "oauth4webapi"},
                                          {"openid-client", "openid-client"},
                                          {"simple-oauth2", "simple-oauth2"}}) {
    all.push_back({name, fmt::format("node examples/adapters/node/{}.mjs", name),
                   here + "node/node_modules/" + package});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, AdapterTest, testing::ValuesIn(Adapters()), [](const auto& given) {
  std::string name = given.param.name;
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
});

// The templates are to be copied: they must at least start, and say what is not filled in.
TEST(AdapterTemplateTest, ShakesHandsAndNamesWhatIsToBeDone) {
  const std::vector<std::string> kTemplates[] = {{"/usr/bin/python3", "driver.py"},
                                                 {"node", "driver.mjs"}};
  for (const auto& argv : kTemplates) {
    auto child = ChildProcess::Spawn(
        {.argv = argv, .working_directory = kRoot + "/examples/adapters/template"});
    if (!child.ok() && argv[0] == "node") GTEST_SKIP() << "NOT TESTED: node is not installed";
    ASSERT_TRUE(child.ok()) << child.error().message;
    Talk talk(std::move(child).value());
    EXPECT_TRUE(talk.Ask({{"op", "hello"}, {"v", 1}}).contains("ok"));
    const Json started = talk.Ask({{"op", "authorize"}, {"case", "c1"}, {"session", "A"}});
    EXPECT_NE(DumpJson(started).find("TODO 2: authorize"), std::string::npos) << DumpJson(started);
    EXPECT_TRUE(talk.Ask({{"op", "bye"}}).contains("ok"));
  }
}

}  // namespace
}  // namespace aweber
