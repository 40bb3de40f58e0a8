// TLS over loopback: which certificates are shown, which are believed, and faults beneath TLS.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <thread>

#include "base/http/certificate_authority.h"
#include "base/http/client.h"
#include "base/http/server.h"
#include "base/os/clock.h"
#include "tests/support/http_helpers.h"
#include "tests/support/raw_socket.h"
#include "tests/support/temporary_file.h"

namespace aweber {
namespace {

using test::Echo;
using test::RawSocket;
using test::StartServer;
using test::StatusLineOf;
using test::TemporaryFile;
using testing::HasSubstr;
using testing::MatchesRegex;

HttpClientOptions Trusting(const std::string& ca_file) {
  HttpClientOptions options;
  options.ca_file = ca_file;
  return options;
}

class Tls : public testing::Test {
 protected:
  Tls() : ca_(*CertificateAuthority::Create()), ca_file_(ca_->certificate_pem()) {}

  KeyAndCertificate Issue(const std::vector<std::string>& names,
                          LeafDefect defect = LeafDefect::kNone) {
    return *ca_->Issue(names, defect);
  }
  HttpServerOptions Options(const std::vector<std::string>& names,
                            LeafDefect defect = LeafDefect::kNone) {
    HttpServerOptions options;
    options.tls = true;
    options.certificate = Issue(names, defect);
    return options;
  }
  std::string Url(const HttpServer& server, const std::string& host = "127.0.0.1") {
    return fmt::format("https://{}:{}/x?y=%2B", host, server.port());
  }

  std::unique_ptr<CertificateAuthority> ca_;
  TemporaryFile ca_file_;
  test::Recorder<MalformedRequest> malformed_;
};

TEST_F(Tls, AClientThatTrustsTheAuthorityIsServed) {
  const auto server = StartServer(Options({"localhost", "127.0.0.1"}), [](const HttpRequest& r) {
    HttpResponse response;
    response.body = fmt::format("{} tls={} name=[{}]", r.target, r.tls, r.server_name);
    return response;
  });
  EXPECT_EQ(server->base_url(), fmt::format("https://127.0.0.1:{}", server->port()));
  const auto client = MakeHttpClient(Trusting(ca_file_.path()));
  const auto by_address = client->Send("GET", Url(*server), {}, "");
  ASSERT_TRUE(by_address.ok()) << by_address.error().message;
  // RFC 6066 §3: an address is no server name.
  EXPECT_EQ(by_address->body, "/x?y=%2B tls=true name=[]");
  const auto by_name = client->Send("GET", Url(*server, "localhost"), {}, "");
  ASSERT_TRUE(by_name.ok()) << by_name.error().message;
  EXPECT_EQ(by_name->body, "/x?y=%2B tls=true name=[localhost]");
}

TEST_F(Tls, KeepsConnectionsAndCarriesLargeBodies) {
  test::Recorder<std::string> peers;
  const auto server = StartServer(Options({"127.0.0.1"}), [&](const HttpRequest& request) {
    peers.Add(request.peer);
    HttpResponse response;
    response.body = request.body;
    return response;
  });
  const auto client = MakeHttpClient(Trusting(ca_file_.path()));
  std::string body(5 << 20, 'x');
  for (int i = 0; i < 2; ++i) {
    const auto response = client->Send("POST", Url(*server), {}, body);
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_TRUE(response->body == body);
  }
  EXPECT_EQ(peers.All()[0], peers.All()[1]);
}

TEST_F(Tls, AConnectionTheServerClosedIsNotUsedAgain) {
  const auto server = StartServer(Options({"127.0.0.1"}), [](const HttpRequest&) {
    HttpResponse response;
    response.fault.kind = WireFault::Kind::kRaw;  // promises to stay, and closes
    response.fault.raw = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    return response;
  });
  const auto client = MakeHttpClient(Trusting(ca_file_.path()));
  EXPECT_TRUE(client->Send("GET", Url(*server), {}, "").ok());
  while (server->open_connections() != 0) {  // until its close has arrived
    SystemClock::System().SleepFor(std::chrono::milliseconds(5));
  }
  // What waits in the socket is TLS's goodbye, which looks like data to whoever only peeks.
  EXPECT_TRUE(client->Send("GET", Url(*server), {}, "").ok());
}

TEST_F(Tls, CertificatesThatMustNotBeBelievedAreRefused) {
  struct Row {
    std::vector<std::string> names;
    LeafDefect defect;
    std::string message;
  };
  const Row rows[] = {
      {{"127.0.0.1"}, LeafDefect::kExpired, "certificate has expired"},
      {{"127.0.0.1"}, LeafDefect::kUnknownAuthority, "unable to get local issuer certificate"},
      {{"127.0.0.2"}, LeafDefect::kNone, "IP address mismatch"},
      {{"auth.aweber.com"}, LeafDefect::kNone, "IP address mismatch"},
  };
  std::size_t refused = 0;
  for (const Row& row : rows) {
    const auto server = StartServer(Options(row.names, row.defect), Echo,
                                    [this](const MalformedRequest& m) { malformed_.Add(m); });
    const auto response =
        MakeHttpClient(Trusting(ca_file_.path()))->Send("GET", Url(*server), {}, "");
    ASSERT_FALSE(response.ok()) << row.message;
    EXPECT_EQ(response.error().code, "http.tls");
    EXPECT_EQ(response.error().message,
              fmt::format("the certificate of 127.0.0.1:{} is not accepted: {}", server->port(),
                          row.message));
    ++refused;
    ASSERT_EQ(malformed_.Await(refused).size(), refused);
  }
  const auto seen = malformed_.All();
  EXPECT_THAT(seen[1].reason, HasSubstr("TLS handshake failed: tlsv1 alert unknown ca"));
  EXPECT_TRUE(seen[1].tls);
}

TEST_F(Tls, AnotherAuthorityIsNotBelieved) {
  const auto server = StartServer(Options({"127.0.0.1"}), Echo);
  const TemporaryFile other((*CertificateAuthority::Create())->certificate_pem());
  const auto refused = MakeHttpClient(Trusting(other.path()))->Send("GET", Url(*server), {}, "");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "http.tls");
  const auto system = MakeHttpClient()->Send("GET", Url(*server), {}, "");
  ASSERT_FALSE(system.ok());
  EXPECT_EQ(system.error().code, "http.tls");
  HttpClientOptions trusting_all;
  trusting_all.verify_tls = false;
  EXPECT_TRUE(MakeHttpClient(trusting_all)->Send("GET", Url(*server), {}, "").ok());
}

TEST_F(Tls, AMissingCaFileIsNamed) {
  const auto server = StartServer(Options({"127.0.0.1"}), Echo);
  const auto response =
      MakeHttpClient(Trusting("/no/such/ca.pem"))->Send("GET", Url(*server), {}, "");
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, "http.tls");
  EXPECT_THAT(response.error().message, HasSubstr("/no/such/ca.pem"));
}

