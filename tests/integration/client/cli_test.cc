// aweber-client as a person uses it, over real sockets: paste, browser, calls, renewal, revocation.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <regex>
#include <thread>

#include "base/http/client.h"
#include "base/http/socket_stream.h"
#include "base/http/tcp_connect.h"
#include "base/os/file.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "base/version.h"
#include "tests/integration/client/program.h"
#include "tests/integration/client/tiny_provider.h"
#include "tests/support/paths.h"

namespace aweber::client {
namespace {

constexpr const char* kSecret = "the-very-secret-secret";

class CliTest : public testing::Test {
 protected:
  void SetUp() override { directory_ = MakeTempDirectory("aweber-cli").value(); }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  Program Start(std::vector<std::string> words) {
    words.insert(words.begin(), Program::ClientPath());
    return Program(std::move(words), {{"AWEBER_CLIENT_STORE", directory_}, {"PATH", "/nowhere"}});
  }
  // Runs to the end; output in out_ and err_, and no secret in either.
  int Run(std::vector<std::string> words) { return Finish(Start(std::move(words))); }
  int Finish(Program program) {
    const int status = program.Finish();
    out_ = program.out();
    err_ = program.err();
    ExpectNoSecrets(out_ + err_);
    return status;
  }
  void ExpectNoSecrets(const std::string& text) {
    for (const char* secret : {kSecret, "access-secret-", "refresh-secret-", "good-code"}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << text;
    }
  }
  std::vector<std::string> LoginWords(const std::string& redirect) {
    return {"login",           "--mock", provider_.url(),  "--client-id", "the-id",
            "--client-secret", kSecret,  "--redirect-uri", redirect,      "--no-browser"};
  }
  static std::string UrlIn(const std::string& text) {
    std::smatch match;
    EXPECT_TRUE(std::regex_search(text, match, std::regex("authorize: (\\S+)"))) << text;
    return match[1];
  }
  static std::string StateIn(const std::string& url) {
    return ParseForm(*ParseUri(url).value().query).GetOr("state");
  }
  // For targets that our own client refuses to send; answers all that comes back.
  static std::string SendRaw(std::uint16_t port, const std::string& target) {
    const Micros soon = SystemClock::System().Steady() + std::chrono::seconds(10);
    SocketStream stream(ConnectTcp("127.0.0.1", port, soon, [](int) { return true; }).value());
    stream.SetDeadline(soon);
    stream.Write("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    std::string answer;
    char buffer[4096];
    for (long n = 0; (n = stream.Read(buffer, sizeof buffer)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(n));
    }
    return answer;
  }
  void LogInByPaste() {
    Program login = Start(LoginWords("https://app.test/cb"));
    const std::string state = StateIn(UrlIn(login.ReadUntil("Enter the full redirect URL: ")));
    login.Write("https://app.test/cb?code=good-code&state=" + state + "\n");
    ASSERT_EQ(Finish(std::move(login)), 0) << err_;
  }

  TinyProvider provider_;
  std::string directory_, out_, err_;
};

TEST_F(CliTest, PasteThenCallThenRenewThenRevoke) {
  LogInByPaste();
  EXPECT_TRUE(out_.starts_with("Connected. access token acce...(")) << out_;

  // What login was told need not be told again.
  ASSERT_EQ(Run({"accounts"}), 0) << err_;
  EXPECT_NE(out_.find("17           Tiny Ltd"), std::string::npos) << out_;
  EXPECT_EQ(provider_.Count("token refresh_token"), 0);

  provider_.Expire();
  ASSERT_EQ(Run({"get", "/accounts", "--json"}), 0) << err_;
  EXPECT_EQ(JsonInt(ParseJson(out_).value(), "total_size"), 1);
  EXPECT_EQ(provider_.Count("token refresh_token"), 1);

  ASSERT_EQ(Run({"refresh"}), 0);
  EXPECT_EQ(provider_.Count("token refresh_token"), 2);
  ASSERT_EQ(Run({"status"}), 0);
  EXPECT_NE(out_.find("scopes         account.read\n"), std::string::npos) << out_;
  EXPECT_NE(out_.find("(in 59 min)"), std::string::npos) << out_;

  ASSERT_EQ(Run({"revoke"}), 0);
  EXPECT_EQ(provider_.Count("revoke"), 2);
  EXPECT_EQ(Run({"status", "--json"}), 3);
  EXPECT_EQ(ParseJson(out_).value()["error"]["code"], "session.no_token");
}

TEST_F(CliTest, BrowserLoginIgnoresNoiseAndForgery) {
  // A port that was free a moment ago.
  std::uint16_t port = 0;
  {
    auto probe = HttpServer::Start({}, [](const HttpRequest&) { return HttpResponse{}; }).value();
    port = probe->port();
  }
  const std::string redirect = fmt::format("http://127.0.0.1:{}/back?own=1", port);
  Program login = Start(LoginWords(redirect));
  const std::string url = UrlIn(login.ReadUntil("...\n"));
  EXPECT_EQ(ParseForm(*ParseUri(url).value().query).Get("redirect_uri"), redirect);
  const auto browser = MakeHttpClient();
  const auto visit = [&](const std::string& address) {
    auto page = browser->Send("GET", address, {}, "");
    EXPECT_TRUE(page.ok()) << page.error().message;
    return page.value_or(HttpResponse{});
  };
  EXPECT_EQ(visit(fmt::format("http://127.0.0.1:{}/favicon.ico", port)).status, 404);
  const HttpResponse forged = visit(redirect + "&code=%3Cscript%3Ex&state=forged");
  EXPECT_EQ(forged.body.find("script"), std::string::npos);
  EXPECT_NE(forged.body.find("not the login that was started"), std::string::npos);
  // Neither readable nor with the redirect URI's own query: any page could send this.
  for (const char* noise : {"?%zz", "?code=good-code&state=forged", "?own=other&code=x&state=y"}) {
    EXPECT_TRUE(SendRaw(port, std::string("/back") + noise).ends_with(forged.body)) << noise;
  }
  EXPECT_EQ(provider_.Count("token authorization_code"), 0);
  const HttpResponse done = visit(redirect + "&state=" + StateIn(url) + "&code=good-code");
  EXPECT_NE(done.body.find("Connected to AWeber"), std::string::npos) << done.body;
  EXPECT_EQ(done.headers.Get("Referrer-Policy"), "no-referrer");
  EXPECT_EQ(done.headers.Get("Cache-Control"), "no-store");
  EXPECT_EQ(Finish(std::move(login)), 0);
  EXPECT_NE(err_.find("ignored a callback"), std::string::npos) << err_;
  // The listener is gone with the login (RFC 8252 §8.3).
  EXPECT_FALSE(browser->Send("GET", redirect, {}, "").ok());
}

TEST_F(CliTest, ADeniedLoginSaysWhy) {
  Program login = Start(LoginWords("https://app.test/cb"));
  const std::string state = StateIn(UrlIn(login.ReadUntil("Enter the full redirect URL: ")));
  login.Write("https://app.test/cb?error=access_denied&state=" + state + "\n");
  EXPECT_EQ(Finish(std::move(login)), 1);
  EXPECT_EQ(err_,
            "aweber-client: AWeber did not authorize: access_denied (the customer said no, or "
            "closed the page)\n");
}

TEST_F(CliTest, TheStoreIsPrivate) {
  LogInByPaste();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    EXPECT_EQ(entry.status().permissions() & std::filesystem::perms(077),
              std::filesystem::perms::none)
        << entry.path();
  }
}

TEST_F(CliTest, UsageErrorsExitTwo) {
  EXPECT_EQ(Run({"status"}), 2);
  EXPECT_EQ(err_,
            "aweber-client: no client id: give --client-id or AWEBER_CLIENT_ID, or log in first\n");
  EXPECT_EQ(Run({}), 2);
  EXPECT_EQ(Run({"fly"}), 2);
  EXPECT_EQ(Run({"acounts"}), 2);
  EXPECT_EQ(err_, "there is no command 'acounts'; did you mean 'accounts'?\n");
  EXPECT_EQ(Run({"login", "--mock", "notaurl", "--client-id", "x"}), 2);
  EXPECT_EQ(err_,
            "aweber-client: --mock: 'notaurl' is no base URL such as http://127.0.0.1:8080\n");
  EXPECT_EQ(Run({"get", "--client-id", "x"}), 2);
  EXPECT_EQ(Run({"status", "--client-id", "x", "--auth", "digest"}), 2);
  EXPECT_EQ(Run({"status", "--client-id", "x", "--scopes", "a\"b"}), 2);
  EXPECT_EQ(Run({"--version"}), 0);
  EXPECT_EQ(out_, DescribeVersion("aweber-client") + "\n");
  EXPECT_EQ(Run({"--help"}), 0);
  for (const char* command :
       {"login", "accounts", "get", "post", "status", "refresh", "revoke", "driver"}) {
    EXPECT_NE(out_.find(fmt::format("\n  {} ", command)), std::string::npos) << command;
    Program help({Program::ClientPath(), command, "--help"});
    EXPECT_EQ(help.Finish(), 0) << command;
  }
}

TEST_F(CliTest, PathsAsInAWebersDocumentsAndWithoutASlash) {
  LogInByPaste();
  for (const char* path : {"/accounts", "/1.0/accounts", "accounts"}) {
    EXPECT_EQ(Run({"get", path}), 0) << path << err_;
  }
}

TEST_F(CliTest, TokensGoToNobodyButWhoIssuedThem) {
  LogInByPaste();
  EXPECT_EQ(Run({"accounts", "--mock", "http://127.0.0.1:1"}), 2);
  EXPECT_EQ(err_, fmt::format("aweber-client: user 'default' logged in with client the-id at {}: "
                              "log in again to change that, or keep both apart by --user or "
                              "--store\n",
                              provider_.url()));
  EXPECT_EQ(Run({"refresh", "--client-id", "another", "--client-secret", kSecret}), 2);
  EXPECT_EQ(Run({"accounts", "--mock", provider_.url() + "/", "--client-id", "the-id"}), 0);
  EXPECT_EQ(provider_.Count("token refresh_token"), 0);
}

// Without a whole profile nobody knows who issued the tokens: they go to nobody.
TEST_F(CliTest, ADamagedProfileSendsTheTokensNowhere) {
  LogInByPaste();
  const std::string path = directory_ + "/profile-default.json";
  const std::string whole = ReadFile(path).value();
  std::string renamed = whole;
  renamed.replace(renamed.find("\"mock\""), 6, "\"mosk\"");
  const TinyProvider other;
  for (const std::string& left :
       {std::string(), whole.substr(0, whole.size() / 2), std::string("{}"), renamed}) {
    ASSERT_TRUE(WriteFileAtomically(path, left, 0600).ok());
    EXPECT_EQ(Run({"accounts", "--mock", other.url(), "--client-id", "the-id"}), 2) << left;
    EXPECT_EQ(err_, fmt::format("aweber-client: {} is damaged, so nobody knows where the tokens of "
                                "user 'default' belong: log in again\n",
                                path));
    EXPECT_EQ(other.Count("api 200") + other.Count("api 401"), 0);
  }
  ASSERT_TRUE(WriteFileAtomically(path, whole, 0600).ok());
  EXPECT_EQ(Run({"accounts"}), 0) << err_;
}

// Who has done with the mock must not end there again, nor take its registration to AWeber.
TEST_F(CliTest, ALoginGoesWhereItIsToldNow) {
  LogInByPaste();
  EXPECT_EQ(Run({"login"}), 2);
  EXPECT_EQ(err_,
            fmt::format("aweber-client: user 'default' logged in at {0} before, and this login "
                        "would go to AWeber: give --mock {0} to go there again, or "
                        "--client-id and what else belongs to the app\n",
                        provider_.url()));
  const auto begins = [&](std::vector<std::string> words, const std::string& place) {
    EXPECT_EQ(Run(std::move(words)), 1);
    EXPECT_TRUE(UrlIn(out_).starts_with(place + "/oauth2/authorize?")) << out_;
  };
  begins({"login", "--client-id", "the-id"}, "https://auth.aweber.com");
  begins({"login", "--client-id", "the-id", "--mock", ""}, "https://auth.aweber.com");
  begins({"login", "--mock", provider_.url()}, provider_.url());
  EXPECT_NE(UrlIn(out_).find("client_id=the-id"), std::string::npos) << "the rest is remembered";
}

TEST_F(CliTest, TheCaFileIsRememberedWhereverItIsUsedFrom) {
  std::vector<std::string> words = LoginWords("https://app.test/cb");
  words.insert(words.end(), {"--ca-file", "some/ca.pem"});
  Program login = Start(words);
  const std::string state = StateIn(UrlIn(login.ReadUntil("Enter the full redirect URL: ")));
  login.Write("https://app.test/cb?code=good-code&state=" + state + "\n");
  ASSERT_EQ(Finish(std::move(login)), 0) << err_;
  const Json profile = ParseJson(ReadFile(directory_ + "/profile-default.json").value()).value();
  EXPECT_EQ(JsonString(profile, "ca_file"), std::filesystem::absolute("some/ca.pem").string());
}

// A relative XDG_STATE_HOME counts as none: its specification says so.
TEST_F(CliTest, WithoutAHomeTheStoreMustBeNamed) {
  for (const char* state : {"", "state"}) {
    Program program({Program::ClientPath(), "status", "--client-id", "x"},
                    {{"HOME", ""}, {"XDG_STATE_HOME", state}, {"AWEBER_CLIENT_STORE", ""}});
    EXPECT_EQ(program.Finish(), 2);
    EXPECT_EQ(program.err(),
              "aweber-client: no place for the tokens: give --store or AWEBER_CLIENT_STORE\n");
  }
}

TEST_F(CliTest, AStoreThatCannotBeWrittenIsNamedWithItsCure) {
  Program program({Program::ClientPath(), "login", "--mock", provider_.url(), "--client-id", "x",
                   "--store", "/dev/null/store"});
  EXPECT_EQ(program.Finish(), 1);
  EXPECT_EQ(program.err(),
            "aweber-client: token store: cannot read /dev/null/store/profile-default.json: Not a "
            "directory; a part of the path is a file: choose another directory\n");
}

TEST_F(CliTest, CtrlCEndsACall) {
  LogInByPaste();
  provider_.Expire();
  provider_.HoldRefusals(2);  // the second never comes
  Program get = Start({"get", "/accounts"});
  while (provider_.Count("api 401") == 0) std::this_thread::yield();
  ::kill(get.pid(), SIGINT);
  EXPECT_EQ(Finish(std::move(get)), 130);
  EXPECT_NE(err_.find("aweber-client: stopping; once more to stop at once\n"), std::string::npos);
  provider_.HoldRefusals(0);
}

TEST_F(CliTest, CtrlCDoesNotLoseARefreshedToken) {
  LogInByPaste();
  provider_.Expire();
  provider_.HoldTokens(true);
  Program get = Start({"get", "/accounts"});
  while (provider_.Count("token refresh_token") == 0) std::this_thread::yield();
  ::kill(get.pid(), SIGINT);
  get.AwaitError("stopping");
  provider_.HoldTokens(false);
  EXPECT_EQ(Finish(std::move(get)), 130);
  EXPECT_EQ(Run({"get", "/accounts"}), 0) << err_;
  EXPECT_EQ(provider_.Count("token refresh_token"), 1) << "the interrupted one was saved";
}

TEST_F(CliTest, ForeignLinksAreRefused) {
  LogInByPaste();
  EXPECT_EQ(Run({"get", "https://evil.test/1.0/accounts"}), 1);
  EXPECT_NE(err_.find("refused to send the access token there"), std::string::npos) << err_;
}

TEST_F(CliTest, ANetworkThatIsDownIsSaidPlainly) {
  EXPECT_EQ(Run({"refresh", "--client-id", "x", "--client-secret", kSecret}), 3);
  Program login = Start({"login", "--mock", "http://127.0.0.1:1", "--client-id", "x",
                         "--client-secret", kSecret, "--redirect-uri", "https://app.test/cb"});
  const std::string state = StateIn(UrlIn(login.ReadUntil("Enter the full redirect URL: ")));
  login.Write("https://app.test/cb?code=good-code&state=" + state + "\n");
  EXPECT_EQ(Finish(std::move(login)), 1);
  EXPECT_NE(err_.find("exchanging the code"), std::string::npos) << err_;
  EXPECT_NE(err_.find("log in again"), std::string::npos) << err_;
}

}  // namespace
}  // namespace aweber::client
