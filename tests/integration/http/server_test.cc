// The server over real loopback sockets: what arrives is what was sent, byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http_client.h"
#include "base/http_server.h"
#include "tests/support/raw_socket.h"

namespace aweber {
namespace {

using test::RawSocket;
using testing::HasSubstr;
using testing::StartsWith;

std::string BodyOf(const std::string& response) {
  const std::size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? "(no response)" : response.substr(end + 4);
}

// Answers with what it was asked: method, target, headers, body.
HttpResponse Echo(const HttpRequest& request) {
  HttpResponse response;
  response.headers.Add("Content-Type", "text/plain");
  response.body = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers.fields()) {
    response.body += name + "=[" + value + "]\n";
  }
  response.body += "body=" + request.body;
  return response;
}

std::unique_ptr<HttpServer> StartServer(HttpServer::Handler handler) {
  auto server = HttpServer::Start({}, std::move(handler));
  EXPECT_TRUE(server.ok()) << (server.ok() ? "" : server.error().message);
  return std::move(*server);
}

TEST(HttpServer, GivesTheHandlerTheRawTargetHeadersAndBody) {
  const auto server = StartServer(Echo);
  RawSocket socket(server->port());
  socket.Send(
      "GET /oauth2/token?a=b=c&a==&x=%2B%2b+&a=b&a=b#f HTTP/1.1\r\n"
      "Host: h\r\nX-One: a%20b\r\nx-one:  two \r\nX-Empty:\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_EQ(BodyOf(socket.ReadResponse()),
            "GET /oauth2/token?a=b=c&a==&x=%2B%2b+&a=b&a=b#f\n"
            "Host=[h]\nX-One=[a%20b]\nx-one=[two]\nX-Empty=[]\nContent-Length=[4]\nbody=body");
}

TEST(HttpServer, ClientAndServerTalk) {
  const auto server = StartServer(Echo);
  const auto client = MakeHttpClient();
  for (int i = 0; i < 3; ++i) {
    const auto response =
        client->Send("POST", server->base_url() + "/a?b=%2B", {{"X-A", "1"}}, "k=v");
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_THAT(response->body, StartsWith("POST /a?b=%2B\n"));
    EXPECT_THAT(response->body, HasSubstr("body=k=v"));
    EXPECT_THAT(response->body, testing::Not(HasSubstr("Content-Type")));
  }
  EXPECT_EQ(server->open_connections(), 1);
}

}  // namespace
}  // namespace aweber
