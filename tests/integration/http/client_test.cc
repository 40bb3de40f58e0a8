// The client against scripted servers: what it sends, and what it makes of answers.
#include "base/http/client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/http/server.h"
#include "tests/support/http_helpers.h"
#include "tests/support/listening_socket.h"
#include "tests/support/raw_socket.h"

namespace aweber {
namespace {

using Kind = WireFault::Kind;
using test::Echo;
using test::ListeningSocket;
using test::StartServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

std::string CodeOf(const Result<HttpResponse>& response) {
  return response ? fmt::format("status {}", response->status) : response.error().code;
}

// Sends to a server that answers `answer` verbatim and closes.
Result<HttpResponse> SendTo(std::string answer, const std::string& method = "GET",
                            HttpClientOptions options = {}) {
  const auto server = StartServer([&answer](const HttpRequest&) {
    HttpResponse response;
    response.fault.kind = Kind::kRaw;
    response.fault.raw = answer;
    return response;
  });
  return MakeHttpClient(options)->Send(method, server->base_url() + "/", {}, "");
}

TEST(HttpClientTest, SendsTheRequestByteForByte) {
  ListeningSocket listener;
  const std::string url =
      fmt::format("http://127.0.0.1:{}/a%2fb;c=+?x=%2B&x==&y=a+b%20", listener.port());
  std::string request;
  std::jthread peer([&] {
    auto socket = listener.Accept();
    request = socket.ReadUntil("k=v%2B");
    socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  const HttpHeaders headers = {
      {"X-B", "2"}, {"X-A", "1"}, {"Content-Type", "text/plain"}, {"Connection", "close"}};
  EXPECT_EQ(CodeOf(MakeHttpClient()->Send("POST", url, headers, "k=v%2B")), "status 200");
  peer.join();
  const std::string wanted = fmt::format(
      "POST /a%2fb;c=+?x=%2B&x==&y=a+b%20 HTTP/1.1\r\nX-B: 2\r\nX-A: 1\r\n"
      "Content-Type: text/plain\r\nConnection: close\r\nHost: 127.0.0.1:{}\r\n"
      "Content-Length: 6\r\nAccept: */*\r\nUser-Agent: aweber-harness\r\n\r\nk=v%2B",
      listener.port());
  EXPECT_EQ(request, wanted);
}

TEST(HttpClientTest, AddsNoBodyHeadersToGetAndAZeroLengthToPost) {
  test::Recorder<HttpRequest> seen;
  const auto server = StartServer([&](const HttpRequest& request) {
    seen.Add(request);
    return HttpResponse();
  });
  const auto client = MakeHttpClient();
  const std::string url = server->base_url();
  EXPECT_EQ(CodeOf(client->Send("GET", url, {{"Host", "auth.aweber.com"}}, "")), "status 200");
  EXPECT_EQ(CodeOf(client->Send("POST", url + "/p", {{"User-Agent", "mine"}}, "")), "status 200");
  EXPECT_EQ(CodeOf(client->Send("DELETE", url, {{"Content-Type", "a/b"}}, "x")), "status 200");
  const auto sent = [&seen](std::size_t n, const char* name) {
    return seen.All().at(n).headers.GetAll(name);
  };
  EXPECT_THAT(sent(0, "Host"), ElementsAre("auth.aweber.com"));
  EXPECT_THAT(sent(0, "User-Agent"), ElementsAre("aweber-harness"));
  EXPECT_THAT(sent(0, "Accept"), ElementsAre("*/*"));
  for (const char* name : {"Content-Length", "Content-Type", "Transfer-Encoding", "Cookie"}) {
    EXPECT_THAT(sent(0, name), ElementsAre()) << name;
  }
  EXPECT_THAT(sent(1, "Host"), ElementsAre(fmt::format("127.0.0.1:{}", server->port())));
  EXPECT_THAT(sent(1, "User-Agent"), ElementsAre("mine"));
  EXPECT_THAT(sent(1, "Content-Length"), ElementsAre("0"));
  EXPECT_THAT(sent(1, "Content-Type"), ElementsAre());
  EXPECT_THAT(sent(2, "Content-Length"), ElementsAre("1"));
  EXPECT_EQ(seen.All().at(2).body, "x");
}

TEST(HttpClientTest, GivesTheResponseAsItWas) {
  const auto response = SendTo(
      "HTTP/1.1 209 Content Returned\r\nLocation: http://x/cb?code=a%2Bb%20c&state=%\r\n"
      "Set-Cookie: b=%41\r\nContent-Encoding: gzip\r\nset-cookie: a=1\r\nContent-Length: 4\r\n\r\n"
      "\x1f\x8b?!");
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->status, 209);
  EXPECT_EQ(response->reason, "Content Returned");
  EXPECT_EQ(response->body, "\x1f\x8b?!");
  EXPECT_THAT(response->headers.fields(),
              ElementsAre(Pair("Location", "http://x/cb?code=a%2Bb%20c&state=%"),
                          Pair("Set-Cookie", "b=%41"), Pair("Content-Encoding", "gzip"),
                          Pair("set-cookie", "a=1"), Pair("Content-Length", "4")));
}

TEST(HttpClientTest, DoesNotFollowRedirects) {
  std::atomic<int> requests = 0;
  const auto server = StartServer([&](const HttpRequest&) {
    ++requests;
    HttpResponse response;
    response.status = 302;
    response.headers.Add("Location", "/elsewhere");
    return response;
  });
  EXPECT_EQ(CodeOf(MakeHttpClient()->Send("GET", server->base_url(), {}, "")), "status 302");
  EXPECT_EQ(requests, 1);
}

TEST(HttpClientTest, ReadsEveryWayABodyCanBeFramed) {
  struct Row {
    std::string answer;
    std::string method;
    std::string body;
  };
  const Row rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabXX", "GET", "ab"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", "GET",
       "abc"},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "GET", "until the end"},
      {"HTTP/1.0 200 OK\r\n\r\n", "GET", ""},
      {"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "GET", ""},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD", ""},
      {"HTTP/1.1 204 No Content\r\n\r\n", "GET", ""},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "GET", ""},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET", "ok"},
  };
  for (const Row& row : rows) {
    const auto response = SendTo(row.answer, row.method);
    ASSERT_TRUE(response.ok()) << row.answer << response.error().message;
    EXPECT_EQ(response->body, row.body) << row.answer;
  }
}

