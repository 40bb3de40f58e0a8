// Where the access token may go, how it travels there, and what the API's answers mean.
#include "client/protocol/api_request.h"

#include <gtest/gtest.h>

#include "base/text/json.h"
#include "client/protocol/reply.h"
#include "tests/unit/client/fakes.h"

namespace aweber::client {
namespace {

struct UrlRow {
  const char* url;
  const char* resolved;  // null: refused
};
void PrintTo(const UrlRow& row, std::ostream* out) { *out << row.url; }
class UrlTable : public testing::TestWithParam<UrlRow> {};

TEST_P(UrlTable, Resolved) {
  const auto url = ResolveApiUrl(TestConfig(), GetParam().url);
  if (GetParam().resolved == nullptr) {
    ASSERT_FALSE(url.ok()) << *url;
    EXPECT_EQ(url.error().code, "api.foreign_url");
  } else {
    ASSERT_TRUE(url.ok()) << url.error().message;
    EXPECT_EQ(*url, GetParam().resolved);
  }
}

const UrlRow kUrls[] = {
    {"/accounts", "https://mock.test/1.0/accounts"},
    {"/accounts?ws.size=1", "https://mock.test/1.0/accounts?ws.size=1"},
    {"https://mock.test/1.0/accounts", "https://mock.test/1.0/accounts"},
    {"/1.0/accounts?a=/b", "https://mock.test/1.0/accounts?a=/b"},
    {"/1.0", "https://mock.test/1.0"},
    {"/1.00/accounts", "https://mock.test/1.0/1.00/accounts"},
    {"/1.0/../oauth2/token", nullptr},
    {"https://mock.test:443/1.0", "https://mock.test:443/1.0"},
    {"HTTPS://MOCK.test/1.0/a#frag", "HTTPS://MOCK.test/1.0/a"},
    {"https://evil.test/1.0/accounts", nullptr},
    {"https://mock.test.evil.test/1.0/accounts", nullptr},
    {"http://mock.test/1.0/accounts", nullptr},
    {"https://mock.test:444/1.0/accounts", nullptr},
    {"https://mock.test@evil.test/1.0/accounts", nullptr},
    {"https://user:pw@mock.test/1.0/accounts", nullptr},
    {"//evil.test/1.0/accounts", "https://mock.test/1.0//evil.test/1.0/accounts"},
    {"https://mock.test/1.00/accounts", nullptr},
    {"https://mock.test/oauth2/token", nullptr},
    {"https://mock.test/1.0/../oauth2/token", nullptr},
    {"https://mock.test/1.0/%2e%2E/oauth2/token", nullptr},
    {"/../oauth2/token", nullptr},
    {"accounts", nullptr},
    {"", nullptr},
};
INSTANTIATE_TEST_SUITE_P(Urls, UrlTable, testing::ValuesIn(kUrls));

TEST(ApiRequest, HeaderByDefault) {
  const auto request = BuildApiRequest(TestConfig(), {}, "https://mock.test/1.0/accounts", "A1");
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "https://mock.test/1.0/accounts");
  EXPECT_EQ(request.headers.GetAll("Authorization"), std::vector<std::string>{"Bearer A1"});
  EXPECT_FALSE(request.headers.Has("Content-Type"));
}

TEST(ApiRequest, QueryInsteadOfHeader) {
  ClientConfig config = TestConfig();
  config.token_transport = TokenTransport::kQuery;
  const auto request = BuildApiRequest(config, {}, "https://mock.test/1.0/accounts?a=1", "A+1");
  EXPECT_EQ(request.url, "https://mock.test/1.0/accounts?a=1&access_token=A%2B1");
  EXPECT_FALSE(request.headers.Has("Authorization"));
  EXPECT_EQ(request.headers.Get("Cache-Control"), "no-store");
}

TEST(ApiRequest, BodyOnlyInFormsThatAreNotGet) {
  ClientConfig config = TestConfig();
  config.token_transport = TokenTransport::kBody;
  const ApiCall form{"POST", "/x", std::string(kFormType), "email=a%40b.test"};
  const auto post = BuildApiRequest(config, form, "https://mock.test/1.0/x", "A1");
  EXPECT_EQ(post.body, "email=a%40b.test&access_token=A1");
  EXPECT_FALSE(post.headers.Has("Authorization"));
  const auto get = BuildApiRequest(config, {}, "https://mock.test/1.0/x", "A1");
  EXPECT_EQ(get.headers.Get("Authorization"), "Bearer A1");
  EXPECT_EQ(get.body, "");
  const ApiCall json{"POST", "/x", std::string(kJsonType), "{}"};
  EXPECT_EQ(BuildApiRequest(config, json, "https://mock.test/1.0/x", "A1").body, "{}");
}

TEST(ApiRequest, BodiesInTheEncodingAWeberTakes) {
  const Json members = {{"email", "a@b.test"}, {"tags", {"x", "y"}}};
  const ApiCall json = MakeApiCall("POST", "/accounts/1/lists/2/subscribers", members, false);
  EXPECT_EQ(json.content_type, "application/json");
  EXPECT_EQ(json.body, R"({"email":"a@b.test","tags":["x","y"]})");
  for (const char* url : {"/accounts/1/lists/2/broadcasts", "/a/broadcasts/7?x=1"}) {
    const ApiCall form = MakeApiCall("POST", url, members, false);
    EXPECT_EQ(form.content_type, "application/x-www-form-urlencoded");
    EXPECT_EQ(form.body, "email=a%40b.test&tags=%5B%22x%22%2C%22y%22%5D");
  }
}

TEST(ApiReply, CreatedWithoutBodyAndAWebers209AreSuccess) {
  for (const int status : {200, 201, 204, 209}) {
    const auto reply = JudgeApiReply(Answer(status, ""), {});
    ASSERT_TRUE(reply.ok()) << status;
    EXPECT_EQ(reply->status, status);
  }
}

TEST(ApiReply, ErrorsInBothOfAWebersShapes) {
  const auto envelope = JudgeApiReply(
      Answer(404, R"({"error":{"status":404,"message":"no such","type":"NotFoundError"}})"), {});
  EXPECT_EQ(envelope.error().http_status, 404);
  EXPECT_EQ(envelope.error().provider_code, "NotFoundError");
  EXPECT_EQ(envelope.error().message, "the API answered HTTP 404: NotFoundError no such");
  const auto text = JudgeApiReply(
      Answer(400, R"({"error":"invalid_token","error_description":"has expired"})"), {});
  EXPECT_EQ(text.error().provider_code, "invalid_token");
  EXPECT_EQ(text.error().provider_text, "has expired");
}

TEST(ApiReply, RateLimitSaysWhenToComeBack) {
  const auto limited = JudgeApiReply(
      Answer(403,
             R"({"error":{"status":403,"message":"Rate Limit Error","type":"ForbiddenError"}})"),
      {});
  ASSERT_FALSE(limited.ok());
  EXPECT_EQ(limited.error().code, "api.rate_limited");
  EXPECT_EQ(limited.error().kind, FailureKind::kHttp);
  EXPECT_EQ(limited.error().retry_after, std::chrono::seconds(60));
  const auto other = JudgeApiReply(
      Answer(403, R"({"error":{"message":"missing scope","type":"ForbiddenError"}})"), {});
  EXPECT_EQ(other.error().code, "api.http");
  EXPECT_EQ(
      other.error().message,
      "the API answered HTTP 403: ForbiddenError missing scope; if a scope is missing, log in "
      "again and ask for it");
  EXPECT_FALSE(other.error().retry_after.has_value());
}

TEST(RetryAfter, SecondsDatesAndRubbish) {
  const UnixTime now = FromUnixSeconds(784111777 - 30);  // Sun, 06 Nov 1994 08:49:37 GMT less 30 s
  const auto read = [&](const char* text) {
    HttpResponse response;
    response.headers.Add("retry-after", text);
    const auto seconds = ReadRetryAfter(response, now);
    return seconds ? seconds->count() : -1;
  };
  EXPECT_EQ(read("0"), 0);
  EXPECT_EQ(read("120"), 120);
  EXPECT_EQ(read("99999999999"), 24 * 3600);
  EXPECT_EQ(read("Sun, 06 Nov 1994 08:49:37 GMT"), 30);
  EXPECT_EQ(read("Sunday, 06-Nov-94 08:49:37 GMT"), 30);
  EXPECT_EQ(read("Sun Nov  6 08:49:37 1994"), 30);
  EXPECT_EQ(read("Sun, 06 Nov 1994 08:00:00 GMT"), 0);
  EXPECT_EQ(read("-1"), -1);
  EXPECT_EQ(read("soon"), -1);
  EXPECT_EQ(read("1.5"), -1);
  EXPECT_FALSE(ReadRetryAfter(HttpResponse{}, now).has_value());
}

}  // namespace
}  // namespace aweber::client
