#include "conformance/driver/process_driver.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "base/http/client.h"
#include "base/os/file.h"
#include "base/text/uri.h"
#include "conformance/browser/authorization_url.h"
#include "conformance/driver/free_port.h"
#include "conformance/driver/message.h"
#include "conformance/driver/process_folder.h"
#include "conformance/driver/store_tracer.h"
#include "conformance/driver/time_limit.h"

namespace aweber::conformance {
namespace {

constexpr Micros kWatch = std::chrono::milliseconds(5);
// After the end of what started it: a daemon that is asked to end gets so long.
constexpr Micros kDaemonGrace = std::chrono::seconds(2);
// A program that fills its output or its disk is stopped, not the machine it runs on.
constexpr std::uint64_t kLongestFile = 64u << 20;
constexpr std::size_t kToldOutput = 2000;
constexpr int kNoLimitMs = 24 * 3600 * 1000;
// The status of a call that went well: the program says no more than that.
constexpr int kGoodStatus = 200;

std::string LastPart(const std::string& text) {
  return text.size() <= kToldOutput ? text : "..." + text.substr(text.size() - kToldOutput);
}

std::string LastWords(const std::string& errors, const std::string& output) {
  std::string last = LastLine(errors);
  if (last.empty()) last = LastLine(output);
  return last.empty() ? "none" : Excerpt(last, 300);
}

std::unique_ptr<HttpClient> MakeBrowser() {
  HttpClientOptions options;
  options.connect_timeout_ms = options.read_timeout_ms = options.total_timeout_ms = kNoLimitMs;
  options.keep_alive = false;
  return MakeHttpClient(options);
}

// What all the URLs of the case begin with: the API's, without its version.
std::string BaseOf(const Json& open) {
  const std::string api = JsonString(open, "api_url").value_or("");
  return api.substr(0, api.rfind('/'));
}

// Counts down when a command has been started, or could not be.
class Starting {
 public:
  explicit Starting(std::atomic<int>& count) : count_(count) { ++count_; }
  ~Starting() { --count_; }

