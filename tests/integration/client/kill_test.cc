// kill -9 at every system call between the refresh reply and the end of the save. Whatever the
// moment, the next start has the new token, or the old one and a clear word; never a corrupt file.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/os/file.h"
#include "base/text/form.h"
#include "base/text/uri.h"
#include "tests/unit/client/fakes.h"

namespace aweber::client {
namespace {

constexpr auto kMarker = SYS_getpgid;  // called by nothing else here: "the reply is in"

Session MakeSession(FakeHttp& http, FileTokenStore& tokens) {
  static MemoryPendingStore pending;
  static ManualClock clock(FromUnixSeconds(1'795'443'648));
  return Session(TestConfig(), Services{http, clock, SystemRandom::System(), tokens, pending},
                 "ann");
}

void StoreOldToken(FileTokenStore& tokens) {
  TokenSet token;
  token.access_token = "A1";
  token.refresh_token = "R1";
  token.issued_at = FromUnixSeconds(1'795'443'648);
  ASSERT_TRUE(tokens.Save("ann", token).ok());
}

bool Refresh(Session& session) { return session.Refresh().ok(); }

bool LogIn(Session& session) {
  const std::string url = session.AuthorizationUrl().value();
  const std::string state = ParseForm(*ParseUri(url).value().query).GetOr("state");
  return session.HandleCallback("https://app.test/callback?code=C1&state=" + state).ok();
}

using Exchange = bool (*)(Session&);

[[noreturn]] void RunInChild(Exchange exchange, const std::string& directory) {
  FakeHttp http;
  FileTokenStore tokens(directory);
  http.handler = [](const SentRequest&) -> FakeHttp::Reply {
    ::syscall(kMarker, 0);
    return Answer(200, std::string(kRenewedBody));
  };
  Session session = MakeSession(http, tokens);
  // Untraced, nobody would wake it from the stop.
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(1);
  ::raise(SIGSTOP);
  ::_exit(exchange(session) ? 0 : 1);
}

enum class End { kKilled, kFinished, kNoTracing };

// Lets the child run to its `stop`-th system call boundary after the marker and kills it there.
End RunAndKillAt(Exchange exchange, const std::string& directory, int stop) {
  const pid_t child = ::fork();
  if (child == 0) RunInChild(exchange, directory);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFSTOPPED(status)) return End::kNoTracing;
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  int since_marker = -1;
  while (true) {
    ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status)) {
      EXPECT_EQ(WEXITSTATUS(status), 0) << "the exchange itself failed";
      EXPECT_GE(since_marker, 0) << "the marker was never seen";
      return End::kFinished;
    }
    if (!WIFSTOPPED(status) || WSTOPSIG(status) != (SIGTRAP | 0x80)) continue;
    __ptrace_syscall_info info{};
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, child, reinterpret_cast<void*>(sizeof info), &info) <=
        0) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return End::kNoTracing;
    }
    const bool marker = info.op == PTRACE_SYSCALL_INFO_ENTRY && info.entry.nr == kMarker;
    if (since_marker >= 0 || marker) ++since_marker;
    if (since_marker == stop) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return End::kKilled;
    }
  }
}

// The provider after the refresh: R1 is spent, A2 and R2 are good.
FakeHttp::Reply ProviderAfterRefresh(const SentRequest& request) {
  if (request.body.find("grant_type=authorization_code") != std::string::npos) {
    return Answer(200, std::string(kRenewedBody));
  }
  if (request.url.ends_with("/token")) return Answer(400, R"({"error":"invalid_request"})");
  return Answer(request.headers.Get("Authorization") == "Bearer A2" ? 200 : 401, "{}");
}

TEST(KillNine, AtEverySystemCallOfTheSave) {
  const std::string directory = MakeTempDirectory("aweber-kill").value();
  int had_new = 0, had_old = 0;
  End run = End::kKilled;
  for (int stop = 0; run == End::kKilled; ++stop) {
    ASSERT_LT(stop, 2000) << "the child never finishes";
    FileTokenStore tokens(directory);
    StoreOldToken(tokens);
    run = RunAndKillAt(Refresh, directory, stop);
    if (run == End::kNoTracing) GTEST_SKIP() << "ptrace is not permitted here";

    const auto stored = tokens.Load("ann");
    ASSERT_TRUE(stored.ok()) << "stop " << stop << ": " << stored.error().message;
    ASSERT_TRUE(stored->has_value());
    const bool is_new = (*stored)->access_token == "A2" && (*stored)->refresh_token == "R2";
    const bool is_old = (*stored)->access_token == "A1" && (*stored)->refresh_token == "R1";
    ASSERT_TRUE(is_new || is_old) << "stop " << stop << ": a mixture";
    (is_new ? had_new : had_old)++;

    FakeHttp http;
    http.handler = ProviderAfterRefresh;
    Session next = MakeSession(http, tokens);
    const auto reply = next.Call({.url = "/accounts"});
    if (is_new) {
      EXPECT_TRUE(reply.ok()) << "stop " << stop;
    } else {
      ASSERT_FALSE(reply.ok());
      EXPECT_EQ(reply.error().kind, FailureKind::kReauthorize);
      EXPECT_NE(reply.error().message.find("log in again"), std::string::npos)
          << reply.error().message;
    }
  }
  // What the killed left behind is gone with the next save.
  FileTokenStore tokens(directory);
  StoreOldToken(tokens);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"token-ann.json", "token-ann.json.lock"}));
  // Both sides of the rename were hit, or this test has shown nothing.
  EXPECT_GT(had_old, 2);
  EXPECT_GT(had_new, 2);
  std::filesystem::remove_all(directory);
}

// The same for the first token of all: it is there, or nobody is logged in.
TEST(KillNine, AtEverySystemCallOfALoginsSave) {
  int had_new = 0, had_none = 0;
  End run = End::kKilled;
  for (int stop = 0; run == End::kKilled; ++stop) {
    ASSERT_LT(stop, 2000) << "the child never finishes";
    const std::string directory = MakeTempDirectory("aweber-kill").value();
    run = RunAndKillAt(LogIn, directory, stop);
    if (run == End::kNoTracing) GTEST_SKIP() << "ptrace is not permitted here";
    FileTokenStore tokens(directory);
    FakeHttp http;
    http.handler = ProviderAfterRefresh;
    Session next = MakeSession(http, tokens);
    const auto reply = next.Call({.url = "/accounts"});
    (reply.ok() ? had_new : had_none)++;
    if (!reply.ok()) {
      EXPECT_EQ(reply.error().code, "session.no_token") << "stop " << stop;
      EXPECT_EQ(reply.error().message, "nobody is logged in here; log in again");
    }
    EXPECT_TRUE(LogIn(next)) << "stop " << stop;
    std::filesystem::remove_all(directory);
  }
  EXPECT_GT(had_none, 2);
  EXPECT_GT(had_new, 2);
}

}  // namespace
}  // namespace aweber::client
