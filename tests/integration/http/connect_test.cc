// The CONNECT proxy: hosts it stands in for are answered by the mock itself, all others refused.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <cstdlib>

#include "base/http/certificate_authority.h"
#include "base/http/client.h"
#include "base/http/server.h"
#include "tests/support/http_helpers.h"
#include "tests/support/raw_socket.h"
#include "tests/support/temporary_file.h"

namespace aweber {
namespace {

using test::BodyOf;
using test::Echo;
using test::RawSocket;
using test::StartServer;
using test::StatusLineOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kEstablished[] = "HTTP/1.1 200 Connection Established\r\n\r\n";

// Sets a variable of the environment for the life of the object.
class ScopedEnvironment {
 public:
  ScopedEnvironment(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~ScopedEnvironment() {
    if (old_) {
      ::setenv(name_, old_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

class ConnectProxy : public testing::Test {
 protected:
  ConnectProxy() : ca_(*CertificateAuthority::Create()), ca_file_(ca_->certificate_pem()) {
    HttpServerOptions options;
    options.accept_connect = [this](const std::string& authority) {
      asked_.Add(authority);
      return authority == "auth.aweber.com:443";
    };
    options.select_certificate = [this](const std::string& name) { return ca_->Issue({name}); };
    server_ = StartServer(options, [this](const HttpRequest& request) {
      requests_.Add(request);
      HttpResponse response;
      response.body = request.target;
      return response;
    });
  }

  std::unique_ptr<CertificateAuthority> ca_;
  test::TemporaryFile ca_file_;
  test::Recorder<std::string> asked_;
  test::Recorder<HttpRequest> requests_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(ConnectProxy, AClientWithTheRealUrlReachesTheMock) {
  const ScopedEnvironment proxy("https_proxy", server_->base_url());
  const ScopedEnvironment direct("no_proxy", "");
  HttpClientOptions options;
  options.ca_file = ca_file_.path();
  const auto client = MakeHttpClient(options);
  for (int i = 0; i < 2; ++i) {
    const auto response =
        client->Send("POST", "https://auth.aweber.com/oauth2/token?a=%2B", {}, "k=v");
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_EQ(response->body, "/oauth2/token?a=%2B");
  }
  EXPECT_THAT(asked_.All(), ElementsAre("auth.aweber.com:443")) << "one tunnel for both";
  const auto requests = requests_.All();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_TRUE(requests[0].tls);
  EXPECT_EQ(requests[0].server_name, "auth.aweber.com");
  EXPECT_EQ(requests[0].headers.GetOr("Host"), "auth.aweber.com");
  EXPECT_EQ(requests[0].body, "k=v");
}

TEST_F(ConnectProxy, OtherHostsAreRefused) {
  RawSocket socket(server_->port());
  socket.Send("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n");
  const std::string response = socket.ReadAll();
  EXPECT_EQ(StatusLineOf(response), "HTTP/1.1 403 Forbidden");
  EXPECT_EQ(socket.end(), RawSocket::End::kFin);
  const ScopedEnvironment proxy("https_proxy", server_->base_url());
  const ScopedEnvironment direct("no_proxy", "");
  const auto refused = MakeHttpClient()->Send("GET", "https://example.com/", {}, "");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "http.connect");
  EXPECT_THAT(refused.error().message, HasSubstr("refused example.com:443: 403 Forbidden"));
  EXPECT_TRUE(requests_.All().empty());
}

TEST_F(ConnectProxy, PlainHttpThroughTheTunnelIsServed) {
  RawSocket socket(server_->port());
  socket.Send("CONNECT auth.aweber.com:443 HTTP/1.1\r\nHost: auth.aweber.com:443\r\n\r\n");
  EXPECT_EQ(socket.ReadResponse(true), kEstablished);
  socket.Send("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(BodyOf(socket.ReadResponse()), "/a");
  EXPECT_EQ(BodyOf(socket.ReadResponse()), "/b");
  EXPECT_FALSE(requests_.All()[0].tls);
  EXPECT_EQ(requests_.All()[0].server_name, "auth.aweber.com");
}

TEST_F(ConnectProxy, OrdinaryRequestsAreServedBesides) {
  RawSocket socket(server_->port());
  socket.Send("GET /ca.pem HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(BodyOf(socket.ReadResponse()), "/ca.pem");
}

// A client need not wait for the 200 before it begins its handshake; and without SNI the CONNECT
// host decides on the certificate.
TEST_F(ConnectProxy, AHandshakeSentAlongWithConnectIsNotLost) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  ASSERT_EQ(SSL_CTX_load_verify_file(context, ca_file_.path().c_str()), 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL* ssl = SSL_new(context);
  SSL_set1_host(ssl, "auth.aweber.com");  // verified, but not sent
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl, in, out);
  RawSocket socket(server_->port());
  std::string first = "CONNECT auth.aweber.com:443 HTTP/1.1\r\nHost: auth.aweber.com:443\r\n\r\n";
  int done = SSL_connect(ssl);
  bool head_seen = false;
  while (done != 1 && SSL_get_error(ssl, done) == SSL_ERROR_WANT_READ) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    socket.Send(first + std::string(bytes, static_cast<std::size_t>(size)));
    (void)BIO_reset(out);
    first.clear();
    if (!head_seen) {
      EXPECT_EQ(socket.ReadResponse(true), kEstablished);
      head_seen = true;
    }
    const std::string more = socket.ReadSome();
    ASSERT_FALSE(more.empty());
    BIO_write(in, more.data(), static_cast<int>(more.size()));
    done = SSL_connect(ssl);
  }
  EXPECT_EQ(done, 1) << X509_verify_cert_error_string(SSL_get_verify_result(ssl));
  SSL_free(ssl);
  SSL_CTX_free(context);
}

TEST(Connect, IsAnOrdinaryRequestWhereNobodyAskedForAProxy) {
  const auto server = StartServer(Echo);
  RawSocket socket(server->port());
  socket.Send("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n");
  EXPECT_EQ(BodyOf(socket.ReadResponse()), "CONNECT a:1\nHost=[a:1]\nbody=");
}

}  // namespace
}  // namespace aweber
