// The admin API holds callers to its own document: every member of every body by its type, instants
// by their range; and what it exports comes back whole.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/http/client.h"
#include "base/text/json.h"
#include "mockserver/admin/route.h"
#include "mockserver/admin/schema_text.h"
#include "tests/support/mock_flow.h"
#include "tests/support/openapi_check.h"

namespace aweber::mock {
namespace {

using testing::Flow;
using ::testing::HasSubstr;

class AdminStrict : public ::testing::Test {
 protected:
  void SetUp() override { server_ = Start(); }
  static std::unique_ptr<MockServer> Start() {
    auto started = MockServer::Start({.scheme = "http", .admin_port = 0, .seed = 7});
    EXPECT_TRUE(started.ok());
    return std::move(*started);
  }
  HttpResponse Admin(const std::string& method, const std::string& path,
                     const std::string& body = "") {
    auto reply = client_->Send(method, server_->admin_url() + path, {}, body);
    EXPECT_TRUE(reply.ok()) << (reply.ok() ? "" : reply.error().message);
    if (!reply.ok()) return HttpResponse{.status = 0};
    EXPECT_EQ(document_.Problem(method, path, body, *reply), "") << method << " " << path;
    return *reply;
  }
  Json AdminJson(const std::string& method, const std::string& path, const std::string& body = "") {
    const auto parsed = ParseJson(Admin(method, path, body).body);
    EXPECT_TRUE(parsed.ok()) << path;
    return parsed.ok() ? *parsed : Json();
  }
  // Expects a 400 whose error names `field`.
  void ExpectRefused(const HttpResponse& reply, const std::string& field, const std::string& what) {
    EXPECT_EQ(reply.status, 400) << what << "\n" << reply.body;
    const auto parsed = ParseJson(reply.body);
    ASSERT_TRUE(parsed.ok()) << reply.body;
    EXPECT_EQ(JsonString((*parsed)["error"], "field").value_or(""), field) << what;
  }

