// Canary secrets planted in every place of a request, searched for in everything that is shown.
#include <gtest/gtest.h>

#include "base/text/base64.h"
#include "base/text/json.h"
#include "mockserver/admin/route.h"
#include "tests/support/ask_admin.h"
#include "tests/support/mock_flow.h"
#include "tests/support/raw_socket.h"

namespace aweber::mock {
namespace {

using testing::Flow;

constexpr const char* kUnknown = "CANARYunknown";  // no token: found by its name alone

// Requests that carry `secret` wherever a client might put it. A text that is no secret of the
// space
// (`known` false) can be told by the name it stands under only.
void Plant(Flow& flow, const std::string& secret, bool known) {
  const std::string encoded = FormEncode(secret);
  const HttpHeaders form{{"Content-Type", testing::kForm}};
  flow.Get("/1.0/accounts?access_token=" + encoded);
  flow.Get("/oauth2/authorize?client_secret=" + encoded);
  if (known) {
    flow.Get("/1.0/" + PercentEncode(secret) + "/x");
    flow.Get("/oauth2/authorize?state=" + encoded);
    flow.Send("GET", "/1.0/accounts", {{"X-Debug", "token " + secret}});
    flow.Send("POST", "/oauth2/token", {{"Content-Type", "application/json"}},
              DumpJson({{"deep", {secret}}}));
  }
  flow.Send("GET", "/1.0/accounts",
            {{"Authorization", "Bearer " + secret},
             {"Cookie", "session=" + secret},
             {"Referer", "https://app.example.test/callback?code=" + encoded}});
  if (secret.find(' ') == std::string::npos) {  // the scheme forgotten
    flow.Send("GET", "/1.0/accounts", {{"Authorization", secret}});
    flow.Send("POST", "/oauth2/token", {{"Authorization", secret}});
  }
  flow.Send("POST", "/oauth2/token", {{"Authorization", testing::Basic("someone", secret)}});
  flow.Send("POST", "/oauth2/token?client_id=x&client_secret=" + encoded, form,
            "grant_type=authorization_code&code=" + encoded + "&code_verifier=" + encoded);
  flow.Send("POST", "/oauth2/token", form, "grant_type=refresh_token&refresh_token=" + encoded);
  flow.Send("POST", "/oauth2/token", {{"Content-Type", "application/json"}},
            DumpJson({{"client_secret", secret}, {"refresh_token", secret}}));
  flow.Send("POST", "/oauth2/token", {{"Content-Type", "application/json"}},
            "{\"client_secret\":\"" + secret);
  flow.Send("POST", "/oauth2/revoke", form, "token=" + encoded);
}

TEST(CanaryEverywhere, IsNowhereToBeFound) {
  auto started = MockServer::Start({.scheme = "http", .admin_port = 0});
  ASSERT_TRUE(started.ok()) << started.error().message;
  MockServer& server = **started;
  Space& space = *server.default_space();
  space.AddClient({"canary-client",
                   "CANARY+/%:& =client-secret",
                   false,
                   "Canary",
                   {testing::kCallback},
                   {"account.read"}});
  Flow flow(server);
  const Json tokens = flow.Tokens();
  flow.Refresh(tokens["refresh_token"]);
  flow.Decide(flow.Get(flow.AuthorizeUrl()), "authorize", testing::kCustomer, kUnknown);
  for (const std::string& secret :
       {std::string(kUnknown), tokens["access_token"].get<std::string>(),
        tokens["refresh_token"].get<std::string>(), flow.Code(),
        std::string("CANARY+/%:& =client-secret")}) {
    Plant(flow, secret, secret != kUnknown);
  }
  test::RawSocket malformed(ParseUri(server.base_url())->EffectivePort());
  malformed.Send("GET /x HTTP/1.1\r\nAuthorization: Bearer CANARYunknown\r\nbroken\r\n\r\n");
  malformed.Finish();
  malformed.ReadAll();

  std::string shown;
  for (const AdminRoute& route : AdminRoutes()) {
    const std::string path(route.path);
    if (route.method != "GET" || path.find('{') != std::string::npos || path == "/api/v1/events" ||
        path == "/api/v1/requests/wait") {
      continue;
    }
    const auto reply = testing::AskAdmin(server.admin_url(), "GET", path);
    ASSERT_TRUE(reply.ok()) << path;
    EXPECT_EQ(reply->status, 200) << path;
    shown += "\n== " + path + "\n" + reply->body;
  }
  for (std::uint64_t i = 1; i <= space.journal().LastSequence(); ++i) {
    shown +=
        testing::AskAdmin(server.admin_url(), "GET", "/api/v1/requests/" + std::to_string(i))->body;
  }
  test::RawSocket events(ParseUri(server.admin_url())->EffectivePort());
  events.Send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 0\r\n\r\n");
  for (std::string part = events.ReadSome(); !part.empty(); part = events.ReadSome(50)) {
    shown += part;
  }

  ASSERT_NE(shown.find("[redacted:at-1]"), std::string::npos);
  ASSERT_NE(shown.find("== /api/v1/requests.har"), std::string::npos);
  std::vector<std::string> secrets = space.KnownSecrets();
  secrets.push_back("CANARY");
  for (const std::string& secret : secrets) {
    for (const std::string& form : {secret, FormEncode(secret), PercentEncode(secret)}) {
      const std::size_t at = shown.find(form);
      EXPECT_EQ(at, std::string::npos)
          << form << " in ..." << shown.substr(at > 300 ? at - 300 : 0, 400);
    }
  }
}

}  // namespace
}  // namespace aweber::mock