 private:
  std::atomic<int>& count_;
};

}  // namespace

ProcessDriver::ProcessDriver(ProcessConfig config, DriverEnvironment environment)
    : config_(std::move(config)), environment_(std::move(environment)), http_(MakeBrowser()) {}

ProcessDriver::~ProcessDriver() { EndCase(false); }

Result<ClientIdentity> ProcessDriver::Start() {
  auto identity = IdentityOf(config_.launch);
  if (!identity) return identity;
  identity->cannot = {"token"};
  if (config_.refresh.empty()) identity->cannot.emplace_back("refresh");
  if (config_.logout.empty()) identity->cannot.emplace_back("logout");
  if (config_.logout.empty()) identity->cannot.emplace_back("revoke");
  if (config_.launch.proxy) identity->cannot.emplace_back("authorize_query");
  identity->calls = config_.calls;
  if (config_.loopback || !config_.launch.redirect_uri.empty()) {
    identity->cannot.emplace_back("redirect_uri");
    if (const Status drawn = DrawRedirectUri(); !drawn) return drawn.error();
  }
  return identity;
}

// The program's own listener gets a port that was free a moment ago; another one for each case.
Status ProcessDriver::DrawRedirectUri() {
  port_ = FreePort();
  if (port_ == 0) return Error{"driver.spawn", "no free port on 127.0.0.1 for the program"};
  const std::string text = config_.launch.redirect_uri.empty() ? "http://127.0.0.1:${port}/callback"
                                                               : config_.launch.redirect_uri;
  auto filled = Substitute(text, {{"port", std::to_string(port_)}});
  if (!filled) return Error{"driver.config", "redirect_uri may use no other name than ${port}"};
  redirect_uri_ = std::move(filled).value();
  return {};
}

Result<Reply> ProcessDriver::Send(const std::string& op, Json members, Micros timeout) {
  static_cast<void>(timeout);  // `within` is the limit of each command
  if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  const Micros began = environment_.clock->Steady();
  const std::string session = JsonString(members, "session").value_or("A");
  const auto answer = [&]() -> Result<Reply> {
    if (op == "open") return Open(members);
    if (op == "close") {
      EndCase(true);
      if (!redirect_uri_.empty()) static_cast<void>(DrawRedirectUri());
      return OkReply();
    }
    if (!case_) return Error{"driver.protocol", "no case is open"};
    if (op == "authorize") return Authorize(session);
    if (op == "callback") return Callback(session, JsonString(members, "url").value_or(""));
    if (op == "call") return RunCommand(op, config_.call, members);
    if (op == "refresh") return RunCommand(op, config_.refresh, members);
    if (op == "logout" || op == "revoke") return RunCommand(op, config_.logout, members);
    return UnsupportedReply(op);
  };
  auto reply = answer();
  spent_ += (environment_.clock->Steady() - began).count();
  if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  return reply;
}

Result<Reply> ProcessDriver::Open(const Json& members) {
  const std::string name = JsonString(members, "case").value_or("");
  const bool again = case_ && case_->name == name;  // after a restart: all is there
  if (!again) {
    EndCase(false);
    spent_ = 0;
    logged_in_ = false;
    limit_ = StoreLimit::kNone;
    folder_ = JsonString(members, "store_dir").value_or("");
    home_ = folder_ + "/home";
    if (const Status made = MakeFolders(); !made) return made.error();
    Json told = members;
    told["store_dir"] = home_;
    auto prepared = PrepareCase(config_.launch, told, *environment_.server, environment_.ca_file,
                                environment_.scratch,
                                {{"port", std::to_string(port_)}, {"base_url", BaseOf(members)}});
    if (!prepared) return prepared.error();
    case_ = std::move(prepared).value();
  }
  if (logged_in_) {
    if (const Status serving = StartServing(); !serving) return serving.error();
  }
  return OkReply();
}

Status ProcessDriver::MakeFolders() { return MakeCaseFolders(folder_, home_); }

Result<std::unique_ptr<Program>> ProcessDriver::Spawn(const CommandWords& words,
                                                      const std::vector<std::string>& before) {
  const Starting starting(starting_);
  ChildOptions options;
  options.argv = before;
  for (const std::string& word : words) {
    auto filled = Substitute(word, case_->variables);
    if (!filled) return Error{"driver.config", filled.error().message};
    options.argv.push_back(std::move(filled).value());
  }
  options.extra_env = CaseEnvironment(folder_, home_);
  options.extra_env.insert(options.extra_env.end(), case_->environment.begin(),
                           case_->environment.end());
  options.only_extra_env = true;
  options.new_session = true;
  options.working_directory = case_->directory;
  options.file_limit = kLongestFile;
  options.full_disk = limit_ == StoreLimit::kFull;
  options.obeys_permissions = limit_ == StoreLimit::kReadOnly;
  return Program::Start(options, *environment_.clock, environment_.stop);
}

std::vector<std::string> ProcessDriver::OpenedUrls() const {
  std::vector<std::string> urls;
  const auto text = ReadFile(folder_ + "/" + std::string(kOpenedFile));
  if (!text) return urls;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = text->find('\n', at);
    if (end == std::string::npos) break;  // it is being written
    urls.push_back(text->substr(at, end - at));
    at = end + 1;
  }
  return urls;
}

std::optional<std::string> ProcessDriver::FindUrl(Run& run, bool more_may_come) {
  const std::vector<std::string> opened = OpenedUrls();
  for (std::size_t i = run.opened; i < opened.size(); ++i) {
    if (auto url = FindAuthorizationUrl(opened[i], nullptr, false)) return url;
  }
  std::string text = run.program->Output();
  if (auto url = FindAuthorizationUrl(text, nullptr, more_may_come)) return url;
  Gather(run);
  return FindAuthorizationUrl(run.errors, nullptr, more_may_come);
}

