// The driver protocol over fakes: every operation, every sort of reply, and lines out of order.
#include "client/program/driver.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "base/os/file.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "tests/unit/client/fakes.h"

namespace aweber::client {
namespace {

class DriverTest : public testing::Test {
 protected:
  void SetUp() override { directory_ = MakeTempDirectory("aweber-driver").value(); }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  Json OpenRequest(int id) const {
    return {{"id", id},
            {"op", "open"},
            {"case", "c1"},
            {"authorize_url", "https://mock.test/s/1/oauth2/authorize"},
            {"token_url", "https://mock.test/s/1/oauth2/token"},
            {"revoke_url", "https://mock.test/s/1/oauth2/revoke"},
            {"api_url", "https://mock.test/s/1/1.0"},
            {"client_type", "confidential"},
            {"client_id", "the-id"},
            {"client_secret", "the-secret"},
            {"redirect_uri", "https://app.test/callback"},
            {"scopes", {"account.read"}},
            {"store_dir", directory_}};
  }
  Json Ask(std::string op, Json members = Json::object()) {
    members["id"] = ++id_;
    members["op"] = std::move(op);
    members["case"] = "c1";
    if (!members.contains("session")) members["session"] = "A";
    const Json reply = cases_->Handle(members, {});
    EXPECT_EQ(JsonInt(reply, "id"), id_);
    return reply;
  }
  void LogIn() {
    const Json url = Ask("authorize");
    http_.Enqueue(200, std::string(kTokenBody));
    const Json done = Ask("callback", {{"url", CallbackFor(url["ok"]["url"].get<std::string>())}});
    ASSERT_TRUE(done.contains("ok")) << done.dump();
  }
  static std::string CallbackFor(const std::string& url) {
    const std::string state = ParseForm(*ParseUri(url).value().query).GetOr("state");
    return "https://app.test/callback?code=C1&state=" + state;
  }
  void Restart() {
    cases_ = std::make_unique<DriverCases>(DriverOptions{}, http_, clock_, random_);
  }

