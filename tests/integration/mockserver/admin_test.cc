// The admin API over its own listener: guard, errors that name the field, clock, tokens, journal,
// scenarios, state, events.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/client.h"
#include "base/text/json.h"
#include "mockserver/admin/route.h"
#include "tests/support/mock_flow.h"
#include "tests/support/openapi_check.h"
#include "tests/support/raw_socket.h"

namespace aweber::mock {
namespace {

using testing::Flow;
using ::testing::HasSubstr;
using ::testing::Not;

class AdminTest : public ::testing::Test {
 protected:
  void SetUp() override { Restart({}); }

  void Restart(MockServerOptions options) {
    options.scheme = "http";
    options.admin_port = 0;
    options.seed = 7;
    auto started = MockServer::Start(std::move(options));
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  HttpResponse Admin(const std::string& method, const std::string& path,
                     const std::string& body = "", HttpHeaders headers = {}) {
    auto reply = client_->Send(method, server_->admin_url() + path, headers, body);
    EXPECT_TRUE(reply) << (reply.ok() ? "" : reply.error().message);
    if (!reply) return HttpResponse{.status = 0};
    EXPECT_EQ(document_.Problem(method, path, body, *reply), "") << method << " " << path;
    return *reply;
  }
  Json AdminJson(const std::string& method, const std::string& path, const std::string& body = "") {
    const auto parsed = ParseJson(Admin(method, path, body).body);
    EXPECT_TRUE(parsed) << path;
    return parsed ? *parsed : Json();
  }
  std::uint16_t AdminPort() { return ParseUri(server_->admin_url())->port.value_or(0); }

  std::unique_ptr<MockServer> server_;
  std::unique_ptr<HttpClient> client_ = MakeHttpClient();
  testing::OpenApiCheck document_{DumpJson(AdminOpenApi())};
};

TEST_F(AdminTest, OpenApiHasEveryRouteAndNothingElse) {
  Json document = AdminJson("GET", "/openapi.json");
  std::vector<std::string> documented, served;
  for (const auto& [path, operations] : document["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      documented.push_back(method + " " + path);
      EXPECT_FALSE(operation["operationId"].get<std::string>().empty());
      EXPECT_FALSE(operation["responses"].empty()) << path;
    }
  }
  for (const AdminRoute& route : AdminRoutes()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    const std::string path(route.path);
    served.push_back(method + " " + path);
    if (route.per_space) served.push_back(method + " /api/v1/spaces/{space}" + path.substr(7));
  }
  EXPECT_THAT(documented, ::testing::UnorderedElementsAreArray(served));
}

// Each operation answers with one of the statuses that its row documents, whatever it is sent.
TEST_F(AdminTest, StatusesAreTheDocumentedOnes) {
  for (const AdminRoute& route : AdminRoutes()) {
    if (route.operation_id == "events" || route.operation_id == "waitForRequest") continue;
    std::string path(route.path);
    for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
      path.replace(open, path.find('}') - open + 1, "nothing-such");
    }
    const HttpResponse reply = Admin(std::string(route.method), path, "{\"surprise\": 1}");
    EXPECT_THAT(std::string(route.answers), HasSubstr(fmt::format("{}", reply.status)))
        << route.method << " " << path << "\n"
        << reply.body;
  }
}

TEST_F(AdminTest, UnknownPathAndMethodSaySo) {
  EXPECT_EQ(Admin("GET", "/api/v1/nothing").status, 404);
  const HttpResponse reply = Admin("POST", "/api/v1/clock");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.headers.GetOr("Allow"), "GET, PUT");
  EXPECT_EQ(Admin("GET", "/api/v1/spaces/none/clock").status, 404);
}

struct BadBody {
  const char* method;
  const char* path;
  const char* body;
  int status;
  const char* field;
  const char* message;
};
const BadBody kBadBodies[] = {
    {"POST", "/api/v1/clock/advance", R"({"by": "soon"})", 400, "by", "\"by\" must be a duration"},
    {"POST", "/api/v1/clock/advance", R"({"bye": 1})", 400, "bye", "did you mean \"by\"?"},
    {"POST", "/api/v1/clock/advance", R"({"by": 1, "to": 2})", 400, "by", "exactly one of"},
    {"POST", "/api/v1/clock/advance", R"({"to": "x"})", 400, "to", "\"to\" must be an integer"},
    {"PUT", "/api/v1/clock", R"({})", 400, "now", "\"now\" is required"},
    {"PUT", "/api/v1/clock", R"({"now": 1})", 400, "now", "forward only"},
    {"PUT", "/api/v1/settings", R"({"rotate_refresh_token": "yes"})", 400, "rotate_refresh_token",
     "true or false"},
    {"PUT", "/api/v1/settings", R"({"profile": "oidc"})", 400, "profile", "aweber, rfc6749"},
    {"POST", "/api/v1/clients", R"({"id": "x", "redirect_uris": "y"})", 400, "redirect_uris",
     "an array of strings"},
    {"POST", "/api/v1/spaces", R"({"name": 3})", 400, "name", "must be a string"},
    {"POST", "/api/v1/spaces", R"({"name": "default"})", 409, "", "already"},
    {"POST", "/api/v1/spaces", R"({"name": "a b"})", 400, "", "no name for a space"},
    {"PUT", "/api/v1/scenario", R"({"id": "callback/state-missmatch"})", 404, "id",
     "did you mean \"callback/state-mismatch\"?"},
    {"POST", "/api/v1/faults", R"([{"on": "tokn", "then": "reset"}])", 422, "",
     "did you mean \"token\"?"},
    {"POST", "/api/v1/verify", R"({"at_least": "many"})", 400, "at_least", "must be an integer"},
    {"POST", "/api/v1/verify", R"({"at_least": -1})", 400, "at_least", "whole number"},
    {"POST", "/api/v1/clock/advance", R"({"by": )", 400, "", "line 1"},
};

TEST_F(AdminTest, WrongBodiesNameTheField) {
  for (const BadBody& bad : kBadBodies) {
    const HttpResponse reply = Admin(bad.method, bad.path, bad.body);
    EXPECT_EQ(reply.status, bad.status) << bad.path << " " << bad.body;
    const auto parsed = ParseJson(reply.body);
    ASSERT_TRUE(parsed) << reply.body;
    const Json& error = (*parsed)["error"];
    EXPECT_EQ(JsonString(error, "field").value_or(""), bad.field) << bad.body;
    EXPECT_THAT(JsonString(error, "message").value_or(""), HasSubstr(bad.message)) << bad.body;
  }
}

TEST_F(AdminTest, AClientChangedWithoutItsSecretKeepsIt) {
  const auto secret = [&] { return server_->default_space()->clients().front().secret; };
  const std::string id = server_->default_space()->clients().front().id, built_in = secret();
  const auto put = [&](const std::string& more) {
    const std::string body =
        fmt::format(R"({{"id": "{}", "redirect_uris": ["http://a.test/"]{}}})", id, more);
    EXPECT_EQ(Admin("POST", "/api/v1/clients", body).status, 201) << body;
  };
  put("");
  EXPECT_EQ(secret(), built_in);
  put(R"(, "secret": "another")");
  EXPECT_EQ(secret(), "another");
  put(R"(, "type": "public")");
  EXPECT_EQ(secret(), "");
}

// Nobody is let in by an empty secret that nobody asked for.
TEST_F(AdminTest, ANewConfidentialClientNeedsASecret) {
  constexpr const char* kNew = R"({{"id": "new", "redirect_uris": ["http://a.test/"]{}}})";
  const HttpResponse refused = Admin("POST", "/api/v1/clients", fmt::format(kNew, ""));
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("\"field\": \"secret\""));
  EXPECT_EQ(server_->default_space()->clients().size(), 2u);
  for (const char* more : {R"(, "type": "public")", R"(, "secret": "")"}) {
    EXPECT_EQ(Admin("POST", "/api/v1/clients", fmt::format(kNew, more)).status, 201) << more;
  }
  EXPECT_EQ(server_->default_space()->clients().back().scopes.size(), 9u);
}

TEST_F(AdminTest, QueriesAreAsStrict) {
  EXPECT_EQ(Admin("GET", "/api/v1/requests?endpoint=tokens").status, 400);
  EXPECT_EQ(Admin("GET", "/api/v1/requests?stauts=200").status, 400);
  EXPECT_EQ(Admin("GET", "/api/v1/requests?after=-1").status, 400);
}

TEST_F(AdminTest, ForeignPagesAndNamesAreRefused) {
  EXPECT_EQ(Admin("GET", "/api/v1/info", "", {{"Origin", "https://evil.example"}}).status, 403);
  EXPECT_EQ(Admin("GET", "/api/v1/info", "", {{"Origin", "null"}}).status, 403);
  EXPECT_EQ(Admin("GET", "/api/v1/info", "", {{"Origin", server_->admin_url()}}).status, 200);
  const std::string own = server_->admin_url();
  const std::string authority = own.substr(own.find("//") + 2);
  const HttpHeaders kForeign[] = {
      {{"Origin", "evil://" + authority}},
      {{"Origin", "http://user@" + authority}},
      {{"Origin", own + "/"}},
      {{"Origin", own}, {"Origin", "https://evil.example"}},
      {{"Sec-Fetch-Site", "cross-site"}},
      {{"Sec-Fetch-Site", "same-site"}},
      {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}},  // the API is no page
  };
  for (const HttpHeaders& headers : kForeign) {
    EXPECT_EQ(Admin("GET", "/api/v1/info", "", headers).status, 403)
        << headers.fields().back().first << ": " << headers.fields().back().second;
  }
  const HttpHeaders link = {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}};
  EXPECT_EQ(Admin("GET", "/", "", link).status, 200);  // a link to the console may be followed
  EXPECT_EQ(Admin("GET", "/api/v1/info", "", {{"Sec-Fetch-Site", "same-origin"}}).status, 200);
  EXPECT_EQ(Admin("GET", "/livez").headers.GetOr("Cross-Origin-Resource-Policy"), "same-origin");
  test::RawSocket rebinding(AdminPort());
  rebinding.Send("GET /api/v1/info HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(rebinding.ReadAll(), HasSubstr("HTTP/1.1 421 "));
  EXPECT_FALSE(Admin("GET", "/api/v1/info").headers.Has("Access-Control-Allow-Origin"));
}