TEST(HttpClientTest, TakesInterimResponsesAndLongHeaderLines) {
  const auto interim = SendTo(
      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(CodeOf(interim), "status 200");
  const std::string location = "http://x/?state=" + std::string(100'000, 's');
  const auto longer =
      SendTo("HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(CodeOf(longer), "status 302");
  EXPECT_EQ(longer->headers.GetOr("location"), location);
}

TEST(HttpClientTest, NamesWhatWentWrongWithAnAnswer) {
  struct Row {
    std::string answer;
    std::string code;
    std::string message;
  };
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const Row rows[] = {
      {"", "http.reset", "closed before a response began"},
      {"HTTP/1.1 200 OK\r\nCont", "http.reset", "closed within the response head"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "http.reset",
       "closed within the response body"},
      {chunked + "5\r\nab", "http.reset", "closed within the response body"},
      {chunked + "zz\r\nab\r\n0\r\n\r\n", "http.invalid", "not a hexadecimal number"},
      {"HTTP/1.1 200 OK\r\nbroken\r\n\r\n", "http.invalid", "header line without a colon"},
      {"\r\n\r\n", "http.invalid", "empty line instead of a status line"},
      {"garbage\r\n\r\n", "http.invalid", "does not carry HTTP/1.1"},
      {"HTTP/1.1 20 OK\r\n\r\n", "http.invalid", "three-digit status"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "http.invalid",
       "more than one Content-Length"},
      {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "http.invalid", "not a number"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'), "http.too_large",
       "over 100 bytes"},
      {"HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x'), "http.too_large", "over 100 bytes"},
      {chunked + "65\r\n" + std::string(101, 'x') + "\r\n0\r\n\r\n", "http.too_large",
       "over 100 bytes"},
  };
  HttpClientOptions options;
  options.max_response_bytes = 100;
  for (const Row& row : rows) {
    const auto response = SendTo(row.answer, "GET", options);
    ASSERT_FALSE(response.ok()) << row.answer;
    EXPECT_EQ(response.error().code, row.code) << row.answer;
    EXPECT_THAT(response.error().message, HasSubstr(row.message)) << row.answer;
  }
}

TEST(HttpClientTest, NamesWhatIsWrongWithARequest) {
  const auto client = MakeHttpClient();
  for (const char* url : {"", "/path", "ftp://h/", "http://", "http:///x", "http://u:p@h/",
                          "http://h/a b", "http://h:0/", "http://h:99999/"}) {
    EXPECT_EQ(CodeOf(client->Send("GET", url, {}, "")), "http.url") << url;
  }
  const std::string url = "http://127.0.0.1:1/";
  EXPECT_EQ(CodeOf(client->Send("GE T", url, {}, "")), "http.invalid");
  EXPECT_EQ(CodeOf(client->Send("GET", url, {{"A", "b\r\nC: d"}}, "")), "http.invalid");
  EXPECT_EQ(CodeOf(client->Send("GET", url, {{"A:", "b"}}, "")), "http.invalid");
}

TEST(HttpClientTest, NamesAServerThatIsNotThere) {
  std::uint16_t port = 0;
  {
    const ListeningSocket listener;
    port = listener.port();
  }
  const auto response =
      MakeHttpClient()->Send("GET", fmt::format("http://127.0.0.1:{}/", port), {}, "");
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, "http.connect");
  EXPECT_EQ(response.error().message,
            fmt::format("cannot connect to 127.0.0.1:{}: Connection refused", port));
}

TEST(HttpClientTest, TimesOut) {
  const auto server = StartServer([](const HttpRequest& request) {
    HttpResponse response = Echo(request);
    if (request.target == "/hang") response.fault.kind = Kind::kHang;
    if (request.target == "/dribble") {
      response.fault.kind = Kind::kDribble;
      response.fault.delay_ms = 5;
    }
    return response;
  });
  HttpClientOptions options;
  options.read_timeout_ms = 60;
  const auto impatient = MakeHttpClient(options);
  EXPECT_EQ(CodeOf(impatient->Send("GET", server->base_url() + "/hang", {}, "")), "http.timeout");
  // Each byte comes in time, all of them together do not.
  options.read_timeout_ms = 10'000;
  options.total_timeout_ms = 60;
  const auto busy = MakeHttpClient(options);
  EXPECT_EQ(CodeOf(busy->Send("GET", server->base_url() + "/dribble", {}, "")), "http.timeout");
}

TEST(HttpClientTest, SeesAReset) {
  const auto server = StartServer([](const HttpRequest&) {
    HttpResponse response;
    response.fault.kind = Kind::kReset;
    return response;
  });
  EXPECT_EQ(CodeOf(MakeHttpClient()->Send("POST", server->base_url(), {}, "a=b")), "http.reset");
}

TEST(HttpClientTest, IsCancelledByItsStopToken) {
  test::Recorder<int> arrived;
  const auto server = StartServer([&](const HttpRequest&) {
    arrived.Add(1);
    HttpResponse response;
    response.fault.kind = Kind::kHang;
    return response;
  });
  const auto client = MakeHttpClient();
  std::stop_source stop;
  std::jthread canceller([&] {
    arrived.Await(1);
    stop.request_stop();
  });
  const std::string url = server->base_url();
  EXPECT_EQ(CodeOf(client->Send("GET", url, {}, "", stop.get_token())), "http.cancelled");
  EXPECT_EQ(CodeOf(client->Send("GET", url, {}, "", stop.get_token())), "http.cancelled");
  EXPECT_EQ(arrived.All().size(), 1u) << "a request cancelled before it began must not be sent";
}

TEST(HttpClientTest, ReusesConnectionsUnlessToldNotTo) {
  test::Recorder<std::string> peers;
  const auto server = StartServer([&](const HttpRequest& request) {
    peers.Add(request.peer);
    return Echo(request);
  });
  const auto client = MakeHttpClient();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(CodeOf(client->Send("POST", server->base_url(), {}, "x")), "status 200");
  }
  HttpClientOptions options;
  options.keep_alive = false;
  const auto closing = MakeHttpClient(options);
  for (int i = 0; i < 2; ++i) {
    const auto response = closing->Send("GET", server->base_url(), {}, "");
    ASSERT_TRUE(response.ok());
    EXPECT_THAT(response->body, HasSubstr("\nConnection=[close]\n"));
  }
  const auto seen = peers.All();
  ASSERT_EQ(seen.size(), 5u);
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[1], seen[2]);
  EXPECT_NE(seen[2], seen[3]);
  EXPECT_NE(seen[3], seen[4]);
}

TEST(HttpClientTest, OpensAnewWhenTheServerClosedAnIdleConnection) {
  const auto client = MakeHttpClient();
  auto first = StartServer(Echo);
  HttpServerOptions options;
  options.port = first->port();
  const std::string url = first->base_url();
  EXPECT_EQ(CodeOf(client->Send("GET", url, {}, "")), "status 200");
  first.reset();
  const auto second = StartServer(options, Echo);
  EXPECT_EQ(CodeOf(client->Send("POST", url, {}, "x")), "status 200");
}

// Else the server of one request could answer the next one, of another user.
TEST(HttpClientTest, WhatFollowsAResponseIsNoAnswerToTheNextRequest) {
  ListeningSocket listener;
  std::jthread peer([&] {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
    auto first = listener.Accept();
    first.ReadUntil("\r\n\r\n");
    first.Send(answer + "1" + answer + "!");
    auto second = listener.Accept();
    second.ReadUntil("\r\n\r\n");
    second.Send(answer + "2");
  });
  const auto client = MakeHttpClient();
  for (const char* const body : {"1", "2"}) {
    const auto response =
        client->Send("GET", fmt::format("http://127.0.0.1:{}/", listener.port()), {}, "");
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_EQ(response->body, body);
  }
}

TEST(HttpClientTest, NeverSendsARequestTwice) {
  std::atomic<int> requests = 0;
  const auto server = StartServer([&](const HttpRequest& request) {
    HttpResponse response = Echo(request);
    if (++requests == 2) response.fault.kind = Kind::kCloseEmpty;
    return response;
  });
  const auto client = MakeHttpClient();
  EXPECT_EQ(CodeOf(client->Send("GET", server->base_url(), {}, "")), "status 200");
  EXPECT_EQ(CodeOf(client->Send("GET", server->base_url(), {}, "")), "http.reset");
  EXPECT_EQ(requests, 2);
}

TEST(HttpClientTest, SendsFromManyThreadsAtOnce) {
  const auto server = StartServer(Echo);
  const auto client = MakeHttpClient();
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int n = 0; n < 50; ++n) {
          const std::string body = fmt::format("{}-{}", i, n);
          const auto response = client->Send("POST", server->base_url(), {}, body);
          if (response && response->body.find("body=" + body) != std::string::npos) ++good;
        }
      });
    }
  }
  EXPECT_EQ(good, 400);
}

TEST(HttpClientTest, HearsWhyALargeRequestIsRefused) {
  HttpServerOptions options;
  options.max_body = 1000;
  const auto server = StartServer(options, Echo);
  EXPECT_EQ(
      CodeOf(MakeHttpClient()->Send("POST", server->base_url(), {}, std::string(50'000, 'x'))),
      "status 413");
}

}  // namespace
}  // namespace aweber