TEST_F(Tls, TheCertificateIsChosenByNameInEachHandshake) {
  HttpServerOptions options = Options({"127.0.0.1"});
  test::Recorder<std::string> asked;
  std::atomic<bool> broken = false;
  options.select_certificate = [&](const std::string& name) -> Result<KeyAndCertificate> {
    asked.Add(name);
    if (name.empty()) return KeyAndCertificate{};
    return Issue({name}, broken ? LeafDefect::kExpired : LeafDefect::kNone);
  };
  const auto server = StartServer(options, Echo);
  const auto status = [&](const std::string& host) {
    const auto response =
        MakeHttpClient(Trusting(ca_file_.path()))->Send("GET", Url(*server, host), {}, "");
    return response ? std::to_string(response->status) : response.error().code;
  };
  EXPECT_EQ(status("localhost"), "200");
  EXPECT_EQ(status("127.0.0.1"), "200") << "nothing chosen: the default certificate";
  broken = true;
  EXPECT_EQ(status("localhost"), "http.tls") << "the new certificate shows at once";
  EXPECT_THAT(asked.All(), testing::ElementsAre("localhost", "", "localhost"));
}

TEST_F(Tls, PlainTextOnATlsPortIsToldSo) {
  const auto server = StartServer(Options({"127.0.0.1"}), Echo,
                                  [this](const MalformedRequest& m) { malformed_.Add(m); });
  RawSocket socket(server->port());
  socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(StatusLineOf(socket.ReadAll()), "HTTP/1.1 400 Bad Request");
  ASSERT_EQ(malformed_.Await(1).size(), 1u);
  EXPECT_EQ(malformed_.All()[0].reason, "plain HTTP on a port that speaks TLS: use https://");
  { RawSocket silent(server->port()); }
  EXPECT_EQ(malformed_.All().size(), 1u);
}

TEST_F(Tls, TlsOnAPlainPortIsAnError) {
  const auto server = StartServer(Echo);
  const auto response =
      MakeHttpClient(Trusting(ca_file_.path()))->Send("GET", Url(*server), {}, "");
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, "http.tls");
}

TEST_F(Tls, FaultsWorkBeneathTls) {
  struct Row {
    WireFault::Kind kind;
    std::string code;
  };
  const Row rows[] = {{WireFault::Kind::kReset, "http.reset"},
                      {WireFault::Kind::kCloseEmpty, "http.reset"},
                      {WireFault::Kind::kTruncate, "http.reset"},
                      {WireFault::Kind::kMalformedChunk, "http.invalid"},
                      {WireFault::Kind::kDribble, "200"},
                      {WireFault::Kind::kHang, "http.timeout"}};
  HttpClientOptions options = Trusting(ca_file_.path());
  options.read_timeout_ms = 200;
  const auto client = MakeHttpClient(options);
  for (const Row& row : rows) {
    const auto server = StartServer(Options({"127.0.0.1"}), [&row](const HttpRequest&) {
      HttpResponse response;
      response.body = "0123456789";
      response.fault.kind = row.kind;
      return response;
    });
    const auto response = client->Send("GET", Url(*server), {}, "");
    EXPECT_EQ(response ? std::to_string(response->status) : response.error().code, row.code);
  }
}