Result<Reply> ProcessDriver::Authorize(const std::string& session) {
  {
    // Asked again: the person has given up the first attempt.
    const std::lock_guard lock(mutex_);
    const auto found = logins_.find(session);
    if (found != logins_.end()) {
      found->second.program->End(Micros::zero());
      logins_.erase(found);
    }
  }
  Run run;
  run.opened = OpenedUrls().size();
  auto program = Spawn(config_.login);
  if (!program) return program.error();
  run.program = std::move(program).value();
  const Micros deadline = environment_.clock->Steady() + config_.within;
  while (true) {
    const bool quiet = run.program->Quiet();
    const auto ended = run.program->Poll();
    if (const auto url = FindUrl(run, !quiet && !ended)) {
      const std::string named =
          config_.launch.proxy ? BehindProxy(*url, case_->variables["authorize_url"]) : *url;
      const std::lock_guard lock(mutex_);
      logins_[session] = std::move(run);
      return OkReply({{"url", named}});
    }
    if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
    if (ended) {
      const auto status = run.program->AwaitExit(environment_.clock->Steady());
      Gather(run);
      if (auto url = FindUrl(run, false)) continue;
      const std::string output = run.program->Output();
      Reply reply = ErrReply(
          KindOfWords(config_.launch, output + "\n" + run.errors),
          fmt::format("the login command printed no authorization URL and ended ({}); its last "
                      "line: {}",
                      status.value_or(*ended).Describe(), LastWords(run.errors, output)),
          {{"output", LastPart(output)}});
      Finish(std::move(run));
      return reply;
    }
    if (environment_.clock->Steady() >= deadline) {
      Gather(run);
      const std::string words = LastWords(run.errors, run.program->Output());
      run.program->End(Micros::zero());
      return Error{"driver.timeout",
                   fmt::format("the login command printed no authorization URL within {} and still "
                               "runs; its last line: {}",
                               SecondsText(config_.within), words)};
    }
    environment_.clock->SleepFor(kWatch, environment_.stop);
  }
}

Status ProcessDriver::Deliver(const std::string& url, Micros deadline) {
  const TimeLimit limit(*environment_.clock, deadline - environment_.clock->Steady(),
                        environment_.stop);
  // It printed the link before it listens, perhaps: a refused connection is tried again.
  while (true) {
    const auto page = http_->Send("GET", url, {}, "", limit.token());
    if (page) return {};
    if (page.error().code != "http.connect" || limit.passed() ||
        environment_.stop.stop_requested()) {
      return page.error();
    }
    environment_.clock->SleepFor(kWatch, limit.token());
  }
}

Result<Reply> ProcessDriver::Callback(const std::string& session, const std::string& url) {
  const auto take = [&]() -> std::optional<Run> {
    const std::lock_guard lock(mutex_);
    const auto found = logins_.find(session);
    if (found == logins_.end()) return std::nullopt;
    Run run = std::move(found->second);
    logins_.erase(found);
    return run;
  };
  auto run = take();
  if (!run) {
    // The address comes to a person who had asked for nothing yet: the program is started, and
    // gets it when it asks.
    auto started = Authorize(session);
    if (!started || started->kind != Reply::Kind::kOk) return started;
    run = take();
  }
  Program& program = *run->program;
  const Micros deadline = environment_.clock->Steady() + config_.within;
  const auto fail = [&](const std::string& kind, const std::string& message) {
    program.End(Micros::zero());
    Gather(*run);
    return ErrReply(kind, message);
  };
  if (const auto status = program.Poll()) {
    return fail("other", fmt::format("the login command has ended ({}): nobody waits for the "
                                     "callback",
                                     status->Describe()));
  }
  if (config_.loopback) {
    if (const Status delivered = Deliver(url, deadline); !delivered && !program.Poll()) {
      return fail("network", fmt::format("the login command does not answer at the redirect URI: "
                                         "{}",
                                         delivered.error().message));
    }
  } else if (!program.TypeLast(url, deadline)) {
    if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
    return fail("other", "the login command does not read its standard input");
  }
  const auto status = program.AwaitExit(deadline);
  if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  if (!status) return Hung("callback", *run);
  Gather(*run);
  Reply reply = Judge("callback", *run, *status);
  Finish(std::move(*run));
  if (reply.kind == Reply::Kind::kOk && !std::exchange(logged_in_, true)) {
    if (const Status serving = StartServing(); !serving) return serving.error();
  }
  return reply;
}

Result<Reply> ProcessDriver::RunCommand(const std::string& op, const CommandWords& words,
                                        const Json& members) {
  if (words.empty()) return UnsupportedReply(op);
  // How a scenario wants it run: killed at a change to its store, or with another clock.
  std::vector<std::string> before;
  if (const auto write = JsonInt(members, "kill_at_write")) {
    before = TraceWords(home_, static_cast<int>(*write));
  }
  if (const auto ahead = JsonInt(members, "clock_s")) {
    before = {"faketime", "-f", fmt::format("+{}s", *ahead)};
  }
  auto program = Spawn(words, before);
  if (!program) return program.error();
  Run run;
  run.program = std::move(program).value();
  run.program->CloseInput();
  const auto status = run.program->AwaitExit(environment_.clock->Steady() + config_.within);
  if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  if (!status) return Hung(op, run);
  Gather(run);
  Reply reply = Judge(op, run, *status);
  Finish(std::move(run));
  return reply;
}

