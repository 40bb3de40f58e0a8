// The whole flow over real sockets: authorize, decide, exchange, call, expire, refresh.
#include <gtest/gtest.h>

#include "base/http/client.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "mockserver/mock_server.h"
#include "tests/support/mock_flow.h"

namespace aweber::mock {
namespace {

class MainPath : public ::testing::TestWithParam<const char*> {};

TEST_P(MainPath, FromTheClickToARefreshAnHourLater) {
  auto started = MockServer::Start({.scheme = GetParam(), .seed = 7});
  ASSERT_TRUE(started.ok()) << started.error().message;
  MockServer& server = **started;
  testing::Flow flow(server);

  const HttpResponse page = flow.Get(flow.AuthorizeUrl({{"state", "s 1&x"}}));
  ASSERT_EQ(page.status, 200) << page.body;
  const HttpResponse redirect = flow.Decide(page);
  ASSERT_EQ(redirect.status, 302);
  const std::string location = redirect.headers.GetOr("Location");
  ASSERT_EQ(location.find("https://app.example.test/callback?code="), 0u) << location;
  EXPECT_NE(location.find("&state=s+1%26x"), std::string::npos) << location;

  const HttpResponse token = flow.Exchange(testing::QueryOf(location).GetOr("code"));
  ASSERT_EQ(token.status, 200) << token.body;
  EXPECT_EQ(token.headers.GetOr("Content-Type"), "application/json");
  EXPECT_EQ(token.headers.GetOr("Cache-Control"), "no-store");
  EXPECT_EQ(token.headers.GetOr("Pragma"), "no-cache");
  const Json first = *ParseJson(token.body);
  EXPECT_EQ(first["expires_in"], 3600);
  EXPECT_EQ(first["token_type"], "bearer");
  EXPECT_EQ(first["access_token"].get<std::string>().size(), 32u);
  EXPECT_EQ(first["refresh_token"].get<std::string>().size(), 32u);

  EXPECT_EQ(flow.Call("/1.0/accounts", first["access_token"]).status, 200);
  const auto expired = server.default_space()->Advance(std::chrono::hours(1));
  ASSERT_EQ(expired.size(), 1u);
  EXPECT_EQ(expired[0].label, "at-1");
  EXPECT_EQ(flow.Call("/1.0/accounts", first["access_token"]).status, 401);

  const HttpResponse refreshed = flow.Refresh(first["refresh_token"]);
  ASSERT_EQ(refreshed.status, 200) << refreshed.body;
  const Json second = *ParseJson(refreshed.body);
  EXPECT_NE(second["access_token"], first["access_token"]);
  EXPECT_NE(second["refresh_token"], first["refresh_token"]);
  EXPECT_EQ(flow.Call("/1.0/accounts", second["access_token"]).status, 200);

  std::string seen;
  for (const JournalEntry& entry : server.default_space()->journal().Entries()) {
    seen += std::string(EndpointName(entry.endpoint)) + ":" + std::to_string(entry.status) + " ";
  }
  EXPECT_EQ(seen, "authorize:200 decision:302 token:200 api:200 api:401 token:200 api:200 ");
}

INSTANTIATE_TEST_SUITE_P(Schemes, MainPath, ::testing::Values("http", "https"));

}  // namespace
}  // namespace aweber::mock
