// The API: placements of the token, AWeber's errors, resources, paging, rate limit.
#include <gtest/gtest.h>

#include "base/text/json.h"
#include "tests/support/mock_flow.h"

namespace aweber::mock {
namespace {

using testing::Flow;

std::string Envelope(int status, const std::string& type, const std::string& message) {
  return DumpJson({{"error",
                    {{"status", status},
                     {"message", message},
                     {"type", type},
                     {"documentation_url", testing::DocumentationUrl(status)}}}});
}

class Api : public ::testing::Test {
 protected:
  void SetUp() override { Begin(SettingsFor(Profile::kAWeber)); }
  void Begin(const Settings& settings) {
    auto started = MockServer::Start({.scheme = "http", .settings = settings, .seed = 5});
    ASSERT_TRUE(started.ok());
    server_ = std::move(*started);
    flow_ = std::make_unique<Flow>(*server_);
    const Json tokens = flow_->Tokens(
        {{"scope",
          "account.read list.read subscriber.read subscriber.write email.read email.write"}});
    token_ = tokens["access_token"];
  }
  HttpResponse Send(const std::string& method, const std::string& path,
                    const std::string& type = "", const std::string& body = "") {
    HttpHeaders headers{{"Authorization", "Bearer " + token_}};
    if (!type.empty()) headers.Add("Content-Type", type);
    return flow_->Send(method, path, headers, body);
  }
  Json GetJson(const std::string& path) { return *ParseJson(Send("GET", path).body); }
  JournalEntry Last() { return server_->default_space()->journal().Entries().back(); }

