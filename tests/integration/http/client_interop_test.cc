// The client against other people's servers: cpp-httplib's, nginx and OpenSSL's s_server.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <functional>
#include <thread>

#include "base/http/certificate_authority.h"
#include "base/http/client.h"
#include "base/os/clock.h"
#include "tests/support/peer_program.h"
#include "tests/support/temporary_file.h"

namespace aweber {
namespace {

using test::FreePort;
using test::Installed;
using test::PeerFolder;
using test::PeerProgram;
using test::TemporaryFile;
using testing::HasSubstr;

const std::string& Large() {
  static const std::string large(3u << 20, 'L');
  return large;
}

// One exchange that every server must be good for.
struct Exchanged {
  const char* what;
  const char* method;
  const char* target;
  int status;
  std::function<void(const HttpResponse&)> check = [](const HttpResponse&) {};
  HttpHeaders headers = {};
  std::string body = {};
};

std::function<void(const HttpResponse&)> BodyIs(std::string wanted) {
  return [wanted](const HttpResponse& got) {
    EXPECT_EQ(got.body.size(), wanted.size());
    EXPECT_TRUE(got.body == wanted) << got.body.substr(0, 200);
  };
}

std::function<void(const HttpResponse&)> HeaderIs(std::string name, std::string wanted) {
  return [=](const HttpResponse& got) { EXPECT_EQ(got.headers.GetOr(name), wanted); };
}

void SendAll(HttpClient& client, const std::string& base_url, const std::vector<Exchanged>& rows) {
  for (const Exchanged& row : rows) {
    SCOPED_TRACE(row.what);
    const auto got = client.Send(row.method, base_url + row.target, row.headers, row.body);
    ASSERT_TRUE(got.ok()) << got.error().code << " " << got.error().message;
    EXPECT_EQ(got->status, row.status);
    row.check(*got);
  }
}

CertificateAuthority& Authority() {
  static const auto authority = *CertificateAuthority::Create();
  return *authority;
}

class LibraryServer {
 public:
  LibraryServer() {
    server_.set_keep_alive_max_count(100);
    server_.set_tcp_nodelay(true);
    server_.set_payload_max_length(16u << 20);
    server_.Post("/echo", [](const httplib::Request& request, httplib::Response& response) {
      response.set_content(request.body, "application/octet-stream");
    });
    server_.Get("/chunked", [](const httplib::Request&, httplib::Response& response) {
      response.set_chunked_content_provider("text/plain", [](std::size_t, httplib::DataSink& sink) {
        for (const char* piece : {"one ", "two ", "three"}) sink.write(piece, std::strlen(piece));
        sink.done();
        return true;
      });
    });
    server_.Get("/large", [](const httplib::Request&, httplib::Response& response) {
      response.set_content(Large(), "text/plain");
    });
    server_.Get("/none", [](const httplib::Request&, httplib::Response& r) { r.status = 204; });
    server_.Get("/redirect", [](const httplib::Request&, httplib::Response& response) {
      response.set_redirect("/elsewhere?x=1");
    });
    server_.Get("/headers", [](const httplib::Request& request, httplib::Response& response) {
      for (int i = 0; i < 80; ++i) response.set_header(fmt::format("X-{}", i), "v");
      response.set_content(std::to_string(request.headers.size()), "text/plain");
    });
    server_.Get("/peer", [](const httplib::Request& request, httplib::Response& response) {
      response.set_content(std::to_string(request.remote_port), "text/plain");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) SystemClock::System().SleepFor(std::chrono::milliseconds(1));
  }
  ~LibraryServer() { server_.stop(); }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::jthread thread_;
};

TEST(ClientInterop, CppHttplibServer) {
  const LibraryServer server;
  HttpHeaders many;
  for (int i = 0; i < 60; ++i) many.Add(fmt::format("X-Many-{}", i), std::string(40, 'h'));
  const auto client = MakeHttpClient();
  SendAll(
      *client, server.url(),
      {{.what = "echo",
        .method = "POST",
        .target = "/echo",
        .status = 200,
        .check = BodyIs("a=b%2Bc"),
        .headers = {{"Content-Type", "text/plain"}},
        .body = "a=b%2Bc"},
       {.what = "large upload",
        .method = "POST",
        .target = "/echo",
        .status = 200,
        .check = BodyIs(Large()),
        .headers = {{"Content-Type", "text/plain"}},
        .body = Large()},
       {.what = "100-continue",
        .method = "POST",
        .target = "/echo",
        .status = 200,
        .check = BodyIs("after"),
        .headers = {{"Content-Type", "text/plain"}, {"Expect", "100-continue"}},
        .body = "after"},
       {.what = "chunked",
        .method = "GET",
        .target = "/chunked",
        .status = 200,
        .check = BodyIs("one two three")},
       {.what = "large",
        .method = "GET",
        .target = "/large",
        .status = 200,
        .check = BodyIs(Large())},
       {.what = "HEAD", .method = "HEAD", .target = "/large", .status = 200, .check = BodyIs("")},
       {.what = "204", .method = "GET", .target = "/none", .status = 204, .check = BodyIs("")},
       {.what = "redirects are not followed",
        .method = "GET",
        .target = "/redirect",
        .status = 302,
        .check = HeaderIs("Location", "/elsewhere?x=1")},
       {.what = "many headers",
        .method = "GET",
        .target = "/headers",
        .status = 200,
        .check = HeaderIs("X-79", "v"),
        .headers = many},
       {.what = "404", .method = "GET", .target = "/nothing", .status = 404}});
  const auto first = client->Send("GET", server.url() + "/peer", {}, "");
  const auto second = client->Send("GET", server.url() + "/peer", {}, "");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->body, second->body) << "over one connection";
}

class Nginx {
 public:
  Nginx(const std::string& server, const std::string& other_server = "")
      : port_(FreePort()),
        config_(folder_.Write(
            "nginx.conf",
            fmt::format("daemon off; master_process off; worker_processes 1; pid {0}/pid;\n"
                        "error_log {0}/error.log;\nevents {{}}\nhttp {{ access_log off;\n"
                        "client_body_temp_path {0}/b; proxy_temp_path {0}/p;\n"
                        "fastcgi_temp_path {0}/f; uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;\n"
                        "default_type text/plain; client_max_body_size 20m; root {0};\n"
                        "server {{ listen 127.0.0.1:{1}{2} }}\n{3} }}\n",
                        folder_.path(), port_, server,
                        other_server.empty() ? ""
                                             : fmt::format("server {{ listen 127.0.0.1:{}{} }}",
                                                           port_, other_server)))) {
    folder_.Write("large", Large());
    folder_.Write("page", "hello");
    program_.emplace(
        std::vector<std::string>{"/bin/sh", "-c",
                                 "PATH=$PATH:/usr/sbin exec nginx -e stderr -c " + config_},
        folder_.path(), port_);
  }
  bool Ready() const { return program_->Ready(); }
  std::uint16_t port() const { return port_; }

