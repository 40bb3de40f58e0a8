// aweber-mockserver as a process: configuration, health, signals.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/http/client.h"
#include "base/os/file.h"
#include "base/os/process.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "tests/support/ask_admin.h"
#include "tests/support/paths.h"
#include "tests/support/raw_socket.h"
#include "tests/support/temporary_file.h"

namespace aweber {
namespace {

using ::testing::HasSubstr;
using Environment = std::vector<std::pair<std::string, std::string>>;

const std::string kProgram = ProgramPath("aweber-mockserver");

// Reads until `text` was seen, the descriptor ends, or ten seconds of silence.
std::string ReadFor(int fd, const std::string& text) {
  std::string seen;
  while (text.empty() || seen.find(text) == std::string::npos) {
    pollfd entry{fd, POLLIN, 0};
    if (::poll(&entry, 1, 10'000) <= 0) break;
    char buffer[4096];
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got <= 0) break;
    seen.append(buffer, static_cast<std::size_t>(got));
  }
  return seen;
}

ExitStatus WaitFor(ChildProcess& child) {
  siginfo_t ended{};  // waits, and leaves the status to Poll
  while (::waitid(P_PID, id_t(child.pid()), &ended, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  return child.Poll().value_or(ExitStatus{});
}

struct Ended {
  int code = -1;
  std::string output, error;
};

Ended RunCommand(const std::vector<std::string>& argv, const Environment& environment = {}) {
  ChildOptions options;
  options.argv = argv;
  options.extra_env = environment;
  auto child = ChildProcess::Spawn(options);
  if (!child) return {-1, "", child.error().message};
  Ended ended;
  ended.output = ReadFor(child->output_fd(), "");
  ended.error = ReadFor(child->stderr_fd(), "");
  ended.code = WaitFor(*child).code;
  return ended;
}

Ended RunProgram(const std::vector<std::string>& arguments, const Environment& environment = {}) {
  std::vector<std::string> argv = {kProgram};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunCommand(argv, environment);
}

std::string Address(const std::string& banner, const std::string& label) {
  const std::size_t at = banner.find("  " + label);
  if (at == std::string::npos) return "";
  const std::size_t begin = banner.find("http", at);
  return banner.substr(begin, banner.find_first_of(" \n", begin) - begin);
}

class Running {
 public:
  explicit Running(std::vector<std::string> arguments, const Environment& environment = {}) {
    ChildOptions options;
    options.argv = {kProgram, "serve", "--port", "0", "--admin-port", "0", "--scheme", "http"};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.extra_env = environment;
    auto child = ChildProcess::Spawn(options);
    EXPECT_TRUE(child) << child.error().message;
    child_.emplace(*std::move(child));
    banner_ = ReadFor(child_->output_fd(), "  developer");
    admin_ = Address(banner_, "console");
    token_ = Address(banner_, "token");
  }
  ChildProcess& child() { return *child_; }
  const std::string& banner() const { return banner_; }
  std::string admin(const std::string& path) const { return admin_ + path.substr(1); }
  // A request to the admin API, held to its document.
  Result<HttpResponse> ask(const std::string& method, const std::string& path,
                           const std::string& body = "") const {
    return mock::testing::AskAdmin(admin_.substr(0, admin_.rfind('/')), method, path, body);
  }
  const std::string& token_url() const { return token_; }

 private:
  std::optional<ChildProcess> child_;
  std::string banner_, admin_, token_;
};

// Sanitizers look at five hundred threads once more before the program may end.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::chrono::seconds kStopLimit{10};
#else
constexpr std::chrono::seconds kStopLimit{1};
#endif

struct Refused {
  std::vector<std::string> arguments;
  Environment environment;
  int code;
  const char* message;
};

TEST(MockServerProgram, BadInputIsOneMessageAndTheRightStatus) {
  const Refused kCases[] = {
      {{"serve", "--port", "http"},
       {},
       2,
       "--port: must be a whole number up to 65535, not \"http\""},
      {{"serve", "--prot", "1"}, {}, 2, "--prot"},
      {{"serve"},
       {{"AWEBER_MOCK_PROFIL", "aweber"}},
       2,
       "AWEBER_MOCK_PROFIL is not known; did you mean AWEBER_MOCK_PROFILE?"},
      {{"serve"}, {{"AWEBER_MOCK_PORT", "x"}}, 2, "AWEBER_MOCK_PORT: must be a whole number"},
      {{"serve", "--scenario", "callback/okk"}, {}, 2, "did you mean \"callback/ok\"?"},
      {{"serve", "--scenarios", "/nowhere/at/all"}, {}, 2, "/nowhere/at/all"},
      {{"serve", "--host", "0.0.0.0"}, {}, 2, "needs a token"},
      {{"serve", "--tls-cert", "x.pem"}, {}, 2, "--tls-cert and --tls-key go together"},
      {{"serve", "--config", "/nowhere.yaml"}, {}, 2, "/nowhere.yaml"},
      {{"validate", "/nowhere.yaml"}, {}, 2, "/nowhere.yaml"},
      {{"explain", "nothing"}, {}, 2, "nothing"},
      {{"healthcheck", "--admin-port", "1"}, {}, 1, "127.0.0.1:1/readyz"},
      {{}, {}, 2, "a command is missing; one of: serve, "},
      {{"serv"}, {}, 2, "there is no command 'serv'; did you mean 'serve'?"},
      {{"fly"},
       {},
       2,
       "there is no command 'fly'; one of: serve, healthcheck, validate, scenarios, explain"},
      {{"--port", "0"}, {}, 2, "the command is missing before --port; one of: serve, "},
  };
  for (const Refused& refused : kCases) {
    const Ended ended = RunProgram(refused.arguments, refused.environment);
    const std::string shown = refused.arguments.empty() ? "" : refused.arguments.back();
    EXPECT_EQ(ended.code, refused.code) << shown << "\n" << ended.error;
    EXPECT_THAT(ended.error + ended.output, HasSubstr(refused.message)) << shown;
  }
}

TEST(MockServerProgram, AConfigurationFileIsReadStrictly) {
  const auto directory = MakeTempDirectory("config");
  ASSERT_TRUE(directory);
  const std::string path = *directory + "/mock.yaml";
  ASSERT_TRUE(WriteFileAtomically(path, "port: 0\nprofle: aweber\n"));
  const Ended ended = RunProgram({"serve", "--config", path});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.error, HasSubstr(path + ":2:1: "));
  EXPECT_THAT(ended.error, HasSubstr("did you mean \"profile\"?"));
}

TEST(MockServerProgram, ScenarioFoldersAndFiles) {
  // The folder of the built-in ones is as good as any other.
  const Ended listed = RunProgram({"scenarios", "--scenarios", SourcePath("scenarios")});
  EXPECT_EQ(listed.code, 0) << listed.error;
  EXPECT_THAT(listed.output, HasSubstr("callback/state-mismatch"));
  const Ended matrix =
      RunProgram({"serve", "--scenario", SourcePath("scenarios/callback/iss-wrong.yaml")});
  EXPECT_EQ(matrix.code, 2);
  EXPECT_THAT(matrix.error, HasSubstr("the file has a matrix"));
}

TEST(MockServerProgram, FlagsOverEnvironmentOverFile) {
  const auto directory = MakeTempDirectory("config");
  ASSERT_TRUE(directory);
  const std::string path = *directory + "/mock.yaml";
  ASSERT_TRUE(WriteFileAtomically(path, "profile: rfc9700\nseed: 1\naccess-token-ttl: 60\n"));
  Running server({"--config", path, "--seed", "3"},
                 {{"AWEBER_MOCK_SEED", "2"}, {"AWEBER_MOCK_PROFILE", "rfc6749"}});
  EXPECT_THAT(server.banner(), HasSubstr("seed         3\n"));
  EXPECT_THAT(server.banner(), HasSubstr("profile      rfc6749\n"));
  const auto settings = server.ask("GET", "/api/v1/settings");
  ASSERT_TRUE(settings);
  EXPECT_THAT(settings->body, HasSubstr("\"access_token_ttl\": 60"));
}

// A file's profile, wherever it stands, is a profile like any other: flags overrule it, and the
// file's single switches hold over both.
TEST(MockServerProgram, AFlagsProfileOverTheFilesAndItsSwitchesOverBoth) {
  const auto directory = MakeTempDirectory("config");
  ASSERT_TRUE(directory);
  const std::string path = *directory + "/mock.yaml";
  ASSERT_TRUE(WriteFileAtomically(path,
                                  "settings:\n  rotate_refresh_token: false\n  metadata: false\n"
                                  "  access_token_ttl: 60\n  profile: rfc6749\n"));
  for (const bool flag : {false, true}) {
    std::vector<std::string> arguments = {"--config", path};
    if (flag)
      arguments.insert(arguments.end(), {"--profile", "rfc9700", "--access-token-ttl", "9"});
    Running server(arguments);
    const auto shown = server.ask("GET", "/api/v1/settings");
    ASSERT_TRUE(shown);
    const Json settings = (*ParseJson(shown->body))["settings"];
    EXPECT_EQ(settings["profile"], flag ? "rfc9700" : "rfc6749");
    EXPECT_EQ(settings["iss_parameter"], flag);
    EXPECT_EQ(settings["rotate_refresh_token"], false);
    EXPECT_EQ(settings["metadata"], false);
    EXPECT_EQ(settings["access_token_ttl"], flag ? 9 : 60);
  }
  ASSERT_TRUE(WriteFileAtomically(path, "settings:\n  profile: oidc\n"));
  EXPECT_THAT(
      RunProgram({"serve", "--config", path}).error,
      HasSubstr("mock.yaml:2:3: profile: must be aweber, rfc6749 or rfc9700, not \"oidc\""));
}

// Who configures an application of their own keeps the customer to log in as, and every scope.
TEST(MockServerProgram, OwnClientsKeepTheBuiltInAccounts) {
  const auto directory = MakeTempDirectory("config");
  ASSERT_TRUE(directory);
  const std::string path = *directory + "/mock.yaml";
  ASSERT_TRUE(WriteFileAtomically(
      path, "clients:\n  - {id: mine, secret: mine-too, redirect_uris: [http://a.test/]}\n"));
  Running server({"--config", path});
  EXPECT_THAT(server.banner(), HasSubstr("client       mine secret mine-too"));
  EXPECT_THAT(server.banner(), HasSubstr("customer     customer@example.com"));
  EXPECT_EQ(server.banner().find("AWeberMock"), std::string::npos) << server.banner();
  const auto clients = server.ask("GET", "/api/v1/clients");
  ASSERT_TRUE(clients);
  EXPECT_EQ((*ParseJson(clients->body))["clients"][0]["scopes"].size(), 9u);
}

// Own customers' data is shown, and refused with its place, by serve and by validate.
TEST(MockServerProgram, OwnCustomersData) {
  const std::string good = "accounts:\n  - id: 1000001\n    lists: [{name: Mine}]\n";
  const test::TemporaryFile own(good), bad(good + "    lits: []\n"),
      foreign("accounts: [{id: 7}]\n");
  const Running server({"--data", own.path(), "--subscribers", "5"});
  const auto data = server.ask("GET", "/api/v1/data");
  ASSERT_TRUE(data);
  const Json lists = (*ParseJson(data->body))["accounts"][0]["lists"];
  ASSERT_EQ(lists.size(), 1u);
  EXPECT_EQ(lists[0]["name"], "Mine");
  const Ended validated = RunProgram({"validate", own.path()});
  EXPECT_EQ(validated.code, 0) << validated.error;
  EXPECT_EQ(validated.output, own.path() + ": good, 1 account\n");
  for (const char* command : {"validate", "serve"}) {
    std::vector<std::string> arguments = {command, bad.path()};
    if (command == std::string("serve")) arguments = {command, "--data", bad.path()};
    const Ended ended = RunProgram(arguments);
    EXPECT_EQ(ended.code, 2);
    EXPECT_THAT(ended.error, HasSubstr(bad.path() + ":4:5: accounts[0].lits: unknown member; did "
                                                    "you mean \"lists\"?\n      lits: []\n"))
        << command;
  }
  EXPECT_THAT(RunProgram({"serve", "--data", foreign.path()}).error,
              HasSubstr("no customer can authorize for account 7"));
}

TEST(MockServerProgram, APortThatIsTakenIsNamed) {
  Running first({});
  const auto port = ParseUri(first.token_url())->port;
  const Ended second =
      RunProgram({"serve", "--port", fmt::format("{}", *port), "--admin-port", "0"});
  EXPECT_EQ(second.code, 3);
  EXPECT_THAT(second.error, HasSubstr(fmt::format("{}", *port)));
}

TEST(MockServerProgram, IsHealthyWhenReadyAndNotAfter) {
  Running server({});
  const auto port = fmt::format("{}", *ParseUri(server.admin("/"))->port);
  EXPECT_EQ(RunProgram({"healthcheck", "--admin-port", port}).code, 0);
  server.child().Terminate(std::chrono::seconds(5));
  EXPECT_EQ(RunProgram({"healthcheck", "--admin-port", port}).code, 1);
}

TEST(MockServerProgram, LogsRequestsWithoutTheirSecrets) {
  Running server({"--log-format", "json"});
  const auto http = MakeHttpClient();
  ASSERT_TRUE(http->Send("POST", server.token_url() + "?client_secret=InTheQuery-4711",
                         {{"Content-Type", "application/x-www-form-urlencoded"}},
                         "grant_type=refresh_token&refresh_token=InTheBody-0815&client_id=nobody"));
  const std::string log = ReadFor(server.child().stderr_fd(), "\n");
  EXPECT_THAT(log, HasSubstr("\"path\":\"/oauth2/token\""));
  EXPECT_THAT(log, HasSubstr("\"error\":\"invalid_client\""));
  EXPECT_EQ(log.find("InTheQuery-4711"), std::string::npos) << log;
  EXPECT_EQ(log.find("InTheBody-0815"), std::string::npos) << log;
}

// What a client sent ends no line of the log and does not reach the terminal as a command.
TEST(MockServerProgram, ALogLineIsOneLine) {
  Running server({});
  const auto http = MakeHttpClient();
  ASSERT_TRUE(http->Send(
      "POST", server.token_url(), {{"Content-Type", "application/x-www-form-urlencoded"}},
      "grant_type=refresh_token&refresh_token=x&client_id=a%0Afake%1B[2J%C2%9B%C3"
      "%A9"));
  ASSERT_TRUE(http->Send("GET", server.token_url() + "/the-last", {}, ""));
  const std::string log = ReadFor(server.child().stderr_fd(), "/the-last");
  EXPECT_THAT(log, HasSubstr(R"(a\x0Afake\x1B[2J\x9B)"
                             "\xC3\xA9"));
  EXPECT_EQ(log.find('\x1B'), std::string::npos) << log;
}

// Secrets sent in every place of a request stand in neither kind of log.
TEST(MockServerProgram, LogsCarryNoCanary) {
  for (const char* format : {"text", "json"}) {
    Running server({"--log-format", format});
    const auto http = MakeHttpClient();
    const std::string base = server.token_url().substr(0, server.token_url().find("/oauth2"));
    // A token that the mock knows is found wherever it stands, in a path as well.
    const auto issued =
        server.ask("POST", "/api/v1/tokens", R"({"client_id":"AWeberMockConfidentialClient0001"})");
    ASSERT_TRUE(issued);
    const Json tokens = *ParseJson(issued->body);
    const std::string known = tokens["access_token"]["value"].get<std::string>();
    const HttpHeaders form{{"Content-Type", "application/x-www-form-urlencoded"}};
    ASSERT_TRUE(http->Send("GET", base + "/1.0/accounts",
                           {{"Authorization", "Bearer CANARY"}, {"Cookie", "CANARY"}}, ""));
    ASSERT_TRUE(http->Send("GET", base + "/1.0/accounts?access_token=CANARY", {}, ""));
    ASSERT_TRUE(http->Send("POST", base + "/oauth2/token?client_secret=CANARY", form,
                           "grant_type=authorization_code&code=CANARY&client_id=x"));
    ASSERT_TRUE(http->Send("POST", base + "/oauth2/token", {{"Content-Type", "application/json"}},
                           R"({"client_id":"x","client_secret":"CANARY"})"));
    ASSERT_TRUE(
        http->Send("GET", base + "/1.0/" + known, {{"Authorization", "Bearer " + known}}, ""));
    ASSERT_TRUE(http->Send("GET", base + "/the-last", {}, ""));
    const std::string log = ReadFor(server.child().stderr_fd(), "/the-last");
    EXPECT_THAT(log, HasSubstr("/1.0/[redacted:at-1]"));
    EXPECT_EQ(log.find("CANARY"), std::string::npos) << log;
    EXPECT_EQ(log.find(known), std::string::npos) << log;
  }
}

// 500 kept-alive connections, a reader of events and clients that hang: a new request is answered
// at once, and SIGTERM ends it all within a second.
TEST(MockServerProgram, ManyIdleConnectionsDelayNothing) {
  Running server({});
  const std::uint16_t port = *ParseUri(server.token_url())->port;
  const std::uint16_t admin_port = *ParseUri(server.admin("/"))->port;
  const auto http = MakeHttpClient();
  ASSERT_EQ(server
                .ask("POST", "/api/v1/faults",
                     R"([{"on": {"endpoint": "api", "path": "/1.0/hang"}, "then": "hang"},
                           {"on": {"endpoint": "api", "path": "/1.0/gate"}, "then": {"gate": "g"}}])")
                ->status,
            201);
  std::vector<test::RawSocket> idle;
  for (int i = 0; i < 500; ++i) {
    idle.emplace_back(port);
    idle.back().Send("GET /1.0/accounts HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(idle.back().ReadResponse(), HasSubstr("HTTP/1.1 400 "));
  }
  std::vector<test::RawSocket> hung;
  for (const char* request :
       {"GET /1.0/hang HTTP/1.1\r\nHost: a\r\n\r\n", "GET /1.0/gate HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /oauth2/token HTTP/1.1\r\nContent-Le", ""}) {
    hung.emplace_back(port);
    hung.back().Send(request);
  }
  hung.emplace_back(admin_port);
  hung.back().Send(
      "GET /api/v1/requests/wait?endpoint=revoke&timeout_ms=60000 HTTP/1.1\r\n"
      "Host: localhost\r\n\r\n");
  test::RawSocket events(admin_port);
  events.Send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(events.ReadUntil("retry:"), HasSubstr("200 OK"));
  const Micros before = SystemClock::System().Steady();
  ASSERT_TRUE(http->Send("GET", server.admin("/readyz"), {}, ""));
  const auto reply = http->Send("POST", server.token_url(), {}, "");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_LT(SystemClock::System().Steady() - before, std::chrono::seconds(2));
  ::kill(server.child().pid(), SIGTERM);
  const Micros asked = SystemClock::System().Steady();
  const ExitStatus status = WaitFor(server.child());
  EXPECT_FALSE(status.signaled) << status.Describe();
  EXPECT_EQ(status.code, 0);
  EXPECT_LT(SystemClock::System().Steady() - asked, kStopLimit);
}

// A program with AWeber's addresses built in, unchanged but for two environment variables.
TEST(MockServerProgram, CurlReachesAWeberThroughTheProxyAndNobodyElse) {
  const auto directory = MakeTempDirectory("proxy");
  ASSERT_TRUE(directory);
  const std::string ca = *directory + "/ca.pem";
  Running server({"--proxy-port", "0", "--ca-file", ca});
  EXPECT_THAT(server.banner(), HasSubstr("CA SHA-256"));
  const Environment environment = {{"HTTPS_PROXY", Address(server.banner(), "proxy")},
                                   {"SSL_CERT_FILE", ca}};
  const Ended token = RunCommand(
      {"env", "-u", "CURL_CA_BUNDLE", "-u", "SSL_CERT_DIR", "curl", "-s", "-S", "-u",
       "AWeberMockConfidentialClient0001:AWeberMockSecretDoNotUseLive0001", "-d",
       "grant_type=refresh_token", "-d", "refresh_token=x", "https://auth.aweber.com/oauth2/token"},
      environment);
  EXPECT_EQ(token.output, R"({"error":"invalid_request"})") << token.error;
  const Ended accounts =
      RunCommand({"env", "-u", "CURL_CA_BUNDLE", "-u", "SSL_CERT_DIR", "curl", "-s", "-S", "-o",
                  "/dev/null", "-w", "%{http_code}", "-H", "Authorization: Bearer x",
                  "https://api.aweber.com/1.0/accounts"},
                 environment);
  EXPECT_EQ(accounts.output, "401") << accounts.error;
  const Ended other = RunCommand({"curl", "-s", "-S", "https://example.com/"}, environment);
  EXPECT_NE(other.code, 0);
  EXPECT_THAT(other.error, HasSubstr("403"));
}

// The same seed, the same tokens.
TEST(MockServerProgram, OneSeedTwoRunsOneSetOfTokens) {
  std::string first;
  for (int run = 0; run < 2; ++run) {
    Running server({"--seed", "4711"});
    const auto issued =
        server.ask("POST", "/api/v1/tokens", R"({"client_id":"AWeberMockPublicClient0000000001"})");
    ASSERT_TRUE(issued);
    const Json tokens = *ParseJson(issued->body);
    const std::string value = tokens["access_token"]["value"].get<std::string>();
    EXPECT_EQ(value.size(), 32u);
    if (run == 0) first = value;
    EXPECT_EQ(value, first);
  }
}

// The client of a scenario stays the same when its file is read again.
TEST(MockServerProgram, ASingleScenarioFileIsWatchedToo) {
  const auto directory = MakeTempDirectory("scenarios");
  ASSERT_TRUE(directory);
  const std::string path = *directory + "/alone.yaml";
  const auto scenario = [](const char* fault) {
    return fmt::format(
        "id: alone\ntitle: t\nwhy: w\nserver:\n  rules:\n    - on: api\n      then: {}\nsteps: "
        "[authorize]\nexpect: {{client: {{authorize: ok}}}}\n",
        fault);
  };
  ASSERT_TRUE(WriteFileAtomically(path, scenario("{http_status: 503}")));
  Running server({"--scenario", path, "--watch"});
  EXPECT_THAT(server.banner(), HasSubstr("scenario     alone\n"));
  const auto clients = [&] { return server.ask("GET", "/api/v1/clients")->body; };
  const std::string before = clients();
  ASSERT_TRUE(WriteFileAtomically(path, scenario("{http_status: 418}")));
  EXPECT_THAT(ReadFor(server.child().stderr_fd(), "read again"), HasSubstr("alone read again"));
  const std::string api =
      server.token_url().substr(0, server.token_url().find("/oauth2")) + "/1.0/accounts";
  EXPECT_EQ(MakeHttpClient()->Send("GET", api, {}, "")->status, 418);
  EXPECT_EQ(clients(), before);
}

TEST(MockServerProgram, ReloadsAChangedScenarioAndKeepsTheLastGoodOne) {
  const auto directory = MakeTempDirectory("scenarios");
  ASSERT_TRUE(directory);
  const std::string path = *directory + "/local.yaml";
  const auto scenario = [](int status) {
    return fmt::format(
        "id: local\ntitle: t\nwhy: w\nserver:\n  rules:\n    - on: token\n      then: "
        "{{http_status: "
        "{}}}\nsteps: [authorize]\nexpect: {{client: {{authorize: ok}}}}\n",
        status);
  };
  ASSERT_TRUE(WriteFileAtomically(path, scenario(503)));
  Running server({"--scenarios", *directory, "--scenario", "local", "--watch"});
  const auto http = MakeHttpClient();
  const auto status = [&] { return http->Send("POST", server.token_url(), {}, "")->status; };
  EXPECT_EQ(status(), 503);
  ASSERT_TRUE(WriteFileAtomically(path, "id: local\ntitle: [\n"));
  EXPECT_THAT(ReadFor(server.child().stderr_fd(), "last good version"), HasSubstr("local.yaml:"));
  EXPECT_EQ(status(), 503);
  ASSERT_TRUE(WriteFileAtomically(path, scenario(418)));
  ReadFor(server.child().stderr_fd(), "read again");
  EXPECT_EQ(status(), 418);
}

}  // namespace
}  // namespace aweber
