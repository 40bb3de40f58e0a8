// The client and the mock, each written without the other, over HTTPS.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "client/session.h"
#include "mockserver/mock_server.h"
#include "tests/integration/client/program.h"

namespace aweber::client {
namespace {

class MockTest : public testing::Test {
 protected:
  void SetUp() override {
    mock::MockServerOptions options;
    options.seed = 7;
    server_ = mock::MockServer::Start(options).value();
    directory_ = MakeTempDirectory("aweber-mock").value();
    ASSERT_TRUE(WriteFileAtomically(directory_ + "/ca.pem", server_->ca_pem(), 0600).ok());
    http_ = MakeHttpClient({.ca_file = directory_ + "/ca.pem"});
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  ClientConfig ConfigFor(bool is_public) {
    ClientConfig config;
    config.provider = ProviderAt(server_->base_url());
    for (const auto& client : server_->default_space()->clients()) {
      if (client.is_public != is_public) continue;
      config.client_id = client.id;
      config.client_secret = is_public ? "" : client.secret;
      config.redirect_uri = client.redirect_uris.at(0);
    }
    config.type = is_public ? ClientType::kPublic : ClientType::kConfidential;
    config.scopes = {"account.read", "list.read"};
    return config;
  }
  Session MakeSession(const ClientConfig& config) {
    return Session(
        config, {*http_, SystemClock::System(), SystemRandom::System(), tokens_, pending_}, "ann");
  }
  // What the customer's browser does: opens the page, and authorizes.
  std::string Visit(const std::string& url) {
    const auto page = http_->Send("GET", url, {}, "");
    EXPECT_TRUE(page.ok() && page->status == 200) << page.error().message;
    const auto open = server_->default_space()->Authorizations();
    EXPECT_FALSE(open.empty());
    return server_->default_space()->DecideAuthorization(open.back().id, true).value();
  }
  // "token:200 api:401 ..." without the browser's part.
  std::string Wire() {
    std::string wire;
    for (const auto& entry : server_->default_space()->journal().Entries()) {
      if (entry.endpoint == mock::Endpoint::kAuthorize) continue;
      if (entry.endpoint == mock::Endpoint::kDecision) continue;
      wire += fmt::format("{}:{} ", mock::EndpointName(entry.endpoint), entry.status);
    }
    return wire;
  }

  std::unique_ptr<mock::MockServer> server_;
  std::unique_ptr<HttpClient> http_;
  std::string directory_;
  MemoryTokenStore tokens_;
  MemoryPendingStore pending_;
};

TEST_F(MockTest, ConfidentialAndPublicClientsGoAllTheWay) {
  for (const bool is_public : {false, true}) {
    server_->default_space()->Reset();
    Session session = MakeSession(ConfigFor(is_public));
    const std::string callback = Visit(session.AuthorizationUrl().value());
    const auto login = session.HandleCallback(callback);
    ASSERT_TRUE(login.ok()) << login.error().message;
    EXPECT_EQ(login->token.expires_in, std::chrono::seconds(3600));
    EXPECT_TRUE(session.Call({.url = "/accounts"}).ok());
    server_->default_space()->Advance(std::chrono::hours(1));
    EXPECT_TRUE(session.Call({.url = "/accounts"}).ok());
    EXPECT_TRUE(session.Revoke().ok());
    EXPECT_EQ(Wire(), "token:200 api:200 api:401 token:200 api:200 revoke:200 revoke:200 ")
        << (is_public ? "public" : "confidential");
  }
}

TEST_F(MockTest, EveryWayToSendCredentialsAndTokens) {
  for (const AuthMethod auth : {AuthMethod::kBasic, AuthMethod::kBody, AuthMethod::kQuery}) {
    for (const TokenTransport transport :
         {TokenTransport::kHeader, TokenTransport::kBody, TokenTransport::kQuery}) {
      server_->default_space()->Reset();
      ClientConfig config = ConfigFor(false);
      config.auth = auth;
      config.token_transport = transport;
      Session session = MakeSession(config);
      ASSERT_TRUE(session.HandleCallback(Visit(session.AuthorizationUrl().value())).ok());
      EXPECT_TRUE(session.Call({.url = "/accounts"}).ok());
      EXPECT_TRUE(session.Refresh().ok());
      EXPECT_EQ(Wire(), "token:200 api:200 token:200 ");
    }
  }
}

TEST_F(MockTest, ADisconnectedCustomerMustLogInAgain) {
  Session session = MakeSession(ConfigFor(false));
  ASSERT_TRUE(session.HandleCallback(Visit(session.AuthorizationUrl().value())).ok());
  ASSERT_TRUE(server_->default_space()->RevokeToken("grant-1").ok());
  const auto reply = session.Call({.url = "/accounts"});
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().kind, FailureKind::kReauthorize);
  EXPECT_FALSE(session.Call({.url = "/accounts"}).ok());
  EXPECT_EQ(Wire(), "token:200 api:401 token:400 ");
  ASSERT_TRUE(session.HandleCallback(Visit(session.AuthorizationUrl().value())).ok());
  EXPECT_TRUE(session.Call({.url = "/accounts"}).ok());
}

TEST_F(MockTest, ACertificateThatNobodySignedEndsEverything) {
  const auto strict = MakeHttpClient();  // trusts the system's authorities only
  Session session(ConfigFor(false),
                  {*strict, SystemClock::System(), SystemRandom::System(), tokens_, pending_},
                  "ann");
  const auto login = session.HandleCallback(Visit(session.AuthorizationUrl().value()));
  ASSERT_FALSE(login.ok());
  EXPECT_EQ(login.error().kind, FailureKind::kTls) << login.error().message;
  EXPECT_EQ(Wire(), "");
}

TEST_F(MockTest, TheProgramRenewsAnHourLater) {
  const ClientConfig config = ConfigFor(false);
  const std::vector<std::pair<std::string, std::string>> env = {
      {"AWEBER_CLIENT_STORE", directory_ + "/store"},
      {"AWEBER_CLIENT_MOCK", server_->base_url()},
      {"AWEBER_CLIENT_CA_FILE", directory_ + "/ca.pem"},
      {"AWEBER_CLIENT_ID", config.client_id},
      {"AWEBER_CLIENT_SECRET", config.client_secret},
      {"AWEBER_CLIENT_REDIRECT_URI", config.redirect_uri}};
  Program login({Program::ClientPath(), "login", "--paste"}, env);
  const std::string prompt = login.ReadUntil("Enter the full redirect URL: ");
  const std::string url = prompt.substr(22, prompt.find('\n') - 22);
  login.Write(Visit(url) + "\n");
  ASSERT_EQ(login.Finish(), 0) << prompt << login.err();
  for (int hour = 0; hour < 2; ++hour) {
    Program get({Program::ClientPath(), "get", "/accounts", "--json"}, env);
    EXPECT_EQ(get.Finish(), 0) << get.err();
    EXPECT_EQ(JsonInt(ParseJson(get.out()).value(), "total_size"), 1) << get.out();
    server_->default_space()->Advance(std::chrono::hours(1));
  }
  EXPECT_EQ(Wire(), "token:200 api:200 api:401 token:200 api:200 ");
}

}  // namespace
}  // namespace aweber::client
