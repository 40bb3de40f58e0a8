// Each limit of docs/reliability.md: it is reached, the one beyond it is refused in words, and
// others go on. Limits that can be set are small here.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/http/client.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "mockserver/mock_server.h"
#include "tests/support/ask_admin.h"
#include "tests/support/mock_flow.h"
#include "tests/support/raw_socket.h"

namespace aweber::mock {
namespace {

using testing::AskAdmin;
using testing::Flow;

constexpr std::size_t kMost = 2;

std::unique_ptr<MockServer> StartSmall() {
  MockServerOptions options;
  options.scheme = "http";
  options.admin_port = 0;
  options.seed = 7;
  options.create_spaces_on_use = true;
  options.journal_size = kMost;
  options.limits = {.spaces = kMost,
                    .event_readers = kMost,
                    .tokens = 8,
                    .faults = kMost,
                    .clients = 2 + kMost,  // two are built in
                    .webhooks = kMost};
  auto started = MockServer::Start(std::move(options));
  EXPECT_TRUE(started) << started.error().message;
  return std::move(*started);
}

// The answer to the first request that is refused, at most 20 requests later.
using Reach = std::function<HttpResponse(MockServer&)>;

Reach ByAdmin(const std::string& path, const std::function<std::string(int)>& body) {
  return [path, body](MockServer& server) {
    HttpResponse reply;
    for (int i = 1; i <= 20; ++i) {
      reply = AskAdmin(server.admin_url(), "POST", path, body(i)).value();
      if (reply.status >= 400) break;
    }
    return reply;
  };
}

HttpResponse SendForm(MockServer& server, const std::string& body) {
  return Flow(server).Send("POST", "/oauth2/token", {{"Content-Type", testing::kForm}}, body);
}

HttpResponse RefreshUntilFull(MockServer& server) {
  Flow flow(server);
  Json tokens = flow.Tokens();
  HttpResponse reply;
  for (int i = 0; i < 20; ++i) {
    reply = flow.Refresh(tokens["refresh_token"].get<std::string>());
    if (reply.status != 200) break;
    tokens = ParseJson(reply.body).value();
  }
  return reply;
}

struct Row {
  const char* name;
  Reach reach;
  int status;
  const char* says;  // part of the refusal
};

std::vector<Row> Rows() {
  const auto numbered = [](const char* text) {
    return [text](int i) { return fmt::format(fmt::runtime(text), i); };
  };
  return {
      {"spaces", ByAdmin("/api/v1/spaces", numbered(R"({{"name":"s{}"}})")), 409,
       "there are 2 spaces, and no more are made; DELETE /api/v1/spaces/NAME makes room"},
      {"faults",
       ByAdmin("/api/v1/faults", numbered(R"({{"id":"f{}","on":"revoke","then":"hang"}})")), 409,
       "a space has 2 faults at most; DELETE /api/v1/faults/ID or POST /api/v1/reset"},
      {"clients",
       ByAdmin("/api/v1/clients",
               numbered(R"({{"id":"c{}","secret":"","redirect_uris":["https://a.example/"]}})")),
       409, "a space has 4 clients at most; use a new space for more"},
      {"webhooks", ByAdmin("/api/v1/webhooks", numbered(R"({{"url":"http://127.0.0.1:1/{}"}})")),
       409, "a space has 2 webhooks at most; DELETE /api/v1/webhooks/ID makes room"},
      {"tokens by hand",
       ByAdmin("/api/v1/tokens",
               [](int) { return R"({"client_id":"AWeberMockConfidentialClient0001"})"; }),
       409, "the space keeps 8 codes and tokens, and 8 at most; reset it, or use a new space"},
      {"values of the admin API's JSON",
       ByAdmin("/api/v1/clients",
               [](int) {
                 std::string body = "{";
                 for (std::size_t i = 0; i < kMaxJsonValues; ++i)
                   body += fmt::format("\"k{}\":1,", i);
                 return body + R"("last":1})";
               }),
       400, "more than 10000 values"},
      {"state",
       [](MockServer& server) {
         for (std::size_t i = 0; i < kMost; ++i) {
           Flow(server).Send("POST", "/1.0/accounts", {{"Content-Type", "text/plain"}},
                             std::string(9u << 20, 'x'));
         }
         return AskAdmin(server.admin_url(), "GET", "/api/v1/state").value();
       },
       409, "and PUT /state takes 16777216; DELETE /requests empties the journal"},
      {"tokens by refresh", RefreshUntilFull, 503, "temporarily_unavailable"},
      {"parameters",
       [](MockServer& server) {
         std::string body;
         for (std::size_t i = 0; i <= kMaxParameters; ++i) body += "a=b&";
         return SendForm(server, body);
       },
       400, "invalid_request"},
      {"body",
       [](MockServer& server) { return SendForm(server, std::string((16u << 20) + 1, 'x')); }, 413,
       "over the limit of 16777216 bytes"},
      {"head",
       [](MockServer& server) {
         return Flow(server).Send("GET", "/1.0/accounts", {{"X", std::string(70'000, 'x')}});
       },
       431, ""},
      {"target",
       [](MockServer& server) { return Flow(server).Get("/" + std::string(2'000'000, 'x')); }, 414,
       ""},
  };
}

TEST(MockLimits, BeyondEachTheNewcomerIsRefusedAndOthersGoOn) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.name);
    const auto server = StartSmall();
    const HttpResponse refusal = row.reach(*server);
    EXPECT_EQ(refusal.status, row.status) << refusal.body;
    EXPECT_NE(refusal.body.find(row.says), std::string::npos) << refusal.body;
    EXPECT_EQ(Flow(*server).Call("/1.0/accounts", "unknown").status, 401);
    EXPECT_EQ(AskAdmin(server->admin_url(), "GET", "/api/v1/info").value().status, 200);
  }
}

// What is at its limit without a refusal: the oldest goes, and that is counted.
TEST(MockLimits, TheJournalForgetsItsOldest) {
  const auto server = StartSmall();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Flow(*server).Call("/1.0/accounts", "unknown").status, 401);
  const Json journal =
      ParseJson(AskAdmin(server->admin_url(), "GET", "/api/v1/requests").value().body).value();
  EXPECT_EQ(journal["requests"].size(), kMost);
  EXPECT_EQ(journal["evicted"], 3);
  EXPECT_EQ(journal["last_sequence"], 5);
}

TEST(MockLimits, ASpaceOnUseBeyondTheLimitIsUnknown) {
  const auto server = StartSmall();
  EXPECT_EQ(Flow(*server, true, "/s/one").Call("/1.0/accounts", "unknown").status, 401);
  EXPECT_EQ(Flow(*server, true, "/s/two").Call("/1.0/accounts", "unknown").status, 401);
  EXPECT_EQ(Flow(*server, true, "/s/three").Call("/1.0/accounts", "unknown").status, 404);
  EXPECT_EQ(Flow(*server, true, "/s/two").Call("/1.0/accounts", "unknown").status, 401);
  EXPECT_EQ(AskAdmin(server->admin_url(), "DELETE", "/api/v1/spaces/two").value().status, 204);
  EXPECT_EQ(Flow(*server, true, "/s/three").Call("/1.0/accounts", "unknown").status, 401);
}

TEST(MockLimits, AReaderOfEventsBeyondTheLimitIsToldSo) {
  const auto server = StartSmall();
  const std::uint16_t port = ParseUri(server->admin_url())->port.value_or(0);
  const std::string ask = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::vector<test::RawSocket> readers;
  for (std::size_t i = 0; i < kMost; ++i) {
    readers.emplace_back(port);
    readers.back().Send(ask);
    EXPECT_NE(readers.back().ReadUntil("retry: 1000").find("HTTP/1.1 200 "), std::string::npos);
  }
  test::RawSocket late(port);
  late.Send(ask);
  const std::string refusal = late.ReadResponse();
  EXPECT_EQ(refusal.substr(0, 13), "HTTP/1.1 503 ");
  EXPECT_NE(refusal.find("2 streams of events are open, and no more are opened; close one"),
            std::string::npos)
      << refusal;
  Flow(*server).Get("/1.0/accounts");
  EXPECT_NE(readers[0].ReadUntil("event: request").find("event: request"), std::string::npos);
  readers.pop_back();
  // Its stream ends at the next thing that is written to it; until then its place is taken.
  for (int i = 0; i < 200; ++i) {
    Flow(*server).Get("/1.0/accounts");
    test::RawSocket next(port);
    next.Send(ask);
    const std::string reply = next.ReadUntil("\r\n\r\n");
    if (reply.starts_with("HTTP/1.1 200 ")) return;
  }
  ADD_FAILURE() << "no place became free";
}

TEST(MockLimits, AFullSpaceRefusesACodeAndAnotherSpaceIssuesOne) {
  const auto server = StartSmall();
  RefreshUntilFull(*server);
  Flow full(*server);
  const HttpResponse denied = full.Decide(full.Get(full.AuthorizeUrl()));
  EXPECT_EQ(testing::QueryOf(denied.headers.GetOr("Location")).GetOr("error"),
            "temporarily_unavailable");
  EXPECT_EQ(Flow(*server, true, "/s/other").Tokens()["token_type"], "bearer");
  EXPECT_EQ(AskAdmin(server->admin_url(), "POST", "/api/v1/reset").value().status, 204);
  EXPECT_EQ(Flow(*server).Tokens()["token_type"], "bearer");
}

}  // namespace
}  // namespace aweber::mock