Reply ProcessDriver::Judge(const std::string& op, const Run& run, const ExitStatus& status) const {
  const std::string output = run.program->Output();
  Json more = {{"output", LastPart(output)}, {"ended", status.Describe()}};
  if (status.signaled) more["signal"] = status.code;
  if (!status.signaled && status.code == 0) {
    Json members = more;
    if (op == "call") members["status"] = kGoodStatus;
    return OkReply(std::move(members));
  }
  const auto& again = config_.reauthorize;
  const bool reauthorize =
      !status.signaled && std::find(again.begin(), again.end(), status.code) != again.end();
  const std::string everything = output + "\n" + run.errors;
  return ErrReply(reauthorize ? "reauthorize" : KindOfWords(config_.launch, everything),
                  fmt::format("the command ended with {}; its last line: {}", status.Describe(),
                              LastWords(run.errors, output)),
                  more);
}

// A command that hangs is ended, with all that it started in its group.
Reply ProcessDriver::Hung(const std::string& op, Run& run) {
  Gather(run);
  const std::string output = run.program->Output();
  run.program->End(kDaemonGrace);
  return ErrReply("timeout",
                  fmt::format("the command for \"{}\" did not end within {}; its last line: {}", op,
                              SecondsText(config_.within), LastWords(run.errors, output)),
                  {{"output", LastPart(output)}});
}

Status ProcessDriver::StartServing() {
  if (!config_.serve || !serving_.empty()) return {};
  const Micros deadline = environment_.clock->Steady() + config_.within;
  for (int i = 0; i < config_.serve->times; ++i) {
    auto program = Spawn(config_.serve->command);
    if (!program) return program.error();
    (*program)->CloseInput();
    if (const Status ready = AwaitServing(**program, deadline); !ready) return ready;
    const std::lock_guard lock(mutex_);
    serving_.push_back(std::move(program).value());
  }
  return {};
}

Status ProcessDriver::AwaitServing(Program& program, Micros deadline) {
  const ServeConfig& serve = *config_.serve;
  const auto url = Substitute(serve.ready_url, case_->variables);
  std::string errors;
  while (true) {
    errors += program.TakeErrors();
    bool ready = !serve.ready && serve.ready_url.empty() && serve.ready_file.empty();
    if (serve.ready) ready = serve.ready->Matches(program.Output() + "\n" + errors);
    if (!serve.ready_file.empty())
      ready = ::access((home_ + "/" + serve.ready_file).c_str(), F_OK) == 0;
    if (!serve.ready_url.empty() && url) {
      const TimeLimit limit(*environment_.clock, deadline - environment_.clock->Steady(),
                            environment_.stop);
      const auto page = http_->Send("GET", *url, {}, "", limit.token());
      ready = page && page->status < 500;
    }
    if (const auto status = program.Poll()) {
      return Error{"driver.died",
                   fmt::format("the serve command ended ({}); its last line: {}",
                               status->Describe(), LastWords(errors, program.Output()))};
    }
    if (ready) break;
    if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
    if (environment_.clock->Steady() >= deadline) {
      return Error{"driver.timeout",
                   fmt::format("the serve command was not ready within {}; its last line: {}",
                               SecondsText(config_.within), LastWords(errors, program.Output()))};
    }
    environment_.clock->SleepFor(kWatch, environment_.stop);
  }
  const std::lock_guard lock(mutex_);
  errors_ += errors;
  return {};
}

// What people see of a program counts as its words, whichever stream it went to.
void ProcessDriver::Gather(Run& run) {
  const std::string more = run.program->TakeErrors();
  run.errors += more;
  const std::lock_guard lock(mutex_);
  errors_ += more;
}

void ProcessDriver::Finish(Run run) {
  const std::string output = run.program->Output();
  // Something that it started holds its streams: they stay open, or it would be harmed by us.
  const bool held = !run.program->Quiet();
  run.program->Leave();
  const std::lock_guard lock(mutex_);
  errors_ += output;
  if (held) left_.push_back(std::move(run));
}

