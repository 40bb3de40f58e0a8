// Secrets planted everywhere a client can put one, then looked for everywhere the mock shows
// anything.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/json.h"
#include "tests/support/ask_admin.h"
#include "tests/support/mock_flow.h"

namespace aweber::mock {
namespace {

using testing::Flow;

// What the mock shows to people and programs.
const char* const kShown[] = {
    "/api/v1/requests", "/api/v1/requests.har", "/api/v1/state",    "/api/v1/tokens",
    "/api/v1/clients",  "/api/v1/faults",       "/api/v1/scenario", "/api/v1/authorizations",
    "/api/v1/spaces",   "/api/v1/info",         "/metrics",         "/"};

class Canary : public ::testing::Test {
 protected:
  void SetUp() override {
    MockServerOptions options;
    options.scheme = "http";
    options.admin_port = 0;
    options.on_finished = [this](const JournalEntry& entry) {
      const std::lock_guard lock(mutex_);
      logged_ += entry.local_path + entry.error + entry.why_rejected + "\n";
    };
    auto started = MockServer::Start(std::move(options));
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    RegisteredClient client;
    client.id = "canary-client";
    client.secret = kSecret;
    client.redirect_uris = {testing::kCallback};
    client.scopes = {"account.read"};
    server_->default_space()->AddClient(client);
  }

  // `secret` in any spelling.
  void ExpectShownNowhere(const std::string& secret, const std::string& what) {
    const std::string spellings[] = {secret, PercentEncode(secret), FormEncode(secret),
                                     Base64Encode(secret)};
    for (const char* path : kShown) {
      const auto reply = testing::AskAdmin(server_->admin_url(), "GET", path);
      ASSERT_TRUE(reply) << path;
      for (const std::string& spelling : spellings) {
        EXPECT_EQ(reply->body.find(spelling), std::string::npos) << what << " stands in " << path;
      }
    }
    const std::lock_guard lock(mutex_);
    for (const std::string& spelling : spellings) {
      EXPECT_EQ(logged_.find(spelling), std::string::npos) << what << " stands in the log";
    }
  }

  static constexpr const char* kSecret = "Canary/secret+with:signs&more=9f2b";
  std::unique_ptr<MockServer> server_;
  std::mutex mutex_;
  std::string logged_;
};

TEST_F(Canary, SecretsPlantedByAClientAreShownNowhere) {
  Flow flow(*server_);
  const Json tokens = flow.Tokens();
  const std::string access = tokens["access_token"].get<std::string>();
  const std::string refresh = tokens["refresh_token"].get<std::string>();
  const std::string code = flow.Code();
  const std::string unknown = "UnknownButSecretToken0123456789ab";

  // Header.
  flow.Call("/1.0/accounts", access);
  flow.Call("/1.0/accounts", unknown);
  flow.Send("GET", "/1.0/accounts", {{"Authorization", unknown}});
  flow.Send("POST", "/oauth2/token", {{"Authorization", unknown}});
  flow.Send("GET", "/1.0/accounts", {{"Cookie", "session=" + unknown}});
  flow.Token({{"grant_type", "refresh_token"}, {"refresh_token", refresh}},
             testing::Basic("canary-client", kSecret));
  flow.Send("GET", "/1.0/accounts", {{"X-Debug", "token " + access}});
  // Query.
  flow.Get("/1.0/accounts?access_token=" + access);
  flow.Send("POST", "/oauth2/token?client_id=canary-client&client_secret=" + FormEncode(kSecret),
            {{"Content-Type", testing::kForm}},
            "grant_type=refresh_token&refresh_token=" + refresh);
  flow.Get("/oauth2/authorize?response_type=code&client_id=x&client_secret=" + FormEncode(kSecret));
  // Form.
  flow.Post("/oauth2/token", {{"grant_type", "authorization_code"},
                              {"code", code},
                              {"client_id", "canary-client"},
                              {"client_secret", kSecret}});
  flow.Post("/oauth2/token", {{"grant_type", "refresh_token"}, {"refresh_token", unknown}});
  flow.Post("/oauth2/revoke", {{"token", unknown}});
  // JSON.
  flow.Send("POST", "/oauth2/token", {{"Content-Type", "application/json"}},
            DumpJson({{"grant_type", "refresh_token"},
                      {"refresh_token", refresh},
                      {"client_id", "canary-client"},
                      {"client_secret", kSecret}}));
  // Path.
  flow.Get("/1.0/accounts/" + access);
  flow.Get("/" + code);
  flow.Get("/" + PercentEncode(kSecret));
  // A password at the page.
  flow.Decide(flow.Get(flow.AuthorizeUrl()), "authorize", testing::kCustomer, "Wrong-Pass-7788");

  ASSERT_GT(server_->default_space()->journal().LastSequence(), 15u);
  ExpectShownNowhere(kSecret, "client secret");
  ExpectShownNowhere(access, "access token");
  ExpectShownNowhere(refresh, "refresh token");
  ExpectShownNowhere(code, "code");
  ExpectShownNowhere(unknown, "unknown token");
  ExpectShownNowhere("Wrong-Pass-7788", "password");
}

// The search itself finds what is there.
TEST_F(Canary, AShownWordWouldBeFound) {
  Flow(*server_).Get("/1.0/accounts?harmless=PlainlyVisible123");
  const auto reply = testing::AskAdmin(server_->admin_url(), "GET", "/api/v1/requests");
  ASSERT_TRUE(reply);
  EXPECT_NE(reply->body.find("PlainlyVisible123"), std::string::npos);
}

}  // namespace
}  // namespace aweber::mock
