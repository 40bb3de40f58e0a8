// Both clients against scripted servers: what they send, and what they make of answers. Where the
// library of the one hides or changes something, its row says so.
#include "base/http/client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/http/server.h"
#include "base/http/wire_client.h"
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

// "library": the client over cpp-httplib; "wire": our own, for the runner's browser.
class EveryClient : public testing::TestWithParam<const char*> {
 protected:
  bool wire() const { return std::string(GetParam()) == "wire"; }
  std::unique_ptr<HttpClient> Client(HttpClientOptions options = {}) const {
    return wire() ? MakeWireClient(options) : MakeHttpClient(options);
  }

  // Sends to a server that answers `answer` verbatim and closes.
  Result<HttpResponse> SendTo(std::string answer, const std::string& method = "GET",
                              HttpClientOptions options = {}) const {
    const auto server = StartServer([&answer](const HttpRequest&) {
      HttpResponse response;
      response.fault.kind = Kind::kRaw;
      response.fault.raw = answer;
      return response;
    });
    return Client(options)->Send(method, server->base_url() + "/", {}, "");
  }
};

INSTANTIATE_TEST_SUITE_P(Clients, EveryClient, testing::Values("library", "wire"),
                         [](const auto& chosen) { return std::string(chosen.param); });

std::vector<std::string> SortedLines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find("\r\n", at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 2;
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

// The order of a request's fields is the library's own, and another one in each release.
TEST_P(EveryClient, SendsTheRequestByteForByte) {
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
  EXPECT_EQ(CodeOf(Client()->Send("POST", url, headers, "k=v%2B")), "status 200");
  peer.join();
  const std::string wanted = fmt::format(
      "POST /a%2fb;c=+?x=%2B&x==&y=a+b%20 HTTP/1.1\r\nX-B: 2\r\nX-A: 1\r\n"
      "Content-Type: text/plain\r\nConnection: close\r\nHost: 127.0.0.1:{}\r\n"
      "Content-Length: 6\r\nAccept: */*\r\nUser-Agent: aweber-harness\r\n\r\nk=v%2B",
      listener.port());
  EXPECT_EQ(SortedLines(request), SortedLines(wanted));
  EXPECT_EQ(request.substr(0, request.find("\r\n")), wanted.substr(0, wanted.find("\r\n")));
  if (wire()) {
    EXPECT_EQ(request, wanted);
  }
}

TEST_P(EveryClient, AddsNoBodyHeadersToGetAndAZeroLengthToPost) {
  test::Recorder<HttpRequest> seen;
  const auto server = StartServer([&](const HttpRequest& request) {
    seen.Add(request);
    return HttpResponse();
  });
  const auto client = Client();
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

TEST_P(EveryClient, GivesTheResponseAsItWas) {
  const auto response = SendTo(
      "HTTP/1.1 209 Content Returned\r\nLocation: http://x/cb?code=a%2Bb%20c&state=%\r\n"
      "Set-Cookie: b=%41\r\nContent-Encoding: gzip\r\nset-cookie: a=1\r\nContent-Length: 4\r\n\r\n"
      "\x1f\x8b?!");
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->status, 209);
  EXPECT_EQ(response->reason, "Content Returned");
  EXPECT_EQ(response->body, "\x1f\x8b?!");
  // The library decodes percent signs (Location's only up to 0.11) and forgets the order.
  if (!wire()) return;
  EXPECT_THAT(response->headers.fields(),
              ElementsAre(Pair("Location", "http://x/cb?code=a%2Bb%20c&state=%"),
                          Pair("Set-Cookie", "b=%41"), Pair("Content-Encoding", "gzip"),
                          Pair("set-cookie", "a=1"), Pair("Content-Length", "4")));
}

TEST_P(EveryClient, DoesNotFollowRedirects) {
  std::atomic<int> requests = 0;
  const auto server = StartServer([&](const HttpRequest&) {
    ++requests;
    HttpResponse response;
    response.status = 302;
    response.headers.Add("Location", "/elsewhere");
    return response;
  });
  EXPECT_EQ(CodeOf(Client()->Send("GET", server->base_url(), {}, "")), "status 302");
  EXPECT_EQ(requests, 1);
}

TEST_P(EveryClient, ReadsEveryWayABodyCanBeFramed) {
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

// A library that takes neither says so, and nothing hangs.
TEST_P(EveryClient, TakesInterimResponsesAndLongHeaderLines) {
  const auto interim = SendTo(
      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(CodeOf(interim), wire() ? "status 200" : "http.invalid");
  const std::string location = "http://x/?state=" + std::string(100'000, 's');
  const auto longer =
      SendTo("HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(CodeOf(longer), wire() ? "status 302" : "http.invalid");
  if (wire()) {
    EXPECT_EQ(longer->headers.GetOr("location"), location);
  }
}

// The library tells only that it could not read: what the peer did meanwhile is known, but not
// whether a head or a chunk line was cut short or malformed.
TEST_P(EveryClient, NamesWhatWentWrongWithAnAnswer) {
  struct Row {
    std::string answer;
    std::string code;
    std::string message;
    std::string library_code = {};  // where it differs
  };
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const Row rows[] = {
      {"", "http.reset", "closed before a response began"},
      {"HTTP/1.1 200 OK\r\nCont", "http.reset", "closed within the response head", "http.invalid"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "http.reset",
       "closed within the response body"},
      {chunked + "5\r\nab", "http.reset", "closed within the response body"},
      {chunked + "zz\r\nab\r\n0\r\n\r\n", "http.invalid", "not a hexadecimal number"},
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
    const bool own_code = !wire() && !row.library_code.empty();
    EXPECT_EQ(response.error().code, own_code ? row.library_code : row.code) << row.answer;
    if (wire()) {
      EXPECT_THAT(response.error().message, HasSubstr(row.message)) << row.answer;
    }
  }
  if (wire()) {
    EXPECT_EQ(CodeOf(SendTo("HTTP/1.1 200 OK\r\nbroken\r\n\r\n")), "http.invalid");
  }
}

TEST_P(EveryClient, NamesWhatIsWrongWithARequest) {
  const auto client = Client();
  for (const char* url : {"", "/path", "ftp://h/", "http://", "http:///x", "http://u:p@h/",
                          "http://h/a b", "http://h:0/", "http://h:99999/"}) {
    EXPECT_EQ(CodeOf(client->Send("GET", url, {}, "")), "http.url") << url;
  }
  const std::string url = "http://127.0.0.1:1/";
  EXPECT_EQ(CodeOf(client->Send("GE T", url, {}, "")), "http.invalid");
  EXPECT_EQ(CodeOf(client->Send("GET", url, {{"A", "b\r\nC: d"}}, "")), "http.invalid");
  EXPECT_EQ(CodeOf(client->Send("GET", url, {{"A:", "b"}}, "")), "http.invalid");
}

TEST_P(EveryClient, NamesAServerThatIsNotThere) {
  std::uint16_t port = 0;
  {
    const ListeningSocket listener;
    port = listener.port();
  }
  const auto response = Client()->Send("GET", fmt::format("http://127.0.0.1:{}/", port), {}, "");
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, "http.connect");
  EXPECT_EQ(response.error().message,
            fmt::format("cannot connect to 127.0.0.1:{}: {}", port,
                        wire() ? "Connection refused" : "no server answers there"));
}

TEST_P(EveryClient, TimesOut) {
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
  const auto impatient = Client(options);
  EXPECT_EQ(CodeOf(impatient->Send("GET", server->base_url() + "/hang", {}, "")), "http.timeout");
  // Each byte comes in time, all of them together do not.
  options.read_timeout_ms = 10'000;
  options.total_timeout_ms = 60;
  const auto busy = Client(options);
  EXPECT_EQ(CodeOf(busy->Send("GET", server->base_url() + "/dribble", {}, "")), "http.timeout");
}

TEST_P(EveryClient, SeesAReset) {
  const auto server = StartServer([](const HttpRequest&) {
    HttpResponse response;
    response.fault.kind = Kind::kReset;
    return response;
  });
  EXPECT_EQ(CodeOf(Client()->Send("POST", server->base_url(), {}, "a=b")), "http.reset");
}

TEST_P(EveryClient, IsCancelledByItsStopToken) {
  test::Recorder<int> arrived;
  const auto server = StartServer([&](const HttpRequest&) {
    arrived.Add(1);
    HttpResponse response;
    response.fault.kind = Kind::kHang;
    return response;
  });
  const auto client = Client();
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

TEST_P(EveryClient, ReusesConnectionsUnlessToldNotTo) {
  test::Recorder<std::string> peers;
  const auto server = StartServer([&](const HttpRequest& request) {
    peers.Add(request.peer);
    return Echo(request);
  });
  const auto client = Client();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(CodeOf(client->Send("POST", server->base_url(), {}, "x")), "status 200");
  }
  HttpClientOptions options;
  options.keep_alive = false;
  const auto closing = Client(options);
  for (int i = 0; i < 2; ++i) {
    const auto response = closing->Send("GET", server->base_url(), {}, "");
    ASSERT_TRUE(response.ok());
    EXPECT_THAT(response->body, HasSubstr("\nConnection=[close]\n"));
  }
  const auto seen = peers.All();
  ASSERT_EQ(seen.size(), 5u);
  EXPECT_EQ(seen[0] == seen[1], !wire()) << "the exact client opens one for each request";
  EXPECT_EQ(seen[1] == seen[2], !wire());
  EXPECT_NE(seen[2], seen[3]);
  EXPECT_NE(seen[3], seen[4]);
}

TEST_P(EveryClient, OpensAnewWhenTheServerClosedAnIdleConnection) {
  const auto client = Client();
  auto first = StartServer(Echo);
  HttpServerOptions options;
  options.port = first->port();
  const std::string url = first->base_url();
  EXPECT_EQ(CodeOf(client->Send("GET", url, {}, "")), "status 200");
  first.reset();
  const auto second = StartServer(options, Echo);
  EXPECT_EQ(CodeOf(client->Send("POST", url, {}, "x")), "status 200");
}

TEST_P(EveryClient, NeverSendsARequestTwice) {
  std::atomic<int> requests = 0;
  const auto server = StartServer([&](const HttpRequest& request) {
    HttpResponse response = Echo(request);
    if (++requests == 2) response.fault.kind = Kind::kCloseEmpty;
    return response;
  });
  const auto client = Client();
  EXPECT_EQ(CodeOf(client->Send("GET", server->base_url(), {}, "")), "status 200");
  EXPECT_EQ(CodeOf(client->Send("GET", server->base_url(), {}, "")), "http.reset");
  EXPECT_EQ(requests, 2);
}

TEST_P(EveryClient, SendsFromManyThreadsAtOnce) {
  const auto server = StartServer(Echo);
  const auto client = Client();
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

// The library does not read once it cannot write.
TEST_P(EveryClient, HearsWhyALargeRequestIsRefused) {
  if (!wire()) GTEST_SKIP() << "only the exact client does";
  HttpServerOptions options;
  options.max_body = 1000;
  const auto server = StartServer(options, Echo);
  EXPECT_EQ(CodeOf(Client()->Send("POST", server->base_url(), {}, std::string(50'000, 'x'))),
            "status 413");
}

}  // namespace
}  // namespace aweber