TEST_F(Tls, StopsWithinASecondWithTlsPeersThatHang) {
  test::Recorder<int> hanging;
  const auto server = StartServer(Options({"127.0.0.1"}), [&](const HttpRequest&) {
    hanging.Add(1);
    HttpResponse response;
    response.fault.kind = WireFault::Kind::kHang;
    return response;
  });
  RawSocket half_handshake(server->port());
  half_handshake.Send("\x16\x03\x01");
  const auto client = MakeHttpClient(Trusting(ca_file_.path()));
  std::jthread sender([&] { (void)client->Send("GET", Url(*server), {}, ""); });
  ASSERT_EQ(hanging.Await(1).size(), 1u);
  const auto start = std::chrono::steady_clock::now();
  server->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST_F(Tls, BadKeyMaterialIsAnErrorAtTheStart) {
  struct Row {
    KeyAndCertificate material;
    std::string code;
  };
  const KeyAndCertificate one = Issue({"a"});
  const KeyAndCertificate two = Issue({"b"});
  const Row rows[] = {{{}, "tls.certificate"},
                      {{"nonsense", one.key_pem}, "tls.certificate"},
                      {{one.certificate_pem, "nonsense"}, "tls.key"},
                      {{one.certificate_pem, two.key_pem}, "tls.key"}};
  for (const Row& row : rows) {
    HttpServerOptions options;
    options.tls = true;
    options.certificate = row.material;
    const auto server = HttpServer::Start(options, Echo);
    ASSERT_FALSE(server.ok());
    EXPECT_EQ(server.error().code, row.code) << server.error().message;
  }
}

bool CertificateNames(const std::string& pem, const std::string& host) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  const bool named = X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1;
  X509_free(certificate);
  BIO_free(bio);
  return named;
}

TEST_F(Tls, ALeafNamesWhatWasAskedAndNothingElse) {
  const std::string both = Issue({"a.example", "b.example"}).certificate_pem;
  EXPECT_TRUE(CertificateNames(both, "a.example"));
  EXPECT_TRUE(CertificateNames(both, "b.example"));
  EXPECT_FALSE(CertificateNames(both, "c.example"));
  EXPECT_FALSE(CertificateNames(Issue({"a,DNS:evil.example"}).certificate_pem, "evil.example"));
  const std::string longer_than_a_common_name = std::string(60, 'a') + ".example";
  EXPECT_TRUE(CertificateNames(Issue({longer_than_a_common_name}).certificate_pem,
                               longer_than_a_common_name));
  EXPECT_FALSE(ca_->Issue({}).ok());
}

TEST_F(Tls, FingerprintLooksAsOpensslPrintsIt) {
  EXPECT_THAT(ca_->fingerprint(), MatchesRegex("([0-9A-F][0-9A-F]:)+[0-9A-F][0-9A-F]"));
  EXPECT_EQ(ca_->fingerprint().size(), 95u);
}

// Other people's TLS stacks are stricter than OpenSSL's defaults, each in its own way.
class OtherStacks : public Tls {
 protected:
  void Expect200From(const std::string& program, const std::string& command) {
    if (std::system(fmt::format("command -v {} >/dev/null 2>&1", program).c_str()) != 0) {
      GTEST_SKIP() << program << " is not installed";
    }
    const auto server = StartServer(Options({"localhost", "127.0.0.1", "::1"}), Echo);
    for (const char* host : {"localhost", "127.0.0.1"}) {
      const std::string line =
          fmt::format(fmt::runtime(command), fmt::arg("ca", ca_file_.path()),
                      fmt::arg("url", fmt::format("https://{}:{}/x", host, server->port())));
      EXPECT_EQ(std::system(("env -u https_proxy -u HTTPS_PROXY " + line + " >/dev/null").c_str()),
                0)
          << line;
    }
  }
};

TEST_F(OtherStacks, Curl) {
  Expect200From("curl", "curl -sS --fail --max-time 5 --cacert {ca} {url}");
}

TEST_F(OtherStacks, Python) {
  Expect200From("python3",
                "python3 -c 'import ssl, sys, urllib.request as u\n"
                "c = ssl.create_default_context(cafile=sys.argv[1])\n"
                "c.verify_flags |= ssl.VERIFY_X509_STRICT\n"
                "u.urlopen(sys.argv[2], context=c, timeout=5).read()' {ca} {url}");
}

TEST_F(OtherStacks, Node) {
  Expect200From("node",
                "env NODE_EXTRA_CA_CERTS={ca} node -e 'require(\"https\").get(process.argv[1],"
                "r => process.exit(r.statusCode === 200 ? 0 : 1))"
                ".on(\"error\", e => {{ console.error(e); process.exit(1) }})' {url}");
}

TEST_F(OtherStacks, OpensslFingerprint) {
  const std::string line =
      fmt::format("openssl x509 -in {} -noout -fingerprint -sha256 | grep -qi '={}'",
                  ca_file_.path(), ca_->fingerprint());
  if (std::system("command -v openssl >/dev/null 2>&1") != 0) GTEST_SKIP();
  EXPECT_EQ(std::system(line.c_str()), 0);
}

}  // namespace
}  // namespace aweber
