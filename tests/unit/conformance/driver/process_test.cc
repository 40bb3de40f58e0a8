// The process driver's parts that touch nothing: its configuration file, and what /proc says.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <string>
#include <vector>

#include "base/text/json.h"
#include "conformance/driver/process_driver.h"
#include "conformance/driver/store_tracer.h"
#include "tests/support/paths.h"

namespace aweber::conformance {
namespace {

const std::string kWhole = R"(name: my-cli
version: "1"
env: {TOKEN_URL: "${token_url}", MORE: "${authorize_url} ${api_url} ${revoke_url} ${client_id} ${client_secret} ${redirect_uri} ${ca_file} ${proxy_url}"}
proxy: false
login: {command: [python3, cli.py, login], kind: prompt}
call: {command: python3 'a cli.py' lists, reauthorize: [10, 11], requests: [GET /accounts, GET /accounts/*/lists]}
refresh: {command: [python3, cli.py, refresh]}
logout: {command: [python3, cli.py, logout]}
serve: {command: [python3, cli.py, serve], ready: listening, times: 2}
store: [.my-cli]
within: 60s
daemon: true
)";

TEST(ProcessConfigTest, ReadsEveryKey) {
  const auto config = ParseProcessConfig(kWhole, "/x/tool.yaml");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->launch.name, "my-cli");
  EXPECT_EQ(config->launch.directory, "/x/");
  EXPECT_EQ(config->login, (CommandWords{"python3", "cli.py", "login"}));
  EXPECT_FALSE(config->loopback);
  EXPECT_EQ(config->call, (CommandWords{"python3", "a cli.py", "lists"}));
  EXPECT_EQ(config->reauthorize, (std::vector<int>{10, 11}));
  EXPECT_EQ(config->calls, (std::vector<std::string>{"GET /accounts", "GET /accounts/*/lists"}));
  EXPECT_EQ(config->refresh.back(), "refresh");
  EXPECT_EQ(config->logout.back(), "logout");
  ASSERT_TRUE(config->serve.has_value());
  EXPECT_EQ(config->serve->times, 2);
  EXPECT_TRUE(config->serve->ready->Matches("now listening"));
  EXPECT_EQ(config->store, (std::vector<std::string>{".my-cli"}));
  EXPECT_EQ(config->within, std::chrono::seconds(60));
  EXPECT_TRUE(config->daemon);
}

TEST(ProcessConfigTest, HasUsefulDefaults) {
  const auto config = ParseProcessConfig(
      "login: {command: t, kind: loopback}\ncall: {command: t}\nstore: .t\n", "/x/tool.yaml");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->launch.name, "tool");
  EXPECT_TRUE(config->loopback);
  EXPECT_FALSE(config->launch.proxy);
  EXPECT_FALSE(config->daemon);
  EXPECT_EQ(config->reauthorize, std::vector<int>{10});
  EXPECT_EQ(config->calls, std::vector<std::string>{"GET /accounts"});
  EXPECT_EQ(config->launch.features,
            Json({{"state", true}, {"persist", true}, {"refresh", {"on_401"}}, {"concurrent", 8}}));
}

TEST(ProcessConfigTest, ReadsWhatTheProgramMeets) {
  const std::string base =
      "login: {command: t, kind: loopback}\ncall: {command: t}\nstore: .t\nclient_type: public\n"
      "scopes: [https://mail.example.com/]\n";
  const auto config = ParseProcessConfig(
      base +
          "proxy_hosts: [login.example.com/auth=authorize, www.example.com]\n"
          "replies:\n  - on: {path: /me, token_state: live}\n    then: {raw_body: {body: x}}\n",
      "/x/tool.yaml");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_TRUE(config->public_only);
  EXPECT_EQ(config->scopes, std::vector<std::string>{"https://mail.example.com/"});
  EXPECT_TRUE(config->launch.proxy);
  ASSERT_EQ(config->launch.proxy_hosts.size(), 2u);
  ASSERT_EQ(config->launch.replies.size(), 1u);
  EXPECT_EQ(config->launch.replies[0].on.path, "/me");
  // What the program opens is opened at the mock; any other address stays.
  EXPECT_EQ(PublicUrl(config->launch, "https://login.example.com/auth?a=b", "http://m/authorize"),
            "http://m/authorize?a=b");
  EXPECT_EQ(PublicUrl(config->launch, "https://login.example.com/other?a=b", "http://m/authorize"),
            "https://login.example.com/other?a=b");
  EXPECT_FALSE(ParseProcessConfig(base, "/x/tool.yaml")->launch.proxy);
}

struct BadConfiguration {
  std::string text, error;  // a part of it
};

TEST(ProcessConfigTest, SaysWhatIsWrong) {
  const std::string login = "login: {command: t, kind: prompt}\n";
  const std::string call = "call: {command: t}\n";
  const std::string store = "store: .t\n";
  const std::vector<BadConfiguration> rows = {
      {login + call, "store"},
      {call + store, "login"},
      {login + store, "call"},
      {"login: {command: t}\n" + call + store, "kind"},
      {"login: {command: t, kind: paste}\n" + call + store, "paste"},
      {"login: {command: [], kind: prompt}\n" + call + store, "must name a program"},
      {"login: {command: \"t 'x\", kind: prompt}\n" + call + store, "quote"},
      {"login: {command: \"t ${tokenurl}\", kind: prompt}\n" + call + store,
       "did you mean ${token_url}?"},
      {login + "call: {command: t, reauthorize: 0}\n" + store, "from 1 to 255"},
      {login + "call: {command: t, reauthorize: ten}\n" + store, "from 1 to 255"},
      {login + call + "store: /etc\n", "below HOME"},
      {login + call + "store: [a, ../b]\n", "below HOME"},
      {login + call + store + "within: 0s\n", "more than 0"},
      {login + call + store + "serve: {command: d, times: 0}\n", "from 1 to 16"},
      {login + call + store + "command: t\n", "is not for this kind of driver"},
      {login + call + store + "logut: {command: t}\n", "logout"},
      {login + call + store + "proxy_hosts: [Example.com]\n", "name of a host"},
      {login + call + store + "proxy_hosts: [a.example.com/token]\n", "=token"},
      {login + call + store + "replies: [{on: api, then: {raw: x}}]\n", "unknown fault \"raw\""},
      {login + call + store + "client_type: secret\n", "client_type"},
      {login + call + store + "files: [{to: a, text: b, mode: '0777'}]\n", "mode"},
  };
  for (const BadConfiguration& row : rows) {
    const auto config = ParseProcessConfig(row.text, "x.yaml");
    ASSERT_FALSE(config.ok()) << row.text;
    EXPECT_NE(config.error().message.find(row.error), std::string::npos)
        << row.text << config.error().message;
  }
}

TEST(ProcTextTest, FindsWhoWaitsForALock) {
  EXPECT_EQ(LockWaiters("1: FLOCK  ADVISORY  WRITE 100 08:01:7 0 EOF\n"
                        "1: -> FLOCK  ADVISORY  WRITE 4711 08:01:7 0 EOF\n"
                        "2: POSIX  ADVISORY  WRITE 101 08:01:8 0 EOF\n"
                        "2: -> POSIX  ADVISORY  WRITE 12 08:01:8 0 EOF\n"),
            (std::set<pid_t>{12, 4711}));
}

TEST(ProcTextTest, FindsConnectionsToTheMock) {
  const auto rows = ConnectionsTo(
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
      "inode\n"
      "   0: 0100007F:A3B2 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 0 0 12345 1\n"
      "   1: 0100007F:A3B3 0100007F:1F91 01 00000000:00000000 00:00000000 00000000 0 0 12346 1\n"
      "   2: 0100007F:A3B4 0100007F:1F90 06 00000000:00000000 00:00000000 00000000 0 0 12347 1\n",
      {8080});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].local, 0xA3B2);
  EXPECT_EQ(rows[0].inode, 12345u);
}