  const std::string account_ = "/1.0/accounts/1000001";
  const std::string list_ = account_ + "/lists/2000001";
  std::unique_ptr<MockServer> server_;
  std::unique_ptr<Flow> flow_;
  std::string token_;
};

TEST_F(Api, TakesTheTokenInThreePlaces) {
  EXPECT_EQ(Send("GET", "/1.0/accounts").status, 200);
  EXPECT_EQ(Last().facts.token_placement, "header");
  EXPECT_EQ(flow_->Get("/1.0/accounts?access_token=" + token_).status, 200);
  EXPECT_EQ(Last().facts.token_placement, "query");
  const HttpResponse added = flow_->Post(list_ + "/subscribers",
                                         {{"access_token", token_}, {"email", "form@example.com"}});
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(Last().facts.token_placement, "form");
  EXPECT_EQ(Send("GET", "/1.0/accounts?access_token=" + token_).status, 200);
  EXPECT_EQ(Last().facts.token_placement, "header+query");
}

TEST_F(Api, RfcProfilesTakeNoQueryTokenAndOnePlaceOnly) {
  Begin(SettingsFor(Profile::kRfc6749));
  const HttpResponse query = flow_->Get("/1.0/accounts?access_token=" + token_);
  EXPECT_EQ(query.status, 401);
  EXPECT_EQ(query.headers.GetOr("WWW-Authenticate"), "Bearer realm=\"AWeber\"");
  HttpHeaders both{{"Authorization", "Bearer " + token_}, {"Content-Type", testing::kForm}};
  const HttpResponse several = flow_->Send("POST", list_ + "/subscribers", both,
                                           "email=a%40example.com&access_token=" + token_);
  EXPECT_EQ(several.status, 400);
  EXPECT_EQ(several.body, R"({"error":"invalid_request"})");
  EXPECT_EQ(several.headers.GetOr("WWW-Authenticate"),
            "Bearer realm=\"AWeber\", error=\"invalid_request\"");
}

TEST_F(Api, BadBearerIsAStringError) {
  const std::string body =
      R"({"error":"invalid_token","error_description":"The access token is invalid or has expired"})";
  const HttpResponse bad = flow_->Call("/1.0/accounts", "bogus");
  EXPECT_EQ(bad.status, 401);
  EXPECT_EQ(bad.body, body);
  EXPECT_FALSE(bad.headers.Has("WWW-Authenticate"));
  EXPECT_EQ(Last().why_rejected, "this access token was never issued here");
  EXPECT_EQ(Last().facts.token_state, "unknown");
  server_->default_space()->Advance(std::chrono::hours(1));
  const HttpResponse expired = Send("GET", "/1.0/accounts");
  EXPECT_EQ(expired.status, 401);
  EXPECT_EQ(expired.body, body);
  EXPECT_EQ(Last().facts.token_state, "expired");
  Begin(SettingsFor(Profile::kRfc9700));
  EXPECT_EQ(flow_->Call("/1.0/accounts", "bogus").headers.GetOr("WWW-Authenticate"),
            "Bearer realm=\"AWeber\", error=\"invalid_token\", "
            "error_description=\"The access token is invalid or has expired\"");
}

TEST_F(Api, NoTokenIsMissingOAuthParameters) {
  const HttpResponse none = flow_->Get("/1.0/accounts");
  EXPECT_EQ(none.status, 400);
  EXPECT_EQ(none.body,
            Envelope(400, "MissingOAuthParametersError",
                     "Missing oauth parameters: oauth_consumer_key, oauth_nonce, oauth_signature, "
                     "oauth_signature_method, oauth_timestamp, oauth_access_key"));
}

TEST_F(Api, ScopesAreEnforced) {
  token_ = flow_->Tokens({{"scope", "account.read"}})["access_token"];
  const HttpResponse lists = Send("GET", account_ + "/lists");
  EXPECT_EQ(lists.status, 403);
  EXPECT_EQ(lists.body,
            Envelope(403, "ForbiddenError", "The access token does not have the required scope"));
  EXPECT_EQ(Last().why_rejected,
            "scope \"list.read\" is needed; access token at-2 has \"account.read\"");
}

TEST_F(Api, AccountsAndLists) {
  const Json accounts = GetJson("/1.0/accounts");
  EXPECT_EQ(accounts["total_size"], 1);
  EXPECT_EQ(accounts["entries"][0]["id"], 1000001);
  EXPECT_EQ(accounts["entries"][0]["self_link"], server_->base_url() + account_);
  for (const char* member : {"uuid", "company", "resource_type_link", "lists_collection_link",
                             "integrations_collection_link", "analytics_src"}) {
    EXPECT_TRUE(accounts["entries"][0].contains(member)) << member;
  }
  const Json lists = GetJson(account_ + "/lists");
  EXPECT_EQ(lists["entries"][0]["unique_list_id"], "awlist2000001");
  EXPECT_EQ(lists["entries"][0]["total_subscribers"], 3);
}

TEST_F(Api, PagesHaveAbsoluteLinksAbsentAtTheEnds) {
  const std::string all = server_->base_url() + account_ + "/lists";
  const Json first = GetJson(account_ + "/lists?ws.start=0&ws.size=1");
  EXPECT_EQ(first["next_collection_link"], all + "?ws.start=1&ws.size=1");
  EXPECT_FALSE(first.contains("prev_collection_link"));
  const Json middle = GetJson(account_ + "/lists?ws.start=1&ws.size=1");
  EXPECT_EQ(middle["next_collection_link"], all + "?ws.start=2&ws.size=1");
  EXPECT_EQ(middle["prev_collection_link"], all + "?ws.start=0&ws.size=1");
  const Json last = GetJson(account_ + "/lists?ws.start=2&ws.size=1");
  EXPECT_FALSE(last.contains("next_collection_link"));
  const HttpResponse over = Send("GET", account_ + "/lists?ws.size=101");
  EXPECT_EQ(over.status, 400);
  EXPECT_EQ(over.body,
            Envelope(400, "WebServiceError", "Maximum for \"ws.size\" parameter is 100."));
  for (const char* bad :
       {"ws.size=0", "ws.size=x", "ws.start=-1", "ws.size=99999999999999999999"}) {
    EXPECT_EQ(Send("GET", account_ + "/lists?" + bad).status, 400) << bad;
  }
}

TEST_F(Api, SubscribersAddFindChangeDelete) {
  const HttpResponse added = Send("POST", list_ + "/subscribers", "application/json",
                                  R"({"email":"new@example.com","name":"New"})");
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(added.body, "");
  const std::string place = added.headers.GetOr("Location");
  EXPECT_EQ(place, server_->base_url() + list_ + "/subscribers/50000001");
  EXPECT_EQ(
      Send("POST", list_ + "/subscribers", "application/json", R"({"email":"new@example.com"})")
          .body,
      Envelope(400, "WebServiceError", "email: Subscriber already subscribed."));
  EXPECT_EQ(Send("POST", list_ + "/subscribers", testing::kForm, "email=nonsense").body,
            Envelope(400, "WebServiceError", "email: Invalid email address."));
  EXPECT_EQ(Send("POST", list_ + "/subscribers", "text/plain", "email=a").status, 415);
  EXPECT_EQ(Send("POST", list_ + "/subscribers", "application/json", "{").status, 400);
  const Json found = GetJson(list_ + "/subscribers?ws.op=find&email=new%40example.com");
  EXPECT_EQ(found["entries"].size(), 1u);
  const std::string path = place.substr(server_->base_url().size());
  const HttpResponse changed =
      Send("PATCH", path, "application/json", R"({"name":"Newer","status":"unsubscribed"})");
  EXPECT_EQ(changed.status, 209);
  EXPECT_EQ((*ParseJson(changed.body))["name"], "Newer");
  EXPECT_EQ(Send("DELETE", path).status, 200);
  EXPECT_EQ(Send("GET", path).status, 404);
}

TEST_F(Api, BroadcastsTakeFormsOnly) {
  for (const char* status : {"draft", "scheduled", "sent"}) {
    const Json total = GetJson(list_ + "/broadcasts/total?status=" + status)["total_size"];
    EXPECT_EQ(total, std::string(status) == "sent" ? 2 : 1) << status;
  }
  EXPECT_EQ(Send("GET", list_ + "/broadcasts").status, 400);
  const HttpResponse json =
      Send("POST", list_ + "/broadcasts", "application/json", R"({"subject":"x"})");
  EXPECT_EQ(json.status, 415);
  EXPECT_EQ((*ParseJson(json.body))["error"]["type"], "InvalidContentType");
  const HttpResponse made =
      Send("POST", list_ + "/broadcasts", testing::kForm, "subject=Hi&body_text=Hello");
  EXPECT_EQ(made.status, 200);
  const std::string self = (*ParseJson(made.body))["self_link"];
  const std::string path = self.substr(server_->base_url().size());
  EXPECT_EQ(Send("POST", path + "/schedule", testing::kForm, "scheduled_for=2199-01-01").status,
            200);
  EXPECT_EQ(Send("POST", path + "/schedule", testing::kForm, "scheduled_for=2199-01-01").body,
            Envelope(409, "BroadcastSchedulingError",
                     "This broadcast cannot be scheduled. It may have been queued, sent or the "
                     "account is locked"));
  EXPECT_EQ(Send("POST", path + "/cancel", testing::kForm, "").status, 200);
  EXPECT_EQ(Send("DELETE", path).status, 204);
}

TEST_F(Api, UnknownPathsAndMethods) {
  EXPECT_EQ(Send("GET", "/1.0/nothing").body,
            Envelope(404, "NotFoundError", "Object: None, name: 'nothing'"));
  EXPECT_EQ(Send("GET", "/1.0/accounts/7/lists").status, 404);
  EXPECT_EQ(Send("GET", account_ + "/lists/7").status, 404);
  const HttpResponse wrong = Send("DELETE", "/1.0/accounts");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.body, Envelope(405, "MethodNotAllowedError", "Method not allowed"));
  EXPECT_EQ(wrong.headers.GetOr("Allow"), "GET");
  EXPECT_EQ(flow_->Get("/nothing").status, 404);
  EXPECT_EQ(flow_->Get("/oauth2/token").status, 405);
  EXPECT_EQ(flow_->Get("/.well-known/oauth-authorization-server").status, 404);
}

TEST_F(Api, HundredAndTwentyRequestsAMinute) {
  for (int i = 0; i < 120; ++i) ASSERT_EQ(Send("GET", "/1.0/accounts").status, 200) << i;
  EXPECT_EQ(Send("GET", "/1.0/accounts").body, Envelope(403, "ForbiddenError", "Rate Limit Error"));
  server_->default_space()->Advance(std::chrono::seconds(60));
  EXPECT_EQ(Send("GET", "/1.0/accounts").status, 200);
}

TEST_F(Api, MetadataInTheRfcProfiles) {
  Begin(SettingsFor(Profile::kRfc9700));
  const HttpResponse reply = flow_->Get("/.well-known/oauth-authorization-server");
  ASSERT_EQ(reply.status, 200);
  const Json document = *ParseJson(reply.body);
  EXPECT_EQ(document["issuer"], server_->base_url());
  EXPECT_EQ(document["code_challenge_methods_supported"], Json::array({"S256"}));
  EXPECT_EQ(document["authorization_response_iss_parameter_supported"], true);
  ASSERT_TRUE(server_->CreateSpace({.name = "x", .settings = SettingsFor(Profile::kRfc9700)}).ok());
  for (const char* path : {"/.well-known/oauth-authorization-server/s/x",
                           "/s/x/.well-known/oauth-authorization-server"}) {
    EXPECT_EQ((*ParseJson(flow_->Get(path).body))["issuer"], server_->base_url() + "/s/x") << path;
  }
  // RFC 8414 §3.1: nothing comes after the issuer's path.
  for (const char* path : {"/oauth2/token", "/1.0/accounts", "/"}) {
    const std::string target = std::string("/.well-known/oauth-authorization-server/s/x") + path;
    EXPECT_EQ(flow_->Send("POST", target).status, 404) << path;
  }
}

TEST_F(Api, LegacyScopeReadsSubscribers) {
  token_ = flow_->Tokens({{"scope", "subscriber.read-extended"}})["access_token"];
  EXPECT_EQ(Send("GET", list_ + "/subscribers").status, 200);
  EXPECT_EQ(Send("GET", list_).status, 403);
}

TEST(Revocation, OfAnAccessTokenEndsItAlone) {
  auto server = MockServer::Start({.scheme = "http"});
  ASSERT_TRUE(server.ok());
  Flow flow(**server, false);
  const Json tokens = flow.Tokens();
  EXPECT_EQ(
      flow.Post("/oauth2/revoke", {{"token", tokens["access_token"].get<std::string>()}},
                {{"Authorization", testing::Basic(testing::kClientId, testing::kClientSecret)}})
          .status,
      200);
  EXPECT_EQ(flow.Call("/1.0/accounts", tokens["access_token"]).status, 401);
  EXPECT_EQ(flow.Refresh(tokens["refresh_token"]).status, 200);
}

TEST_F(Api, RevocationEndsTheGrant) {
  const Json tokens = flow_->Tokens();
  const auto revoke = [&](const Form& form, const std::string& authorization) {
    return flow_->Post("/oauth2/revoke", form, {{"Authorization", authorization}});
  };
  const std::string good = testing::Basic(testing::kClientId, testing::kClientSecret);
  const std::string refresh = tokens["refresh_token"];
  const HttpResponse bad = revoke({{"token", refresh}}, testing::Basic("nobody", "x"));
  EXPECT_EQ(bad.status, 401);
  EXPECT_EQ(bad.body, R"({"error":"invalid_client","error_description":"Client authentication )"
                      R"(failed","error_uri":"https://api.aweber.com"})");
  EXPECT_EQ(revoke({}, good).status, 400);
  EXPECT_EQ(revoke({{"token", "unknown"}}, good).status, 200) << "RFC 7009 §2.2";
  const HttpResponse done =
      revoke({{"token", refresh}, {"token_type_hint", "refresh_token"}}, good);
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.body, "");
  EXPECT_TRUE(Last().facts.committed);
  EXPECT_EQ(flow_->Call("/1.0/accounts", tokens["access_token"]).status, 401);
  EXPECT_EQ(flow_->Refresh(refresh).status, 400);
}

}  // namespace
}  // namespace aweber::mock
