#include "conformance/driver/process_case.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/os/file.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "conformance/driver/message.h"
#include "conformance/driver/process_folder.h"

namespace aweber::conformance {
namespace {

// A program that fills its output or its disk is stopped, not the machine it runs on.
constexpr std::uint64_t kLongestFile = 64u << 20;
constexpr std::size_t kToldCommand = 200;

// What all the URLs of the case begin with: the API's, without its version.
std::string BaseOf(const Json& open) {
  const std::string api = JsonString(open, "api_url").value_or("");
  return api.substr(0, api.rfind('/'));
}

}  // namespace

void SpokenWords::Add(const std::string& text) {
  const std::lock_guard lock(mutex_);
  text_ += text;
}

std::string SpokenWords::Take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(text_, {});
}

ProcessCase::ProcessCase(const ProcessConfig& config, const DriverEnvironment& environment,
                         SpokenWords& words, const std::string& folder)
    : config_(config),
      environment_(environment),
      words_(words),
      folder_(folder),
      home_(folder + "/home"),
      processes_(folder) {}

ProcessCase::~ProcessCase() { Close(); }

Result<std::unique_ptr<ProcessCase>> ProcessCase::Open(const ProcessConfig& config,
                                                       const DriverEnvironment& environment,
                                                       SpokenWords& words, const Json& open,
                                                       std::uint16_t port) {
  std::unique_ptr<ProcessCase> made(
      new ProcessCase(config, environment, words, JsonString(open, "store_dir").value_or("")));
  if (const Status folders = MakeCaseFolders(made->folder_, made->home_); !folders) {
    return folders.error();
  }
  Json told = open;
  told["store_dir"] = made->home_;
  auto launched = PrepareCase(config.launch, told, *environment.server, environment.ca_file,
                              environment.scratch,
                              {{"port", std::to_string(port)}, {"base_url", BaseOf(open)}});
  if (!launched) return launched.error();
  made->launched_ = std::move(launched).value();
  return made;
}

Result<StartedCommand> ProcessCase::Start(const CommandWords& words,
                                          const std::vector<std::string>& before) {
  ChildOptions options;
  options.argv = before;
  for (const std::string& word : words) {
    auto filled = Substitute(word, launched_.variables);
    if (!filled) return Error{"driver.config", filled.error().message};
    options.argv.push_back(std::move(filled).value());
  }
  options.extra_env = CaseEnvironment(folder_, home_);
  options.extra_env.insert(options.extra_env.end(), launched_.environment.begin(),
                           launched_.environment.end());
  options.only_extra_env = true;
  options.new_session = true;
  options.working_directory = launched_.directory;
  options.file_limit = kLongestFile;
  options.full_disk = limit_ == StoreLimit::kFull;
  options.obeys_permissions = limit_ == StoreLimit::kReadOnly;
  auto program = Program::Start(options, *environment_.clock, environment_.stop);
  if (!program) return program.error();
  return StartedCommand{std::move(program).value(), ""};
}

void ProcessCase::Gather(StartedCommand& command) {
  const std::string more = command.program->TakeErrors();
  command.errors += more;
  words_.Add(more);
}

void ProcessCase::Finish(StartedCommand command) {
  words_.Add(command.program->Output());
  // Something that it started holds its streams: they stay open, or it would be harmed by us.
  const bool held = !command.program->Quiet();
  command.program->Leave();
  if (!held) return;
  const std::lock_guard lock(mutex_);
  left_.push_back(std::move(command.program));
}

void ProcessCase::KeepLogin(const std::string& session, StartedCommand login) {
  if (auto earlier = TakeLogin(session)) earlier->program->End(Micros::zero());
  const std::lock_guard lock(mutex_);
  logins_[session] = std::move(login);
}

std::optional<StartedCommand> ProcessCase::TakeLogin(const std::string& session) {
  const std::lock_guard lock(mutex_);
  auto found = logins_.extract(session);
  if (found.empty()) return std::nullopt;
  return std::move(found.mapped());
}

void ProcessCase::KeepServing(StartedCommand daemon) {
  const std::lock_guard lock(mutex_);
  serving_.push_back(std::move(daemon.program));
}

