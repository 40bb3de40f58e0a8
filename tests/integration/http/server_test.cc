// The server over real loopback sockets: what arrives is what was sent, byte for byte.
#include "base/http/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/http_helpers.h"
#include "tests/support/raw_socket.h"

namespace aweber {
namespace {

using test::BodyOf;
using test::Echo;
using test::HeadOf;
using test::RawSocket;
using test::StartServer;
using test::StatusLineOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

TEST(HttpServer, GivesTheHandlerTheRawTargetHeadersAndBody) {
  const auto server = StartServer(Echo);
  RawSocket socket(server->port());
  socket.Send(
      "GET /oauth2/token?a=b=c&a==&x=%2B%2b+&a=b&a=b#f HTTP/1.1\r\n"
      "Host: h\r\nX-One: a%20b\r\nx-one:  two \r\nX-One: a%20b\r\nX-Empty:\r\n"
      "Range: bytes=0-1\r\nAccept-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_EQ(BodyOf(socket.ReadResponse()),
            "GET /oauth2/token?a=b=c&a==&x=%2B%2b+&a=b&a=b#f\n"
            "Host=[h]\nX-One=[a%20b]\nx-one=[two]\nX-One=[a%20b]\nX-Empty=[]\n"
            "Range=[bytes=0-1]\nAccept-Encoding=[gzip]\nContent-Length=[4]\nbody=body");
}

TEST(HttpServer, SplitsTheTargetWithoutDecodingIt) {
  const auto server = StartServer([](const HttpRequest& request) {
    HttpResponse response;
    response.body = fmt::format("[{}] [{}] tls={} peer={}", request.Path(), request.Query(),
                                request.tls, request.peer);
    return response;
  });
  RawSocket socket(server->port());
  socket.Send("GET /a%2Fb?x=1?y HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(BodyOf(socket.ReadResponse()),
              MatchesRegex(R"(\[/a%2Fb\] \[x=1\?y\] tls=false peer=127\.0\.0\.1:[0-9]+)"));
}

TEST(HttpServer, AHandlerMayEndTheConnection) {
  const auto server = StartServer([](const HttpRequest&) {
    HttpResponse response;
    response.headers = {{"Connection", "close"}};
    return response;
  });
  RawSocket socket(server->port());
  socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(socket.ReadAll(), HasSubstr("\r\nConnection: close\r\n\r\n"));
  EXPECT_EQ(socket.end(), RawSocket::End::kFin);
}

TEST(HttpServer, WritesTheResponseAsGiven) {
  const auto server = StartServer([](const HttpRequest&) {
    HttpResponse response;
    response.status = 302;
    response.headers = {{"Location", "http://127.0.0.1/cb?code=a%2Bb&state=+"},
                        {"Set-Cookie", "b=2"},
                        {"Cache-Control", "no-store"},
                        {"Set-Cookie", "a=1"},
                        {"content-length", "99"},
                        {"X-Split", "a\r\nInjected: yes"}};
    response.body = "text";
    return response;
  });
  RawSocket socket(server->port());
  socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(socket.ReadResponse(),
              MatchesRegex("HTTP/1\\.1 302 Found\r\n"
                           "Location: http://127\\.0\\.0\\.1/cb\\?code=a%2Bb&state=\\+\r\n"
                           "Set-Cookie: b=2\r\nCache-Control: no-store\r\nSet-Cookie: a=1\r\n"
                           "X-Split: a  Injected: yes\r\nContent-Length: 4\r\n"
                           "Date: [A-Z][a-z][a-z], [0-9 A-Za-z:]+ GMT\r\n"
                           "Connection: keep-alive\r\n\r\ntext"));
}

TEST(HttpServer, WritesStatusesWithTheirPhrasesOrWithout) {
  struct Row {
    int status;
    std::string reason;
    std::string line;
  };
  const Row rows[] = {{200, "", "HTTP/1.1 200 OK"},
                      {429, "", "HTTP/1.1 429 Too Many Requests"},
                      {209, "", "HTTP/1.1 209 "},
                      {209, "Content Returned", "HTTP/1.1 209 Content Returned"},
                      {204, "", "HTTP/1.1 204 No Content"}};
  for (const Row& row : rows) {
    const auto server = StartServer([&row](const HttpRequest&) {
      HttpResponse response;
      response.status = row.status;
      response.reason = row.reason;
      return response;
    });
    RawSocket socket(server->port());
    socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string response = socket.ReadResponse();
    EXPECT_EQ(StatusLineOf(response), row.line);
    // RFC 9110 §8.6: no Content-Length in a 204.
    EXPECT_EQ(response.find("Content-Length") == std::string::npos, row.status == 204);
  }
}

TEST(HttpServer, HeadGetsTheHeadersOfGetWithoutItsBody) {
  const auto server = StartServer(Echo);
  RawSocket socket(server->port());
  socket.Send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\nGET /y HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string head = socket.ReadResponse(/*head_only=*/true);
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 22\r\n"));  // "HEAD /x\nHost=[h]\nbody="
  EXPECT_THAT(BodyOf(socket.ReadResponse()), StartsWith("GET /y\n"));
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  const auto server = StartServer(Echo);
  RawSocket socket(server->port());
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += fmt::format("POST /{0} HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{0:02}", i);
  }
  socket.Send(requests);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(BodyOf(socket.ReadResponse()),
              fmt::format("POST /{0}\nHost=[h]\nContent-Length=[2]\nbody={0:02}", i));
  }
}