  std::unique_ptr<MockServer> server_;
  std::unique_ptr<HttpClient> client_ = MakeHttpClient();
  testing::OpenApiCheck document_{DumpJson(AdminOpenApi())};
};

Json GoodValue(const std::string& name, const std::string& type) {
  if (name == "version") return 1;
  if (type == "integer") return 4'000'000'000;
  if (type == "object") return Json::object();
  return type == "array" || type == "string[]" ? Json::array() : Json("x");
}

TEST_F(AdminStrict, AMemberOfTheWrongTypeIsNamed) {
  const std::map<std::string, std::vector<Json>> wrong = {
      {"string", {5, true, nullptr, Json::array({"x"}), Json::object()}},
      {"integer", {"5", 1.5, true, nullptr, Json::array(), 1e300}},
      {"boolean", {"true", 1, nullptr, Json::array()}},
      {"duration", {"soon", "-5s", true, nullptr, Json::array(), -1}},
      {"object", {"x", 5, Json::array()}},
      {"array", {"x", 5, true, Json::object()}},
      {"string[]", {"x", 5, true, Json::object(), Json::array({5})}}};
  int tried = 0;
  for (const AdminRoute& route : AdminRoutes()) {
    if (route.body != BodyKind::kJson && route.body != BodyKind::kOptionalJson) continue;
    std::string path(route.path);
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
      path.replace(open, path.find('}') - open + 1, "none");
    }
    const std::vector<SchemaMember> members = MembersOf(route.fields);
    for (const SchemaMember& member : members) {
      if (member.name == "*") continue;
      if (route.operation_id == "importState" &&
          (member.name == "space" || member.name == "exported_by" || member.name == "scenario")) {
        continue;  // for people
      }
      for (const Json& value : wrong.at(member.type)) {
        Json body = Json::object();
        for (const SchemaMember& other : members) {
          if (other.required) body[other.name] = GoodValue(other.name, other.type);
        }
        body[member.name] = value;
        ExpectRefused(Admin(std::string(route.method), path, DumpJson(body)), member.name,
                      std::string(route.operation_id) + " " + DumpJson(body));
        ++tried;
      }
      // Left out where it is required.
      if (!member.required) continue;
      Json body = Json::object();
      for (const SchemaMember& other : members) {
        if (other.required && other.name != member.name) {
          body[other.name] = GoodValue(other.name, other.type);
        }
      }
      ExpectRefused(Admin(std::string(route.method), path, DumpJson(body)), member.name,
                    std::string(route.operation_id) + " without");
    }
  }
  EXPECT_GT(tried, 150);
}

TEST_F(AdminStrict, SwitchesAndQueriesAreNamedToo) {
  for (const SettingInfo& info : AllSettings()) {
    ExpectRefused(Admin("PUT", "/api/v1/settings", DumpJson({{info.name, Json::array()}})),
                  info.name, info.name);
    ExpectRefused(Admin("POST", "/api/v1/spaces",
                        DumpJson({{"name", "s"}, {"settings", {{info.name, Json::array()}}}})),
                  "settings." + info.name, info.name);
  }
  ExpectRefused(Admin("PUT", "/api/v1/settings", R"({"profile": 5})"), "profile", "profile");
  ExpectRefused(Admin("GET", "/api/v1/requests?status=x"), "status", "status");
  ExpectRefused(Admin("GET", "/api/v1/requests?stauts=1"), "stauts", "unknown");
  ExpectRefused(Admin("GET", "/api/v1/requests?limit=10001"), "limit", "up to 10000");
  ExpectRefused(Admin("GET", "/api/v1/requests/wait?timeout_ms=x"), "timeout_ms", "timeout_ms");
  ExpectRefused(Admin("GET", "/api/v1/tokens?reveal=yes"), "reveal", "reveal");
  ExpectRefused(Admin("GET", "/api/v1/tokens?limit=10001"), "limit", "up to 10000");
  ExpectRefused(Admin("GET", "/api/v1/events?last_event_id=x"), "last_event_id", "last_event_id");
  ExpectRefused(Admin("PUT", "/api/v1/state",
                      R"({"version":1,"settings":{},"tokens":[{"label":"at-2","kind":"access_token",
                          "client_id":"c","username":"u","grant":"grant-1","state":"live",
                          "scopes":[],"issued_at":1}]})"),
                "tokens", "labels out of order");
  ExpectRefused(Admin("PUT", "/api/v1/state", R"({"version":1,"settings":{},"stuff":1})"), "stuff",
                "unknown");
  constexpr const char* kGood =
      R"("id":"a","type":"public","name":"n","redirect_uris":[],"scopes":[])";
  const std::pair<const char*, const char*> kBad[] = {
      {R"("id":7,"type":"public","redirect_uris":[],"scopes":[])", "id"},
      {R"("id":"b","type":"confidental","redirect_uris":[],"scopes":[])", "type"},
      {R"("id":"b","type":true,"redirect_uris":[],"scopes":[])", "type"},
      {R"("id":"b","redirect_uris":[],"scopes":[])", "type"},
      {R"("id":"b","type":"public","redirect_uris":[],"scopes":"x")", "scopes"},
      {R"("id":"b","type":"public","redirect_uris":[],"scopes":[],"secret":"s")", "secret"}};
  for (const auto& [members, field] : kBad) {
    const std::string body =
        fmt::format(R"({{"version":1,"settings":{{}},"clients":[{{{}}},{{{}}}]}})", kGood, members);
    ExpectRefused(Admin("PUT", "/api/v1/state", body), fmt::format("clients[1].{}", field),
                  members);
  }
}

