// Token requests to the byte, and every answer a token endpoint was seen to give.
#include <gtest/gtest.h>

#include "client/protocol/protocol.h"
#include "tests/unit/client/fakes.h"

namespace aweber::client {
namespace {

const PendingAuthorization kPlain{"S", "", "https://app.test/callback", "", {}};

TEST(CodeRequest, BasicIsFormEncodedFirst) {
  ClientConfig config = TestConfig();
  config.client_id = "id:1";
  config.client_secret = "p+a/s%s: &";
  const OutgoingRequest request = BuildCodeRequest(config, "C+1", kPlain);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://mock.test/oauth2/token");
  // base64("id%3A1:p%2Ba%2Fs%25s%3A+%26"), RFC 6749 §2.3.1
  EXPECT_EQ(request.headers.Get("Authorization"), "Basic aWQlM0ExOnAlMkJhJTJGcyUyNXMlM0ErJTI2");
  EXPECT_EQ(request.headers.Get("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(request.body,
            "grant_type=authorization_code&code=C%2B1"
            "&redirect_uri=https%3A%2F%2Fapp.test%2Fcallback");
}

TEST(CodeRequest, CredentialsInTheBody) {
  ClientConfig config = TestConfig();
  config.auth = AuthMethod::kBody;
  const OutgoingRequest request = BuildCodeRequest(config, "C1", kPlain);
  EXPECT_FALSE(request.headers.Has("Authorization"));
  EXPECT_EQ(request.body,
            "grant_type=authorization_code&code=C1&redirect_uri=https%3A%2F%2Fapp.test%2Fcallback"
            "&client_id=the-id&client_secret=the-secret");
}

TEST(CodeRequest, CredentialsInTheQuery) {
  ClientConfig config = TestConfig();
  config.auth = AuthMethod::kQuery;
  const OutgoingRequest request = BuildCodeRequest(config, "C1", kPlain);
  EXPECT_FALSE(request.headers.Has("Authorization"));
  EXPECT_EQ(request.url,
            "https://mock.test/oauth2/token?client_id=the-id&client_secret=the-secret");
  EXPECT_EQ(request.body.find("client_"), std::string::npos);
}

TEST(CodeRequest, PublicClientNamesItselfAndProvesByVerifier) {
  ClientConfig config = PublicConfig();
  config.auth = AuthMethod::kBasic;  // has no meaning without a secret
  PendingAuthorization pending = kPlain;
  pending.code_verifier = "HLBvz1g_bbLZ31kjvlXJ5Rl0W1GgxU8rjYJdQIIEH_Y";
  const OutgoingRequest request = BuildCodeRequest(config, "C1", pending);
  EXPECT_FALSE(request.headers.Has("Authorization"));
  EXPECT_EQ(request.body,
            "grant_type=authorization_code&code=C1&redirect_uri=https%3A%2F%2Fapp.test%2Fcallback"
            "&code_verifier=HLBvz1g_bbLZ31kjvlXJ5Rl0W1GgxU8rjYJdQIIEH_Y&client_id=the-id");
}

TEST(RefreshRequest, AsksForNoScope) {
  const OutgoingRequest request = BuildRefreshRequest(TestConfig(), "R/1");
  EXPECT_EQ(request.body, "grant_type=refresh_token&refresh_token=R%2F1");
  EXPECT_EQ(request.headers.Get("Authorization"), "Basic dGhlLWlkOnRoZS1zZWNyZXQ=");
}

TEST(RevokeRequest, NamesTheTokenAndItsSort) {
  const OutgoingRequest request = BuildRevokeRequest(PublicConfig(), "R1", "refresh_token");
  EXPECT_EQ(request.url, "https://mock.test/oauth2/revoke");
  EXPECT_EQ(request.body, "token=R1&token_type_hint=refresh_token&client_id=the-id");
}

struct ReplyRow {
  const char* name;
  int status;
  const char* body;
  const char* failure = nullptr;  // expected failure code; null: accepted
  FailureKind kind = FailureKind::kOther;
};
void PrintTo(const ReplyRow& row, std::ostream* out) { *out << row.name; }

constexpr FailureKind kInvalidReply = FailureKind::kInvalidResponse;
constexpr FailureKind kTheProvider = FailureKind::kProviderError;
constexpr const char* kBad = "token.invalid_response";

const ReplyRow kReplies[] = {
    {"as documented", 200, R"({"access_token":"A","token_type":"bearer","expires_in":3600})"},
    {"BEARER", 200, R"({"access_token":"A","token_type":"BEARER"})"},
    {"type missing, state echoed", 200, R"({"access_token":"A","state":"S","expires_in":7200})"},
    {"extra members", 200, R"({"access_token":"A","token_type":"bearer","x":{"y":[1,null]}})"},
    {"white space around", 200, "\r\n {\"access_token\":\"A\"} \n"},
    {"mac", 200, R"({"access_token":"A","token_type":"mac"})", "token.unsupported_type",
     FailureKind::kUnsupportedTokenType},
    {"type a number", 200, R"({"access_token":"A","token_type":1})", kBad, kInvalidReply},
    {"no access token", 200, R"({"token_type":"bearer"})", kBad, kInvalidReply},
    {"empty access token", 200, R"({"access_token":"","token_type":"bearer"})", kBad,
     kInvalidReply},
    {"access token null", 200, R"({"access_token":null})", kBad, kInvalidReply},
    {"access token with a line break", 200, R"({"access_token":"A\r\nX: y"})", kBad, kInvalidReply},
    {"refresh token a number", 200, R"({"access_token":"A","refresh_token":7})", kBad,
     kInvalidReply},
    {"byte order mark", 200, "\xEF\xBB\xBF{\"access_token\":\"A\"}", kBad, kInvalidReply},
    {"duplicate keys", 200, R"({"access_token":"A","access_token":"B"})", kBad, kInvalidReply},
    {"truncated", 200, R"({"access_token":"A)", kBad, kInvalidReply},
    {"HTML", 200, "<html>Welcome</html>", kBad, kInvalidReply},
    {"empty", 200, "", kBad, kInvalidReply},
    {"array", 200, "[]", kBad, kInvalidReply},
    {"two documents", 200, R"({"access_token":"A"}{})", kBad, kInvalidReply},
    {"error in a 200", 200, R"({"error":"invalid_grant"})", "token.refused", kTheProvider},
    {"unreadable error in a 200", 200, R"({"error":7,"access_token":"A"})", kBad, kInvalidReply},
    {"invalid_grant", 400, R"({"error":"invalid_grant"})", "token.refused", kTheProvider},
    {"AWeber's invalid_request", 400, R"({"error":"invalid_request"})", "token.refused",
     kTheProvider},
    {"invalid_client", 401, R"({"error":"invalid_client"})", "token.refused", kTheProvider},
    {"AWeber's envelope", 400,
     R"({"error":{"status":400,"type":"BadRequestError","message":"no credentials"}})",
     "token.refused", kTheProvider},
    {"HTML 502", 502, "<html>", "token.http", FailureKind::kHttp},
    {"JSON 503", 503, R"({"error":"temporarily_unavailable"})", "token.http", FailureKind::kHttp},
    {"429", 429, R"({"error":"slow_down"})", "token.http", FailureKind::kHttp},
    {"redirect", 307, "", "token.http", FailureKind::kHttp},
    {"201", 201, R"({"access_token":"A"})", "token.http", FailureKind::kHttp},
    {"plain 400", 400, "Bad Request", "token.http", FailureKind::kHttp},
};

class ReplyTable : public testing::TestWithParam<ReplyRow> {};

TEST_P(ReplyTable, Judged) {
  const ReplyRow& row = GetParam();
  const auto token = JudgeTokenReply(Answer(row.status, row.body), {});
  if (row.failure == nullptr) {
    ASSERT_TRUE(token.ok()) << token.error().message;
    EXPECT_EQ(token->access_token, "A");
  } else {
    ASSERT_FALSE(token.ok());
    EXPECT_EQ(token.error().code, row.failure);
    EXPECT_EQ(token.error().kind, row.kind);
  }
}
INSTANTIATE_TEST_SUITE_P(Replies, ReplyTable, testing::ValuesIn(kReplies));

struct LifeRow {
  const char* json;
  std::optional<std::int64_t> seconds;
};
void PrintTo(const LifeRow& row, std::ostream* out) { *out << row.json; }
class LifeTable : public testing::TestWithParam<LifeRow> {};

TEST_P(LifeTable, Read) {
  const auto token = JudgeTokenReply(
      Answer(200, std::string(R"({"access_token":"A","expires_in":)") + GetParam().json + "}"), {});
  ASSERT_TRUE(token.ok()) << token.error().message;
  if (!GetParam().seconds) {
    EXPECT_FALSE(token->expires_in.has_value());
  } else {
    ASSERT_TRUE(token->expires_in.has_value());
    EXPECT_EQ(token->expires_in->count(), *GetParam().seconds);
  }
}

constexpr std::int64_t kTenYears = 315'360'000;
const LifeRow kLives[] = {{"3600", 3600},
                          {"7200", 7200},
                          {"1", 1},
                          {"3600.9", 3600},
                          {"\"3600\"", 3600},
                          {"\"3600.5\"", 3600},
                          {"1e3", 1000},
                          {"9223372036854775807", kTenYears},
                          {"18446744073709551615", kTenYears},
                          {"1e300", kTenYears},
                          {"0", std::nullopt},
                          {"-5", std::nullopt},
                          {"null", std::nullopt},
                          {"true", std::nullopt},
                          {"\"soon\"", std::nullopt},
                          {"\"\"", std::nullopt},
                          {"\"inf\"", std::nullopt},
                          {"\"nan\"", std::nullopt},
                          {"[3600]", std::nullopt}};
INSTANTIATE_TEST_SUITE_P(Lives, LifeTable, testing::ValuesIn(kLives));

TEST(TokenReply, LoginTakesTheAskedScopeUnlessTold) {
  TokenContext context;
  context.sent_at = FromUnixSeconds(1000);
  context.asked_scope = "a b";
  const auto silent = JudgeTokenReply(Answer(200, std::string(kTokenBody)), context);
  ASSERT_TRUE(silent.ok());
  EXPECT_EQ(silent->scope, "a b");
  EXPECT_EQ(silent->issued_at, FromUnixSeconds(1000));
  EXPECT_EQ(silent->ExpiresAt(), FromUnixSeconds(4600));
  const auto narrowed =
      JudgeTokenReply(Answer(200, R"({"access_token":"A","scope":"a"})"), context);
  EXPECT_EQ(narrowed->scope, "a");
}

TEST(TokenReply, RefreshKeepsWhatIsNotReplaced) {
  TokenSet previous;
  previous.access_token = "A1";
  previous.refresh_token = "R1";
  previous.scope = "a b";
  TokenContext context;
  context.previous = &previous;
  const auto rotated = JudgeTokenReply(Answer(200, std::string(kRenewedBody)), context);
  EXPECT_EQ(rotated->refresh_token, "R2");
  EXPECT_EQ(rotated->scope, "a b");
  for (const char* body :
       {R"({"access_token":"A2"})", R"({"access_token":"A2","refresh_token":null})",
        R"({"access_token":"A2","refresh_token":""})"}) {
    const auto kept = JudgeTokenReply(Answer(200, body), context);
    ASSERT_TRUE(kept.ok()) << body;
    EXPECT_EQ(kept->refresh_token, "R1") << body;
  }
}

TEST(TokenReply, DeadRefreshTokenMeansLogInAgain) {
  TokenSet previous;
  previous.refresh_token = "R1";
  TokenContext context;
  context.previous = &previous;
  for (const char* word : {"invalid_grant", "invalid_request"}) {
    const auto refused =
        JudgeTokenReply(Answer(400, std::string("{\"error\":\"") + word + "\"}"), context);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, FailureKind::kReauthorize) << word;
    EXPECT_EQ(refused.error().provider_code, word);
  }
  const auto client = JudgeTokenReply(Answer(401, R"({"error":"invalid_client"})"), context);
  EXPECT_EQ(client.error().kind, FailureKind::kProviderError);
}

TEST(TokenReply, MessagesNeverRepeatTheBody) {
  const auto bad = JudgeTokenReply(Answer(200, R"({"access_token":"SECRET1","x":})"), {});
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().message.find("SECRET1"), std::string::npos);
}

TEST(TokenReply, EightKilobyteTokensAreKeptWhole) {
  const std::string big(8192, 'a');
  const auto token = JudgeTokenReply(Answer(200, R"({"access_token":")" + big + "\"}"), {});
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->access_token, big);
}

TEST(RevokeReply, OnlySuccessIsSuccess) {
  EXPECT_TRUE(JudgeRevokeReply(Answer(200, "token has been deleted"), {}).ok());
  EXPECT_EQ(JudgeRevokeReply(Answer(503, ""), {}).error().kind, FailureKind::kHttp);
  EXPECT_EQ(JudgeRevokeReply(Answer(401, R"({"error":"invalid_client"})"), {}).error().code,
            "revoke.refused");
}

}  // namespace
}  // namespace aweber::client