TEST_F(AdminTest, TokenIsAskedForWhereOneIsSet) {
  Restart({.admin_token = "let-me-in-please"});
  EXPECT_EQ(Admin("GET", "/readyz").status, 200);
  EXPECT_EQ(Admin("GET", "/api/v1/info").status, 401);
  EXPECT_EQ(Admin("GET", "/metrics").status, 401);
  EXPECT_EQ(Admin("GET", "/api/v1/info", "", {{"Authorization", "Bearer let-me-in"}}).status, 401);
  EXPECT_EQ(Admin("GET", "/api/v1/info", "", {{"Authorization", "Bearer let-me-in-please"}}).status,
            200);
}

TEST_F(AdminTest, ClockAdvancesAndSaysWhatExpired) {
  Flow flow(*server_);
  Json tokens = flow.Tokens();
  const std::string access = tokens["access_token"].get<std::string>();
  EXPECT_EQ(flow.Call("/1.0/accounts", access).status, 200);
  // The code was used, so it has nothing left to expire.
  Json advanced = AdminJson("POST", "/api/v1/clock/advance", R"({"by": "59m"})");
  EXPECT_EQ(advanced["expired"], Json::array());
  EXPECT_EQ(flow.Call("/1.0/accounts", access).status, 200);
  advanced = AdminJson("POST", "/api/v1/clock/advance", R"({"to_next": true})");
  ASSERT_EQ(advanced["expired"].size(), 1u);
  EXPECT_EQ(advanced["expired"][0]["label"], "at-1");
  EXPECT_EQ(flow.Call("/1.0/accounts", access).status, 401);
}

