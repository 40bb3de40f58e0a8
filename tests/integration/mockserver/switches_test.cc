// Switches that the other tables do not turn, and client authentication in every accepted way.
#include <gtest/gtest.h>

#include "base/text/json.h"
#include "tests/support/mock_flow.h"

namespace aweber::mock {
namespace {

using testing::Basic;
using testing::Flow;
using testing::kCallback;
using testing::kClientId;
using testing::kClientSecret;
using testing::kPublicId;

struct Mock {
  explicit Mock(Settings settings = {})
      : server(*MockServer::Start({.scheme = "http", .settings = settings, .seed = 1})),
        flow(*server, false) {}
  JournalEntry Last() { return server->default_space()->journal().Entries().back(); }
  std::unique_ptr<MockServer> server;
  Flow flow;
};

TEST(Authorize, StateIsRequiredWhenAsked) {
  Settings settings;
  settings.require_state = true;
  Mock mock(settings);
  const HttpResponse reply = mock.flow.Get(mock.flow.AuthorizeUrl({{"state", "-"}}));
  EXPECT_EQ(reply.headers.GetOr("Location"), std::string(kCallback) + "?error=invalid_request");
  EXPECT_EQ(mock.flow.Get(mock.flow.AuthorizeUrl()).status, 200);
}

TEST(TokenReply, TraceVariant) {
  Settings settings;
  settings.trace_token_response = true;
  Mock mock(settings);
  const Json tokens = mock.flow.Tokens();
  EXPECT_FALSE(tokens.contains("token_type"));
  EXPECT_EQ(tokens["state"], "state-1");
}

TEST(TokenReply, ScopeIsEchoedWhenAsked) {
  EXPECT_FALSE(Mock().flow.Tokens().contains("scope"));
  EXPECT_EQ(Mock(SettingsFor(Profile::kRfc6749)).flow.Tokens()["scope"], "account.read list.read");
}

TEST(TokenReply, NarrowerScopeOnRefresh) {
  Mock mock(SettingsFor(Profile::kRfc6749));
  const Json tokens = mock.flow.Tokens();
  const HttpResponse reply =
      mock.flow.Token({{"grant_type", "refresh_token"},
                       {"refresh_token", tokens["refresh_token"].get<std::string>()},
                       {"scope", "account.read"}},
                      Basic(kClientId, kClientSecret));
  const Json narrower = *ParseJson(reply.body);
  EXPECT_EQ(narrower["scope"], "account.read");
  EXPECT_EQ(mock.flow.Call("/1.0/accounts/1000001/lists", narrower["access_token"]).status, 403);
  const Json again = *ParseJson(mock.flow.Refresh(narrower["refresh_token"]).body);
  EXPECT_EQ(again["scope"], "account.read list.read") << "the refresh token keeps the grant's";
}

TEST(TokenReply, WithoutRotationTheTokenStays) {
  Settings settings;
  settings.rotate_refresh_token = false;
  Mock mock(settings);
  const Json tokens = mock.flow.Tokens();
  for (int i = 0; i < 2; ++i) {
    const Json refreshed = *ParseJson(mock.flow.Refresh(tokens["refresh_token"]).body);
    EXPECT_EQ(refreshed["refresh_token"], tokens["refresh_token"]);
    EXPECT_EQ(mock.Last().facts.issued_refresh_label, "");
  }
}

TEST(TokenReply, RefreshTokenCanBeLeftOut) {
  Settings settings;
  settings.return_refresh_token = false;
  Mock mock(settings);
  EXPECT_FALSE(mock.flow.Tokens().contains("refresh_token"));
}

TEST(TokenReply, LifetimeFollowsTheSetting) {
  Settings settings;
  settings.access_token_ttl = 7200;
  EXPECT_EQ(Mock(settings).flow.Tokens()["expires_in"], 7200);
}

TEST(ClientAuth, EveryWayThatAWebersUsersUse) {
  Mock mock;
  const auto form = [&](bool credentials) {
    Form fields{{"grant_type", "authorization_code"},
                {"code", mock.flow.Code()},
                {"redirect_uri", kCallback},
                {"unknown", "ignored"}};
    if (credentials) {
      fields.Add("client_id", kClientId);
      fields.Add("client_secret", kClientSecret);
    }
    return fields;
  };
  EXPECT_EQ(mock.flow.Token(form(false), Basic(kClientId, kClientSecret)).status, 200);
  EXPECT_EQ(mock.Last().facts.auth, ClientAuth::kBasic);
  EXPECT_EQ(mock.Last().facts.basic_encoding, "same");
  EXPECT_EQ(mock.flow.Token(form(true), "").status, 200);
  EXPECT_EQ(mock.Last().facts.auth, ClientAuth::kBody);
  const Form query{{"client_id", kClientId}, {"client_secret", kClientSecret}};
  EXPECT_EQ(mock.flow.Post("/oauth2/token?" + query.Encode(), form(false)).status, 200);
  EXPECT_EQ(mock.Last().facts.auth, ClientAuth::kQuery);
  EXPECT_EQ(mock.flow.Send("POST", "/oauth2/token?" + form(true).Encode()).status, 200);
  EXPECT_EQ(mock.Last().facts.auth, ClientAuth::kQuery);
  Json json;
  const Form fields = form(true);
  for (const FormField& field : fields.fields()) json[field.name] = field.value;
  EXPECT_EQ(
      mock.flow
          .Send("POST", "/oauth2/token", {{"Content-Type", "application/json"}}, DumpJson(json))
          .status,
      200);
  EXPECT_EQ(mock.Last().facts.auth, ClientAuth::kJson);
}

TEST(ClientAuth, RfcProfilesRefuseQueryAndJson) {
  Mock mock(SettingsFor(Profile::kRfc6749));
  const Form query{{"client_id", kClientId}, {"client_secret", kClientSecret}};
  const HttpResponse in_query =
      mock.flow.Post("/oauth2/token?" + query.Encode(), {{"grant_type", "refresh_token"}});
  EXPECT_EQ(in_query.status, 401);
  EXPECT_NE(mock.Last().why_rejected.find("in the query are not accepted"), std::string::npos);
  const HttpResponse json = mock.flow.Send(
      "POST", "/oauth2/token",
      {{"Content-Type", "application/json"}, {"Authorization", Basic(kClientId, kClientSecret)}},
      R"({"grant_type":"refresh_token","refresh_token":"x"})");
  EXPECT_EQ(json.body, R"({"error":"invalid_request"})");
}

TEST(ClientAuth, PublicClientWithEmptyBasic) {
  Settings settings;
  Mock tolerant(settings);
  const Form form{{"grant_type", "refresh_token"}, {"refresh_token", "x"}};
  EXPECT_EQ(tolerant.flow.Token(form, Basic(kPublicId, "")).status, 400) << "got past the client";
  settings.empty_secret_basic = false;
  Mock strict(settings);
  EXPECT_EQ(strict.flow.Token(form, Basic(kPublicId, "")).status, 401);
}

TEST(ClientAuth, EmptySecretOfAConfidentialClient) {
  Mock mock;
  mock.server->default_space()->AddClient(
      {"empty-secret", "", false, "Empty", {kCallback}, {"account.read"}});
  Form form{{"grant_type", "refresh_token"}, {"refresh_token", "x"}};
  EXPECT_EQ(mock.flow.Token(form, Basic("empty-secret", "")).status, 400);
  EXPECT_EQ(mock.flow.Token(form, Basic("empty-secret", "something")).status, 401);
  form.Add("client_id", "empty-secret");
  EXPECT_EQ(mock.flow.Token(form, "").status, 400) << "RFC 6749 §2.3.1: may be left out";
}

TEST(ClientAuth, SeveralAtOnce) {
  const Form form{{"grant_type", "refresh_token"},
                  {"refresh_token", "x"},
                  {"client_id", kClientId},
                  {"client_secret", kClientSecret}};
  Mock tolerant;
  EXPECT_EQ(tolerant.flow.Token(form, Basic(kClientId, kClientSecret)).status, 400);
  EXPECT_EQ(tolerant.Last().facts.auth, ClientAuth::kSeveral);
  EXPECT_EQ(tolerant.Last().why_rejected, "this refresh token was never issued here");
  EXPECT_EQ(tolerant.flow.Token(form, Basic(kClientId, "wrong")).status, 401)
      << "each of them must be right";
  Mock strict(SettingsFor(Profile::kRfc6749));
  EXPECT_EQ(strict.flow.Token(form, Basic(kClientId, kClientSecret)).body,
            R"({"error":"invalid_request"})");
}

TEST(ClientAuth, TwoClientsInOneRequest) {
  Mock mock;
  EXPECT_EQ(mock.flow
                .Token({{"grant_type", "refresh_token"}, {"client_id", kPublicId}},
                       Basic(kClientId, kClientSecret))
                .status,
            401);
  EXPECT_NE(mock.Last().why_rejected.find("names two clients"), std::string::npos);
}

TEST(ClientAuth, StrayVerifier) {
  const auto exchange = [](Profile profile) {
    Mock mock(SettingsFor(profile));
    return mock.flow
        .Token({{"grant_type", "authorization_code"},
                {"code", mock.flow.Code()},
                {"redirect_uri", kCallback},
                {"code_verifier", testing::kVerifier}},
               Basic(kClientId, kClientSecret))
        .status;
  };
  EXPECT_EQ(exchange(Profile::kAWeber), 200);
  EXPECT_EQ(exchange(Profile::kRfc6749), 200);
  EXPECT_EQ(exchange(Profile::kRfc9700), 400);
}

TEST(ClientAuth, PublicClientMayLeaveRedirectOutInTheDefaultProfile) {
  Mock mock;
  const std::string code = mock.flow.Code({{"client_id", kPublicId},
                                           {"code_challenge", testing::kChallenge},
                                           {"code_challenge_method", "S256"}});
  EXPECT_EQ(mock.flow
                .Token({{"grant_type", "authorization_code"},
                        {"code", code},
                        {"client_id", kPublicId},
                        {"code_verifier", testing::kVerifier}},
                       "")
                .status,
            200);
}

// RFC 6749 §3.1, §3.2: what is sent without a value counts as omitted.
TEST(Omitted, WhatIsSentWithoutAValueAtTheAuthorizationEndpoint) {
  const testing::Pairs no_pkce = {{"code_challenge", ""}, {"code_challenge_method", ""}};
  Mock mock;
  EXPECT_EQ(mock.flow.Get(mock.flow.AuthorizeUrl(no_pkce)).status, 200);
  testing::Pairs open = no_pkce;
  open.emplace_back("client_id", kPublicId);
  EXPECT_EQ(mock.flow.Get(mock.flow.AuthorizeUrl(open)).status, 400);
  EXPECT_EQ(mock.Last().why_rejected, "code_challenge is missing and this client must use PKCE");
  EXPECT_EQ(mock.flow
                .Get(mock.flow.AuthorizeUrl({{"client_id", kPublicId},
                                             {"code_challenge", testing::kChallenge},
                                             {"code_challenge_method", ""}}))
                .status,
            400);
  EXPECT_EQ(mock.Last().why_rejected,
            "code_challenge_method is missing, which means plain (RFC 7636 §4.3)");
  EXPECT_EQ(mock.flow.Get(mock.flow.AuthorizeUrl({{"client_id", ""}})).status, 400);
  EXPECT_EQ(mock.Last().why_rejected, "client_id is missing");
  EXPECT_EQ(mock.flow.Get(mock.flow.AuthorizeUrl({{"redirect_uri", ""}})).status, 400);
  EXPECT_EQ(mock.Last().why_rejected, "redirect_uri is missing (5 registered)");
  Mock strict(SettingsFor(Profile::kRfc6749));
  strict.server->default_space()->AddClient(
      {"one-uri", "secret-of-one-uri", false, "One", {kCallback}, {"account.read"}});
  EXPECT_EQ(strict.flow
                .Get(strict.flow.AuthorizeUrl(
                    {{"client_id", "one-uri"}, {"redirect_uri", ""}, {"scope", "account.read"}}))
                .status,
            200);
}

// The callback carries what was sent, and an empty state was (RFC 6749 §4.1.2: "if present").
TEST(Omitted, AnEmptyStateComesBackAllTheSame) {
  Mock mock;
  const HttpResponse reply =
      mock.flow.Decide(mock.flow.Get(mock.flow.AuthorizeUrl({{"state", ""}})));
  const Form query = testing::QueryOf(reply.headers.GetOr("Location"));
  EXPECT_EQ(query.Get("state"), "");
}

TEST(Omitted, WhatIsSentWithoutAValueAtTheTokenEndpoint) {
  Mock mock;
  const testing::Pairs pkce = {{"client_id", kPublicId},
                               {"code_challenge", testing::kChallenge},
                               {"code_challenge_method", "S256"}};
  EXPECT_EQ(mock.flow
                .Token({{"grant_type", "authorization_code"},
                        {"code", mock.flow.Code(pkce)},
                        {"client_id", kPublicId},
                        {"client_secret", ""},
                        {"redirect_uri", ""},
                        {"code_verifier", testing::kVerifier}},
                       "")
                .status,
            200);
  EXPECT_EQ(mock.Last().facts.auth, ClientAuth::kNone);
  Mock strict(SettingsFor(Profile::kRfc9700));
  const HttpResponse reply = strict.flow.Token({{"grant_type", "authorization_code"},
                                                {"code", strict.flow.Code()},
                                                {"redirect_uri", kCallback},
                                                {"code_verifier", ""},
                                                {"client_id", ""},
                                                {"client_secret", ""}},
                                               Basic(kClientId, kClientSecret));
  EXPECT_EQ(reply.status, 200) << strict.Last().why_rejected;
  EXPECT_EQ(strict.Last().facts.auth, ClientAuth::kBasic);
  // One in the body without a value is the one in the query.
  EXPECT_EQ(mock.flow
                .Post("/oauth2/token?grant_type=refresh_token&client_id=" + std::string(kPublicId),
                      {{"grant_type", ""}, {"client_id", ""}})
                .status,
            400);
  EXPECT_EQ(mock.Last().why_rejected, "parameter \"refresh_token\" is missing");
}

// What the reason says is not taken for a secret, and what might be one is not in it.
TEST(WhyRejected, NoClientIsToldWithoutTheHeader) {
  Mock mock;
  const auto why = [&](const std::string& authorization) {
    mock.flow.Token({{"grant_type", "refresh_token"}}, authorization);
    return mock.server->default_space()->MakeRedactor().Entry(mock.Last()).why_rejected;
  };
  const std::string nobody =
      "the request names no client: it has neither Basic credentials nor a client_id";
  EXPECT_EQ(why(""), nobody);
  EXPECT_EQ(why("Bearer x"), nobody + "; the Authorization scheme is \"Bearer\", not Basic");
  EXPECT_EQ(why("SomeSecret"),
            nobody + "; the Authorization header holds one word, not a scheme and credentials");
  EXPECT_EQ(why("Some/secret of words"),
            nobody + "; the Authorization header begins with no scheme");
}

TEST(Authorize, RegisteredRedirectIsTheDefaultInTheRfcProfiles) {
  Mock mock(SettingsFor(Profile::kRfc6749));
  mock.server->default_space()->AddClient(
      {"one-uri", "secret-of-one-uri", false, "One", {kCallback}, {"account.read"}});
  const testing::Pairs request = {
      {"client_id", "one-uri"}, {"redirect_uri", "-"}, {"scope", "account.read"}};
  const std::string code = mock.flow.Code(request);
  EXPECT_EQ(mock.flow
                .Token({{"grant_type", "authorization_code"}, {"code", code}},
                       Basic("one-uri", "secret-of-one-uri"))
                .status,
            200)
      << "RFC 6749 §4.1.3: required only when it was in the authorization request";
}

}  // namespace
}  // namespace aweber::mock