bool ProcessCase::Serves() const {
  const std::lock_guard lock(mutex_);
  return !serving_.empty();
}

std::vector<std::unique_ptr<Program>> ProcessCase::TakeKept() {
  const std::lock_guard lock(mutex_);
  std::vector<std::unique_ptr<Program>> kept = std::exchange(serving_, {});
  for (auto& [session, login] : logins_) kept.push_back(std::move(login.program));
  logins_.clear();
  return kept;
}

void ProcessCase::End(const std::vector<std::unique_ptr<Program>>& programs, Micros grace) {
  for (const auto& program : programs) {
    program->End(grace);
    words_.Add(program->TakeErrors());
  }
}

void ProcessCase::EndKept(Micros grace) { End(TakeKept(), grace); }

void ProcessCase::KillAll() { EndMarked(folder_); }

std::vector<std::string> ProcessCase::LeftBehind() const {
  std::vector<std::string> commands;
  if (config_.daemon) return commands;
  const std::vector<ProcessRow> rows = processes_.Look({});
  const std::lock_guard lock(mutex_);
  std::set<pid_t> kept;
  for (const auto& program : serving_) kept.insert(program->pid());
  for (const auto& [session, login] : logins_) kept.insert(login.program->pid());
  for (const ProcessRow& row : rows) {
    // A command has a session of its own: what it runs in turn, such as the program of a launcher, is in it.
    const bool expected = kept.count(row.pid) > 0 || kept.count(::getsid(row.pid)) > 0;
    if (expected || row.argv.empty()) continue;
    commands.push_back(Excerpt(fmt::format("{}", fmt::join(row.argv, " ")), kToldCommand));
  }
  return commands;
}

std::vector<std::string> ProcessCase::Close() {
  if (std::exchange(closed_, true)) return {};
  std::vector<std::string> left_behind = LeftBehind();
  std::vector<std::unique_ptr<Program>> ending = TakeKept();
  {
    const std::lock_guard lock(mutex_);
    std::move(left_.begin(), left_.end(), std::back_inserter(ending));
    left_.clear();
  }
  for (const pid_t pid : MarkedProcesses(folder_)) ::kill(pid, SIGTERM);
  End(ending, kDaemonGrace);
  ending.clear();
  const Micros deadline = environment_.clock->Steady() + kDaemonGrace;
  while (environment_.clock->Steady() < deadline && !MarkedProcesses(folder_).empty()) {
    environment_.clock->SleepFor(kWatch);
  }
  KillAll();
  RemoveCaseFolders(folder_);
  return left_behind;
}

std::vector<std::string> ProcessCase::OpenedUrls() const {
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

std::set<std::uint16_t> ProcessCase::MockPorts() const {
  std::set<std::uint16_t> ports;
  const auto add = [&](const std::string& url) {
    if (const auto uri = ParseUri(url)) ports.insert(uri->EffectivePort());
  };
  add(environment_.server->base_url());
  const auto proxy = launched_.variables.find("proxy_url");
  if (proxy != launched_.variables.end()) add(proxy->second);
  for (const char* const name : {"token_url", "api_url", "revoke_url"}) {
    add(launched_.variables.at(name));  // a listener of its own has another port
  }
  return ports;
}

CrowdView ProcessCase::LookAtCrowd() const {
  CrowdView view{.starting = starting_ > 0, .begun = begun_};
  view.processes = processes_.Look(MockPorts());
  return view;
}

StoreView ProcessCase::LookAtStore() const { return {ReadHome(home_, config_.store)}; }

bool ProcessCase::Kill(std::uint16_t local_port) {
  const auto owner = processes_.OwnerOf(local_port, MockPorts());
  if (!owner) return false;
  const pid_t group = ::getpgid(*owner);
  if (group > 1 && group != ::getpgrp()) ::kill(-group, SIGKILL);
  ::kill(*owner, SIGKILL);
  return true;
}

void ProcessCase::Limit(StoreLimit limit) {
  if (limit_ == StoreLimit::kReadOnly) SetWritable(home_, true);
  if (limit == StoreLimit::kReadOnly) SetWritable(home_, false);
  limit_ = limit;
}

}  // namespace aweber::conformance