TEST_F(AdminTest, TokensAreListedWithLineageAndWithoutTheirSecrets) {
  Flow flow(*server_);
  Json tokens = flow.Tokens();
  const std::string refresh = tokens["refresh_token"].get<std::string>();
  flow.Refresh(refresh);
  const HttpResponse listed = Admin("GET", "/api/v1/tokens");
  EXPECT_THAT(listed.body, Not(HasSubstr(refresh)));
  EXPECT_THAT(Admin("GET", "/api/v1/tokens?reveal=true").body, HasSubstr(refresh));
  const auto parsed = ParseJson(listed.body);
  ASSERT_TRUE(parsed);
  std::map<std::string, Json> by_label;
  for (const Json& token : (*parsed)["tokens"]) by_label[token["label"]] = token;
  EXPECT_EQ(by_label["rt-1"]["state"], "used");
  EXPECT_EQ(by_label["rt-2"]["parent"], "rt-1");
  EXPECT_EQ(by_label["at-2"]["generation"], 1);
  EXPECT_EQ(by_label["at-1"]["grant"], by_label["at-2"]["grant"]);
}

TEST_F(AdminTest, TokensAreIssuedExpiredAndRevokedByHand) {
  Json issued = AdminJson("POST", "/api/v1/tokens",
                          fmt::format(R"({{"client_id": "{}"}})", testing::kClientId));
  const std::string access = issued["access_token"]["value"].get<std::string>();
  Flow flow(*server_);
  EXPECT_EQ(flow.Call("/1.0/accounts", access).status, 200);
  EXPECT_EQ(Admin("POST", "/api/v1/tokens/at-1/expire").status, 200);
  EXPECT_EQ(flow.Call("/1.0/accounts", access).status, 401);
  const std::string refresh = issued["refresh_token"]["value"].get<std::string>();
  EXPECT_EQ(flow.Refresh(refresh).status, 200);
  EXPECT_EQ(Admin("POST", "/api/v1/tokens/grant-1/revoke").status, 200);
  Json after = AdminJson("GET", "/api/v1/tokens");
  for (const Json& token : after["tokens"]) EXPECT_NE(token["state"], "live") << token["label"];
  EXPECT_EQ(Admin("POST", "/api/v1/tokens/at-99/revoke").status, 404);
}

