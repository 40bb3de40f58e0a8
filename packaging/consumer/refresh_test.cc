// A client's refresh, tested against the mock inside the test program.
#include <gtest/gtest.h>

#include "base/http/client.h"
#include "base/text/base64.h"
#include "base/text/json.h"
#include "mockserver/mock_server.h"

namespace {

using aweber::mock::Endpoint;
using aweber::mock::MockServer;
using aweber::mock::Rule;

// What you would test: it calls the API, and refreshes once when its token has ended.
class Client {
 public:
  Client(std::string base_url, std::string access, std::string refresh)
      : base_url_(std::move(base_url)), access_(std::move(access)), refresh_(std::move(refresh)) {}

  int GetAccounts() {
    int status = Call();
    if (status == 401 && Refresh()) status = Call();
    return status;
  }

 private:
  int Call() {
    const auto reply = http_->Send("GET", base_url_ + "/1.0/accounts",
                                   {{"Authorization", "Bearer " + access_}}, "");
    return reply ? reply->status : 0;
  }
  bool Refresh() {
    const auto reply = http_->Send(
        "POST", base_url_ + "/oauth2/token",
        {{"Authorization", "Basic " + aweber::Base64Encode("AWeberMockConfidentialClient0001:"
                                                           "AWeberMockSecretDoNotUseLive0001")},
         {"Content-Type", "application/x-www-form-urlencoded"}},
        "grant_type=refresh_token&refresh_token=" + refresh_);
    if (!reply || reply->status != 200) return false;
    const auto tokens = aweber::ParseJson(reply->body);
    access_ = aweber::JsonString(*tokens, "access_token").value_or("");
    refresh_ = aweber::JsonString(*tokens, "refresh_token").value_or(refresh_);
    return true;
  }

  std::string base_url_, access_, refresh_;
  std::unique_ptr<aweber::HttpClient> http_ = aweber::MakeHttpClient();
};

class RefreshTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = MockServer::Start({.scheme = "http"});  // any free port; ready when this returns
    ASSERT_TRUE(started) << started.error().message;
    mock_ = std::move(*started);
    const auto tokens =
        mock_->default_space()->IssueTokens({"AWeberMockConfidentialClient0001", "", {}});
    ASSERT_TRUE(tokens) << tokens.error().message;
    client_ =
        std::make_unique<Client>(mock_->base_url(), tokens->first.value, tokens->second.value);
  }

  std::unique_ptr<MockServer> mock_;  // stops when the test ends
  std::unique_ptr<Client> client_;
};

TEST_F(RefreshTest, AnExpiredTokenIsRefreshedOnce) {
  EXPECT_EQ(client_->GetAccounts(), 200);
  EXPECT_EQ(mock_->TakeRequest()->endpoint, Endpoint::kApi);

  mock_->Advance(std::chrono::hours(1));  // the token ends at this second
  EXPECT_EQ(client_->GetAccounts(), 200);
  EXPECT_EQ(mock_->TakeRequest()->status, 401);
  const auto refresh = mock_->TakeRequest();
  EXPECT_EQ(refresh->facts.grant_type, "refresh_token");
  EXPECT_EQ(refresh->facts.issued_refresh_label, "rt-2");
  EXPECT_EQ(mock_->TakeRequest()->facts.access_label, "at-2");
  EXPECT_FALSE(mock_->TakeRequest(0));  // and no further request
}

TEST_F(RefreshTest, ALostReplyIsNoReasonToCrash) {
  Rule rule;
  rule.on.endpoint = Endpoint::kToken;
  rule.then = {{.kind = aweber::mock::FaultKind::kLoseReply, .phase = aweber::mock::Phase::kAfter}};
  mock_->Enqueue(rule);  // for the next token request alone

  mock_->Advance(std::chrono::hours(1));
  EXPECT_EQ(client_->GetAccounts(), 401);
  mock_->TakeRequest();
  const auto lost = mock_->TakeRequest();
  EXPECT_EQ(lost->fault, "lose_reply");
  EXPECT_TRUE(lost->facts.committed);  // the old refresh token is used up
  EXPECT_EQ(mock_->default_space()->FindToken("rt-1")->state, "used");
}

}  // namespace