  std::string directory_;
  FakeHttp http_;
  ManualClock clock_{FromUnixSeconds(1'795'443'648)};
  SeededRandom random_{7};
  std::unique_ptr<DriverCases> cases_ =
      std::make_unique<DriverCases>(DriverOptions{}, http_, clock_, random_);
  int id_ = 100;
};

TEST_F(DriverTest, HelloClaimsEveryFeature) {
  const Json reply = cases_->Handle({{"id", 1}, {"op", "hello"}, {"v", 1}}, {});
  EXPECT_EQ(DumpJson(reply["ok"]["features"]),
            R"({"state":true,"pkce":["S256"],"auth":["basic","body","query"],)"
            R"("token_transport":["header","body","query"],)"
            R"("refresh":["manual","on_expiry","on_401"],"persist":true,"concurrent":8,)"
            R"("iss":true,"revoke":true,"public_clients":true,"oob":true})");
  EXPECT_EQ(reply["ok"]["protocol"], 1);
  EXPECT_EQ(cases_->Handle({{"id", 1}, {"op", "hello"}, {"v", 2}}, {})["err"]["kind"], "other");
}

TEST_F(DriverTest, AWholeCase) {
  EXPECT_EQ(DumpJson(cases_->Handle(OpenRequest(1), {})), R"({"id":1,"ok":{}})");
  LogIn();
  EXPECT_EQ(DumpJson(Ask("token")["ok"]),
            R"({"access_token":"A1","refresh_token":"R1","expires_at":1795447248})");
  http_.Enqueue(209, "{}");
  EXPECT_EQ(DumpJson(Ask("call", {{"method", "PATCH"},
                                  {"url", "https://mock.test/s/1/1.0/accounts/1"},
                                  {"body", {{"name", "x"}}}})["ok"]),
            R"({"status":209})");
  EXPECT_EQ(http_.sent().back().body, R"({"name":"x"})");
  http_.Enqueue(200, std::string(kRenewedBody));
  EXPECT_EQ(Ask("refresh")["ok"]["token"]["access_token"], "A2");
  http_.Enqueue(200, "");
  http_.Enqueue(200, "");
  EXPECT_EQ(DumpJson(Ask("revoke")["ok"]), "{}");
  EXPECT_EQ(Ask("token")["err"]["kind"], "reauthorize");
  EXPECT_EQ(DumpJson(Ask("close")["ok"]), "{}");
  EXPECT_EQ(Ask("token")["err"]["kind"], "other");
}

// A case that is about one way of those that hello claims asks for it.
TEST_F(DriverTest, UsesTheWayThatACaseIsAbout) {
  Json open = OpenRequest(1);
  open["auth"] = "body";
  open["token_transport"] = "query";
  EXPECT_EQ(DumpJson(cases_->Handle(open, {})), R"({"id":1,"ok":{}})");
  LogIn();
  const auto exchange = http_.sent().back();
  EXPECT_FALSE(exchange.headers.Has("Authorization"));
  EXPECT_NE(exchange.body.find("client_secret="), std::string::npos);
  http_.Enqueue(200, "{}");
  Ask("call", {{"method", "GET"}, {"url", "https://mock.test/s/1/1.0/x"}});
  EXPECT_NE(http_.sent().back().url.find("access_token=A1"), std::string::npos);
  open["auth"] = "telepathy";
  EXPECT_EQ(cases_->Handle(open, {})["err"]["kind"], "other");
}

TEST_F(DriverTest, TheApisRefusalsAreStatusesNotErrors) {
  (void)cases_->Handle(OpenRequest(1), {});
  LogIn();
  for (const int status : {302, 403, 404, 429, 500}) {
    http_.Enqueue(status, "");
    const Json reply = Ask("call", {{"method", "GET"}, {"url", "https://mock.test/s/1/1.0/x"}});
    EXPECT_EQ(DumpJson(reply["ok"]), "{\"status\":" + std::to_string(status) + "}");
  }
  const Json foreign = Ask("call", {{"method", "GET"}, {"url", "https://evil.test/1.0/x"}});
  EXPECT_EQ(foreign["err"]["kind"], "other");
}

TEST_F(DriverTest, ErrorsCarryCodeAndStatus) {
  (void)cases_->Handle(OpenRequest(1), {});
  const Json url = Ask("authorize");
  http_.Enqueue(400, R"({"error":"invalid_request"})");
  const Json refused = Ask("callback", {{"url", CallbackFor(url["ok"]["url"])}});
  EXPECT_EQ(refused["err"]["kind"], "provider_error");
  EXPECT_EQ(refused["err"]["code"], "invalid_request");
  EXPECT_EQ(refused["err"]["status"], 400);
  const Json forged = Ask("callback", {{"url", "https://app.test/callback?code=C&state=x"}});
  EXPECT_EQ(forged["err"]["kind"], "state_mismatch");
}

TEST_F(DriverTest, TokensAndLoginsSurviveARestart) {
  (void)cases_->Handle(OpenRequest(1), {});
  LogIn();
  const Json url = Ask("authorize", {{"session", "B"}});
  Restart();
  (void)cases_->Handle(OpenRequest(2), {});
  EXPECT_EQ(Ask("token")["ok"]["access_token"], "A1");
  http_.Enqueue(200, std::string(kRenewedBody));
  const Json done = Ask("callback", {{"session", "B"}, {"url", CallbackFor(url["ok"]["url"])}});
  EXPECT_TRUE(done.contains("ok")) << done.dump();
  EXPECT_EQ(Ask("token")["ok"]["access_token"], "A1") << "B's login is not A's";
}

TEST_F(DriverTest, ASessionsStateIsNotAnothers) {
  (void)cases_->Handle(OpenRequest(1), {});
  const Json url = Ask("authorize", {{"session", "B"}});
  const Json reply = Ask("callback", {{"url", CallbackFor(url["ok"]["url"])}});
  EXPECT_EQ(reply["err"]["kind"], "state_mismatch");
  EXPECT_TRUE(http_.sent().empty());
}

struct BadRow {
  const char* request;
  const char* member;  // what the reply has
};
TEST_F(DriverTest, BadRequestsGetAReply) {
  const BadRow rows[] = {
      {R"({"id":1,"op":"no-such-op"})", "unsupported"},
      {R"({"id":1,"op":"call","case":"c1","session":"A"})", "err"},
      {R"({"id":1,"op":"open","case":"c1"})", "err"},
      {R"({"id":1,"op":"token","case":"nope","session":"A"})", "err"},
      {R"({"id":1})", "err"},
      {R"({"op":"hello"})", "err"},
      {R"([1])", "err"},
      {R"("x")", "err"},
      {"7", "err"},
  };
  for (const BadRow& row : rows) {
    const Json reply = cases_->Handle(ParseJson(row.request).value(), {});
    EXPECT_TRUE(reply.contains(row.member)) << row.request << " -> " << DumpJson(reply);
    EXPECT_TRUE(reply.contains("id"));
  }
}

TEST_F(DriverTest, OpenRefusesNonsense) {
  const std::pair<const char*, Json> rows[] = {{"client_type", "secret"},
                                               {"client_id", ""},
                                               {"scopes", "account.read"},
                                               {"scopes", {"a b"}},
                                               {"token_url", "/token"},
                                               {"token_url", "ftp://mock.test/token"},
                                               {"redirect_uri", "https://a.test/cb#x"}};
  for (const auto& [member, value] : rows) {
    Json request = OpenRequest(1);
    request[member] = value;
    EXPECT_TRUE(cases_->Handle(request, {}).contains("err")) << member << " = " << value.dump();
  }
}

TEST_F(DriverTest, LinesAreAnsweredOnceEachInAnyOrder) {
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  std::ostringstream input;
  for (int id = 1; id <= 40; ++id)
    input << R"({"id":)" << id << R"(,"op":"hello","v":1})"
          << "\n";
  input << "this is not JSON\n\n"
        << R"({"id":41,"op":"bye"})"
        << "\n"
        << R"({"id":42,"op":"x"})";
  std::istringstream in(input.str());
  DriverOptions options;
  options.fd = fds[1];
  testing::internal::CaptureStderr();
  EXPECT_EQ(RunDriverOver(in, options, http_, clock_, random_), 0);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "aweber-client driver: ignored a line that is not JSON (json.invalid)\n");
  ::close(fds[1]);
  std::string text(1 << 16, '\0');
  std::size_t size = 0;
  for (ssize_t n; (n = ::read(fds[0], text.data() + size, text.size() - size)) > 0;) size += n;
  ::close(fds[0]);
  std::istringstream out(text.substr(0, size));
  std::multiset<std::int64_t> ids;
  std::int64_t last = 0;
  for (std::string line; std::getline(out, line);) {
    last = JsonInt(ParseJson(line).value(), "id").value();
    ids.insert(last);
  }
  EXPECT_EQ(ids.size(), 41u);
  for (int id = 1; id <= 41; ++id) EXPECT_EQ(ids.count(id), 1u) << id;
  EXPECT_EQ(last, 41) << "bye is answered last";
}

}  // namespace
}  // namespace aweber::client