TEST_F(AdminTest, HeadlessConsent) {
  Flow flow(*server_);
  flow.Get(flow.AuthorizeUrl());
  Json list = AdminJson("GET", "/api/v1/authorizations");
  const std::string id = list["authorizations"][0]["id"].get<std::string>();
  Json decided = AdminJson("POST", "/api/v1/authorizations/" + id + "/approve", "{}");
  const Form query = testing::QueryOf(decided["redirect"].get<std::string>());
  EXPECT_EQ(flow.Exchange(query.GetOr("code")).status, 200);
  EXPECT_EQ(Admin("POST", "/api/v1/authorizations/" + id + "/deny").status, 409);
}

TEST_F(AdminTest, JournalIsFilteredAwaitedAndVerified) {
  Flow flow(*server_);
  flow.Tokens();
  flow.Exchange("nonsense");
  EXPECT_EQ(AdminJson("GET", "/api/v1/requests?endpoint=token")["requests"].size(), 2u);
  Json refused = AdminJson("GET", "/api/v1/requests?refused=true");
  ASSERT_EQ(refused["requests"].size(), 1u);
  EXPECT_FALSE(refused["requests"][0]["why_rejected"].get<std::string>().empty());
  const std::uint64_t sequence = refused["requests"][0]["sequence"].get<std::uint64_t>();
  EXPECT_EQ(Admin("GET", fmt::format("/api/v1/requests/{}", sequence)).status, 200);
  EXPECT_EQ(Admin("GET", "/api/v1/requests/99").status, 404);
  Json awaited = AdminJson("GET", "/api/v1/requests/wait?endpoint=token&status=400");
  EXPECT_EQ(awaited["sequence"], sequence);
  EXPECT_EQ(
      AdminJson("POST", "/api/v1/verify", R"({"endpoint": "token", "at_least": 2})")["verified"],
      true);
  EXPECT_EQ(
      AdminJson("POST", "/api/v1/verify", R"({"endpoint": "token", "at_most": 1})")["verified"],
      false);
  EXPECT_EQ(Admin("GET", "/api/v1/requests/wait?endpoint=revoke&timeout_ms=1").status, 204);
}

TEST_F(AdminTest, NothingIsVerifiedAgainstEvictedEntries) {
  Restart({.journal_size = 2});
  Flow flow(*server_);
  for (int i = 0; i < 5; ++i) flow.Get("/oauth2/authorize");
  Json verdict =
      AdminJson("POST", "/api/v1/verify", R"({"endpoint":"token","at_least":0,"at_most":0})");
  EXPECT_EQ(verdict["verified"], false);
  EXPECT_EQ(verdict["evicted"], 3);
  EXPECT_THAT(verdict["why"].get<std::string>(), HasSubstr("3 entries were evicted"));
}

// What was cleared away does not count; what went by itself since then does, by its number.
TEST_F(AdminTest, ClearingTheJournalMakesItVerifiableAgain) {
  Restart({.journal_size = 2});
  Flow flow(*server_);
  const auto at_most = [&](int most, int after) {
    return AdminJson("POST", "/api/v1/verify",
                     fmt::format(R"({{"at_most": {}, "after": {}}})", most, after))["verified"];
  };
  for (int i = 0; i < 10; ++i) flow.Get("/oauth2/authorize");
  EXPECT_EQ(at_most(2, 0), false);
  EXPECT_EQ(Admin("DELETE", "/api/v1/requests").status, 204);
  flow.Get("/oauth2/authorize");
  EXPECT_EQ(at_most(1, 0), true);
  for (int i = 0; i < 2; ++i) flow.Get("/oauth2/authorize");  // number 11 goes
  EXPECT_EQ(at_most(2, 10), false) << "there were three";
  EXPECT_EQ(at_most(2, 11), true);
}

