// ExecDriver against real processes that break the protocol, each in one way. Limits are short; no
// test waits for one that it does not check.
#include "conformance/driver/exec_driver.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <thread>

#include "base/os/file.h"
#include "base/text/json.h"
#include "conformance/driver/kinds.h"
#include "tests/support/paths.h"

namespace aweber::conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Micros kPlenty = seconds(20);  // this machine may be busy
constexpr Micros kShort = milliseconds(300);

ExecDriverOptions Hostile(const std::string& mode) {
  ExecDriverOptions options;
  options.argv = {"/usr/bin/python3", SourcePath("tests/testdata/drivers/hostile.py"), mode};
  options.start_timeout = kPlenty;
  options.grace = milliseconds(200);
  return options;
}

struct BreakRow {
  const char* mode;
  const char* code;
  const char* message;  // part of it
  Micros timeout = kPlenty;
};

class BreakTable : public testing::TestWithParam<BreakRow> {};

// Two operations: a second reply may come only after the first operation has its own.
TEST_P(BreakTable, IsToldAndTheDriverStartsAgain) {
  ExecDriver driver(Hostile(GetParam().mode));
  const auto identity = driver.Start();
  ASSERT_TRUE(identity.ok()) << identity.error().message;
  const std::string mode = GetParam().mode;
  Result<Reply> reply =
      driver.Send(mode == "no-url" ? "authorize" : "refresh", Json::object(), GetParam().timeout);
  if (reply.ok()) reply = driver.Send("close", Json::object(), GetParam().timeout);
  ASSERT_FALSE(reply.ok()) << "the second operation went well";
  EXPECT_EQ(reply.error().code, GetParam().code) << reply.error().message;
  EXPECT_NE(reply.error().message.find(GetParam().message), std::string::npos)
      << reply.error().message;
  // It stays broken until it is started again, and then it is as good as new.
  EXPECT_FALSE(driver.Send("close", Json::object(), kPlenty).ok());
  EXPECT_TRUE(driver.Start().ok());
}

INSTANTIATE_TEST_SUITE_P(
    Modes, BreakTable,
    testing::Values(
        BreakRow{"wrong-id", "driver.protocol", "which was never asked"},
        BreakRow{"twice", "driver.protocol", "a second reply to id"},
        BreakRow{"no-outcome", "driver.protocol", "none of \"ok\""},
        BreakRow{"both", "driver.protocol", "both \"ok\" and \"err\""},
        BreakRow{"number", "driver.protocol", "not an object"},
        BreakRow{"no-url", "driver.protocol", "no string \"url\""},
        BreakRow{"long-line", "driver.protocol", "longer than 1048576 bytes"},
        BreakRow{"crash", "driver.died", "killed by signal 11 (SIGSEGV)"},
        BreakRow{"exit-3", "driver.died", "exit status 3"},
        BreakRow{"close-output", "driver.died", "closed its output, though it still ran"},
        BreakRow{"leave-child", "driver.died", "exit status 1"},
        BreakRow{"flood-noise", "driver.protocol", "its output is not the protocol"},
        BreakRow{"hang", "driver.timeout", "no reply to \"refresh\" within 0.3 s", kShort},
        BreakRow{"deaf", "driver.timeout", "no reply to \"refresh\"", kShort},
        BreakRow{"stubborn", "driver.timeout", "no reply to \"refresh\"", kShort}),
    [](const testing::TestParamInfo<BreakRow>& row) {
      std::string name = row.param.mode;
      for (char& c : name) c = c == '-' ? '_' : c;
      return name;
    });

struct StartRow {
  const char* mode;
  const char* code;
  const char* message;
  Micros timeout = kPlenty;
};

TEST(ExecDriver, StartFailsWithAReason) {
  const StartRow rows[] = {
      {"exit-at-once", "driver.died",
       "the driver ended (exit status 7) before it answered \"hello\""},
      {"silent", "driver.timeout",
       "no reply to \"hello\" in time; a driver has 0.3 s to start and answer hello", kShort},
      {"bad-version", "driver.protocol", "\"protocol\" must be 1, not 2"},
      {"bad-features", "driver.protocol", "\"auth\""},
      {"knows-all", "driver.protocol", "the unknown op \"x-probe\" was answered with \"ok\""},
  };
  for (const StartRow& row : rows) {
    ExecDriverOptions options = Hostile(row.mode);
    options.start_timeout = row.timeout;
    ExecDriver driver(options);
    const auto identity = driver.Start();
    ASSERT_FALSE(identity.ok()) << row.mode;
    EXPECT_EQ(identity.error().code, row.code) << row.mode;
    EXPECT_NE(identity.error().message.find(row.message), std::string::npos)
        << identity.error().message;
  }
}

TEST(ExecDriver, AMissingProgramIsSaidPlainly) {
  ExecDriver driver({.argv = {"/nonexistent/driver"}});
  EXPECT_EQ(driver.Start().error().code, "driver.spawn");
}

