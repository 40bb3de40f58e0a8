#include "mockserver/program/serve.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "base/os/file.h"
#include "base/os/standard_streams.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "base/version.h"
#include "mockserver/program/log.h"
#include "mockserver/program/ready.h"
#include "mockserver/scenario/loader.h"

namespace aweber::mock {
namespace {

constexpr auto kWatchInterval = std::chrono::milliseconds(500);

bool IsFile(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

void PrintBanner(const Config& config, MockServer& server) {
  const auto say = [](const std::string& label, const std::string& text) {
    if (!text.empty()) fmt::print("  {:<12} {}\n", label, text);
  };
  fmt::print("aweber-mockserver {}\n", ProjectVersion());
  // A tls fault for one endpoint gives it an origin of its own.
  const auto origin = [&](Endpoint endpoint) {
    return server.OriginFor(*server.default_space(), endpoint);
  };
  say("authorize", origin(Endpoint::kAuthorize) + "/oauth2/authorize");
  say("token", origin(Endpoint::kToken) + "/oauth2/token");
  say("API", origin(Endpoint::kApi) + "/1.0");
  say("console", server.admin_url().empty() ? "off" : server.admin_url() + "/");
  say("proxy", server.proxy_url());
  say("profile", ProfileName(server.options().settings.profile));
  say("seed", fmt::format("{}", server.seed()));
  say("scenario", server.default_space()->scenario_id());
  const bool speaks_tls = server.base_url().starts_with("https") || !server.proxy_url().empty();
  if (speaks_tls && server.options().tls_cert_file.empty()) {
    say("CA SHA-256", server.ca_fingerprint());
    say("CA file", config.ca_file);
  }
  for (const RegisteredClient& client : server.default_space()->clients()) {
    say(client.is_public ? "public" : "client",
        fmt::format("{}{}  redirect {}", client.id,
                    client.is_public ? "" : " secret " + client.secret,
                    fmt::join(client.redirect_uris, " ")));
  }
  for (const UserAccount& account : server.default_space()->accounts()) {
    say(account.developer ? "developer" : "customer",
        fmt::format("{} / {}", account.username, account.password));
  }
}

// Where everything is, for people or for programs. A program that waits for it must not wait for
// what was never written.
Status SayReady(const Config& config, MockServer& server, ReadyFile& file) {
  const Json facts = ReadyFacts(config, server);
  if (Status written = file.Write(facts); !written.ok()) return written;
  if (config.print_json) {
    fmt::print("{}\n", DumpJson(facts));
  } else {
    PrintBanner(config, server);
  }
  if (std::fflush(stdout) != 0) {
    OutputFailureIsTold();
    return Error{"serve.output", fmt::format("cannot write to standard output: {}; --ready-file "
                                             "says the same in a file, then give standard output "
                                             "to /dev/null",
                                             std::generic_category().message(errno))};
  }
  return {};
}

// `client`: whom the scenario in play is for; it stays the same when the scenario is read again.
void WatchScenarios(std::stop_token stop, ScenarioLibrary& library, MockServer& server,
                    const RegisteredClient& client, RequestLog& log) {
  // Nothing seen yet: what changed between loading and now is found by the first look.
  std::string seen;
  while (SystemClock::System().SleepFor(kWatchInterval, stop)) {
    const std::string now = library.Fingerprint();
    if (now == seen) continue;
    seen = now;
    const ScenarioLibrary::Reloaded reloaded = library.Reload();
    for (const std::string& error : reloaded.errors) {
      log.Event(error + "\n  the last good version stays in force");
    }
    const std::string playing = server.default_space()->scenario_id();
    for (const std::string& id : reloaded.changed) {
      if (id == playing) {
        const auto played =
            server.Play(*server.default_space(), *library.Find(id), client.id, client.secret);
        if (!played.ok()) log.Event(played.error().message);
      }
      log.Event(fmt::format("scenario {} read again{}", id, id == playing ? " and in play" : ""));
    }
  }
}

// Blocks the signals that end the program, so that only WaitForSignal gets them. Before any thread.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Each connection is a descriptor, and the soft limit (1,024 as a rule) is meant for programs that
// use select(2).
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// The scenario to play, whose client is answered.
Result<RegisteredClient> SetUp(const std::optional<Scenario>& scenario, MockServer& server) {
  if (!scenario) return RegisteredClient{};
  return server.Play(*server.default_space(), *scenario);
}

}  // namespace

Result<std::optional<Scenario>> FindConfiguredScenario(const Config& config,
                                                       ScenarioLibrary& library,
                                                       std::string_view place) {
  if (Status loaded = library.Load(config.scenarios_directory); !loaded.ok()) {
    return loaded.error();
  }
  if (config.scenario.empty()) return std::optional<Scenario>();
  if (auto known = library.Find(config.scenario)) return std::optional<Scenario>(std::move(*known));
  if (IsFile(config.scenario)) {
    Result<std::vector<Scenario>> parsed = library.AddFile(config.scenario);
    if (!parsed.ok()) return parsed.error();
    if (parsed->size() == 1) return std::optional<Scenario>(std::move(parsed->front()));
    std::vector<std::string> ids;
    for (const Scenario& scenario : *parsed) ids.push_back(scenario.id);
    return Error{"scenario.matrix",
                 fmt::format("{}{}: the file has a matrix; give its folder to --scenarios "
                             "and name one of its variants: {}",
                             place, config.scenario, fmt::join(ids, ", "))};
  }
  const std::string near = library.Nearest(config.scenario);
  return Error{"scenario.unknown",
               fmt::format("{}{}: there is no such scenario or file; {}", place, config.scenario,
                           near.empty() ? "`aweber-mockserver scenarios` lists the ids"
                                        : fmt::format("did you mean \"{}\"?", near))};
}

Status Serve(Config config) {
  const sigset_t signals = BlockSignals();
  RaiseDescriptorLimit();
  auto library = std::make_shared<ScenarioLibrary>();
  Result<std::optional<Scenario>> scenario =
      FindConfiguredScenario(config, *library, "--scenario ");
  if (!scenario.ok()) return scenario.error();

  const auto log = std::make_shared<RequestLog>(
      config.log_format == "json" ? LogFormat::kJson : LogFormat::kText, STDERR_FILENO);
  config.server.scenarios = library;
  config.server.on_finished = [log](const JournalEntry& entry) { log->Request(entry); };
  config.server.on_finding = [log](const std::string& space, std::uint64_t sequence,
                                   const Finding& finding) {
    log->Finding(space, sequence, finding);
  };
  RegisteredClient client;
  config.server.prepare = [&](MockServer& server) -> Status {
    auto played = SetUp(*scenario, server);
    if (!played.ok()) return played.error();
    client = std::move(*played);
    return {};
  };
  Result<std::unique_ptr<MockServer>> server = MockServer::Start(config.server);
  if (!server.ok()) return server.error();
  if (!config.ca_file.empty()) {
    Status written = WriteFileAtomically(config.ca_file, (*server)->ca_pem());
    if (!written.ok()) return written;
  }
  ReadyFile ready(config.ready_file);
  if (Status said = SayReady(config, **server, ready); !said.ok()) return said;
  const char* const named = std::getenv("NOTIFY_SOCKET");
  const std::string supervisor = named == nullptr ? "" : named;
  NotifySupervisor(supervisor, fmt::format("READY=1\nMAINPID={}\n", ::getpid()));

  std::jthread watcher;
  if (config.watch) {
    watcher = std::jthread(
        [&](std::stop_token stop) { WatchScenarios(stop, *library, **server, client, *log); });
  }
  int signal = 0;
  sigwait(&signals, &signal);
  log->Event(fmt::format("{}: stopping", signal == SIGINT ? "SIGINT" : "SIGTERM"));
  NotifySupervisor(supervisor, "STOPPING=1\n");
  watcher.request_stop();
  (*server)->Stop();
  if (const std::uint64_t unjudged = (*server)->UnjudgedByLint(); unjudged > 0) {
    log->Event(fmt::format(
        "lint did not judge {} requests: they came faster than it reads, or their space "
        "was deleted first",
        unjudged));
  }
  return {};
}

}  // namespace aweber::mock