 private:
  PeerFolder folder_;
  std::uint16_t port_;
  std::string config_;
  std::optional<PeerProgram> program_;
};

TEST(ClientInterop, Nginx) {
  if (!Installed("nginx")) GTEST_SKIP() << "nginx is not installed: script/bootstrap";
  std::string headers;
  for (int i = 0; i < 80; ++i) headers += fmt::format("add_header X-{} v; ", i);
  const Nginx server(
      "; location /none { return 204; } location /peer { return 200 $remote_port; }\n"
      "location /to { return 302 https://app.example/cb?state=a%2Bb&code=x%20y; }\n"
      ""
      "location /chunked { rewrite ^ /page break; sub_filter_types *; sub_filter hello 'one two "
      "three'; }\n"
      "location /put/ { dav_methods PUT; create_full_put_path on; }\n"
      "location /old { return 200 old; keepalive_timeout 0; }\n"
      "location /many { " +
      headers + "return 200 many; }\n");
  ASSERT_TRUE(server.Ready());
  const std::string url = fmt::format("http://127.0.0.1:{}", server.port());
  const auto client = MakeHttpClient();
  const auto tagged = client->Send("GET", url + "/page", {}, "");
  ASSERT_TRUE(tagged.ok()) << tagged.error().message;
  SendAll(*client, url,
          {{.what = "a file",
            .method = "GET",
            .target = "/page",
            .status = 200,
            .check = BodyIs("hello")},
           {.what = "large",
            .method = "GET",
            .target = "/large",
            .status = 200,
            .check = BodyIs(Large())},
           {.what = "chunked",
            .method = "GET",
            .target = "/chunked",
            .status = 200,
            .check =
                [](const HttpResponse& got) {
                  EXPECT_EQ(got.headers.GetOr("Transfer-Encoding"), "chunked");
                  EXPECT_EQ(got.body, "one two three");
                }},
           {.what = "HEAD",
            .method = "HEAD",
            .target = "/large",
            .status = 200,
            .check = HeaderIs("Content-Length", std::to_string(Large().size()))},
           {.what = "204", .method = "GET", .target = "/none", .status = 204, .check = BodyIs("")},
           {.what = "304",
            .method = "GET",
            .target = "/page",
            .status = 304,
            .check = BodyIs(""),
            .headers = {{"If-None-Match", tagged->headers.GetOr("ETag")}}},
           {.what = "100-continue and a large upload",
            .method = "PUT",
            .target = "/put/large",
            .status = 201,
            .headers = {{"Expect", "100-continue"}},
            .body = Large()},
           {.what = "what was uploaded",
            .method = "GET",
            .target = "/put/large",
            .status = 200,
            .check = BodyIs(Large())},
           {.what = "many headers",
            .method = "GET",
            .target = "/many",
            .status = 200,
            .check = HeaderIs("X-79", "v")},
           {.what = "redirects are not followed", .method = "GET", .target = "/to", .status = 302},
           {.what = "closes after each",
            .method = "GET",
            .target = "/old",
            .status = 200,
            .check = BodyIs("old")},
           {.what = "after a close",
            .method = "GET",
            .target = "/page",
            .status = 200,
            .check = BodyIs("hello")}});
  const auto first = client->Send("GET", url + "/peer", {}, "");
  const auto second = client->Send("GET", url + "/peer", {}, "");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->body, second->body) << "over one connection";
}

TEST(ClientInterop, NginxOverTlsChoosesBySni) {
  if (!Installed("nginx")) GTEST_SKIP() << "nginx is not installed: script/bootstrap";
  const KeyAndCertificate good = *Authority().Issue({"localhost"});
  const KeyAndCertificate other = *Authority().Issue({"other.example"});
  const TemporaryFile good_cert(good.certificate_pem), good_key(good.key_pem),
      other_cert(other.certificate_pem), other_key(other.key_pem),
      trusted(Authority().certificate_pem());
  const auto block = [](const char* name, const char* mark, const TemporaryFile& cert,
                        const TemporaryFile& key) {
    return fmt::format(
        " ssl{}; server_name {}; ssl_certificate {}; ssl_certificate_key {};\n"
        "location / {{ return 200 $ssl_server_name; }}\n",
        mark, name, cert.path(), key.path());
  };
  // By address no name is told, and the default server's certificate is another's.
  const Nginx server(block("other.example", " default_server", other_cert, other_key),
                     block("localhost", "", good_cert, good_key));
  ASSERT_TRUE(server.Ready());
  const auto client = MakeHttpClient({.ca_file = trusted.path()});
  const auto named =
      client->Send("GET", fmt::format("https://localhost:{}/", server.port()), {}, "");
  ASSERT_TRUE(named.ok()) << named.error().message;
  EXPECT_EQ(named->body, "localhost");
  const auto numbered =
      client->Send("GET", fmt::format("https://127.0.0.1:{}/", server.port()), {}, "");
  ASSERT_FALSE(numbered.ok());
  EXPECT_EQ(numbered.error().code, "http.tls");
  EXPECT_THAT(numbered.error().message, HasSubstr("IP address mismatch"));
}

TEST(ClientInterop, OpensslSServer) {
  if (!Installed("openssl")) GTEST_SKIP() << "openssl is not installed: script/bootstrap";
  struct Certificate {
    const char* what;
    std::vector<std::string> names;
    LeafDefect defect;
    const char* refusal;  // "" when it must be believed
  };
  const Certificate rows[] = {
      {"good", {"localhost"}, LeafDefect::kNone, ""},
      {"another name", {"other.example"}, LeafDefect::kNone, "hostname mismatch"},
      {"expired", {"localhost"}, LeafDefect::kExpired, "certificate has expired"},
      {"unknown authority",
       {"localhost"},
       LeafDefect::kUnknownAuthority,
       "unable to get local issuer certificate"},
  };
  const TemporaryFile trusted(Authority().certificate_pem());
  for (const Certificate& row : rows) {
    for (const char* version : {"-tls1_2", "-tls1_3"}) {
      SCOPED_TRACE(fmt::format("{} {}", row.what, version));
      const KeyAndCertificate leaf = *Authority().Issue(row.names, row.defect);
      const PeerFolder folder;
      const std::string cert = folder.Write("cert", leaf.certificate_pem);
      const std::string key = folder.Write("key", leaf.key_pem);
      folder.Write("page", "hello");
      const std::uint16_t port = FreePort();
      const PeerProgram server(
          {"openssl", "s_server", "-quiet", "-accept", fmt::format("127.0.0.1:{}", port), "-cert",
           cert, "-key", key, version, "-WWW"},
          folder.path(), port);
      ASSERT_TRUE(server.Ready());
      // HTTP/1.0 and no length: the body ends with the connection.
      const auto got = MakeHttpClient({.ca_file = trusted.path()})
                           ->Send("GET", fmt::format("https://localhost:{}/page", port), {}, "");
      if (*row.refusal == '\0') {
        ASSERT_TRUE(got.ok()) << got.error().message;
        EXPECT_EQ(got->body, "hello");
      } else {
        ASSERT_FALSE(got.ok());
        EXPECT_EQ(
            got.error().message,
            fmt::format("the certificate of localhost:{} is not accepted: {}", port, row.refusal));
      }
    }
  }
}

// A server that is done speaking, but would still listen.
TEST(ClientInterop, AHalfClosedConnectionEndsTheBody) {
  test::ListeningSocket listener;
  std::jthread peer([&] {
    auto socket = listener.Accept();
    socket.ReadUntil("\r\n\r\n");
    socket.Send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
    socket.ShutdownWrite();
    socket.ReadUntil("never");  // until the client closes
  });
  const auto got =
      MakeHttpClient()->Send("GET", fmt::format("http://127.0.0.1:{}/", listener.port()), {}, "");
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got->body, "until the end");
}

}  // namespace
}  // namespace aweber
