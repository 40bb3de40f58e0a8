#include "conformance/driver/prompt_driver.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/form.h"
#include "base/text/json.h"
#include "conformance/browser/authorization_url.h"
#include "conformance/driver/message.h"

namespace aweber::conformance {
namespace {

// A program that has printed nothing for so long waits for an answer.
constexpr Micros kSilence = std::chrono::milliseconds(300);
constexpr std::size_t kShownOutput = 2000;

std::string Tail(const std::string& text) {
  return text.size() <= kShownOutput ? text : "..." + text.substr(text.size() - kShownOutput);
}

std::string CodeOf(const std::string& url) {
  const std::size_t mark = std::min(url.find('?'), url.size());
  return ParseForm(url.substr(std::min(mark + 1, url.size()))).GetOr("code");
}

}  // namespace

PromptDriver::PromptDriver(PromptConfig config, DriverEnvironment environment)
    : config_(std::move(config)), environment_(std::move(environment)) {}

Result<ClientIdentity> PromptDriver::Start() {
  EndAll();
  auto identity = IdentityOf(config_.launch, "prompt");
  if (!identity) return identity;
  // All that it can be made to do is to log in once.
  identity->cannot = {"call", "refresh", "revoke", "token", "restart"};
  if (config_.launch.proxy) identity->cannot.emplace_back("authorize_query");
  if (!config_.launch.redirect_uri.empty()) identity->cannot.emplace_back("redirect_uri");
  return identity;
}

Result<Reply> PromptDriver::Send(const std::string& op, Json members, Micros timeout) {
  if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  const Micros deadline = environment_.clock->Steady() + timeout;
  const std::string session = JsonString(members, "session").value_or("A");
  if (op == "open") return Open(members);
  if (op == "close") {
    EndAll();
    return OkReply();
  }
  if (!case_) return Error{"driver.protocol", "no case is open"};
  if (op == "authorize") return Authorize(session, deadline);
  if (op == "callback") {
    return Callback(session, JsonString(members, "url").value_or(""), deadline);
  }
  return UnsupportedReply(op);
}

Result<Reply> PromptDriver::Open(const Json& members) {
  EndAll();
  starting_ = Micros::zero();
  auto prepared = PrepareCase(config_.launch, members, *environment_.server, environment_.ca_file,
                              environment_.scratch);
  if (!prepared) return prepared.error();
  case_ = std::move(prepared).value();
  return OkReply();
}

Status PromptDriver::Spawn(const std::string& session) {
  Run& run = runs_[session];
  if (run.program != nullptr) Gather(run);
  run = Run{};
  auto program = Program::Start(
      {.argv = case_->argv, .extra_env = case_->environment, .working_directory = case_->directory},
      *environment_.clock, environment_.stop);
  if (!program) return program.error();
  run.program = std::move(program).value();
  return {};
}

Result<Reply> PromptDriver::Authorize(const std::string& session, Micros deadline) {
  const Micros began = environment_.clock->Steady();
  auto reply = Login(session, deadline);
  starting_ += environment_.clock->Steady() - began;
  return reply;
}

Result<Reply> PromptDriver::Login(const std::string& session, Micros deadline) {
  if (const Status spawned = Spawn(session); !spawned) return spawned.error();
  Run& run = runs_[session];
  const Pattern* const pattern = config_.url ? &*config_.url : nullptr;
  bool news = true;
  while (true) {
    const bool quiet = run.program->Quiet();
    const std::string output = run.program->Output();
    if (const auto url = FindAuthorizationUrl(output, pattern, news && !quiet)) {
      const std::string& authorize_url = case_->variables.at("authorize_url");
      return OkReply({{"url", PublicUrl(config_.launch, *url, authorize_url)}});
    }
    if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
    const Micros now = environment_.clock->Steady();
    if (quiet || now >= deadline) {
      const auto status = run.program->AwaitExit(now + kSilence);
      if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
      if (!status) return NeverPrinted(run);
      return NoUrl(run, *status);
    }
    news = run.program->AwaitOutput(output.size(), std::min(deadline, now + kSilence));
  }
}

// It neither asked a person to go anywhere nor gave up: nothing can be said about the client.
Error PromptDriver::NeverPrinted(Run& run) {
  Gather(run);
  std::string last = LastLine(run.program->Output());
  if (last.empty()) last = LastLine(run.errors);
  run.program->End(Micros::zero());
  return Error{"driver.timeout",
               fmt::format("the program printed no authorization URL in time and still runs; its "
                           "last line: {}",
                           last.empty() ? "none" : Excerpt(last, 300))};
}

Reply PromptDriver::NoUrl(Run& run, const ExitStatus& status) {
  Gather(run);
  const std::string output = run.program->Output();
  std::string last = LastLine(run.errors);
  if (last.empty()) last = LastLine(output);
  return ErrReply(
      KindOfWords(config_.launch, output + "\n" + run.errors),
      fmt::format("the program printed no authorization URL and ended ({}); its last line: {}",
                  status.Describe(), last.empty() ? "none" : Excerpt(last, 300)),
      {{"output", Tail(output)}});
}

Result<Reply> PromptDriver::Callback(const std::string& session, const std::string& url,
                                     Micros deadline) {
  auto found = runs_.find(session);
  if (found == runs_.end() || found->second.program == nullptr) {
    // The address comes to a person who had asked for nothing yet: the program is started, and
    // gets it when it asks.
    auto started = Authorize(session, deadline);
    if (!started || started->kind != Reply::Kind::kOk) return started;
    found = runs_.find(session);
  }
  Run& run = found->second;
  Program& program = *run.program;
  if (const auto status = program.Poll()) {
    return ErrReply("other", fmt::format("the program has ended ({}): nobody asks for an address",
                                         status->Describe()));
  }
  const std::string line = config_.types_code ? CodeOf(url) : url;
  const bool typed = program.TypeLast(line, deadline);
  if (!typed && environment_.clock->Steady() < deadline && !environment_.stop.stop_requested()) {
    return ErrReply("other", "the program does not read its standard input");
  }
  const auto status = typed ? program.AwaitExit(deadline) : std::nullopt;
  if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  if (status) return Judge(run, *status);
  // A program that hangs has refused nothing.
  Gather(run);
  const std::string last = LastLine(program.Output());
  program.End(Micros::zero());
  return Error{"driver.timeout",
               fmt::format("the program still ran when its time was up; its last line: {}",
                           last.empty() ? "none" : Excerpt(last, 300))};
}

Reply PromptDriver::Judge(Run& run, const ExitStatus& status) {
  Gather(run);
  const std::string output = run.program->Output();
  const std::string everything = output + "\n" + run.errors;
  const auto token = config_.token ? config_.token->Find(output) : std::nullopt;
  std::string problem;
  if (status.signaled || (!config_.any_exit && status.code != config_.exit_status)) {
    problem = fmt::format("the program ended with {}", status.Describe());
  } else if (config_.token && !token) {
    problem = "the program printed no access token";
  } else if (config_.text && !config_.text->Matches(everything)) {
    problem = fmt::format("nothing that the program printed matches '{}'", config_.text->text());
  }
  Json more = {{"output", Tail(output)}};
  if (problem.empty()) {
    if (token) more["token"] = {{"access_token", token->text}};
    return OkReply(std::move(more));
  }
  std::string last = LastLine(run.errors);
  if (last.empty()) last = LastLine(output);
  return ErrReply(
      KindOfWords(config_.launch, everything),
      fmt::format("{}; its last line: {}", problem, last.empty() ? "none" : Excerpt(last, 300)),
      std::move(more));
}

void PromptDriver::Gather(Run& run) {
  const std::string more = run.program->TakeErrors();
  run.errors += more;
  errors_ += more;
}

void PromptDriver::EndAll() {
  for (auto& [session, run] : runs_) {
    if (run.program == nullptr) continue;
    run.program->End(Micros::zero());
    Gather(run);
  }
  runs_.clear();
}

void PromptDriver::Stop(bool kill) {
  static_cast<void>(kill);
  EndAll();
}

std::string PromptDriver::TakeStderr() {
  for (auto& [session, run] : runs_) {
    if (run.program != nullptr) Gather(run);
  }
  return std::exchange(errors_, {});
}

}  // namespace aweber::conformance