TEST(HttpServer, PostWithoutContentLengthHasAnEmptyBodyAtOnce) {
  const auto server = StartServer(Echo);
  RawSocket socket(server->port());
  socket.Send("POST /x HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(BodyOf(socket.ReadResponse(false, 1000)), "POST /x\nHost=[h]\nbody=");
}

TEST(HttpServer, TakesFormsOfAnySizeUpToTheLimit) {
  HttpServerOptions options;
  options.max_body = 100'000;
  const auto server = StartServer(options, Echo);
  const std::string form = "a=" + std::string(99'998, 'x');
  RawSocket socket(server->port());
  socket.Send(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
      "Content-Length: 100000\r\n\r\n" +
      form);
  EXPECT_THAT(BodyOf(socket.ReadResponse()), testing::EndsWith("body=" + form));
  socket.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100001\r\n\r\n");
  EXPECT_EQ(StatusLineOf(socket.ReadResponse()), "HTTP/1.1 413 Content Too Large");
}

TEST(HttpServer, DecodesChunkedBodies) {
  const auto server = StartServer(Echo);
  RawSocket socket(server->port());
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string body = "4;ext=\"1\"\r\na=b&\r\n00003\r\nc=d\r\n0\r\nX-Trailer: t\r\n\r\n";
  // Byte by byte, so that every place where a read can end is one where it does.
  for (const char& c : head + body) socket.Send(std::string_view(&c, 1));
  EXPECT_THAT(BodyOf(socket.ReadResponse()), testing::EndsWith("\nbody=a=b&c=d"));
  socket.Send(head + body + head + body);
  EXPECT_THAT(BodyOf(socket.ReadResponse()), testing::EndsWith("\nbody=a=b&c=d"));
  EXPECT_THAT(BodyOf(socket.ReadResponse()), testing::EndsWith("\nbody=a=b&c=d"));
}

TEST(HttpServer, TakesATargetOfAMebibyte) {
  const auto server = StartServer([](const HttpRequest& request) {
    HttpResponse response;
    response.body = std::to_string(request.target.size());
    return response;
  });
  RawSocket socket(server->port());
  socket.Send("GET /?state=" + std::string(1 << 20, 's') + " HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(BodyOf(socket.ReadResponse()), std::to_string((1 << 20) + 8));
}

TEST(HttpServer, AnswersExpectContinueBeforeTheBody) {
  const auto server = StartServer(Echo);
  RawSocket socket(server->port());
  socket.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  EXPECT_EQ(socket.ReadResponse(true), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.Send("z");
  EXPECT_THAT(BodyOf(socket.ReadResponse()), testing::EndsWith("body=z"));
}

TEST(HttpServer, ClosesOrKeepsTheConnectionAsAsked) {
  struct Row {
    std::string request;
    std::string connection;
    bool closes;
  };
  const Row rows[] = {
      {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "keep-alive", false},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: te, Close\r\n\r\n", "close", true},
      {"GET / HTTP/1.0\r\n\r\n", "close", true},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "keep-alive", false},
  };
  for (const Row& row : rows) {
    const auto server = StartServer(Echo);
    RawSocket socket(server->port());
    socket.Send(row.request);
    EXPECT_THAT(HeadOf(socket.ReadResponse()), HasSubstr("\r\nConnection: " + row.connection));
    if (row.closes) {
      EXPECT_EQ(socket.ReadAll(), "");
      EXPECT_EQ(socket.end(), RawSocket::End::kFin);
    } else {
      socket.Send(row.request);
      EXPECT_EQ(StatusLineOf(socket.ReadResponse()), "HTTP/1.1 200 OK");
    }
  }
}

TEST(HttpServer, IgnoresAnEmptyLineBeforeARequest) {
  const auto server = StartServer(Echo);
  RawSocket socket(server->port());
  socket.Send("\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(BodyOf(socket.ReadResponse()), StartsWith("GET /a\n"));
  EXPECT_THAT(BodyOf(socket.ReadResponse()), StartsWith("GET /b\n"));
}

TEST(HttpServer, AHandlerThatThrowsIsAPlain500) {
  const auto server = StartServer([](const HttpRequest& request) -> HttpResponse {
    if (request.target == "/throw") throw std::runtime_error("secret text");
    return Echo(request);
  });
  RawSocket socket(server->port());
  socket.Send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string response = socket.ReadResponse();
  EXPECT_EQ(StatusLineOf(response), "HTTP/1.1 500 Internal Server Error");
  EXPECT_THAT(response, Not(HasSubstr("secret")));
  EXPECT_THAT(BodyOf(socket.ReadResponse()), StartsWith("GET /next\n"));
}

TEST(HttpServer, TellsWhenAResponseHasLeftAndHowManyBytesItWas) {
  test::Recorder<std::pair<std::size_t, bool>> sent;
  const auto server = StartServer([&sent](const HttpRequest& request) {
    HttpResponse response = Echo(request);
    response.on_sent = [&sent](std::size_t bytes, bool complete) { sent.Add({bytes, complete}); };
    return response;
  });
  RawSocket socket(server->port());
  socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string response = socket.ReadResponse();
  EXPECT_THAT(sent.Await(1), testing::ElementsAre(testing::Pair(response.size(), true)));
}

TEST(HttpServer, StreamsChunkedOrUntilClose) {
  const auto server = StartServer([](const HttpRequest&) {
    HttpResponse response;
    response.headers.Add("Content-Type", "text/event-stream");
    response.stream = [left = 3]() mutable -> std::optional<std::string> {
      if (left == 0) return std::nullopt;
      --left;
      return left == 1 ? "" : fmt::format("data: {}\n\n", left);
    };
    return response;
  });
  RawSocket modern(server->port());
  modern.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  std::string response = modern.ReadAll();
  EXPECT_THAT(HeadOf(response), HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_EQ(BodyOf(response), "9\r\ndata: 2\n\n\r\n9\r\ndata: 0\n\n\r\n0\r\n\r\n");
  RawSocket old(server->port());
  old.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  response = old.ReadAll();
  EXPECT_THAT(HeadOf(response), Not(HasSubstr("Transfer-Encoding")));
  EXPECT_EQ(BodyOf(response), "data: 2\n\ndata: 0\n\n");
  EXPECT_EQ(old.end(), RawSocket::End::kFin);
}

TEST(HttpServer, NamesItsPortAndUrl) {
  const auto server = StartServer(Echo);
  EXPECT_NE(server->port(), 0);
  EXPECT_EQ(server->base_url(), fmt::format("http://127.0.0.1:{}", server->port()));
}

TEST(HttpServer, APortThatIsTakenIsAnErrorThatNamesIt) {
  const auto first = StartServer(Echo);
  HttpServerOptions options;
  options.port = first->port();
  const auto second = HttpServer::Start(options, Echo);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "http.bind");
  EXPECT_THAT(second.error().message, HasSubstr(fmt::format("127.0.0.1:{}", first->port())));
  EXPECT_THAT(second.error().message, HasSubstr("Address already in use"));
}

TEST(HttpServer, APortIsFreeAgainAfterStop) {
  auto first = StartServer(Echo);
  HttpServerOptions options;
  options.port = first->port();
  RawSocket socket(first->port());
  socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  socket.ReadResponse();
  first.reset();
  EXPECT_TRUE(HttpServer::Start(options, Echo).ok());
}

}  // namespace
}  // namespace aweber
