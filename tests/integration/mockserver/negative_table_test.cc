// Every refusal of the authorization server, by exact status, headers and body, in each profile;
// and the reason that the journal gives for it.
#include <gtest/gtest.h>

#include <functional>

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

constexpr const char* kEnvelopeNoCredentials =
    R"({"error":{"status":400,"message":"Request does not have OAuth credentials. )"
    R"(https://api.aweber.com#badrequest","type":"BadRequestError",)"
    R"("documentation_url":"https://api.aweber.com#badrequest"}})";

struct Expected {
  int status;
  std::string body;
  std::string challenge;  // WWW-Authenticate, "" for none
};
Expected OAuthError(int status, const std::string& error, const std::string& challenge = "") {
  return {status, R"({"error":")" + error + "\"}", challenge};
}
constexpr const char* kBasicChallenge = "Basic realm=\"AWeber\"";

struct RefusalRow {
  std::string name;
  std::function<HttpResponse(Flow&)> send;
  Expected aweber, rfc;  // rfc6749 and rfc9700 agree
  std::string why;       // a part of the private reason
};

Form CodeForm(const std::string& code) {
  return {{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", kCallback}};
}
// A public client's exchange.
Form WithVerifier(Flow& flow, const std::string& verifier) {
  Form form = CodeForm(flow.Code({{"client_id", kPublicId},
                                  {"code_challenge", testing::kChallenge},
                                  {"code_challenge_method", "S256"}}));
  form.Add("client_id", kPublicId);
  form.Add("code_verifier", verifier);
  return form;
}
std::string GoodBasic() { return Basic(kClientId, kClientSecret); }

const std::vector<RefusalRow>& RefusalRows() {
  static const std::vector<RefusalRow> kRows = {
      {"WrongSecretBasic",
       [](Flow& f) { return f.Token(CodeForm(f.Code()), Basic(kClientId, "wrong")); },
       OAuthError(401, "invalid_client", kBasicChallenge),
       OAuthError(401, "invalid_client", kBasicChallenge),
       "the client secret is wrong (sent 5 characters, registered 32)"},
      {"WrongSecretBody",
       [](Flow& f) {
         Form form = CodeForm(f.Code());
         form.Add("client_id", kClientId);
         form.Add("client_secret", "wrong");
         return f.Token(form, "");
       },
       OAuthError(401, "invalid_client"), OAuthError(401, "invalid_client"),
       "the client secret is wrong"},
      {"UnknownClient", [](Flow& f) { return f.Token(CodeForm("x"), Basic("nobody", "secret")); },
       OAuthError(401, "invalid_client", kBasicChallenge),
       OAuthError(401, "invalid_client", kBasicChallenge), "no client \"nobody\" is registered"},
      {"MalformedBasic", [](Flow& f) { return f.Token(CodeForm("x"), "Basic !!!"); },
       OAuthError(401, "invalid_client", kBasicChallenge),
       OAuthError(401, "invalid_client", kBasicChallenge), "not base64"},
      {"NoCredentials",
       [](Flow& f) { return f.Token(CodeForm(f.Code()), ""); },
       {400, kEnvelopeNoCredentials, ""},
       OAuthError(401, "invalid_client"),
       "the request names no client"},
      {"ConfidentialWithoutSecret",
       [](Flow& f) {
         Form form = CodeForm(f.Code());
         form.Add("client_id", kClientId);
         return f.Token(form, "");
       },
       OAuthError(401, "invalid_client"), OAuthError(401, "invalid_client"), "must authenticate"},
      {"PublicWithSecret",
       [](Flow& f) { return f.Token(CodeForm("x"), Basic(kPublicId, "secret")); },
       OAuthError(401, "invalid_client", kBasicChallenge),
       OAuthError(401, "invalid_client", kBasicChallenge),
       "a public client must not send a secret"},
      {"CredentialsInQuery",
       [](Flow& f) {
         const Form query{{"client_id", kClientId}, {"client_secret", "wrong"}};
         return f.Post("/oauth2/token?" + query.Encode(), CodeForm("x"));
       },
       OAuthError(401, "invalid_client"), OAuthError(401, "invalid_client"), ""},
      {"RedirectDiffers",
       [](Flow& f) {
         Form form = CodeForm(f.Code());
         form.Set("redirect_uri", "https://app.example.test/callback/");
         return f.Token(form, GoodBasic());
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_grant"),
       "they differ at character 34: the first ends there, the second has '/'"},
      {"RedirectMissing",
       [](Flow& f) {
         return f.Token({{"grant_type", "authorization_code"}, {"code", f.Code()}}, GoodBasic());
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_request"),
       "parameter \"redirect_uri\" is missing"},
      {"CodeReplay",
       [](Flow& f) {
         const std::string code = f.Code();
         EXPECT_EQ(f.Exchange(code).status, 200);
         return f.Exchange(code);
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_grant"),
       "code code-1 was used 0 s ago"},
      {"CodeOfAnotherClient",
       [](Flow& f) {
         Form form = CodeForm(f.Code());
         form.Add("client_id", kPublicId);
         return f.Token(form, "");
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_grant"),
       "was issued to client AWeberMockConfidentialClient0001, not to"},
      {"BogusCode", [](Flow& f) { return f.Exchange("bogus"); }, OAuthError(400, "invalid_request"),
       OAuthError(400, "invalid_grant"), "never issued here"},
      {"CodeMissing",
       [](Flow& f) {
         return f.Token({{"grant_type", "authorization_code"}}, GoodBasic());
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_request"),
       "parameter \"code\" is missing"},
      {"BogusRefreshToken", [](Flow& f) { return f.Refresh("bogus"); },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_grant"), "never issued here"},
      {"AccessTokenAsRefreshToken", [](Flow& f) { return f.Refresh(f.Tokens()["access_token"]); },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_grant"),
       "at-1 is an access_token, not a refresh token"},
      {"RotatedRefreshToken",
       [](Flow& f) {
         const Json tokens = f.Tokens();
         EXPECT_EQ(f.Refresh(tokens["refresh_token"]).status, 200);
         return f.Refresh(tokens["refresh_token"]);
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_grant"),
       "refresh token rt-1 was used 0 s ago"},
      {"ExpiredCode",
       [](Flow& f) {
         const std::string code = f.Code();
         f.server().Advance(std::chrono::seconds(601));
         return f.Exchange(code);
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_grant"),
       "code code-1 expired by 1 s: it was good until "},
      {"RevokedRefreshToken",
       [](Flow& f) {
         const Json tokens = f.Tokens();
         EXPECT_TRUE(f.server().default_space()->RevokeToken("rt-1").ok());
         f.server().Advance(std::chrono::seconds(9));
         return f.Refresh(tokens["refresh_token"]);
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_grant"),
       "refresh token rt-1 was revoked 9 s ago at "},
      {"RefreshTokenOfAnotherClient",
       [](Flow& f) {
         return f.Token({{"grant_type", "refresh_token"},
                         {"refresh_token", f.Tokens()["refresh_token"].get<std::string>()},
                         {"client_id", kPublicId}},
                        "");
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_grant"),
       "refresh token rt-1 was issued to client AWeberMockConfidentialClient0001, not to"},
      {"VerifierDiffers",
       [](Flow& f) {
         std::string verifier = testing::kVerifier;
         verifier.back() = 'Z';
         return f.Token(WithVerifier(f, verifier), "");
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_grant"),
       "code_verifier does not fit: its S256 challenge is "},
      {"VerifierTooShort", [](Flow& f) { return f.Token(WithVerifier(f, "short"), ""); },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_grant"),
       "code_verifier has 5 characters"},
      {"VerifierMissing",
       [](Flow& f) {
         Form form = WithVerifier(f, "");
         form.Remove("code_verifier");
         return f.Token(form, "");
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_request"),
       "parameter \"code_verifier\" is missing"},
      {"RefreshTokenMissing",
       [](Flow& f) {
         return f.Token({{"grant_type", "refresh_token"}}, GoodBasic());
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_request"),
       "parameter \"refresh_token\" is missing"},
      {"RefreshScopeSuperset",
       [](Flow& f) {
         return f.Token({{"grant_type", "refresh_token"},
                         {"refresh_token", f.Tokens()["refresh_token"].get<std::string>()},
                         {"scope", "account.read email.write"}},
                        GoodBasic());
       },
       OAuthError(400, "invalid_scope"), OAuthError(400, "invalid_scope"),
       "scope \"email.write\" was not granted"},
      {"RefreshScopeOfNothing",
       [](Flow& f) {
         return f.Token({{"grant_type", "refresh_token"},
                         {"refresh_token", f.Tokens()["refresh_token"].get<std::string>()},
                         {"scope", " "}},
                        GoodBasic());
       },
       OAuthError(400, "invalid_scope"), OAuthError(400, "invalid_scope"),
       "scope holds nothing but spaces"},
      {"UnknownGrantType",
       [](Flow& f) {
         return f.Token({{"grant_type", "password"}}, GoodBasic());
       },
       OAuthError(400, "unsupported_grant_type"), OAuthError(400, "unsupported_grant_type"),
       "grant_type \"password\""},
      {"GrantTypeMissing",
       [](Flow& f) {
         return f.Token({{"code", "x"}}, GoodBasic());
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_request"),
       "grant_type is missing"},
      {"DuplicateParameter",
       [](Flow& f) {
         return f.Send("POST", "/oauth2/token",
                       {{"Content-Type", testing::kForm}, {"Authorization", GoodBasic()}},
                       "grant_type=authorization_code&code=a&code=a");
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_request"),
       "parameter \"code\" was sent more than once"},
      {"BrokenEscape",
       [](Flow& f) {
         return f.Send("POST", "/oauth2/token",
                       {{"Content-Type", testing::kForm}, {"Authorization", GoodBasic()}},
                       "grant_type=authorization_code&code=%zz");
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_request"),
       "parameter \"code\" has a broken percent-escape"},
      {"WrongContentType",
       [](Flow& f) {
         return f.Send("POST", "/oauth2/token",
                       {{"Content-Type", "text/plain"}, {"Authorization", GoodBasic()}},
                       "grant_type=authorization_code");
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_request"),
       "its Content-Type is \"text/plain\""},
      {"BrokenJson",
       [](Flow& f) {
         return f.Send("POST", "/oauth2/token",
                       {{"Content-Type", "application/json"}, {"Authorization", GoodBasic()}}, "{");
       },
       OAuthError(400, "invalid_request"), OAuthError(400, "invalid_request"), ""},
  };
  return kRows;
}

class NegativeTable : public ::testing::TestWithParam<std::tuple<std::size_t, Profile>> {};

TEST_P(NegativeTable, AnswersExactly) {
  const auto& [index, profile] = GetParam();
  const RefusalRow& row = RefusalRows()[index];
  const Expected& expected = profile == Profile::kAWeber ? row.aweber : row.rfc;
  auto server = MockServer::Start({.scheme = "http", .settings = SettingsFor(profile), .seed = 1});
  ASSERT_TRUE(server.ok());
  Flow flow(**server, false);
  const HttpResponse reply = row.send(flow);
  EXPECT_EQ(reply.status, expected.status);
  EXPECT_EQ(reply.body, expected.body);
  EXPECT_EQ(reply.headers.GetOr("Content-Type"), "application/json");
  EXPECT_EQ(reply.headers.GetOr("WWW-Authenticate"), expected.challenge);
  if (expected.body != kEnvelopeNoCredentials) {
    EXPECT_EQ(reply.headers.GetOr("Cache-Control"), "no-store");
    EXPECT_EQ(reply.headers.GetOr("Pragma"), "no-cache");
  }
  const auto entries = (*server)->default_space()->journal().Entries();
  const JournalEntry& last = entries.back();
  EXPECT_EQ(last.status, expected.status);
  EXPECT_FALSE(last.facts.committed);
  EXPECT_NE(last.why_rejected, "");
  EXPECT_NE(last.why_rejected.find(row.why), std::string::npos) << last.why_rejected;
}

INSTANTIATE_TEST_SUITE_P(EveryProfile, NegativeTable,
                         ::testing::Combine(::testing::Range<std::size_t>(0, RefusalRows().size()),
                                            ::testing::Values(Profile::kAWeber, Profile::kRfc6749,
                                                              Profile::kRfc9700)),
                         [](const auto& row) {
                           return RefusalRows()[std::get<0>(row.param)].name + "_" +
                                  ProfileName(std::get<1>(row.param));
                         });

// RFC 6749 §4.1.2: the tokens of a code that is used twice end.
TEST(CodeReplay, EndsTheTokensMadeFromTheCode) {
  for (Profile profile : {Profile::kAWeber, Profile::kRfc6749, Profile::kRfc9700}) {
    auto server = MockServer::Start({.scheme = "http", .settings = SettingsFor(profile)});
    ASSERT_TRUE(server.ok());
    Flow flow(**server, false);
    const std::string code = flow.Code();
    const Json tokens = *ParseJson(flow.Exchange(code).body);
    EXPECT_EQ(flow.Call("/1.0/accounts", tokens["access_token"]).status, 200);
    EXPECT_EQ(flow.Exchange(code).status, 400);
    EXPECT_EQ(flow.Call("/1.0/accounts", tokens["access_token"]).status, 401);
    EXPECT_EQ(flow.Refresh(tokens["refresh_token"]).status, 400);
  }
}

// RFC 9700 §4.14.2, in its profile only.
TEST(RefreshReplay, EndsTheFamilyInRfc9700Only) {
  for (Profile profile : {Profile::kAWeber, Profile::kRfc6749, Profile::kRfc9700}) {
    auto server = MockServer::Start({.scheme = "http", .settings = SettingsFor(profile)});
    ASSERT_TRUE(server.ok());
    Flow flow(**server, false);
    const Json first = flow.Tokens();
    const Json second = *ParseJson(flow.Refresh(first["refresh_token"]).body);
    EXPECT_EQ(flow.Refresh(first["refresh_token"]).status, 400);
    const int expected = profile == Profile::kRfc9700 ? 401 : 200;
    EXPECT_EQ(flow.Call("/1.0/accounts", second["access_token"]).status, expected);
  }
}

}  // namespace
}  // namespace aweber::mock