TEST_F(AdminTest, TheClockSaysWhetherItRuns) {
  EXPECT_EQ(AdminJson("GET", "/api/v1/clock")["running"], false);
  Admin("POST", "/api/v1/spaces", R"({"name": "real", "follow_real_time": true})");
  EXPECT_EQ(AdminJson("GET", "/api/v1/spaces/real/clock")["running"], true);
  EXPECT_EQ(AdminJson("POST", "/api/v1/spaces/real/clock/advance", R"({"by": 1})")["running"],
            true);
}

// A seed that was printed can be given back.
TEST_F(AdminTest, EverySeedIsTaken) {
  for (const char* seed : {"1", "9223372036854775808", "18446744073709551615"}) {
    const std::string body = fmt::format(R"({{"name": "s{0}", "seed": {0}}})", seed);
    EXPECT_EQ(Admin("POST", "/api/v1/spaces", body).status, 201) << seed;
  }
  EXPECT_EQ(Admin("POST", "/api/v1/spaces", R"({"name": "s", "seed": -1})").status, 400);
  for (int i = 0; i < 20; ++i) {
    EXPECT_LT((*MockServer::Start({.scheme = "http"}))->seed(), 1ull << 53);
  }
}

TEST_F(AdminTest, ScenarioIsValidatedPlayedShownAndEnded) {
  constexpr const char* kScenario = R"(id: local/refuse-refresh
title: Every refresh is refused
why: To see what the client does when the customer has disconnected the integration.
server:
  rules:
    - on: {endpoint: token, grant: refresh_token}
      then: {oauth_error: {error: invalid_grant}}
steps: [authorize, consent, callback, refresh]
expect:
  client: {refresh: refused}
  requires: [{seen: token, grant: refresh_token}]
  checks: [rf-dead-end]
control: refresh/manual
)";
  EXPECT_EQ(Admin("POST", "/api/v1/scenario/validate", kScenario).status, 200);
  EXPECT_EQ(AdminJson("GET", "/api/v1/scenario")["id"], Json());
  Json played = AdminJson("PUT", "/api/v1/scenario", kScenario);
  EXPECT_EQ(played["id"], "local/refuse-refresh");
  ASSERT_EQ(played["rules"].size(), 1u);
  Flow flow(*server_);
  Json tokens = flow.Tokens();
  EXPECT_THAT(flow.Refresh(tokens["refresh_token"].get<std::string>()).body,
              HasSubstr("invalid_grant"));
  EXPECT_EQ(AdminJson("GET", "/api/v1/scenario")["rules"][0]["acted"], 1);
  EXPECT_EQ(Admin("DELETE", "/api/v1/scenario").status, 204);
  EXPECT_EQ(flow.Refresh(tokens["refresh_token"].get<std::string>()).status, 200);
}

TEST_F(AdminTest, FaultsComeAndGo) {
  Json added = AdminJson("POST", "/api/v1/faults",
                         R"([{"on": "token", "times": 2, "then": {"http_status": 503}}])");
  const std::string id = added["id"].get<std::string>();
  Flow flow(*server_);
  EXPECT_EQ(flow.Exchange("x").status, 503);
  EXPECT_EQ(AdminJson("GET", "/api/v1/faults")["faults"][0]["remaining"], 1);
  std::string escaped = id;
  if (const auto hash = escaped.find('#'); hash != std::string::npos)
    escaped.replace(hash, 1, "%23");
  EXPECT_EQ(Admin("DELETE", "/api/v1/faults/" + escaped).status, 204);
  EXPECT_EQ(flow.Exchange("x").status, 400);
}

