#include "conformance/driver/process_login.h"

#include <fmt/format.h>

#include <utility>

#include "base/text/uri.h"
#include "conformance/browser/authorization_url.h"
#include "conformance/driver/message.h"
#include "conformance/driver/process_reply.h"
#include "conformance/driver/time_limit.h"

namespace aweber::conformance {

ProcessLogin::ProcessLogin(const ProcessConfig& config, const DriverEnvironment& environment)
    : config_(config), environment_(environment), http_(MakePatientClient()) {}

// The authorization URL, or a page of the program's own that sends the browser there.
std::optional<std::string> ProcessLogin::LookAtOpened(const std::string& url, Search& search) {
  if (auto found = FindAuthorizationUrl(url, nullptr, false)) return found;
  const auto uri = ParseUri(url);
  const bool own =
      uri && uri->scheme == "http" && (uri->host == "127.0.0.1" || uri->host == "localhost");
  if (own) {
    const TimeLimit limit(*environment_.clock, search.deadline - environment_.clock->Steady(),
                          environment_.stop);
    const auto page = http_->Send("GET", url, {}, "", limit.token());
    if (!page) return std::nullopt;  // it does not listen yet, perhaps: the next look tries again
    if (auto found = FindAuthorizationUrl(page->headers.GetOr("Location"), nullptr, false)) {
      return found;
    }
  }
  ++search.opened;
  return std::nullopt;
}

std::optional<std::string> ProcessLogin::FindUrl(ProcessCase& in, StartedCommand& login,
                                                 Search& search) {
  const std::vector<std::string> opened = in.OpenedUrls();
  while (search.opened < opened.size()) {
    const std::size_t before = search.opened;
    if (auto url = LookAtOpened(opened[before], search)) return url;
    if (search.opened == before) break;
  }
  const std::string text = login.program->Output();
  if (auto url = FindAuthorizationUrl(text, nullptr, search.more_may_come)) return url;
  in.Gather(login);
  return FindAuthorizationUrl(login.errors, nullptr, search.more_may_come);
}

Result<Reply> ProcessLogin::Authorize(ProcessCase& in, const std::string& session) {
  // Asked again: the person has given up the first attempt.
  if (auto earlier = in.TakeLogin(session)) earlier->program->End(Micros::zero());
  Search search{.opened = in.OpenedUrls().size(),
                .deadline = environment_.clock->Steady() + config_.within};
  auto started = in.Start(config_.login);
  if (!started) return started.error();
  StartedCommand& login = *started;
  while (true) {
    const bool ended = login.program->Poll().has_value();
    // All that it wrote has to be there before the last look.
    if (ended) static_cast<void>(login.program->AwaitExit(environment_.clock->Steady()));
    search.more_may_come = !ended && !login.program->Quiet();
    if (const auto url = FindUrl(in, login, search)) {
      const std::string named = PublicUrl(config_.launch, *url, in.variables().at("authorize_url"));
      in.KeepLogin(session, std::move(login));
      return OkReply({{"url", named}});
    }
    if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
    if (ended) return NoUrl(in, std::move(login));
    if (environment_.clock->Steady() >= search.deadline) {
      in.Gather(login);
      const std::string words = LastWords(login);
      login.program->End(Micros::zero());
      return Error{"driver.timeout",
                   fmt::format("the login command printed no authorization URL within {} and still "
                               "runs; its last line: {}",
                               SecondsText(config_.within), words)};
    }
    environment_.clock->SleepFor(kWatch, environment_.stop);
  }
}

Reply ProcessLogin::NoUrl(ProcessCase& in, StartedCommand login) const {
  const auto status = login.program->Poll();
  const std::string output = login.program->Output();
  const bool silent = output.empty() && login.errors.empty();
  Reply reply = ErrReply(
      KindOfWords(config_.launch, output + "\n" + login.errors),
      silent ? fmt::format("the login command printed nothing and ended ({})", status->Describe())
             : fmt::format("the login command printed no authorization URL and "
                           "ended ({}); its last line: {}",
                           status->Describe(), LastWords(login)),
      {{"output", LastPart(output)}});
  in.Finish(std::move(login));
  return reply;
}

Status ProcessLogin::Deliver(const std::string& url, Micros deadline) {
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

Result<Reply> ProcessLogin::Callback(ProcessCase& in, ProcessCase::Begin& begin,
                                     const std::string& session, const std::string& url) {
  auto login = in.TakeLogin(session);
  if (!login) {
    // The address comes to a person who had asked for nothing yet: the program is started, and
    // gets it when it asks.
    auto started = Authorize(in, session);
    if (!started || started->kind != Reply::Kind::kOk) return started;
    login = in.TakeLogin(session);
  }
  Program& program = *login->program;
  const Micros deadline = environment_.clock->Steady() + config_.within;
  const auto fail = [&](const std::string& kind, const std::string& message) {
    program.End(Micros::zero());
    in.Gather(*login);
    return ErrReply(kind, message);
  };
  if (const auto status = program.Poll()) {
    return fail("other", fmt::format("the login command has ended ({}): nobody waits for the "
                                     "callback",
                                     status->Describe()));
  }
  if (config_.loopback) {
    begin.Seen();
    const Status delivered = Deliver(url, deadline);
    // Who has the code may stop listening before it has answered: how it ends says the rest.
    if (!delivered && delivered.error().code != "http.reset" && !program.Poll()) {
      return fail("network", fmt::format("the login command does not answer at the redirect URI: "
                                         "{}",
                                         delivered.error().message));
    }
  } else if (!program.TypeLast(url, deadline)) {
    if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
    return fail("other", "the login command does not read its standard input");
  }
  begin.Seen();
  return AwaitReply(config_, environment_, in, "callback", std::move(*login), deadline);
}

}  // namespace aweber::conformance
