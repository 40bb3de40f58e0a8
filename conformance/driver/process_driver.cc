#include "conformance/driver/process_driver.h"

#include <fmt/format.h>

#include <utility>

#include "base/text/json.h"
#include "conformance/driver/free_port.h"
#include "conformance/driver/process_reply.h"
#include "conformance/driver/process_serving.h"
#include "conformance/driver/store_tracer.h"

namespace aweber::conformance {

ProcessDriver::ProcessDriver(ProcessConfig config, DriverEnvironment environment)
    : config_(std::move(config)),
      environment_(std::move(environment)),
      login_(config_, environment_) {}

Result<ClientIdentity> ProcessDriver::Start() {
  auto identity = IdentityOf(config_.launch, "process");
  if (!identity) return identity;
  identity->cannot = {"token"};
  if (config_.refresh.empty()) identity->cannot.emplace_back("refresh");
  if (config_.logout.empty()) {
    identity->cannot.emplace_back("logout");
    identity->cannot.emplace_back("revoke");
  }
  if (config_.launch.proxy) identity->cannot.emplace_back("authorize_query");
  if (config_.public_only) identity->cannot.emplace_back("secret");
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
  auto reply = Play(op, members);
  spent_ += (environment_.clock->Steady() - began).count();
  if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  return reply;
}

Result<Reply> ProcessDriver::Play(const std::string& op, const Json& members) {
  const std::string session = JsonString(members, "session").value_or("A");
  if (op == "open") return Open(members);
  if (op == "close") return Close();
  if (!case_) return Error{"driver.protocol", "no case is open"};
  if (op == "authorize") return login_.Authorize(*case_, session);
  ProcessCase::Begin begin(*case_);
  if (op == "callback") return Callback(begin, session, JsonString(members, "url").value_or(""));
  if (op == "call") return RunCommand(begin, op, config_.call, members);
  if (op == "refresh") return RunCommand(begin, op, config_.refresh, members);
  if (op == "logout" || op == "revoke") return RunCommand(begin, op, config_.logout, members);
  return UnsupportedReply(op);
}

Result<Reply> ProcessDriver::Open(const Json& members) {
  const std::string name = JsonString(members, "case").value_or("");
  const bool again = case_ && case_->name() == name;  // after a restart: all is there
  if (!again) {
    case_.reset();
    spent_ = 0;
    logged_in_ = false;
    auto opened = ProcessCase::Open(config_, environment_, words_, members, port_);
    if (!opened) return opened.error();
    case_ = std::move(opened).value();
  }
  if (logged_in_) {
    const Status serving = StartServing(config_, environment_, *case_);
    if (!serving) return serving.error();
  }
  return OkReply();
}

Result<Reply> ProcessDriver::Close() {
  if (case_) {
    for (const std::string& command : case_->Close()) {
      warnings_.push_back(
          fmt::format("the program left a process behind; it was ended: {}", command));
    }
    case_.reset();
  }
  if (!redirect_uri_.empty()) static_cast<void>(DrawRedirectUri());
  return OkReply();
}

Result<Reply> ProcessDriver::Callback(ProcessCase::Begin& begin, const std::string& session,
                                      const std::string& url) {
  auto reply = login_.Callback(*case_, begin, session, url);
  if (!reply || reply->kind != Reply::Kind::kOk) return reply;
  if (!logged_in_.exchange(true)) {
    const Status serving = StartServing(config_, environment_, *case_);
    if (!serving) return serving.error();
  }
  return reply;
}

Result<Reply> ProcessDriver::RunCommand(ProcessCase::Begin& begin, const std::string& op,
                                        const CommandWords& words, const Json& members) {
  if (words.empty()) return UnsupportedReply(op);
  // How a scenario wants it run: killed at a change to its store, or with another clock.
  std::vector<std::string> before;
  if (const auto write = JsonInt(members, "kill_at_write")) {
    before = TraceWords(case_->home(), static_cast<int>(*write));
  }
  if (const auto ahead = JsonInt(members, "clock_s")) {
    // The clock on the wall: what is left to wait for goes on as before.
    before = {"faketime", "--exclude-monotonic", "-f", fmt::format("+{}s", *ahead)};
  }
  auto command = case_->Start(words, before);
  if (!command) return command.error();
  begin.Seen();
  command->program->CloseInput();
  return AwaitReply(config_, environment_, *case_, op, std::move(command).value(),
                    environment_.clock->Steady() + config_.within);
}

std::optional<CrowdView> ProcessDriver::LookAtCrowd() {
  return case_ ? case_->LookAtCrowd() : CrowdView();
}

std::optional<StoreView> ProcessDriver::LookAtStore() {
  return case_ ? case_->LookAtStore() : StoreView();
}

void ProcessDriver::Limit(StoreLimit limit) {
  if (case_) case_->Limit(limit);
}

void ProcessDriver::Stop(bool kill) {
  if (!case_) return;
  // The commands have ended; what serves ends with the computer, or is asked to.
  case_->EndKept(kill ? Micros::zero() : kDaemonGrace);
  if (kill) case_->KillAll();
}

std::vector<std::string> ProcessDriver::TakeWarnings() { return std::exchange(warnings_, {}); }

}  // namespace aweber::conformance
