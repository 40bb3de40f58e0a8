// Every fault as a scenario writes it, seen from the socket: what arrives, how the connection ends,
// and whether the refresh behind it was committed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "base/http/client.h"
#include "mockserver/faults/effects.h"
#include "mockserver/scenario/loader.h"
#include "tests/support/mock_flow.h"
#include "tests/support/raw_socket.h"
#include "tests/support/temporary_file.h"

namespace aweber::mock {
namespace {

using End = test::RawSocket::End;
using testing::Flow;

void AddRules(Space& space, const std::string& rules) {
  auto parsed = ParseRules(rules, "rules");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  for (Rule& rule : *parsed) space.AddFault(std::move(rule));
}

std::unique_ptr<MockServer> Start(MockServerOptions options = {.scheme = "http", .seed = 3}) {
  auto server = MockServer::Start(std::move(options));
  EXPECT_TRUE(server.ok()) << (server.ok() ? "" : server.error().message);
  return std::move(*server);
}

std::uint16_t PortOf(MockServer& server) { return *ParseUri(server.base_url())->port; }

std::string RefreshRequest(const std::string& refresh_token) {
  const std::string body = "grant_type=refresh_token&refresh_token=" + refresh_token;
  return fmt::format(
      "POST /oauth2/token HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: {}\r\n"
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
      testing::Basic(testing::kClientId, testing::kClientSecret), body.size(), body);
}

std::string StateOf(Space& space, const char* label) {
  const auto token = space.FindToken(label);
  return token ? token->state : "none";
}

struct FaultRow {
  std::string fault;               // as in a scenario's `then`
  const char* name;                // in the journal
  std::vector<std::string> parts;  // of what arrives, in order; none: nothing at all
  End end;
  const char* state;  // of the refresh token that was presented
};

const std::vector<FaultRow>& FaultRows() {
  static const std::vector<FaultRow> rows = {
      {"{oauth_error: invalid_grant}",
       "oauth_error",
       {"HTTP/1.1 400 Bad Request\r\n", "HTTP", "\r\n\r\n{\"error\":\"invalid_grant\"}"},
       End::kFin,
       "live"},
      {"{oauth_error: {error: invalid_grant, phase: after}}",
       "oauth_error",
       {"HTTP/1.1 400 ", "HTTP", "{\"error\":\"invalid_grant\"}"},
       End::kFin,
       "used"},
      {"{http_status: 502}",
       "http_status",
       {"HTTP/1.1 502 Bad Gateway\r\n", "\"status\":502"},
       End::kFin,
       "live"},
      {"{http_status: {status: 503, phase: after}}",
       "http_status",
       {"HTTP/1.1 503 "},
       End::kFin,
       "used"},
      {"{retry_after: 7}",
       "retry_after",
       {"HTTP/1.1 429 ", "Retry-After: 7\r\n"},
       End::kFin,
       "live"},
      {"{retry_after: {seconds: 7, status: 503, phase: after}}",
       "retry_after",
       {"HTTP/1.1 503 ", "HTTP", "Retry-After: 7\r\n"},
       End::kFin,
       "used"},
      {"rate_limit", "rate_limit", {"HTTP/1.1 403 ", "Rate Limit Error"}, End::kFin, "live"},
      {"{delay: 1ms}", "delay", {"HTTP/1.1 200 OK\r\n", "\"access_token\""}, End::kFin, "used"},
      {"{dribble: 1ms}", "dribble", {"HTTP/1.1 200 OK\r\n", "\"access_token\""}, End::kFin, "used"},
      {"hang", "hang", {}, End::kTimeout, "live"},
      {"{hang: {phase: after}}", "hang", {}, End::kTimeout, "used"},
      {"reset", "reset", {}, End::kReset, "live"},
      {"{reset: {phase: after}}", "reset", {}, End::kReset, "used"},
      {"close_empty", "close_empty", {}, End::kFin, "live"},
      {"{close_empty: {phase: after}}", "close_empty", {}, End::kFin, "used"},
      {"{truncate: 10}",
       "truncate",
       {"Content-Length: ", "\r\n\r\n{\"access_t"},
       End::kFin,
       "used"},
      {"{content_length: 5000}",
       "content_length",
       {"Content-Length: 5000\r\n", "\"bearer\"}"},
       End::kFin,
       "used"},
      {"malformed_chunk", "malformed_chunk", {"Transfer-Encoding: chunked\r\n"}, End::kFin, "used"},
      {"{raw_body: {body: <h1>Down</h1>, content_type: text/html}}",
       "raw_body",
       {"HTTP/1.1 200 OK\r\n", "HTTP", "Content-Type: text/html\r\n", "\r\n\r\n<h1>Down</h1>"},
       End::kFin,
       "live"},
      {"{raw_body: {body: \"x${refresh_token}\", phase: after}}",
       "raw_body",
       {"HTTP/1.1 200 OK\r\n", "HTTP", "\r\n\r\nx"},
       End::kFin,
       "used"},
      {"lose_reply", "lose_reply", {}, End::kFin, "used"},
      {"{gate: {name: g, size: 1}}", "gate", {"HTTP/1.1 200 OK\r\n"}, End::kFin, "used"},
      {"{token_mutation: {set: {expires_in: soon}, remove: token_type}}",
       "token_mutation",
       {"\"expires_in\":\"soon\"}"},
       End::kFin,
       "used"},
  };
  return rows;
}

TEST(FaultSockets, WhatArrivesAndWhatWasCommitted) {
  for (const FaultRow& row : FaultRows()) {
    SCOPED_TRACE(row.fault);
    auto server = Start();
    Space& space = *server->default_space();
    const auto issued = space.IssueTokens({testing::kClientId, "", {}});
    AddRules(space, "[{on: token, then: " + row.fault + "}]");
    test::RawSocket socket(PortOf(*server));
    socket.Send(RefreshRequest(issued->second.value));
    const std::string text = socket.ReadAll(row.end == End::kTimeout ? 30 : 5000);
    EXPECT_EQ(static_cast<int>(socket.end()), static_cast<int>(row.end));
    std::size_t at = 0;
    for (const std::string& part : row.parts) {
      at = text.find(part, at);
      EXPECT_NE(at, std::string::npos) << part << " in " << text;
    }
    if (row.parts.empty()) {
      EXPECT_EQ(text, "");
    }
    if (row.end != End::kTimeout) {
      space.journal().Wait(
          0, [](const JournalEntry& entry) { return entry.finished_real_time > UnixTime(); }, 5000);
    }
    EXPECT_EQ(StateOf(space, "rt-1"), row.state);
    const bool used = std::string_view(row.state) == "used";
    EXPECT_EQ(StateOf(space, "rt-2"), used ? "live" : "none");
    const JournalEntry entry = space.journal().Entries().back();
    EXPECT_EQ(entry.fault.Text(), row.name);
    EXPECT_EQ(entry.rule, "fault-1");
    EXPECT_EQ(entry.facts.committed, used);
  }
}

// A fault that no row above shows would be one nobody has seen act.
TEST(FaultSockets, EveryFaultIsShown) {
  std::set<std::string> shown = {"grace", "redirect_tamper", "tls"};  // have tests of their own
  for (const FaultRow& row : FaultRows()) shown.insert(row.name);
  const auto names = FaultNames();
  EXPECT_EQ(shown, std::set<std::string>(names.begin(), names.end()));
}

TEST(FaultSockets, DelayAndDribbleTakeTheirTime) {
  auto server = Start();
  const auto took = [&](const std::string& fault) {
    AddRules(*server->default_space(), "[{id: f, on: token, then: " + fault + "}]");
    test::RawSocket socket(PortOf(*server));
    const Micros before = SystemClock::System().Steady();
    socket.Send(RefreshRequest("x"));
    int pieces = 0;
    while (!socket.ReadSome().empty()) ++pieces;
    return std::pair(SystemClock::System().Steady() - before, pieces);
  };
  EXPECT_GE(took("{delay: 50ms}").first, Micros(50'000));
  const auto [dribbled, pieces] = took("{dribble: 1ms}");
  EXPECT_GE(dribbled, Micros(100'000)) << "a byte each millisecond";
  EXPECT_GE(pieces, 10);
}

TEST(FaultSockets, MalformedChunkIsNoChunk) {
  auto server = Start();
  AddRules(*server->default_space(), "[{on: token, then: malformed_chunk}]");
  test::RawSocket socket(PortOf(*server));
  socket.Send(RefreshRequest("x"));
  const std::string text = socket.ReadAll();
  const std::string chunks = text.substr(text.find("\r\n\r\n") + 4);
  std::size_t size_end = 0;
  while (size_end < chunks.size() && std::isxdigit(static_cast<unsigned char>(chunks[size_end]))) {
    ++size_end;
  }
  // RFC 9112 §7.1: a chunk begins with its size in hexadecimal and CRLF (or an extension).
  EXPECT_TRUE(size_end == 0 || (chunks[size_end] != '\r' && chunks[size_end] != ';') ||
              chunks.find("\r\n0\r\n") == std::string::npos)
      << chunks;
  EXPECT_EQ(text.find("Content-Length"), std::string::npos);
}

TEST(FaultSockets, HangEndsWithTheServer) {
  auto server = Start();
  AddRules(*server->default_space(), "[{on: token, then: hang}]");
  test::RawSocket socket(PortOf(*server));
  socket.Send(RefreshRequest("x"));
  EXPECT_EQ(socket.ReadAll(20), "");
  EXPECT_EQ(socket.end(), End::kTimeout);
  server->Stop();
  EXPECT_EQ(socket.ReadAll(), "");
  EXPECT_NE(socket.end(), End::kTimeout);
}

TEST(FaultSockets, GateHoldsAllUntilTheLastHasCome) {
  auto server = Start();
  Space& space = *server->default_space();
  const auto issued = space.IssueTokens({testing::kClientId, "", {}});
  AddRules(space, "[{on: token, then: {gate: {name: g, size: 3}}}]");
  std::vector<test::RawSocket> sockets;
  for (int i = 0; i < 2; ++i) {
    sockets.emplace_back(PortOf(*server));
    sockets.back().Send(RefreshRequest(issued->second.value));
    EXPECT_EQ(sockets.back().ReadAll(20), "") << "held";
    EXPECT_EQ(sockets.back().end(), End::kTimeout);
  }
  EXPECT_EQ(StateOf(space, "rt-1"), "live");
  sockets.emplace_back(PortOf(*server));
  sockets.back().Send(RefreshRequest(issued->second.value));
  std::string statuses;
  for (test::RawSocket& socket : sockets) statuses += socket.ReadAll().substr(9, 3) + " ";
  EXPECT_EQ(statuses.find("200 "), statuses.rfind("200 ")) << "exactly one wins: " << statuses;
  EXPECT_NE(statuses.find("200 "), std::string::npos) << statuses;
  EXPECT_EQ(StateOf(space, "rt-2"), "live");
  EXPECT_EQ(StateOf(space, "rt-3"), "none");
}

TEST(FaultSockets, RedirectTampering) {
  Settings settings;
  settings.auto_approve = true;
  settings.iss_parameter = true;
  struct {
    const char* tamper;
    const char* expected;  // CODE and ISS stand for what the mock made
  } const kCases[] = {
      {"{set: {state: forged}}", "code=CODE&state=forged&iss=ISS"},
      {"{remove: state}", "code=CODE&iss=ISS"},
      {"{set: {iss: 'https://evil.example.test'}}",
       "code=CODE&state=state-1&iss=https%3A%2F%2Fevil.example.test"},
      {"{remove: iss}", "code=CODE&state=state-1"},
      {"{add: {code: second}}", "code=CODE&state=state-1&iss=ISS&code=second"},
      {"{set: {code: 'a b+c%/&='}}", "code=a+b%2Bc%25%2F%26%3D&state=state-1&iss=ISS"},
      {"{add: {extra: '1'}, order: [extra, state]}", "extra=1&state=state-1&code=CODE&iss=ISS"},
  };
  for (const auto& one : kCases) {
    SCOPED_TRACE(one.tamper);
    auto server = Start({.scheme = "http", .settings = settings, .seed = 3});
    Space& space = *server->default_space();
    AddRules(space, std::string("[{on: authorize, then: {redirect_tamper: ") + one.tamper + "}}]");
    Flow flow(*server);
    test::RawSocket socket(PortOf(*server));
    socket.Send("GET " + flow.AuthorizeUrl() + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const std::string text = socket.ReadAll();
    std::string expected = one.expected;
    for (const auto& [name, value] :
         {std::pair(std::string("CODE"), space.FindToken("code-1")->value),
          std::pair(std::string("ISS"), FormEncode(server->base_url()))}) {
      if (const auto at = expected.find(name); at != std::string::npos) {
        expected.replace(at, name.size(), value);
      }
    }
    EXPECT_EQ(testing::Between(text, "Location: ", '\r'),
              std::string(testing::kCallback) + "?" + expected);
  }
}

// Matching and counting are one step: of many requests at once, one is the second.
TEST(FaultSockets, AmongManyAtOnceOneIsTheSecond) {
  auto server = Start();
  Space& space = *server->default_space();
  AddRules(space, "[{on: token, when: {nth: 2}, then: {http_status: 503}}]");
  AddRules(space, "[{on: token, times: 3, then: {http_status: 502}}]");
  std::atomic<int> unavailable = 0, bad_gateway = 0;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&] {
        Flow flow(*server);
        for (int n = 0; n < 5; ++n) {
          const int status = flow.Refresh("x").status;
          unavailable += status == 503 ? 1 : 0;
          bad_gateway += status == 502 ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(unavailable, 1);
  EXPECT_EQ(bad_gateway, 3) << "times counts what the rule acted on, and the second was another's";
}

TEST(FaultSockets, SelectorsChooseEndpointGrantAndClient) {
  auto server = Start();
  Space& space = *server->default_space();
  AddRules(space,
           R"([{id: g, on: {endpoint: token, grant: refresh_token}, then: {http_status: 501}},
    {id: c, on: {endpoint: token, client_id: AWeberMockPublicClient0000000001},
     then: {http_status: 502}},
    {id: m, on: {endpoint: api, method: GET, path: "/1.0/accounts/*/lists"},
     then: {http_status: 503}},
    {id: t, on: {endpoint: api, token_state: expired}, then: {http_status: 504}}])");
  Flow flow(*server, false);
  EXPECT_EQ(flow.Refresh("x").status, 501);
  EXPECT_EQ(flow.Exchange("x").status, 400);
  EXPECT_EQ(
      flow.Token({{"grant_type", "authorization_code"}, {"client_id", testing::kPublicId}}, "")
          .status,
      502);
  EXPECT_EQ(flow.Call("/1.0/accounts/1/lists", "x").status, 503);
  EXPECT_EQ(flow.Call("/1.0/accounts/1/lists/2", "x").status, 401);
  const std::string token = space.IssueTokens({testing::kClientId, "", {}})->first.value;
  EXPECT_EQ(flow.Call("/1.0/accounts", token).status, 200);
  server->Advance(std::chrono::hours(1));
  EXPECT_EQ(flow.Call("/1.0/accounts", token).status, 504);
}

struct TlsRow {
  const char* certificate;
  const char* seen;  // what a careful client says
};
const TlsRow kTlsRows[] = {
    {"expired", "expired"}, {"wrong_name", "mismatch"}, {"unknown_ca", "certificate"}};

TEST(TlsFaultSockets, EachDefectIsSeenByACarefulClientOnce) {
  for (const TlsRow& row : kTlsRows) {
    SCOPED_TRACE(row.certificate);
    auto server = Start({.scheme = "https"});
    Space& space = *server->default_space();
    AddRules(space, fmt::format("[{{on: any, times: 1, then: {{tls: {}}}}}]", row.certificate));
    const test::TemporaryFile ca(server->ca_pem());
    auto client = MakeHttpClient({.ca_file = ca.path()});
    const auto refused = client->Send("GET", server->base_url() + "/1.0/accounts", {}, "");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "http.tls");
    EXPECT_NE(refused.error().message.find(row.seen), std::string::npos) << refused.error().message;
    const auto note = space.journal().Wait(
        0, [](const JournalEntry& entry) { return entry.fault == "tls"; }, 5000);
    ASSERT_TRUE(note);
    EXPECT_NE(note->why_rejected.find(row.certificate), std::string::npos) << note->why_rejected;
    const auto again = client->Send("GET", server->base_url() + "/1.0/accounts", {}, "");
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(again->status, 400);
  }
}

// In the default space a fault for one endpoint spoils the origin that is told for it, and the name
// of AWeber's host that serves it.
TEST(TlsFaultSockets, OneEndpointOfTheDefaultSpace) {
  auto server = Start({.scheme = "https", .proxy_port = 0});
  Space& space = *server->default_space();
  AddRules(space, "[{on: api, then: {tls: unknown_ca}}]");
  const test::TemporaryFile ca(server->ca_pem());
  auto client = MakeHttpClient({.ca_file = ca.path()});
  EXPECT_EQ(server->OriginFor(space, Endpoint::kToken), server->base_url());
  const std::string api = server->OriginFor(space, Endpoint::kApi);
  EXPECT_NE(api, server->base_url());
  EXPECT_EQ(client->Send("GET", api + "/1.0/accounts", {}, "").error().code, "http.tls");
  EXPECT_EQ(client->Send("GET", server->base_url() + "/1.0/accounts", {}, "")->status, 400);
  ::setenv("HTTPS_PROXY", server->proxy_url().c_str(), 1);
  auto proxied = MakeHttpClient({.ca_file = ca.path()});
  EXPECT_EQ(proxied->Send("GET", "https://api.aweber.com/1.0/accounts", {}, "").error().code,
            "http.tls");
  EXPECT_EQ(proxied->Send("POST", "https://auth.aweber.com/oauth2/token", {}, "")->status, 400);
  ::unsetenv("HTTPS_PROXY");
}

}  // namespace
}  // namespace aweber::mock