void ProcessDriver::EndCase(bool tell) {
  if (!case_) return;
  if (tell) {
    std::vector<std::string> told;
    const std::vector<ProcessRow> rows = ProcessesOf(folder_, {});
    const std::lock_guard lock(mutex_);
    const auto ours = [&](const ProcessRow& row) {
      const auto is = [&](pid_t pid) { return pid == row.pid; };
      return std::any_of(serving_.begin(), serving_.end(),
                         [&](const auto& program) { return is(program->pid()); }) ||
             std::any_of(logins_.begin(), logins_.end(),
                         [&](const auto& login) { return is(login.second.program->pid()); });
    };
    for (const ProcessRow& row : rows) {
      if (config_.daemon || ours(row) || row.argv.empty()) continue;
      told.push_back(Excerpt(fmt::format("{}", fmt::join(row.argv, " ")), 200));
    }
    for (const std::string& command : told) {
      warnings_.push_back(
          fmt::format("the program left a process behind; it was ended: {}", command));
    }
  }
  std::vector<std::unique_ptr<Program>> ending;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [session, run] : logins_) ending.push_back(std::move(run.program));
    logins_.clear();
    for (auto& program : serving_) ending.push_back(std::move(program));
    serving_.clear();
    for (Run& run : left_) ending.push_back(std::move(run.program));
    left_.clear();
  }
  for (const pid_t pid : MarkedProcesses(folder_)) ::kill(pid, SIGTERM);
  for (auto& program : ending) {
    program->End(kDaemonGrace);
    const std::string more = program->TakeErrors();
    const std::lock_guard lock(mutex_);
    errors_ += more;
  }
  const Micros deadline = environment_.clock->Steady() + kDaemonGrace;
  while (environment_.clock->Steady() < deadline && !MarkedProcesses(folder_).empty()) {
    environment_.clock->SleepFor(kWatch);
  }
  EndMarked(folder_);
  RemoveCaseFolders(folder_);
  case_.reset();
}

std::set<std::uint16_t> ProcessDriver::MockPorts() const {
  std::set<std::uint16_t> ports;
  const auto add = [&](const std::string& url) {
    if (const auto uri = ParseUri(url)) {
      ports.insert(uri->EffectivePort());
    }
  };
  add(environment_.server->base_url());
  const auto proxy = case_->variables.find("proxy_url");
  if (proxy != case_->variables.end()) add(proxy->second);
  for (const char* const name : {"token_url", "api_url", "revoke_url"}) {
    add(case_->variables.at(name));  // a listener of its own has another port
  }
  return ports;
}

std::optional<CrowdView> ProcessDriver::LookAtCrowd() {
  CrowdView view;
  if (!case_) return view;
  view.starting = starting_ > 0;
  view.processes = ProcessesOf(folder_, MockPorts());
  return view;
}

std::optional<StoreView> ProcessDriver::LookAtStore() {
  StoreView view;
  if (case_) view.files = ReadHome(home_, config_.store);
  return view;
}

bool ProcessDriver::Kill(std::uint16_t local_port) {
  if (!case_) return false;
  for (const ProcessRow& row : ProcessesOf(folder_, MockPorts())) {
    if (row.local_ports.count(local_port) == 0) continue;
    const pid_t group = ::getpgid(row.pid);
    if (group > 1 && group != ::getpgrp()) ::kill(-group, SIGKILL);
    ::kill(row.pid, SIGKILL);
    return true;
  }
  return false;
}

void ProcessDriver::Limit(StoreLimit limit) {
  if (limit_ == StoreLimit::kReadOnly) SetWritable(home_, true);
  if (limit == StoreLimit::kReadOnly) SetWritable(home_, false);
  limit_ = limit;
}

void ProcessDriver::Stop(bool kill) {
  // The commands have ended; what serves ends with the computer, or is asked to.
  std::vector<std::unique_ptr<Program>> ending;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [session, run] : logins_) ending.push_back(std::move(run.program));
    logins_.clear();
    for (auto& program : serving_) ending.push_back(std::move(program));
    serving_.clear();
  }
  for (auto& program : ending) {
    program->End(kill ? Micros::zero() : kDaemonGrace);
    const std::string more = program->TakeErrors();
    const std::lock_guard lock(mutex_);
    errors_ += more;
  }
  if (case_ && kill) EndMarked(folder_);
}

std::string ProcessDriver::TakeStderr() {
  const std::lock_guard lock(mutex_);
  return std::exchange(errors_, {});
}

std::vector<std::string> ProcessDriver::TakeWarnings() {
  const std::lock_guard lock(mutex_);
  return std::exchange(warnings_, {});
}

}  // namespace aweber::conformance
