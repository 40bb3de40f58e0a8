// Every operation of the admin API is asked once, and what it replies is held to /openapi.json.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/http/client.h"
#include "base/text/json.h"
#include "mockserver/admin/route.h"
#include "tests/support/mock_flow.h"
#include "tests/support/openapi_check.h"

namespace aweber::mock {
namespace {

class AdminReplies : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = MockServer::Start({.scheme = "http", .admin_port = 0, .seed = 7});
    ASSERT_TRUE(started.ok()) << started.error().message;
    server_ = std::move(*started);
  }
  // The reply, which is of this status and as the document says.
  Json Ask(int status, const std::string& method, const std::string& path,
           const std::string& body = "") {
    const auto reply = client_->Send(method, server_->admin_url() + path, {}, body);
    EXPECT_TRUE(reply.ok()) << path;
    if (!reply.ok()) return {};
    EXPECT_EQ(reply->status, status) << method << " " << path << "\n" << reply->body;
    EXPECT_EQ(document_.Problem(method, path, body, *reply), "") << method << " " << path;
    return ParseJson(reply->body).value_or(Json());
  }

  std::unique_ptr<MockServer> server_;
  std::unique_ptr<HttpClient> client_ = MakeHttpClient();
  testing::OpenApiCheck document_{DumpJson(AdminOpenApi())};
};

TEST_F(AdminReplies, AreWhatTheDocumentSays) {
  testing::Flow flow(*server_);
  for (const char* path : {"/livez", "/readyz", "/metrics", "/openapi.json", "/aweber-openapi.json",
                           "/ca.pem", "/api/v1/info"}) {
    Ask(200, "GET", path);
  }
  Ask(201, "POST", "/api/v1/spaces", R"({"name": "s", "follow_real_time": true})");
  Ask(200, "GET", "/api/v1/spaces");
  Ask(200, "GET", "/api/v1/spaces/s");
  Ask(204, "DELETE", "/api/v1/spaces/s");
  Ask(200, "GET", "/api/v1/settings");
  Ask(200, "PUT", "/api/v1/settings", R"({"rotate_refresh_token": true})");
  Ask(201, "POST", "/api/v1/clients", R"({"id": "c", "type": "public", "redirect_uris": []})");
  Ask(200, "GET", "/api/v1/clients");

  // Customers' data, and who is told of a change; nobody listens at that port.
  Json webhook = Ask(201, "POST", "/api/v1/webhooks", R"({"url": "http://127.0.0.1:1/"})");
  const std::string told = "/api/v1/webhooks/" + webhook["id"].get<std::string>();
  Ask(200, "GET", "/api/v1/webhooks");
  Ask(200, "PUT", told + "/fault", R"({"fault": "duplicate"})");
  Ask(200, "GET", "/api/v1/data/schema");
  Json tree = Ask(200, "GET", "/api/v1/data");
  Json& account = tree["accounts"][0];
  const std::string rows = fmt::format("/api/v1/data/{}/{}/subscribers", account["id"].dump(),
                                       account["lists"][0]["id"].dump());
  Ask(200, "GET", rows + "?size=2");
  Json row = Ask(200, "POST", rows, R"({"email": "new@example.com", "status": "subscribed"})");
  Ask(204, "DELETE", rows + "/" + row["id"].dump());
  Json deliveries = Ask(200, "GET", "/api/v1/webhooks/deliveries")["deliveries"];
  ASSERT_FALSE(deliveries.empty());
  Ask(202, "POST",
      fmt::format("/api/v1/webhooks/deliveries/{}/resend", deliveries[0]["id"].get<std::string>()));
  Ask(204, "DELETE", told);

  Ask(200, "GET", "/api/v1/scenarios");
  Ask(200, "POST", "/api/v1/scenarios/reload");
  Ask(200, "GET", "/api/v1/scenario");
  Ask(200, "PUT", "/api/v1/scenario", R"({"id": "refresh/lost-response"})");
  Ask(200, "GET", "/api/v1/scenario");
  Ask(200, "POST", "/api/v1/scenario/validate",
      "id: local/x\ntitle: t\nwhy: w\nserver: {}\nsteps: [authorize]\nexpect: {}\n");
  Ask(204, "DELETE", "/api/v1/scenario");
  Json fault = Ask(201, "POST", "/api/v1/faults",
                   R"([{"id": "f", "on": {"endpoint": "token", "path": "/nowhere"}, "times": 9,
                        "when": {"nth": 1}, "then": [{"gate": {"name": "g", "size": 1}}]},
                       {"on": "token", "when": {"probability": 0.5}, "then":
                        {"gate": {"name": "g", "size": 1}}}, {"on": "token", "then":
                        {"gate": {"name": "g", "size": 1}}}])");
  EXPECT_TRUE(fault.contains("warnings")) << "the path matches nothing";
  Ask(200, "GET", "/api/v1/faults");
  flow.Exchange("no such code");
  Ask(200, "GET", "/api/v1/gates");
  Ask(200, "POST", "/api/v1/gates/g/release");
  Ask(204, "DELETE", "/api/v1/faults/f");

  Json now = Ask(200, "GET", "/api/v1/clock")["now"];
  Ask(201, "POST", "/api/v1/tokens", fmt::format(R"({{"client_id": "{}"}})", testing::kClientId));
  Ask(200, "GET", "/api/v1/tokens");
  Ask(200, "GET", "/api/v1/tokens?reveal=true&limit=1");
  Ask(200, "GET", "/api/v1/clock");
  Ask(200, "POST", "/api/v1/clock/advance", R"({"to_next": true})");
  Ask(200, "PUT", "/api/v1/clock", fmt::format(R"({{"now": {}}})", now.get<std::int64_t>() + 9999));
  Ask(200, "POST", "/api/v1/tokens/rt-1/expire");
  Ask(200, "POST", "/api/v1/tokens/grant-1/revoke");
  flow.Get(flow.AuthorizeUrl());
  flow.Get(flow.AuthorizeUrl());
  Json asked = Ask(200, "GET", "/api/v1/authorizations")["authorizations"];
  ASSERT_EQ(asked.size(), 2u);
  const auto decide = [&](std::size_t i, const char* what) {
    Ask(200, "POST",
        fmt::format("/api/v1/authorizations/{}/{}", asked[i]["id"].get<std::string>(), what));
  };
  decide(0, "approve");
  decide(1, "deny");

  flow.Get("/1.0/accounts?x=\xff");  // no UTF-8
  Json listed = Ask(200, "GET", "/api/v1/requests?limit=2");
  EXPECT_TRUE(listed.contains("next_after"));
  Ask(200, "GET", "/api/v1/requests");
  Ask(200, "GET", "/api/v1/requests/1");
  Ask(200, "GET", "/api/v1/requests/wait?endpoint=token");
  Ask(204, "GET", "/api/v1/requests/wait?endpoint=revoke&timeout_ms=1");
  Ask(200, "GET", "/api/v1/requests.har");
  Ask(200, "POST", "/api/v1/verify", R"({"endpoint": "token", "at_most": 0})");
  Json state = Ask(200, "GET", "/api/v1/state");
  Ask(204, "DELETE", "/api/v1/requests");
  Ask(204, "POST", "/api/v1/reset");
  Ask(200, "PUT", "/api/v1/state", DumpJson(state));

  // No row of the table was left out, but the stream, which has no end.
  std::set<std::string> operations;
  for (const AdminRoute& route : AdminRoutes()) operations.emplace(route.operation_id);
  operations.erase("events");
  EXPECT_THAT(document_.validated(), ::testing::ContainerEq(operations));
}

}  // namespace
}  // namespace aweber::mock
