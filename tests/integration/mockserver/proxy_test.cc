// The CONNECT proxy: AWeber's two host names answered by the mock, every other host refused.
#include <gtest/gtest.h>

#include <cstdlib>
#include <mutex>

#include "base/http/certificate_authority.h"
#include "base/http/client.h"
#include "base/text/json.h"
#include "tests/support/mock_flow.h"
#include "tests/support/raw_socket.h"
#include "tests/support/temporary_file.h"

namespace aweber::mock {
namespace {

class Proxy : public ::testing::Test {
 protected:
  void SetUp() override {
    MockServerOptions options{.scheme = "https", .proxy_port = 0};
    options.on_finished = [this](const JournalEntry& entry) {
      const std::lock_guard lock(mutex_);
      logged_.push_back(entry.why_rejected);
    };
    auto started = MockServer::Start(options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    server_ = std::move(*started);
    ca_ = std::make_unique<test::TemporaryFile>(server_->ca_pem());
    ::setenv("HTTPS_PROXY", server_->proxy_url().c_str(), 1);
    client_ = MakeHttpClient({.ca_file = ca_->path()});
  }
  void TearDown() override { ::unsetenv("HTTPS_PROXY"); }

  std::string Raw(const std::string& text) {
    test::RawSocket socket(ParseUri(server_->proxy_url())->EffectivePort());
    socket.Send(text);
    return socket.ReadAll();
  }

  std::mutex mutex_;
  std::vector<std::string> logged_;
  std::unique_ptr<MockServer> server_;
  std::unique_ptr<test::TemporaryFile> ca_;
  std::unique_ptr<HttpClient> client_;
};

TEST_F(Proxy, AnswersForAWebersHostsWithLinksUnderTheirNames) {
  const auto issued = server_->default_space()->IssueTokens({testing::kClientId, "", {}});
  ASSERT_TRUE(issued.ok());
  const auto accounts = client_->Send("GET", "https://api.aweber.com/1.0/accounts",
                                      {{"Authorization", "Bearer " + issued->first.value}}, "");
  ASSERT_TRUE(accounts.ok()) << accounts.error().message;
  EXPECT_EQ(accounts->status, 200);
  EXPECT_NE(accounts->body.find("\"https://api.aweber.com/1.0/accounts/1000001\""),
            std::string::npos)
      << accounts->body;
  const auto token =
      client_->Send("POST", "https://auth.aweber.com/oauth2/token",
                    {{"Content-Type", testing::kForm},
                     {"Authorization", testing::Basic(testing::kClientId, testing::kClientSecret)}},
                    "grant_type=refresh_token&refresh_token=" + issued->second.value);
  ASSERT_TRUE(token.ok()) << token.error().message;
  EXPECT_EQ(token->status, 200);
  EXPECT_EQ(server_->default_space()->journal().Entries().back().request.server_name,
            "auth.aweber.com");
}

TEST_F(Proxy, EachHostServesItsPartOnly) {
  EXPECT_EQ(client_->Send("POST", "https://api.aweber.com/oauth2/token", {}, "")->status, 404);
  EXPECT_EQ(client_->Send("GET", "https://auth.aweber.com/1.0/accounts", {}, "")->status, 404);
  EXPECT_EQ(server_->default_space()->journal().Entries().back().why_rejected,
            "this is not served by auth.aweber.com");
}

TEST_F(Proxy, RefusesEveryOtherHost) {
  for (const char* authority : {"example.com:443", "auth.aweber.com:80", "auth.aweber.com.evil:443",
                                "AUTH.aweber.com.:443", "127.0.0.1:22"}) {
    const std::string reply =
        Raw(std::string("CONNECT ") + authority + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(reply.find("HTTP/1.1 403"), 0u) << authority << reply;
    const JournalEntry entry = server_->default_space()->journal().Entries().back();
    EXPECT_EQ(entry.request.method + " " + entry.request.target,
              std::string("CONNECT ") + authority);
    EXPECT_EQ(entry.why_rejected,
              std::string("the proxy leads to port 443 of auth.aweber.com and api.aweber.com only, "
                          "not to ") +
                  authority);
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(logged_.back(), entry.why_rejected);
  }
  EXPECT_FALSE(client_->Send("GET", "https://example.com/", {}, "").ok());
}

TEST_F(Proxy, PassesNoPlainRequestOn) {
  const std::string reply =
      Raw("GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(reply.find("HTTP/1.1 403"), 0u) << reply;
  EXPECT_NE(server_->default_space()->journal().Entries().back().why_rejected.find(
                "answers CONNECT for auth.aweber.com and api.aweber.com only"),
            std::string::npos);
}

// Another provider's hosts, for programs that have them built in: paths that were named are
// endpoints, all others are the API's.
TEST_F(Proxy, ServesFurtherHostsThatWereNamed) {
  server_->AddProxyHosts({ParseProxyHost("login.example.com/o/token=token").value(),
                          ParseProxyHost("www.example.com").value()});
  const auto issued = server_->default_space()->IssueTokens({testing::kClientId, "", {}});
  const auto token =
      client_->Send("POST", "https://login.example.com/o/token",
                    {{"Content-Type", testing::kForm},
                     {"Authorization", testing::Basic(testing::kClientId, testing::kClientSecret)}},
                    "grant_type=refresh_token&refresh_token=" + issued->second.value);
  ASSERT_TRUE(token.ok()) << token.error().message;
  EXPECT_EQ(token->status, 200) << token->body;
  const std::string access =
      JsonString(ParseJson(token->body).value(), "access_token").value_or("");
  const auto me = [&](const std::string& bearer) {
    return client_->Send("GET", "https://www.example.com/me",
                         {{"Authorization", "Bearer " + bearer}}, "");
  };
  EXPECT_EQ(me("unknown")->status, 401);
  EXPECT_EQ(me(access)->status, 404);  // a token that works, and nothing that answers
  Rule reply;
  reply.on.path = "/me";
  reply.on.token_state = "live";
  reply.then = {Fault{.kind = FaultKind::kRawBody, .body = R"({"id":1})"}};
  server_->default_space()->SetRules({reply}, "");
  EXPECT_EQ(me(access)->body, R"({"id":1})");
  EXPECT_EQ(me("unknown")->status, 401);
  const JournalEntry last = server_->default_space()->journal().Entries().back();
  EXPECT_EQ(last.endpoint, Endpoint::kApi);
  EXPECT_TRUE(last.facts.named_host);
  EXPECT_FALSE(client_->Send("GET", "https://other.example.com/me", {}, "").ok());
}

TEST(ProxyHostTest, IsAHostOrAPathWithItsEndpoint) {
  const ProxyHost host = ParseProxyHost("www.example.com").value();
  EXPECT_EQ(host.host + "|" + host.path, "www.example.com|");
  const ProxyHost path = ParseProxyHost("a.example.com/x=y/token=token").value();
  EXPECT_EQ(path.host + "|" + path.path, "a.example.com|/x=y/token");
  EXPECT_EQ(path.endpoint, Endpoint::kToken);
  for (const char* const bad : {"", "localhost", "Example.com", "https://example.com", "a.com/x",
                                "a.com/x=nothing", ".a.com", "a.com:443"}) {
    EXPECT_FALSE(ParseProxyHost(bad).ok()) << bad;
  }
}

// What a proxy that leads to one space turns down stands in that space's journal.
TEST_F(Proxy, OfOneSpaceTellsItsOwnJournal) {
  const auto space = *server_->CreateSpace({.name = "case-1"});
  const auto proxy = server_->ProxyFor(*space);
  ASSERT_TRUE(proxy.ok()) << proxy.error().message;
  ::setenv("HTTPS_PROXY", proxy->c_str(), 1);
  const auto client = MakeHttpClient({.ca_file = ca_->path()});
  EXPECT_EQ(client->Send("GET", "https://auth.aweber.com/1.0/accounts", {}, "")->status, 404);
  const auto raw = [&](const std::string& text) {
    test::RawSocket socket(ParseUri(*proxy)->EffectivePort());
    socket.Send(text);
    return socket.ReadAll();
  };
  raw("GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n");
  raw("CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n");
  raw("no http\r\n\r\n");
  ASSERT_TRUE(space->journal().Wait(
      0, [](const JournalEntry& entry) { return entry.endpoint == Endpoint::kMalformed; }, 5000));
  std::vector<std::string> seen;
  for (const JournalEntry& entry : space->journal().Entries()) {
    seen.push_back(entry.why_rejected.substr(0, 28));
  }
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen[0], "this is not served by auth.a");
  EXPECT_EQ(seen[1], "the proxy passes on nothing:");
  EXPECT_EQ(seen[2], "the proxy leads to port 443 ");
  EXPECT_EQ(space->journal().Entries()[3].endpoint, Endpoint::kMalformed);
  EXPECT_EQ(server_->default_space()->journal().LastSequence(), 0u);
}

// A certificate of one's own is what every TLS listener shows, the proxy included.
TEST(OwnCertificate, IsServedInsteadOfAGeneratedOne) {
  auto authority = CertificateAuthority::Create();
  ASSERT_TRUE(authority.ok());
  const auto own = (*authority)->Issue({"127.0.0.1", "auth.aweber.com"});
  ASSERT_TRUE(own.ok());
  const test::TemporaryFile certificate(own->certificate_pem), key(own->key_pem);
  const test::TemporaryFile ca((*authority)->certificate_pem());
  auto server = MockServer::Start({.scheme = "https",
                                   .tls_cert_file = certificate.path(),
                                   .tls_key_file = key.path(),
                                   .proxy_port = 0});
  ASSERT_TRUE(server.ok()) << server.error().message;
  EXPECT_EQ(MakeHttpClient({.ca_file = ca.path()})
                ->Send("POST", (*server)->base_url() + "/oauth2/token", {}, "")
                ->status,
            400);
  ::setenv("HTTPS_PROXY", (*server)->proxy_url().c_str(), 1);
  EXPECT_EQ(MakeHttpClient({.ca_file = ca.path()})
                ->Send("POST", "https://auth.aweber.com/oauth2/token", {}, "")
                ->status,
            400);
  ::unsetenv("HTTPS_PROXY");
  // A key that is not the certificate's is told at the start.
  const auto other = (*authority)->Issue({"127.0.0.1"});
  const test::TemporaryFile other_key(other->key_pem);
  const auto refused = MockServer::Start(
      {.scheme = "https", .tls_cert_file = certificate.path(), .tls_key_file = other_key.path()});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code.substr(0, 4), "tls.");
}

// Links and metadata name the public address, sockets the internal one.
TEST(PublicUrl, IsWhatPagesAndLinksSay) {
  auto server = MockServer::Start({.scheme = "http",
                                   .public_url = "https://mock.test:9/",
                                   .settings = SettingsFor(Profile::kRfc9700)});
  ASSERT_TRUE(server.ok());
  EXPECT_EQ((*server)->base_url().find("http://127.0.0.1:"), 0u);
  testing::Flow flow(**server);
  const Json document = *ParseJson(flow.Get("/.well-known/oauth-authorization-server").body);
  EXPECT_EQ(document["token_endpoint"], "https://mock.test:9/oauth2/token");
  const std::string location = flow.Decide(flow.Get(flow.AuthorizeUrl())).headers.GetOr("Location");
  EXPECT_EQ(testing::QueryOf(location).GetOr("iss"), "https://mock.test:9");
}

// The rule is the same however a request came under one of the names, and in every space.
TEST(Aliases, EachHostServesItsPartOnly) {
  auto server = MockServer::Start({.scheme = "http"});
  ASSERT_TRUE(server.ok());
  const auto space = *(*server)->CreateSpace({.name = "case-1"});
  const struct {
    const char* host;
    const char* path;
    int status;
  } kRows[] = {
      {"auth.aweber.com", "/oauth2/token", 400},     {"auth.aweber.com", "/1.0/accounts", 404},
      {"auth.aweber.com:443", "/1.0/accounts", 404}, {"api.aweber.com", "/1.0/accounts", 400},
      {"api.aweber.com", "/oauth2/token", 404},      {"mock.test", "/1.0/accounts", 400},
      {"mock.test", "/oauth2/token", 400},
  };
  for (const std::string& prefix : {std::string(), std::string("/s/case-1")}) {
    Space& played = prefix.empty() ? *(*server)->default_space() : *space;
    for (const auto& row : kRows) {
      SCOPED_TRACE(prefix + row.path + " at " + row.host);
      HttpRequest request{.method = "POST", .target = prefix + row.path};
      request.headers = {{"Host", row.host}};
      EXPECT_EQ((*server)->Dispatch(request).status, row.status);
      const JournalEntry last = played.journal().Entries().back();
      EXPECT_EQ(last.local_path, row.path);
      EXPECT_EQ(last.why_rejected.find("this is not served by a") == 0, row.status == 404)
          << last.why_rejected;
    }
  }
}

TEST(Aliases, HostHeaderOfAWeberGivesLinksOfAWeber) {
  auto server = MockServer::Start({.scheme = "http", .public_url = "https://mock.test:9/"});
  ASSERT_TRUE(server.ok());
  const auto issued = (*server)->default_space()->IssueTokens({testing::kClientId, "", {}});
  const auto link = [&](const std::string& host) {
    HttpRequest request{.method = "GET", .target = "/1.0/accounts"};
    request.headers = {{"Authorization", "Bearer " + issued->first.value}, {"Host", host}};
    return (*ParseJson((*server)->Dispatch(request).body))["entries"][0]["self_link"];
  };
  EXPECT_EQ(link("api.aweber.com"), "https://api.aweber.com/1.0/accounts/1000001");
  EXPECT_EQ(link("evil.test"), "https://mock.test:9/1.0/accounts/1000001");
}

}  // namespace
}  // namespace aweber::mock