// What is shown of a rule can be loaded as one: the console's "copy as YAML" and state import.
TEST_F(AdminTest, ShownRulesLoadAgain) {
  constexpr const char* kRules = R"([
    {"on": {"endpoint": "token", "grant": "refresh_token"}, "when": {"nth": 2}, "times": 3,
     "then": [{"token_mutation": {"set": {"expires_in": "soon"}, "remove": ["scope"]}}, "lose_reply"]},
    {"on": "decision", "then": {"redirect_tamper": {"set": {"state": "x"}, "order": ["state"]}}},
    {"on": "any", "when": {"probability": 0.5}, "then": [{"gate": {"name": "g", "size": 2}},
     {"delay": {"by": "20ms"}}, {"truncate": {"bytes": 5}}, {"retry_after": {"seconds": 3}}]}])";
  ASSERT_EQ(Admin("POST", "/api/v1/faults", kRules).status, 201);
  Json first = AdminJson("GET", "/api/v1/state")["rules"];
  ASSERT_EQ(first.size(), 3u);
  ASSERT_EQ(Admin("POST", "/api/v1/reset").status, 204);
  ASSERT_EQ(Admin("POST", "/api/v1/faults", DumpJson(first)).status, 201);
  EXPECT_EQ(AdminJson("GET", "/api/v1/state")["rules"], first);
}

TEST_F(AdminTest, StateTravels) {
  Admin("PUT", "/api/v1/settings", R"({"access_token_ttl": 120})");
  Admin("POST", "/api/v1/faults", R"([{"on": "api", "then": {"http_status": 503}}])");
  Flow(*server_).Tokens();
  Admin("POST", "/api/v1/clock/advance", R"({"by": "3h"})");
  Json exported = AdminJson("GET", "/api/v1/state");
  Restart({});
  const HttpResponse loaded = Admin("PUT", "/api/v1/state", DumpJson(exported));
  ASSERT_EQ(loaded.status, 200) << loaded.body;
  Json again = AdminJson("GET", "/api/v1/state");
  EXPECT_EQ(again["settings"], exported["settings"]);
  EXPECT_EQ(again["rules"].size(), exported["rules"].size());
  EXPECT_GE(again["now"].get<std::int64_t>(), exported["now"].get<std::int64_t>());
  ASSERT_EQ(again["journal"].size(), exported["journal"].size());
  EXPECT_EQ(again["journal"][0]["request"], exported["journal"][0]["request"]);
  EXPECT_EQ(Admin("PUT", "/api/v1/state", R"({"version": 9})").status, 400);
}

TEST_F(AdminTest, SpacesAreApart) {
  ASSERT_EQ(
      Admin("POST", "/api/v1/spaces", R"({"name": "qa", "settings": {"access_token_ttl": 5}})")
          .status,
      201);
  Flow here(*server_), there(*server_, true, "/s/qa");
  here.Tokens();
  Json tokens = there.Tokens();
  EXPECT_EQ(tokens["expires_in"], 5);
  Admin("POST", "/api/v1/spaces/qa/clock/advance", R"({"by": 5})");
  EXPECT_EQ(there.Call("/1.0/accounts", tokens["access_token"].get<std::string>()).status, 401);
  Json apart = AdminJson("GET", "/api/v1/tokens");
  EXPECT_EQ(apart["tokens"].back()["state"], "live");
  EXPECT_EQ(Admin("DELETE", "/api/v1/spaces/qa").status, 204);
  EXPECT_EQ(Admin("DELETE", "/api/v1/spaces/default").status, 409);
}

TEST_F(AdminTest, EventsReadOnFromTheLastId) {
  Flow(*server_).Exchange("nonsense");
  Admin("POST", "/api/v1/clock/advance", R"({"by": 1})");
  test::RawSocket reader(AdminPort());
  reader.Send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 0\r\n\r\n");
  const std::string seen = reader.ReadUntil("event: clock");
  EXPECT_THAT(seen, HasSubstr("text/event-stream"));
  EXPECT_THAT(seen, HasSubstr("id: 1\nevent: request\ndata: {\"sequence\":1,"));
  EXPECT_THAT(seen, HasSubstr("event: reply"));
  test::RawSocket from_the_future(AdminPort());
  from_the_future.Send(
      "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 999\r\n\r\n");
  EXPECT_THAT(from_the_future.ReadUntil("event: gap"), HasSubstr("event: gap"));
}

TEST_F(AdminTest, MetricsCount) {
  Flow(*server_).Exchange("nonsense");
  const std::string text = Admin("GET", "/metrics").body;
  EXPECT_THAT(text, HasSubstr("aweber_mock_requests_total{space=\"default\"} 1\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "aweber_mock_journal_entries{space=\"default\",endpoint=\"token\",status=\"400\"} 1\n"));
}

}  // namespace
}  // namespace aweber::mock