// An exported state has no secrets. Who is registered here keeps theirs; for others one is drawn.
TEST_F(AdminStrict, AnImportedClientIsNotOpen) {
  Admin("POST", "/api/v1/clients",
        R"({"id": "mine", "secret": "s", "redirect_uris": ["https://a.test/cb"]})");
  Json exported = AdminJson("GET", "/api/v1/state");
  exported["clients"].push_back(exported["clients"][1]);  // public here, confidential there
  exported["clients"][1]["id"] = "other";
  exported["clients"][3]["type"] = "confidential";
  server_ = Start();
  ASSERT_EQ(Admin("PUT", "/api/v1/state", DumpJson(exported)).status, 200);
  std::map<std::string, std::string> secrets;
  for (const RegisteredClient& client : server_->default_space()->clients()) {
    secrets[client.id] = client.secret;
  }
  EXPECT_EQ(secrets[testing::kClientId], testing::kClientSecret);
  EXPECT_EQ(secrets["other"], "") << "public";
  EXPECT_EQ(secrets["mine"].size(), 32u);
  EXPECT_EQ(secrets[testing::kPublicId].size(), 32u);
  EXPECT_EQ(Flow(*server_)
                .Token({{"grant_type", "refresh_token"}, {"refresh_token", "x"}},
                       testing::Basic("mine", ""))
                .status,
            401);
}

TEST_F(AdminStrict, AWebhookIsForARegisteredApplication) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"url": "http://127.0.0.1:1/", "client_id": "AWeberMockConfidentialClient01"})",
       "client_id"},
      {R"({"url": "127.0.0.1:1"})", "url"},
      {R"({"url": "http://hooks.example.org/"})", "url"},
      {R"({"url": "http://127.0.0.1:1/", "key": "*"})", "key"},
      {R"({"url": "http://127.0.0.1:1/", "events": ["subscriber.gone"]})", "events"}};
  for (const auto& [body, field] : rows) {
    ExpectRefused(Admin("POST", "/api/v1/webhooks", body), field, body);
  }
  EXPECT_EQ(AdminJson("GET", "/api/v1/webhooks")["webhooks"].size(), 0u);
  const Json told = AdminJson("POST", "/api/v1/webhooks", R"({"url": "http://127.0.0.1:1/"})");
  EXPECT_EQ(told["client_id"], testing::kClientId) << "the first application";
}

TEST_F(AdminStrict, ClockGoesByAndToAndToTheNextExpiry) {
  const std::int64_t begin = AdminJson("GET", "/api/v1/clock")["now"].get<std::int64_t>();
  const std::string access =
      server_->default_space()->IssueTokens({testing::kClientId, "", {}})->first.value;
  Flow flow(*server_);
  const auto status = [&] { return flow.Call("/1.0/accounts", access).status; };
  const auto advance = [&](const Json& body) {
    return AdminJson("POST", "/api/v1/clock/advance", DumpJson(body));
  };
  EXPECT_EQ(advance({{"by", "59m"}})["now"], begin + 3540);
  EXPECT_EQ(advance({{"by", 59}})["now"], begin + 3599);
  EXPECT_EQ(status(), 200);
  Json expired = advance({{"to", begin + 3600}});
  EXPECT_EQ(expired["now"], begin + 3600);
  EXPECT_EQ(expired["expired"][0]["label"], "at-1");
  EXPECT_EQ(status(), 401);
  ASSERT_TRUE(server_->default_space()->IssueTokens({testing::kClientId, "", {}}));
  Json next = advance({{"to_next", true}});
  EXPECT_EQ(next["now"], begin + 7200);
  EXPECT_EQ(next["expired"][0]["label"], "at-2");
  EXPECT_EQ(advance({{"to_next", true}})["now"], begin + 7200) << "nothing pends";
  EXPECT_EQ(AdminJson("PUT", "/api/v1/clock", DumpJson({{"now", begin + 7201}}))["now"],
            begin + 7201);
  ExpectRefused(Admin("PUT", "/api/v1/clock", DumpJson({{"now", begin + 7200}})), "now", "back");
  ExpectRefused(Admin("POST", "/api/v1/clock/advance", DumpJson({{"to", begin}})), "to", "back");
}

// No caller makes the clock overflow.
TEST_F(AdminStrict, ClockStopsAtTheEndOfItsRange) {
  ExpectRefused(Admin("PUT", "/api/v1/clock", R"({"now": 9223372036854775807})"), "now", "now");
  ExpectRefused(Admin("POST", "/api/v1/clock/advance", R"({"to": 253402300800})"), "to", "to");
  ExpectRefused(Admin("POST", "/api/v1/spaces", R"({"name": "s", "start_time": -1})"), "start_time",
                "start_time");
  EXPECT_EQ(Admin("PUT", "/api/v1/clock", R"({"now": 253402300799})").status, 200);
  EXPECT_EQ(AdminJson("POST", "/api/v1/clock/advance", R"({"by": "1000h"})")["now"],
            253'402'300'799);
  Admin("PUT", "/api/v1/settings", R"({"access_token_ttl": 1000000000000, "code_ttl": 1000000000000,
                                      "refresh_token_ttl": 1000000000000})");
  EXPECT_EQ(Flow(*server_).Tokens()["expires_in"], 1'000'000'000'000);
}

TEST_F(AdminStrict, MetricsEscapeWhatPeopleName) {
  ASSERT_EQ(
      Admin("POST", "/api/v1/faults", R"([{"id": "say \"x\\y\"", "on": "token", "then": "reset"}])")
          .status,
      201);
  EXPECT_THAT(Admin("GET", "/metrics").body,
              HasSubstr(R"(aweber_mock_rule_acted_total{space="default",rule="say \"x\\y\""} 0)"));
}

// A bug report: everything that is shown of one server is shown the same by another that loads it,
// and goes on from there.
TEST_F(AdminStrict, StateComesBackWhole) {
  Flow flow(*server_);
  Admin("PUT", "/api/v1/settings", R"({"profile": "rfc9700", "access_token_ttl": 120})");
  const Json first = flow.Tokens();
  flow.Refresh(first["refresh_token"].get<std::string>());
  flow.Code();
  Admin("POST", "/api/v1/clock/advance", R"({"by": 121})");
  ASSERT_TRUE(server_->default_space()->IssueTokens({testing::kClientId, "", {"account.read"}}));
  Admin("POST", "/api/v1/tokens/rt-3/revoke");
  Admin("POST", "/api/v1/faults", R"([{"on": "api", "times": 1, "then": {"http_status": 503}}])");
  Admin("POST", "/api/v1/clients",
        R"({"id": "mine", "secret": "s", "redirect_uris": ["https://a.test/cb"]})");
  Json exported = AdminJson("GET", "/api/v1/state");
  ASSERT_EQ(exported["tokens"].size(), 8u);
  EXPECT_EQ(exported["tokens"][1]["state"], "expired");

  server_ = Start();
  Admin("POST", "/api/v1/clock/advance", R"({"by": "720h"})");  // the colleague loads it later
  const HttpResponse loaded = Admin("PUT", "/api/v1/state", DumpJson(exported));
  ASSERT_EQ(loaded.status, 200) << loaded.body;
  Json again = AdminJson("GET", "/api/v1/state");
  for (const char* part :
       {"version", "scenario", "now", "settings", "rules", "clients", "tokens"}) {
    EXPECT_EQ(again[part], exported[part]) << part;
  }
  ASSERT_EQ(again["journal"].size(), exported["journal"].size());
  for (std::size_t i = 0; i < again["journal"].size(); ++i) {
    EXPECT_EQ(again["journal"][i]["request"], exported["journal"][i]["request"]);
    EXPECT_EQ(again["journal"][i]["why_rejected"], exported["journal"][i]["why_rejected"]);
  }
  // The tokens are in force under values of their own.
  Flow there(*server_);
  std::map<std::string, std::string> values;
  Json revealed = AdminJson("GET", "/api/v1/tokens?reveal=true");
  for (const Json& token : revealed["tokens"]) values[token["label"]] = token["value"];
  EXPECT_EQ(there.Call("/1.0/accounts", values["at-3"]).status, 503);
  EXPECT_EQ(there.Call("/1.0/accounts", values["at-3"]).status, 200);
  EXPECT_EQ(there.Call("/1.0/accounts", values["at-1"]).status, 401);
  EXPECT_EQ(there.Refresh(values["rt-1"]).status, 400);
  EXPECT_EQ(there.Refresh(values["rt-2"]).status, 400) << "its family ended with the reuse";
  EXPECT_EQ(there.Exchange(values["code-2"]).status, 200);
}

TEST_F(AdminStrict, AScenarioIsPlayedByIdAndByFile) {
  Json played = AdminJson("PUT", "/api/v1/scenario", R"({"id": "refresh/lost-response"})");
  EXPECT_EQ(played["id"], "refresh/lost-response");
  EXPECT_EQ(AdminJson("GET", "/api/v1/scenario")["id"], "refresh/lost-response");
  const HttpResponse bad = Admin("POST", "/api/v1/scenario/validate", "id: x\ntitel: y\n");
  EXPECT_EQ(bad.status, 422);
  EXPECT_THAT(bad.body, HasSubstr("request body:2:1: unknown key \\\"titel\\\""));
  EXPECT_EQ(Admin("PUT", "/api/v1/scenario", "id: x\ntitel: y\n").status, 422);
  EXPECT_EQ(AdminJson("GET", "/api/v1/scenario")["id"], "refresh/lost-response")
      << "what was in play stays";
}

TEST_F(AdminStrict, SpacesSayWhereTheirEndpointsAre) {
  Json space = AdminJson("POST", "/api/v1/spaces", R"({"name": "qa"})");
  EXPECT_EQ(space["endpoints"]["token"], server_->base_url() + "/s/qa/oauth2/token");
  EXPECT_EQ(space["endpoints"]["authorize"], server_->base_url() + "/s/qa/oauth2/authorize");
  EXPECT_EQ(space["endpoints"]["revoke"], server_->base_url() + "/s/qa/oauth2/revoke");
  EXPECT_EQ(space["endpoints"]["api"], server_->base_url() + "/s/qa/1.0");
}

}  // namespace
}  // namespace aweber::mock
