// Providers repeat what they are sent; what we say of their answers must not.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text/base64.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "client/session.h"
#include "tests/unit/client/fakes.h"

namespace aweber::client {
namespace {

const std::string kClientSecret = "s3cret/with:odd%characters+";
const std::string kCode = "code-0123456789abcdef";
const std::string kAccess = "access-0123456789abcdef/+";
const std::string kRefresh = "refresh-0123456789abcdef/+";

ClientConfig Configured(AuthMethod auth, TokenTransport transport) {
  ClientConfig config = TestConfig();
  config.client_secret = kClientSecret;
  config.auth = auth;
  config.token_transport = transport;
  config.pkce = PkceUse::kAlways;
  return config;
}

// All that a failure says.
std::string WordsOf(const Failure& failure) {
  return failure.message + "\n" + failure.provider_code + "\n" + failure.provider_text;
}

// Everything that was sent, as it was sent and as it is meant.
std::string Repeat(const SentRequest& request) {
  const Form form = ParseForm(request.body);
  std::string words = request.url + " " + request.body;
  for (const FormField& field : form.fields()) words += " " + field.value;
  return words + " " + request.headers.GetOr("Authorization") + " " + kClientSecret;
}

struct Flow {
  const char* name;
  Failure (*run)(Bench& b);
};

Failure FailedLogin(Bench& b) {
  const std::string url = b.session.AuthorizationUrl().value();
  const std::string state = ParseForm(*ParseUri(url).value().query).GetOr("state");
  return b.session.HandleCallback("https://app.test/callback?code=" + kCode + "&state=" + state)
      .error();
}
Failure FailedRefresh(Bench& b) { return b.session.Refresh().error(); }
Failure FailedRevocation(Bench& b) { return b.session.Revoke().error(); }
Failure FailedCall(Bench& b) {
  return b.session.Call({"POST", "/accounts", std::string(kFormType), "a=b"}).error();
}

constexpr Flow kFlows[] = {{"login", FailedLogin},
                           {"refresh", FailedRefresh},
                           {"revoke", FailedRevocation},
                           {"call", FailedCall}};

TEST(Discretion, WhatAProviderRepeatsIsHidden) {
  const std::vector<std::string> secrets = {kClientSecret, kCode, kAccess, kRefresh};
  for (const AuthMethod auth : {AuthMethod::kBasic, AuthMethod::kBody, AuthMethod::kQuery}) {
    for (const TokenTransport transport :
         {TokenTransport::kHeader, TokenTransport::kBody, TokenTransport::kQuery}) {
      for (const Flow& flow : kFlows) {
        SCOPED_TRACE(flow.name);
        Bench b(Configured(auth, transport));
        TokenSet token;
        token.access_token = kAccess;
        token.refresh_token = kRefresh;
        token.issued_at = b.clock.Now();
        (void)b.tokens.Save("ann", token).ok();
        std::string verifier;
        b.http.handler = [&](const SentRequest& request) -> FakeHttp::Reply {
          verifier = ParseForm(request.body).GetOr("code_verifier", "none");
          const std::string words = Repeat(request);
          return Answer(400, DumpJson({{"error", words}, {"error_description", words}}));
        };
        const std::string said = WordsOf(flow.run(b));
        for (const std::string& secret : secrets) {
          EXPECT_EQ(said.find(secret.substr(0, 12)), std::string::npos) << said;
        }
        EXPECT_EQ(said.find(verifier), std::string::npos) << said;
        EXPECT_EQ(said.find(Base64Encode("the-id:").substr(0, 9)), std::string::npos) << said;
        EXPECT_NE(said.find("***"), std::string::npos) << said;
      }
    }
  }
}

// The words are cut after 300 characters, wherever that falls.
TEST(Discretion, ACutLeavesNoBeginningOfASecret) {
  for (std::size_t before = 270; before <= 300; ++before) {
    Bench b;
    b.LogIn(kRefresh);
    b.http.Enqueue(400, DumpJson({{"error", "invalid_scope"},
                                  {"error_description", std::string(before, '-') + kRefresh}}));
    const Failure failure = b.session.Refresh().error();
    EXPECT_EQ(WordsOf(failure).find("refr"), WordsOf(failure).npos) << WordsOf(failure);
    EXPECT_EQ(failure.provider_code, "invalid_scope");
  }
}

TEST(Discretion, TransportErrorsAndTokenTypesAreWatchedToo) {
  Bench b;
  b.LogIn(kRefresh);
  b.http.Enqueue(Error{"http.invalid", "response head: " + kRefresh});
  EXPECT_TRUE(b.session.Refresh().error().message.starts_with(
      "refreshing the token: response head: ***; not repeated"));
  b.http.Enqueue(200, DumpJson({{"access_token", "A2"}, {"token_type", "is " + kRefresh}}));
  EXPECT_EQ(b.session.Refresh().error().message,
            "the token endpoint gave a token of type 'is ***'; only bearer tokens can be used");
}

TEST(Discretion, TheFrontChannelMayRepeatTheCode) {
  Bench b;
  const std::string url = b.session.AuthorizationUrl().value();
  const Form form{{"state", ParseForm(*ParseUri(url).value().query).GetOr("state")},
                  {"code", kCode},
                  {"error", "server_error"},
                  {"error_description", "after " + kCode}};
  const Failure failure =
      b.session.HandleCallback("https://app.test/callback?" + form.Encode()).error();
  EXPECT_EQ(failure.provider_text, "after ***");
  EXPECT_EQ(failure.message, "AWeber did not authorize: server_error: after *** (try again later)");
}

TEST(Discretion, WithoutSecretsHidesTheLongestFirstAndNothingShort) {
  Failure failure = MakeFailure(FailureKind::kOther, "x", "abcd abcdef a+b/c a%2Bb%2Fc abc");
  failure.provider_text = "abcdef";
  failure = WithoutSecrets(std::move(failure), {"", "abc", "abcd", "abcdef", "a+b/c"});
  EXPECT_EQ(failure.message, "*** *** *** *** abc");
  EXPECT_EQ(failure.provider_text, "***");
}

}  // namespace
}  // namespace aweber::client
