// Programs and applications that hang: nothing was refused, so the driver has broken; and an
// operation has its own limit, however many pages it takes.
#include <gtest/gtest.h>

#include <filesystem>
#include <stop_token>
#include <thread>

#include "base/os/file.h"
#include "base/text/json.h"
#include "conformance/driver/prompt_driver.h"
#include "conformance/driver/webapp_driver.h"
#include "tests/support/paths.h"

namespace aweber::conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Micros kLong = seconds(20);  // this machine may be busy

class SlowClientTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = MakeTempDirectory("slow-client-test").value();
    auto server = mock::MockServer::Start({.scheme = "http"});
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(*server);
    environment_ = {"", directory_, server_.get(), &SystemClock::System(), stop_.get_token()};
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  // Opened for a case and led to its authorization page.
  template <typename DriverOf, typename Config>
  std::unique_ptr<DriverOf> Open(const Result<Config>& config) {
    EXPECT_TRUE(config.ok()) << config.error().message;
    auto driver = std::make_unique<DriverOf>(*config, environment_);
    EXPECT_TRUE(driver->Start().ok());
    const auto opened = driver->Send("open",
                                     {{"case", "c"},
                                      {"authorize_url", "http://127.0.0.1:1/oauth2/authorize"},
                                      {"redirect_uri", "http://127.0.0.1:1/callback"},
                                      {"store_dir", directory_}},
                                     kLong);
    EXPECT_TRUE(opened.ok()) << opened.error().message;
    return driver;
  }

  std::unique_ptr<WebappDriver> OpenApp(const std::string& mode) {
    return Open<WebappDriver>(ParseWebappConfig(
        "command: /usr/bin/python3 " + SourcePath("tests/testdata/drivers/bad_app.py") + " " +
            mode +
            " ${port}\nurl: http://127.0.0.1:${port}\nproxy: false\nconnect:\n  - open: "
            "/\n  - follow: connect\nsuccess:\n  text: done\n",
        "/app.yaml"));
  }

  std::string directory_;
  std::unique_ptr<mock::MockServer> server_;
  std::stop_source stop_;
  DriverEnvironment environment_;
};

TEST_F(SlowClientTest, AnApplicationThatHangsHasRefusedNothing) {
  const auto driver = OpenApp("hang");
  const auto reply = driver->Send("callback", {{"url", "http://127.0.0.1:1/callback?code=c0de"}},
                                  milliseconds(300));
  ASSERT_FALSE(reply.ok()) << reply->err_kind << ": " << reply->err_message;
  EXPECT_EQ(reply.error().code, "driver.timeout");
  EXPECT_TRUE(reply.error().message.starts_with(
      "\"callback\" was not done within 0.3 s; the browser waited for GET http://127.0.0.1:"))
      << reply.error().message;
  EXPECT_TRUE(reply.error().message.ends_with("/callback")) << reply.error().message;
}

TEST_F(SlowClientTest, AllPagesOfAnOperationShareItsLimit) {
  const auto driver = OpenApp("slow-loop");
  const auto reply = driver->Send("callback", {{"url", "http://127.0.0.1:1/callback?code=c0de"}},
                                  milliseconds(500));
  ASSERT_FALSE(reply.ok()) << reply->err_kind << ": " << reply->err_message;
  EXPECT_EQ(reply.error().code, "driver.timeout");
}

TEST_F(SlowClientTest, AnInterruptEndsTheWaitForAPage) {
  const auto driver = OpenApp("hang");
  std::thread interrupter([this] { stop_.request_stop(); });
  const auto reply =
      driver->Send("callback", {{"url", "http://127.0.0.1:1/callback"}}, seconds(600));
  interrupter.join();
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code, "driver.interrupted");
}

TEST_F(SlowClientTest, AProgramThatHangsHasRefusedNothing) {
  const auto driver = Open<PromptDriver>(ParsePromptConfig(
      "command: sh -c 'echo \"${authorize_url}?response_type=code&client_id=x\"; read url; echo "
      "thinking; exec sleep 60'\nproxy: false\n",
      "/tool.yaml"));
  ASSERT_TRUE(driver->Send("authorize", Json::object(), kLong).ok());
  const auto reply =
      driver->Send("callback", {{"url", "http://127.0.0.1:1/callback"}}, milliseconds(500));
  ASSERT_FALSE(reply.ok()) << reply->err_kind << ": " << reply->err_message;
  EXPECT_EQ(reply.error().code, "driver.timeout");
  EXPECT_EQ(reply.error().message,
            "the program still ran when its time was up; its last line: thinking");
}

}  // namespace
}  // namespace aweber::conformance
