// The authorization endpoint: pages, redirects, decisions, in each profile.
#include <gtest/gtest.h>

#include "tests/support/mock_flow.h"

namespace aweber::mock {
namespace {

using testing::Flow;
using testing::kCallback;
using testing::kChallenge;
using testing::kPublicId;
using testing::Pairs;

std::unique_ptr<MockServer> Start(Settings settings) {
  auto server = MockServer::Start({.scheme = "http", .settings = settings, .seed = 1});
  EXPECT_TRUE(server.ok());
  return std::move(*server);
}

JournalEntry Last(MockServer& server) { return server.default_space()->journal().Entries().back(); }

struct PageRow {
  const char* name;
  Pairs changes;
  const char* message;  // on the page
  const char* why;
};

class ErrorPages : public ::testing::TestWithParam<PageRow> {};

// RFC 6749 §4.1.2.1: a bad client or redirect URI is never redirected, whatever the profile.
TEST_P(ErrorPages, AreNeverRedirects) {
  for (Profile profile : {Profile::kAWeber, Profile::kRfc6749, Profile::kRfc9700}) {
    auto server = Start(SettingsFor(profile));
    Flow flow(*server, false);
    const HttpResponse page = flow.Get(flow.AuthorizeUrl(GetParam().changes));
    EXPECT_EQ(page.status, 400);
    EXPECT_FALSE(page.headers.Has("Location"));
    EXPECT_EQ(page.headers.GetOr("Content-Type"), "text/html; charset=utf-8");
    EXPECT_NE(page.body.find(std::string("id=\"error\">") + GetParam().message + "</p>"),
              std::string::npos)
        << page.body;
    EXPECT_NE(Last(*server).why_rejected.find(GetParam().why), std::string::npos)
        << Last(*server).why_rejected;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ErrorPages,
    ::testing::Values(
        PageRow{"UnknownClient",
                {{"client_id", "nobody"}},
                "Invalid client",
                "no client \"nobody\" is registered"},
        PageRow{"NoClient", {{"client_id", "-"}}, "Invalid client", "client_id is missing"},
        PageRow{"ForeignRedirect",
                {{"redirect_uri", "https://evil.example.test/callback"}},
                "Invalid redirect URI",
                "the first has 'a', the second has 'e'"},
        PageRow{"TrailingSlash",
                {{"redirect_uri", "https://app.example.test/callback/"}},
                "Invalid redirect URI",
                "differ at character 34: the first ends there, the second has '/'"},
        PageRow{"OtherScheme",
                {{"redirect_uri", "http://app.example.test/callback"}},
                "Invalid redirect URI",
                "redirect_uri is not registered"},
        PageRow{"ExtraQuery",
                {{"redirect_uri", "https://app.example.test/callback?a=1"}},
                "Invalid redirect URI",
                "the second has '?'"},
        PageRow{"OtherPort",
                {{"redirect_uri", "http://127.0.0.1:8766/callback"}},
                "Invalid redirect URI",
                "the first has '5', the second has '6'"},
        PageRow{"NoRedirect",
                {{"redirect_uri", "-"}},
                "Invalid redirect URI",
                "redirect_uri is missing"}),
    [](const auto& row) { return row.param.name; });

struct RedirectRow {
  const char* name;
  Pairs changes;
  const char* error;
};
class ErrorRedirects : public ::testing::TestWithParam<RedirectRow> {};

TEST_P(ErrorRedirects, CarryErrorAndState) {
  auto server = Start(SettingsFor(Profile::kAWeber));
  Flow flow(*server, false);
  const HttpResponse reply = flow.Get(flow.AuthorizeUrl(GetParam().changes));
  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(reply.headers.GetOr("Location"),
            std::string(kCallback) + "?error=" + GetParam().error + "&state=state-1");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ErrorRedirects,
    ::testing::Values(
        RedirectRow{"ImplicitFlow", {{"response_type", "token"}}, "unsupported_response_type"},
        RedirectRow{"NoResponseType", {{"response_type", "-"}}, "invalid_request"},
        RedirectRow{"UnknownScope", {{"scope", "account.read nonsense"}}, "invalid_scope"},
        RedirectRow{"CommaScopes", {{"scope", "account.read,list.read"}}, "invalid_scope"},
        RedirectRow{"NoScope", {{"scope", "-"}}, "invalid_scope"}),
    [](const auto& row) { return row.param.name; });

TEST(Authorize, RepeatedParameterIsInvalidRequest) {
  auto server = Start(SettingsFor(Profile::kAWeber));
  Flow flow(*server, false);
  const HttpResponse reply = flow.Get(flow.AuthorizeUrl() + "&scope=list.read");
  EXPECT_EQ(reply.headers.GetOr("Location"),
            std::string(kCallback) + "?error=invalid_request&state=state-1");
}

TEST(Authorize, PkceRulesOfAWeberAreSaidOnAPage) {
  auto server = Start(SettingsFor(Profile::kAWeber));
  Flow flow(*server, false);
  const HttpResponse refused = flow.Get(
      flow.AuthorizeUrl({{"code_challenge", kChallenge}, {"code_challenge_method", "S256"}}));
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("Confidential Client MUST NOT Use PKCE: code_challenge and "
                              "code_challenge_method are disallowed for confidential clients"),
            std::string::npos);
  const HttpResponse open = flow.Get(flow.AuthorizeUrl({{"client_id", kPublicId}}));
  EXPECT_EQ(open.status, 400);
  EXPECT_NE(open.body.find("Public Client MUST Use PKCE: code_challenge is required for public "
                           "client"),
            std::string::npos);
  const HttpResponse plain =
      flow.Get(flow.AuthorizeUrl({{"client_id", kPublicId}, {"code_challenge", kChallenge}}));
  EXPECT_EQ(plain.status, 400);
  EXPECT_NE(Last(*server).why_rejected.find("which means plain"), std::string::npos);
}

TEST(Authorize, PkceErrorsAreRedirectsInTheRfcProfiles) {
  auto server = Start(SettingsFor(Profile::kRfc9700));
  Flow flow(*server, false);
  const HttpResponse open = flow.Get(flow.AuthorizeUrl({{"client_id", kPublicId}}));
  EXPECT_EQ(open.status, 302);
  const Form query = testing::QueryOf(open.headers.GetOr("Location"));
  EXPECT_EQ(query.GetOr("error"), "invalid_request");
  EXPECT_EQ(query.GetOr("iss"), server->base_url());
}

TEST(Authorize, PublicClientWithPkceGoesThrough) {
  for (Profile profile : {Profile::kAWeber, Profile::kRfc6749, Profile::kRfc9700}) {
    auto server = Start(SettingsFor(profile));
    Flow flow(*server, false);
    const Pairs with_pkce = {{"client_id", kPublicId},
                             {"code_challenge", kChallenge},
                             {"code_challenge_method", "S256"}};
    const auto exchange = [&](const std::string& verifier) {
      Form form{{"grant_type", "authorization_code"},
                {"code", flow.Code(with_pkce)},
                {"client_id", kPublicId},
                {"redirect_uri", kCallback}};
      if (!verifier.empty()) form.Add("code_verifier", verifier);
      return flow.Token(form, "");
    };
    EXPECT_EQ(exchange(testing::kVerifier).status, 200);
    EXPECT_EQ(exchange(std::string(43, 'x')).status, 400);
    EXPECT_NE(Last(*server).why_rejected.find("code_verifier does not fit"), std::string::npos);
    EXPECT_EQ(exchange("short").status, 400);
    EXPECT_EQ(exchange("").body, R"({"error":"invalid_request"})");
  }
}

TEST(Consent, PageNamesIntegrationAndAccessAndForbidsScripts) {
  auto server = Start(SettingsFor(Profile::kAWeber));
  Flow flow(*server, false);
  const HttpResponse page = flow.Get(flow.AuthorizeUrl());
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("Example Integration would like to connect"), std::string::npos);
  EXPECT_NE(page.body.find("See your account and its integrations"), std::string::npos);
  const std::string policy = page.headers.GetOr("Content-Security-Policy");
  EXPECT_EQ(policy.find("default-src 'none'"), 0u);
  EXPECT_NE(policy.find("form-action 'self' https://app.example.test;"), std::string::npos);
  EXPECT_EQ(page.headers.GetOr("X-Frame-Options"), "DENY");
}

TEST(Consent, WrongPasswordAsksAgainAndDeveloperIsTold) {
  auto server = Start(SettingsFor(Profile::kAWeber));
  Flow flow(*server, false);
  const HttpResponse page = flow.Get(flow.AuthorizeUrl());
  const HttpResponse wrong = flow.Decide(page, "authorize", testing::kCustomer, "no");
  EXPECT_EQ(wrong.status, 200);
  EXPECT_NE(wrong.body.find("The username or password is not correct"), std::string::npos);
  EXPECT_EQ(Last(*server).why_rejected, "the password is wrong");
  // Where one types next, and what a screen reader says there.
  const std::string focused = " aria-invalid=\"true\" aria-describedby=\"problem\" autofocus>";
  EXPECT_NE(wrong.body.find("autocomplete=\"current-password\"" + focused), std::string::npos);
  EXPECT_NE(wrong.body.find("role=\"alert\" id=\"problem\""), std::string::npos);
  const HttpResponse developer =
      flow.Decide(wrong, "authorize", "developer@example.com", "mock-developer-password");
  EXPECT_EQ(developer.status, 200);
  EXPECT_NE(developer.body.find("This is a developer account"), std::string::npos);
  EXPECT_NE(developer.body.find("value=\"developer@example.com\"" + focused), std::string::npos);
  EXPECT_EQ(flow.Decide(developer).status, 302);
  EXPECT_EQ(flow.Decide(page).status, 400) << "the form was answered before";
}

TEST(Consent, CancelIsAccessDenied) {
  auto server = Start(SettingsFor(Profile::kAWeber));
  Flow flow(*server, false);
  const HttpResponse reply = flow.Decide(flow.Get(flow.AuthorizeUrl()), "cancel");
  EXPECT_EQ(reply.headers.GetOr("Location"),
            std::string(kCallback) + "?error=access_denied&state=state-1");
}

TEST(Consent, FormWithoutItsTokenIsRefused) {
  auto server = Start(SettingsFor(Profile::kAWeber));
  Flow flow(*server, false);
  flow.Get(flow.AuthorizeUrl());
  const HttpResponse reply = flow.Post("/oauth2/authorize", {{"authorization_id", "az-1"},
                                                             {"csrf_token", "guess"},
                                                             {"username", testing::kCustomer},
                                                             {"password", testing::kPassword},
                                                             {"decision", "authorize"}});
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(Last(*server).why_rejected, "csrf_token is not the one of az-1");
}

TEST(Consent, NothingReflectedIsLive) {
  auto server = Start(SettingsFor(Profile::kAWeber));
  Flow flow(*server, false);
  const std::string hostile = "\"><script>alert(1)</script>";
  const HttpResponse page = flow.Get(flow.AuthorizeUrl({{"state", hostile}}));
  EXPECT_EQ(page.body.find("<script"), std::string::npos);
  const HttpResponse again = flow.Decide(page, "authorize", hostile, "x");
  EXPECT_EQ(again.body.find("<script"), std::string::npos);
}

TEST(OutOfBand, TheCodeIsShownOnAPage) {
  auto server = Start(SettingsFor(Profile::kAWeber));
  Flow flow(*server, false);
  const std::string oob = "urn:ietf:wg:oauth:2.0:oob";
  const HttpResponse page = flow.Decide(flow.Get(flow.AuthorizeUrl({{"redirect_uri", oob}})));
  EXPECT_EQ(page.status, 200);
  const std::string code = testing::Between(page.body, "id=\"authorization-code\">", '<');
  EXPECT_EQ(code.size(), 22u);
  EXPECT_EQ(
      flow.Token({{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", oob}},
                 testing::Basic(testing::kClientId, testing::kClientSecret))
          .status,
      200);
}

TEST(Callback, OrderAndIssuerFollowTheSettings) {
  Settings settings = SettingsFor(Profile::kAWeber);
  settings.callback_order = "state_first";
  settings.iss_parameter = true;
  auto server = Start(settings);
  Flow flow(*server, false);
  const std::string location = flow.Decide(flow.Get(flow.AuthorizeUrl())).headers.GetOr("Location");
  EXPECT_EQ(location.find(std::string(kCallback) + "?state=state-1&code="), 0u) << location;
  EXPECT_EQ(testing::QueryOf(location).GetOr("iss"), server->base_url());
}

TEST(Headless, DecisionWithoutThePage) {
  auto server = Start(SettingsFor(Profile::kAWeber));
  Flow flow(*server, false);
  flow.Get(flow.AuthorizeUrl());
  flow.Get(flow.AuthorizeUrl());
  Space& space = *server->default_space();
  ASSERT_EQ(space.Authorizations().size(), 2u);
  const auto approved = space.DecideAuthorization("az-1", true);
  ASSERT_TRUE(approved.ok());
  EXPECT_EQ(flow.Exchange(testing::QueryOf(*approved).GetOr("code")).status, 200);
  const auto denied = space.DecideAuthorization("az-2", false);
  ASSERT_TRUE(denied.ok());
  EXPECT_EQ(*denied, std::string(kCallback) + "?error=access_denied&state=state-1");
  EXPECT_EQ(space.DecideAuthorization("az-2", true).error().code, "authorization.decided");
  EXPECT_EQ(space.DecideAuthorization("az-9", true).error().code, "authorization.unknown");
}

// RFC 9207 §2: the issuer is the server that was asked, whoever decides and wherever.
TEST(Headless, NamesTheIssuerThatWasAsked) {
  auto server = Start(SettingsFor(Profile::kRfc9700));
  Flow flow(*server, false);
  for (bool approve : {true, false}) {
    server->Dispatch(
        {.method = "GET", .target = flow.AuthorizeUrl(), .headers = {{"Host", "auth.aweber.com"}}});
    const auto location =
        server->default_space()->DecideAuthorization(approve ? "az-1" : "az-2", approve);
    ASSERT_TRUE(location.ok()) << location.error().message;
    EXPECT_EQ(testing::QueryOf(*location).Get("iss"), "https://auth.aweber.com");
  }
  flow.Get(flow.AuthorizeUrl());
  const auto location = server->default_space()->DecideAuthorization("az-3", true);
  EXPECT_EQ(testing::QueryOf(*location).Get("iss"), server->base_url());
}

TEST(Headless, TheDeveloperIsTurnedAwayAsOnThePage) {
  auto server = Start(SettingsFor(Profile::kAWeber));
  Flow flow(*server, false);
  flow.Get(flow.AuthorizeUrl());
  Space& space = *server->default_space();
  const auto refused = space.DecideAuthorization("az-1", true, "developer@example.com");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "authorization.account");
  EXPECT_EQ(refused.error().message,
            "\"developer@example.com\" is a developer account; only a customer can authorize");
  EXPECT_EQ(space.Authorizations()[0].status, "pending");
  EXPECT_TRUE(space.DecideAuthorization("az-1", true, testing::kCustomer).ok());
}

TEST(AutoApprove, RedirectsAtOnce) {
  Settings settings;
  settings.auto_approve = true;
  auto server = Start(settings);
  Flow flow(*server, false);
  const HttpResponse reply = flow.Get(flow.AuthorizeUrl());
  EXPECT_EQ(reply.status, 302);
  EXPECT_TRUE(testing::QueryOf(reply.headers.GetOr("Location")).Has("code"));
}

}  // namespace
}  // namespace aweber::mock
