// The CONNECT proxy: AWeber's two host names answered by the mock, every other host refused.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/mock_flow.h"
#include "tests/support/raw_socket.h"
#include "tests/support/temporary_file.h"

namespace aweber::mock {
namespace {

class Proxy : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = MockServer::Start({.scheme = "https", .proxy_port = 0});
    ASSERT_TRUE(started.ok()) << started.error().message;
    server_ = std::move(*started);
    ca_ = std::make_unique<test::TemporaryFile>(server_->ca_pem());
    ::setenv("HTTPS_PROXY", server_->proxy_url().c_str(), 1);
    client_ = MakeHttpClient({.ca_file = ca_->path()});
  }
  void TearDown() override { ::unsetenv("HTTPS_PROXY"); }

  std::string Raw(const std::string& text) {
    test::RawSocket socket(ParseUri(server_->proxy_url())->EffectivePort());
    socket.Send(text);
    return socket.ReadAll();
  }

  std::unique_ptr<MockServer> server_;
  std::unique_ptr<test::TemporaryFile> ca_;
  std::unique_ptr<HttpClient> client_;
};

TEST_F(Proxy, AnswersForAWebersHostsWithLinksUnderTheirNames) {
  const auto issued = server_->default_space()->IssueTokens({testing::kClientId, "", {}});
  ASSERT_TRUE(issued.ok());
  const auto accounts = client_->Send("GET", "https://api.aweber.com/1.0/accounts",
                                      {{"Authorization", "Bearer " + issued->first.value}}, "");
  ASSERT_TRUE(accounts.ok()) << accounts.error().message;
  EXPECT_EQ(accounts->status, 200);
  EXPECT_NE(accounts->body.find("\"https://api.aweber.com/1.0/accounts/1000001\""),
            std::string::npos)
      << accounts->body;
  const auto token =
      client_->Send("POST", "https://auth.aweber.com/oauth2/token",
                    {{"Content-Type", testing::kForm},
                     {"Authorization", testing::Basic(testing::kClientId, testing::kClientSecret)}},
                    "grant_type=refresh_token&refresh_token=" + issued->second.value);
  ASSERT_TRUE(token.ok()) << token.error().message;
  EXPECT_EQ(token->status, 200);
  EXPECT_EQ(server_->default_space()->journal().Entries().back().request.server_name,
            "auth.aweber.com");
}

TEST_F(Proxy, EachHostServesItsPartOnly) {
  EXPECT_EQ(client_->Send("POST", "https://api.aweber.com/oauth2/token", {}, "")->status, 404);
  EXPECT_EQ(client_->Send("GET", "https://auth.aweber.com/1.0/accounts", {}, "")->status, 404);
  EXPECT_EQ(server_->default_space()->journal().Entries().back().why_rejected,
            "this is not served by auth.aweber.com");
}

TEST_F(Proxy, RefusesEveryOtherHost) {
  for (const char* authority : {"example.com:443", "auth.aweber.com:80", "auth.aweber.com.evil:443",
                                "AUTH.aweber.com.:443", "127.0.0.1:22"}) {
    const std::string reply =
        Raw(std::string("CONNECT ") + authority + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(reply.find("HTTP/1.1 403"), 0u) << authority << reply;
  }
  EXPECT_FALSE(client_->Send("GET", "https://example.com/", {}, "").ok());
}

TEST_F(Proxy, PassesNoPlainRequestOn) {
  const std::string reply =
      Raw("GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(reply.find("HTTP/1.1 403"), 0u) << reply;
  EXPECT_NE(server_->default_space()->journal().Entries().back().why_rejected.find(
                "answers CONNECT for auth.aweber.com and api.aweber.com only"),
            std::string::npos);
}

TEST(Aliases, HostHeaderOfAWeberGivesLinksOfAWeber) {
  auto server = MockServer::Start({.scheme = "http", .public_url = "https://mock.test:9/"});
  ASSERT_TRUE(server.ok());
  const auto issued = (*server)->default_space()->IssueTokens({testing::kClientId, "", {}});
  const auto link = [&](const std::string& host) {
    HttpRequest request{.method = "GET", .target = "/1.0/accounts"};
    request.headers = {{"Authorization", "Bearer " + issued->first.value}, {"Host", host}};
    return (*ParseJson((*server)->Dispatch(request).body))["entries"][0]["self_link"];
  };
  EXPECT_EQ(link("api.aweber.com"), "https://api.aweber.com/1.0/accounts/1000001");
  EXPECT_EQ(link("evil.test"), "https://mock.test:9/1.0/accounts/1000001");
}

}  // namespace
}  // namespace aweber::mock
