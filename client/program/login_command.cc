// aweber-client login
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <condition_variable>
#include <cstdio>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>

#include "base/text/json.h"
#include "client/program/callback_listener.h"
#include "client/program/cli.h"
#include "client/program/commands.h"

extern char** environ;

namespace aweber::client {
namespace {

struct LoginFlags {
  std::shared_ptr<CommonFlags> common;
  bool paste = false;
  bool no_browser = false;
  int timeout_seconds = 600;
};

// Best effort: the URL is printed anyway. What the opener prints is not ours to show. False when
// there is no opener.
bool OpenBrowser(const std::string& url) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::string program = "xdg-open", argument = url;
  char* argv[] = {program.data(), argument.data(), nullptr};
  pid_t pid = 0;
  const int failure = ::posix_spawnp(&pid, program.c_str(), &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  return failure == 0;
}

void Say(bool json, const std::string& text) {
  // With --json standard output holds the result alone.
  std::FILE* out = json ? stderr : stdout;
  std::fputs(text.c_str(), out);
  std::fflush(out);
}

// The words of AWeber's walkthrough, so that whoever knows its sample knows this.
Outcome<Login> LoginByPaste(Session& session, const std::string& url, bool json) {
  const bool out_of_band = session.config().redirect_uri == kOutOfBand;
  Say(json, fmt::format("Go here to authorize: {}\n", url));
  Say(json, out_of_band ? "Enter the code that the page shows: " : "Enter the full redirect URL: ");
  std::string line;
  if (!std::getline(std::cin, line) || line.empty()) {
    return MakeFailure(FailureKind::kOther, "login.no_input", "nothing was entered; not logged in");
  }
  return session.HandleCallback(line);
}

// Waits until a callback settles the login. One that belongs to no login of ours, or cannot be read
// at all, is turned away and waited past: any page in the browser can call this port.
class BrowserLogin {
 public:
  explicit BrowserLogin(Session& session) : session_(session) {}

  CallbackListener::Shown OnCallback(const std::string& url) {
    // Only a state that was found, and so is used up, says that this is our login.
    const auto readable = ReadCallback(session_.config(), url);
    if (!readable) return Ignore(readable.error());
    auto login = session_.HandleCallback(url);
    if (!login && login.error().kind == FailureKind::kStateMismatch) return Ignore(login.error());
    const char* words = login ? "Connected to AWeber. You can close this page"
                              : "Not connected. The terminal says why";
    // Settled only when the page has left: the listener goes with the login.
    return {words, [this, login = std::move(login)] {
              const std::lock_guard lock(mutex_);
              outcome_ = login;
              settled_.notify_all();
            }};
  }

  Outcome<Login> Wait(std::chrono::seconds timeout) {
    std::unique_lock lock(mutex_);
    if (settled_.wait_for(lock, timeout, [this] { return outcome_.has_value(); })) {
      return std::move(*outcome_);
    }
    return MakeFailure(FailureKind::kTimeout, "login.timeout",
                       "nobody came back from the browser in time; run login again");
  }

 private:
  static CallbackListener::Shown Ignore(const Failure& why) {
    fmt::print(stderr, "aweber-client: ignored a callback: {}\n", why.message);
    return {"This is not the login that was started", {}};
  }

  Session& session_;
  std::mutex mutex_;
  std::condition_variable settled_;
  std::optional<Outcome<Login>> outcome_;
};

Outcome<Login> LoginByBrowser(Session& session, const std::string& url, const LoginFlags& flags) {
  BrowserLogin login(session);
  auto listener = CallbackListener::Start(
      session.config().redirect_uri, [&](const std::string& u) { return login.OnCallback(u); });
  if (!listener) {
    Failure failure = FromError(listener.error(), "listening for the redirect");
    failure.message += "; free the port, or use --paste";
    return failure;
  }
  const bool opened = !flags.no_browser && OpenBrowser(url);
  Say(flags.common->json, fmt::format("{}: {}\nWaiting for the browser at {} ...\n",
                                      opened ? "Your browser opens; if not, go here to authorize"
                                             : "Go here to authorize",
                                      url, session.config().redirect_uri));
  return login.Wait(std::chrono::seconds(flags.timeout_seconds));
}

int RunLogin(const LoginFlags& flags) {
  const bool json = flags.common->json;
  auto context = CommandContext::Make(*flags.common, CommandContext::For::kLogin);
  if (!context) return ReportFailure(context.error(), json);
  Session& session = (*context)->session();
  const auto url = session.AuthorizationUrl();
  if (!url) return ReportFailure(url.error(), json);
  const bool listen = !flags.paste && CallbackListener::CanServe(session.config().redirect_uri);
  const auto login =
      listen ? LoginByBrowser(session, *url, flags) : LoginByPaste(session, *url, json);
  if (!login) return ReportFailure(login.error(), json);
  if (auto saved = (*context)->SaveProfile(); !saved) return ReportFailure(saved.error(), json);
  const TokenSet& token = login->token;
  if (json) {
    fmt::print("{}\n", DumpJson({{"logged_in", true}, {"scope", token.scope}}));
    return kExitOk;
  }
  fmt::print("Connected. access token {}, refresh token {}, expires in {}\n",
             MaskSecret(token.access_token), MaskSecret(token.refresh_token),
             token.expires_in ? fmt::format("{} s", token.expires_in->count()) : "(unknown)");
  fmt::print("scopes: {}\nkept in {}\n", Harmless(token.scope), (*context)->flags().store);
  return kExitOk;
}

}  // namespace

void AddLoginCommand(CLI::App& app, int* status) {
  auto flags = std::make_shared<LoginFlags>();
  CLI::App* command = app.add_subcommand("login", "Connect an AWeber account.");
  flags->common = AddCommonFlags(*command);
  command->add_flag("--paste", flags->paste, "Ask for the redirect URL instead of listening.");
  command->add_flag("--no-browser", flags->no_browser, "Print the URL, open nothing.");
  command->add_option("--timeout", flags->timeout_seconds, "Seconds to wait for the browser.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->footer(
      "Opens the browser and waits for it at the redirect URI, when that is http on loopback with "
      "a\n"
      "port, as http://127.0.0.1:8765/callback. With --paste, or any other redirect URI, asks for\n"
      "the address at which the browser ended.\n"
      "  aweber-client login --client-id ID --redirect-uri http://127.0.0.1:8765/callback\n"
      "  aweber-client login --mock http://127.0.0.1:8080 --client-id ID ...");
  command->callback([flags, status] { *status = RunLogin(*flags); });
}

}  // namespace aweber::client