TEST(ExecDriver, AProgramThatOnlyShoutsEndsQuickly) {
  ExecDriver driver({.argv = {"yes"}, .start_timeout = kPlenty, .grace = milliseconds(200)});
  EXPECT_NE(driver.Start().error().message.find("lines that are not JSON, the last: y"),
            std::string::npos);
}

TEST(ExecDriver, NoiseIsAWarning) {
  ExecDriver driver(Hostile("noise"));
  ASSERT_TRUE(driver.Start().ok());
  driver.TakeWarnings();
  EXPECT_TRUE(driver.Send("close", Json::object(), kPlenty).ok());
  EXPECT_EQ(driver.TakeWarnings(),
            (std::vector<std::string>{"not JSON on its output: debug: got close",
                                      "not JSON on its output: "}));
  EXPECT_TRUE(driver.TakeWarnings().empty());
}

TEST(ExecDriver, AnUnknownErrorKindBreaksTheProtocol) {
  ExecDriver driver(Hostile("unknown-kind"));
  ASSERT_TRUE(driver.Start().ok());
  const auto reply = driver.Send("callback", Json::object(), kPlenty);
  ASSERT_FALSE(reply.ok());
  EXPECT_NE(reply.error().message.find("unknown err.kind \"tired\""), std::string::npos)
      << reply.error().message;
}

TEST(ExecDriver, RepliesMayComeInAnyOrder) {
  ExecDriver driver(Hostile("concurrent"));
  const auto identity = driver.Start();
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(identity->concurrent, 3);
  std::vector<std::thread> threads;
  std::vector<std::int64_t> echoes(3);
  for (int n = 0; n < 3; ++n) {
    threads.emplace_back([&, n] {
      const auto reply = driver.Send("refresh", {{"n", n}}, kPlenty);
      echoes[static_cast<std::size_t>(n)] = reply ? JsonInt(reply->ok, "echo").value_or(-2) : -1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(echoes, (std::vector<std::int64_t>{0, 1, 2}));
}

TEST(ExecDriver, StandardErrorIsKeptWithinBounds) {
  ExecDriver driver(Hostile("flood-stderr"));
  ASSERT_TRUE(driver.Start().ok());
  driver.TakeStderr();
  ASSERT_TRUE(driver.Send("close", Json::object(), kPlenty).ok());
  driver.Stop(false);
  const std::string text = driver.TakeStderr();
  EXPECT_LT(text.size(), 512u << 10);
  EXPECT_TRUE(text.ends_with("the end\n"));
  EXPECT_NE(text.find("bytes left out"), std::string::npos);
}

TEST(ExecDriver, TheProtocolMayHaveItsOwnDescriptor) {
  ExecDriverOptions options = Hostile("good");
  options.protocol_fd = 5;
  options.extra_env = {{"DRIVER_FD", "5"}};
  ExecDriver driver(options);
  EXPECT_TRUE(driver.Start().ok());
  EXPECT_TRUE(driver.Send("close", Json::object(), kPlenty).ok());
}

TEST(ExecDriver, ByeEndsItAndABadEndIsAWarning) {
  ExecDriver good(Hostile("good"));
  ASSERT_TRUE(good.Start().ok());
  good.Stop(false);
  EXPECT_TRUE(good.TakeWarnings().empty());
  ExecDriver bad(Hostile("bad-bye"));
  ASSERT_TRUE(bad.Start().ok());
  bad.Stop(false);
  EXPECT_EQ(bad.TakeWarnings(), (std::vector<std::string>{"ended with exit status 5 after bye"}));
  ExecDriver curt(Hostile("curt-bye"));
  ASSERT_TRUE(curt.Start().ok());
  curt.Stop(false);
  EXPECT_EQ(
      curt.TakeWarnings(),
      (std::vector<std::string>{"the driver ended (exit status 5) before it answered \"bye\""}));
}

TEST(ExecDriver, AnInterruptEndsAWaitAtOnce) {
  std::stop_source stop;
  ExecDriverOptions options = Hostile("hang");
  options.stop = stop.get_token();
  ExecDriver driver(options);
  ASSERT_TRUE(driver.Start().ok());
  std::thread interrupter([&] { stop.request_stop(); });
  const auto reply = driver.Send("authorize", Json::object(), seconds(600));
  interrupter.join();
  EXPECT_EQ(reply.error().code, "driver.interrupted");
}

TEST(ExecDriver, TheClientFindsTheAuthorityInItsEnvironment) {
  const auto environment = ClientEnvironment("/tmp/ca.pem");
  for (const char* const name : {"AWEBER_CA_FILE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE",
                                 "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"}) {
    const auto found = std::find(environment.begin(), environment.end(),
                                 std::pair<std::string, std::string>(name, "/tmp/ca.pem"));
    EXPECT_NE(found, environment.end()) << name;
  }
  EXPECT_EQ(ClientEnvironment("").size(), 2u);
}

}  // namespace
}  // namespace aweber::conformance