TEST(ProcTextTest, KnowsAWaitWithALimit) {
  const auto line = [](long number, const char* words) {
    return fmt::format("{} {} 0x7ffd 0x7f00", number, words);
  };
  EXPECT_TRUE(IsTimedWait(line(SYS_clock_nanosleep, "0x0 0x0 0x1 0x0 0x0 0x0")));
  EXPECT_TRUE(IsTimedWait(line(SYS_ppoll, "0x1 0x1 0x7ff0 0x0 0x0 0x0")));
  EXPECT_FALSE(IsTimedWait(line(SYS_ppoll, "0x1 0x1 0x0 0x0 0x0 0x0")));
  EXPECT_FALSE(IsTimedWait(line(SYS_futex, "0x1 0x80 0x0 0x0 0x0 0x0")));
  EXPECT_TRUE(IsTimedWait(line(SYS_futex, "0x1 0x80 0x0 0x7ff0 0x0 0x0")));
  EXPECT_FALSE(IsTimedWait(line(SYS_epoll_pwait, "0x3 0x1 0x1 0xffffffff 0x0 0x0")));
  EXPECT_FALSE(IsTimedWait(line(SYS_read, "0x3 0x1 0x1 0x0 0x0 0x0")));
  EXPECT_FALSE(IsTimedWait(line(SYS_wait4, "0x3 0x1 0x1 0x0 0x0 0x0")));
  EXPECT_TRUE(IsTimedWait("running\n"));
  EXPECT_TRUE(IsTimedWait(""));
}

TEST(StoreTracerTest, KnowsWhatLiesBelowTheStore) {
  EXPECT_TRUE(LiesBelow("/home/x/t", "", "/home/x"));
  EXPECT_TRUE(LiesBelow("t", "/home/x", "/home/x"));
  EXPECT_TRUE(LiesBelow("../x/t", "/home/y", "/home/x"));
  EXPECT_FALSE(LiesBelow("../t", "/home/x", "/home/x"));
  EXPECT_FALSE(LiesBelow("/home/xy/t", "", "/home/x"));
  EXPECT_FALSE(LiesBelow("socket:[12]", "", "/home/x"));
  EXPECT_FALSE(LiesBelow("", "/home/x", "/home/x"));
}

}  // namespace
}  // namespace aweber::conformance
