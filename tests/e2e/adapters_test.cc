// Every adapter in examples/adapters starts, shakes hands, builds an authorization URL, goes to the
// token endpoint with a callback of its own and, where it claims state, not with a forged one, and
// says goodbye. What they do on the wire is script/clients' to show.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/os/file.h"
#include "base/os/process.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "tests/support/listening_socket.h"
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
  // How often the token endpoint was called so far: whoever comes is turned away at once.
  int callers() const { return callers_; }
  std::uint16_t port() const { return token_endpoint_.port(); }

 private:
  std::string ReadLine() {
    while (buffer_.find('\n') == std::string::npos) {
      pollfd waiting[] = {{child_.output_fd(), POLLIN, 0}, {token_endpoint_.fd(), POLLIN, 0}};
      if (poll(waiting, 2, 30'000) <= 0) return "";
      if (waiting[1].revents != 0) {
        token_endpoint_.Accept();
        ++callers_;
        continue;
      }
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
  test::ListeningSocket token_endpoint_;
  int callers_ = 0;
  std::string buffer_;
  int id_ = 0;
};

Json OpenAt(const std::string& server, const std::string& store) {
  return {{"op", "open"},
          {"case", "c1"},
          {"authorize_url", server + "/oauth2/authorize"},
          {"token_url", server + "/oauth2/token"},
          {"revoke_url", server + "/oauth2/revoke"},
          {"api_url", server + "/1.0"},
          {"client_type", "confidential"},
          {"client_id", "cid"},
          {"client_secret", "s:e c"},
          {"redirect_uri", "https://app.example.test/callback"},
          {"scopes", {"account.read", "list.read"}},
          {"store_dir", store}};
}

class AdapterTest : public testing::TestWithParam<Adapter> {};

TEST_P(AdapterTest, ShakesHandsBuildsTheUrlAndStopsAtAForgery) {
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
  ASSERT_TRUE(hello["ok"]["features"].is_object());
  const bool compares_state = hello["ok"]["features"].value("state", false);

  const auto store = MakeTempDirectory("adapter-test");
  ASSERT_TRUE(store.ok());
  const Json opened =
      talk.Ask(OpenAt(fmt::format("https://127.0.0.1:{}/s/x", talk.port()), *store));
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

  // An exchange errs as well, with a server that hangs up: what counts is whether it was begun.
  const auto arrive = [&](const std::string& state) {
    const int before = talk.callers();
    const Json reply =
        talk.Ask({{"op", "callback"},
                  {"case", "c1"},
                  {"session", "A"},
                  {"url", "https://app.example.test/callback?code=c&state=" + state}});
    EXPECT_TRUE(reply.contains("err")) << DumpJson(reply);
    return talk.callers() > before;
  };
  EXPECT_EQ(arrive("forged"), !compares_state);
  EXPECT_TRUE(arrive(PercentEncode(query.GetOr("state"))));
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
      {"go_oauth2",
       "env GO111MODULE=off GOPATH=/usr/share/gocode go run examples/adapters/go/driver.go "
       "examples/adapters/go/loop.go",
       "/usr/share/gocode/src/golang.org/x/oauth2"},
      {"ruby_oauth2", "ruby examples/adapters/ruby/driver.rb",
       "/usr/lib/ruby/vendor_ruby/oauth2.rb"},
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

// The adapter made of curl, with a curl that writes down what it is given.
class CurlAdapterTest : public testing::Test {
 protected:
  CurlAdapterTest() : place_(MakeTempDirectory("curl-adapter").value()) {
    const std::string fake = place_ + "/curl";
    EXPECT_TRUE(
        WriteFileAtomically(fake,
                            "#!/bin/sh\n"
                            "[ \"$1\" != --version ] || { echo curl 0 fake; exit; }\n"
                            "printf '%s\\n' \"$@\" >>\"$PLACE/arguments\"\n"
                            "cat >>\"$PLACE/settings\"\n"
                            "case $* in *' -o '*) ;; *) cat \"$PLACE/reply\" && echo ;; esac\n"
                            "printf 200\n")
            .ok());
    std::filesystem::permissions(fake, std::filesystem::perms::owner_all);
  }
  ~CurlAdapterTest() override { std::filesystem::remove_all(place_); }

  std::string Text(const std::string& name) { return ReadFile(place_ + "/" + name).value_or(""); }

  // A login that ends with this reply of the token endpoint.
  Json LogIn(const std::string& reply) {
    EXPECT_TRUE(WriteFileAtomically(place_ + "/reply", reply).ok());
    auto child = ChildProcess::Spawn(
        {.argv = {"examples/adapters/shell/driver.sh"},
         .extra_env = {{"PATH", place_ + ":" + getenv("PATH")}, {"PLACE", place_}},
         .working_directory = kRoot});
    EXPECT_TRUE(child.ok()) << child.error().message;
    talk_.emplace(std::move(child).value());
    talk_->Ask(OpenAt("https://mock.example", place_));
    const Json started = talk_->Ask({{"op", "authorize"}, {"case", "c1"}, {"session", "A"}});
    const auto url = ParseUri(JsonString(started["ok"], "url").value_or(""));
    return talk_->Ask({{"op", "callback"},
                       {"case", "c1"},
                       {"session", "A"},
                       {"url", "https://app.example.test/callback?code=a%22%5C%0Ab&state=" +
                                   ParseForm(url->query.value_or("")).GetOr("state")}});
  }

  const std::string place_;
  std::optional<Talk> talk_;
};

TEST_F(CurlAdapterTest, SecretsAreQuotedSettingsAndNoArguments) {
  if (!std::filesystem::exists("/usr/bin/jq")) GTEST_SKIP() << "NOT TESTED: jq is not installed";
  const Json login = LogIn(R"({"access_token":"at\"\\1","refresh_token":"rt\"\\1"})");
  ASSERT_TRUE(login.contains("ok")) << DumpJson(login);
  const auto does = [this](Json request) {
    request["case"] = "c1";
    request["session"] = "A";
    return talk_->Ask(request).contains("ok");
  };
  EXPECT_TRUE(
      does({{"op", "call"}, {"method", "GET"}, {"url", "https://mock.example/1.0/accounts"}}));
  EXPECT_TRUE(does({{"op", "refresh"}}));
  EXPECT_EQ(Text("settings"), R"(header = "Authorization: Basic Y2lkOnMlM0FlJTIwYw=="
data-urlencode = "grant_type=authorization_code"
data-urlencode = "code=a\"\\\nb"
data-urlencode = "redirect_uri=https://app.example.test/callback"
header = "Authorization: Bearer at\"\\1"
header = "Authorization: Basic Y2lkOnMlM0FlJTIwYw=="
data-urlencode = "grant_type=refresh_token"
data-urlencode = "refresh_token=rt\"\\1"
)");
  for (const char* secret : {"Authorization", "code=", "at\"", "rt\""}) {
    EXPECT_EQ(Text("arguments").find(secret), std::string::npos) << Text("arguments");
  }
}

TEST_F(CurlAdapterTest, ATokenThatNoHeaderCanHoldIsRefused) {
  if (!std::filesystem::exists("/usr/bin/jq")) GTEST_SKIP() << "NOT TESTED: jq is not installed";
  for (const char* reply :
       {R"({"access_token":"at\nurl = https://elsewhere.example"})", R"({"access_token":"at 1"})",
        R"({"access_token":"at\u00e91"})", R"({"access_token":"at\u007f"})",
        R"({"access_token":"at\n"})", R"({"access_token":"at","refresh_token":"rt\n1"})"}) {
    const Json login = LogIn(reply);
    EXPECT_EQ(JsonString(login.value("err", Json::object()), "kind"), "invalid_response")
        << reply << DumpJson(login);
  }
}

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
