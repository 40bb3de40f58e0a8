#include "conformance/driver/webapp_driver.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "base/text/uri.h"
#include "conformance/browser/authorization_url.h"
#include "conformance/driver/message.h"
#include "conformance/driver/time_limit.h"

namespace aweber::conformance {
namespace {

constexpr Micros kReadyLook = std::chrono::milliseconds(5);
constexpr Micros kGrace = std::chrono::seconds(2);
constexpr std::size_t kKeptErrors = 4000;
constexpr int kLookMs = 10'000;
constexpr int kNeverMs = 24 * 3600 * 1000;

std::string OriginOf(const std::string& url) {
  const auto uri = ParseUri(url);
  return uri ? uri->Origin() : "";
}

std::string SessionOf(const Json& members) { return JsonString(members, "session").value_or("A"); }

// A port that was free a moment ago; 0 when there is none.
std::uint16_t FreePort() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  std::uint16_t port = 0;
  if (fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    port = ntohs(address.sin_port);
  }
  if (fd >= 0) ::close(fd);
  return port;
}

HttpClientOptions ClientOptions(int timeout_ms) {
  HttpClientOptions options;
  options.connect_timeout_ms = options.read_timeout_ms = options.total_timeout_ms = timeout_ms;
  options.keep_alive = false;  // the application is another one for every case
  return options;
}

}  // namespace

std::string WhyNotSuccess(const WebSuccess& success, const WebPlace& place) {
  const auto& statuses = success.statuses;
  if (!place.left.empty()) {
    if (success.url && success.url->Matches(place.left)) return "";
    return fmt::format("the browser was sent away to {}", place.left);
  }
  if (!statuses.empty() &&
      std::find(statuses.begin(), statuses.end(), place.page.status) == statuses.end()) {
    return fmt::format("expected status {}", fmt::join(statuses, " or "));
  }
  if (success.url && !success.url->Matches(place.page.url)) {
    return fmt::format("expected an address that matches '{}'", success.url->text());
  }
  if (success.text && !success.text->Matches(VisibleText(place.page.body))) {
    return fmt::format("expected a page that says '{}'", success.text->text());
  }
  return "";
}

WebappDriver::WebappDriver(WebappConfig config, DriverEnvironment environment)
    : config_(std::move(config)),
      environment_(std::move(environment)),
      http_(MakeHttpClient(ClientOptions(kLookMs))),
      browsers_(MakeHttpClient(ClientOptions(kNeverMs))) {}

Result<ClientIdentity> WebappDriver::Start() {
  EndApplication(kGrace);
  auto identity = IdentityOf(config_.launch);
  if (!identity) return identity;
  identity->cannot = {"token"};
  for (const char* const op : {"call", "refresh", "revoke"}) {
    if (config_.actions.count(op) == 0) identity->cannot.emplace_back(op);
  }
  if (config_.launch.command.empty()) identity->cannot.emplace_back("restart");
  if (config_.launch.proxy) identity->cannot.emplace_back("authorize_query");
  if (config_.actions.count("call") > 0) identity->calls = config_.calls;
  if (!config_.launch.redirect_uri.empty()) {
    identity->cannot.emplace_back("redirect_uri");
    if (port_ == 0) {
      if (const Status drawn = DrawPort(); !drawn) return drawn.error();
    }
    auto filled = Substitute(config_.launch.redirect_uri, {{"port", std::to_string(port_)}});
    if (!filled) {
      return Error{"driver.config", "redirect_uri may use no other name than ${port}"};
    }
    redirect_uri_ = std::move(filled).value();
  }
  return identity;
}

Status WebappDriver::DrawPort() {
  port_ = FreePort();
  if (port_ != 0) return {};
  return Error{"driver.spawn", "no free port on 127.0.0.1 for the application"};
}

Result<Reply> WebappDriver::Send(const std::string& op, Json members, Micros timeout) {
  if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  if (op == "open") return Open(members, timeout);
  if (op == "close") {
    EndApplication(kGrace);
    return OkReply();
  }
  if (!case_) return Error{"driver.protocol", "no case is open"};
  const TimeLimit limit(*environment_.clock, timeout, environment_.stop);
  auto reply = Do(op, members, limit.token());
  if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  if (auto died = Died(op)) return *died;
  if (!limit.passed()) return reply;
  // An application that hangs has refused nothing.
  EndApplication(kGrace);
  return Error{"driver.timeout",
               fmt::format("\"{}\" was not done within {}; the browser waited for {}", op,
                           SecondsText(timeout), UserOf(SessionOf(members)).last_request())};
}

Result<Reply> WebappDriver::Open(const Json& members, Micros timeout) {
  EndApplication(kGrace);
  if (case_ && case_->name != JsonString(members, "case")) users_.clear();
  if (!case_ || redirect_uri_.empty()) {
    if (const Status drawn = DrawPort(); !drawn) return drawn.error();
  }
  auto prepared =
      PrepareCase(config_.launch, members, *environment_.server, environment_.ca_file,
                  environment_.scratch, {{"port", std::to_string(port_)}, {"session", ""}});
  if (!prepared) return prepared.error();
  case_ = std::move(prepared).value();
  const auto url = Substitute(config_.url, case_->variables);
  if (!url) return Error{"driver.config", url.error().message};
  real_origin_ = OriginOf(*url);
  if (real_origin_.empty()) {
    return Error{"driver.config", fmt::format("url: {} is no http or https address", *url)};
  }
  const Micros began = environment_.clock->Steady();
  const Status running = config_.launch.command.empty() ? AwaitReady() : StartApplication();
  starting_ = environment_.clock->Steady() - began;
  if (!running) return running.error();
  if (const Status told = Configure(timeout); !told) return told.error();
  return OkReply();
}

Status WebappDriver::StartApplication() {
  auto program = Program::Start(
      {.argv = case_->argv, .extra_env = case_->environment, .working_directory = case_->directory},
      *environment_.clock, environment_.stop);
  if (!program) return program.error();
  program_ = std::move(program).value();
  return AwaitReady();
}

Status WebappDriver::AwaitReady() {
  const TimeLimit limit(*environment_.clock, config_.within, environment_.stop);
  const std::string url = real_origin_ + config_.ready;
  std::string last;
  while (true) {
    const auto answer = http_->Send("GET", url, {}, "", limit.token());
    if (answer && answer->status < 500) return {};
    // What was said before the time was up tells more than that it was.
    if (answer || !limit.passed() || last.empty()) {
      last = answer ? fmt::format("status {}", answer->status) : answer.error().message;
    }
    if (auto died = Died("open")) return *died;
    if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
    if (limit.passed()) {
      return Error{"driver.timeout",
                   fmt::format("the application was not ready at {} within {}: {}", url,
                               SecondsText(config_.within), last)};
    }
    environment_.clock->SleepFor(kReadyLook, limit.token());
  }
}

Status WebappDriver::Configure(Micros timeout) {
  if (config_.configure_path.empty()) return {};
  Json body = Json::object();
  for (const auto& [name, value] : config_.configure) {
    const auto filled = Substitute(value, case_->variables);
    if (!filled) return Error{"driver.config", filled.error().message};
    body[name] = *filled;
  }
  const std::string url = real_origin_ + config_.configure_path;
  const TimeLimit limit(*environment_.clock, timeout, environment_.stop);
  const auto answer = http_->Send("POST", url, {{"Content-Type", "application/json"}},
                                  DumpJson(body), limit.token());
  if (answer && answer->status >= 200 && answer->status < 300) return {};
  if (limit.passed()) {
    return Error{"driver.timeout", fmt::format("the application did not take the case at {} within "
                                               "{}",
                                               url, SecondsText(timeout))};
  }
  return Error{"driver.config", fmt::format("the application did not take the case at {}: {}", url,
                                            answer ? fmt::format("status {}", answer->status)
                                                   : answer.error().message)};
}

// The application is meant to outlive every operation.
std::optional<Error> WebappDriver::Died(const std::string& op) {
  if (program_ == nullptr) return std::nullopt;
  const auto status = program_->Poll();
  if (!status) return std::nullopt;
  EndApplication(Micros::zero());
  const std::string last = LastLine(last_errors_);
  return Error{"driver.died",
               fmt::format("the application ended ({}) during \"{}\"; its last line: {}",
                           status->Describe(), op, last.empty() ? "none" : Excerpt(last, 300))};
}

WebUser& WebappDriver::UserOf(const std::string& session) {
  // In the address bar stands the host of the redirect URI; the application listens elsewhere, as
  // behind a reverse proxy, and after a restart at another port.
  std::string shown = OriginOf(case_->variables["redirect_uri"]);
  if (shown.empty()) shown = real_origin_;
  const WebAddress address{shown, real_origin_};
  const auto user = users_.try_emplace(session, *browsers_, address, config_.max_redirects).first;
  user->second.MoveTo(address);
  return user->second;
}

Result<Reply> WebappDriver::Do(const std::string& op, const Json& members, std::stop_token stop) {
  const std::string session = SessionOf(members);
  Variables variables = case_->variables;
  variables["session"] = session;
  WebUser& user = UserOf(session);
  user.StopWhen(std::move(stop));
  Reply reply;
  if (op == "authorize") {
    reply = Authorize(user, variables);
  } else if (op == "callback") {
    reply = Callback(user, JsonString(members, "url").value_or(""));
  } else if (config_.actions.count(op) > 0) {
    reply = Act(op, user, variables);
  } else {
    return UnsupportedReply(op);
  }
  pages_ = user.TakePages();
  return reply;
}

Reply WebappDriver::Refused(const WebPlace& place, const std::string& problem) const {
  const std::string page = place.page.status == 0 ? "" : DescribePage(place.page);
  const std::string words = place.page.status == 0 ? problem : VisibleText(place.page.body);
  return ErrReply(KindOfWords(config_.launch, words),
                  page.empty() ? problem : fmt::format("{}; saw {}", problem, page));
}

Reply WebappDriver::Authorize(WebUser& user, const Variables& variables) {
  const auto place = user.Play(config_.connect, variables);
  if (!place) return ErrReply("other", place.error().message);
  if (place->left.empty()) {
    return Refused(*place, "the application did not send the browser to the authorization page");
  }
  const std::string& authorize_url = variables.at("authorize_url");
  return OkReply(
      {{"url", config_.launch.proxy ? BehindProxy(place->left, authorize_url) : place->left}});
}

Reply WebappDriver::Callback(WebUser& user, const std::string& url) {
  const auto place = user.Open(url, true);
  if (!place) {
    return ErrReply(place.error().code == "web.network" ? "network" : "other",
                    place.error().message);
  }
  if (place->page.status == 0) {
    return ErrReply("other", fmt::format("{} is not an address of the application", place->left));
  }
  const std::string problem = WhyNotSuccess(config_.success, *place);
  return problem.empty() ? OkReply() : Refused(*place, problem);
}

Reply WebappDriver::Act(const std::string& op, WebUser& user, const Variables& variables) {
  const WebAction& action = config_.actions.at(op);
  const auto place = user.Play(action.steps, variables);
  if (!place) return ErrReply("other", place.error().message);
  const std::string problem = WhyNotSuccess(action.success, *place);
  if (!problem.empty()) return Refused(*place, problem);
  return op == "call" ? OkReply({{"status", place->page.status}}) : OkReply();
}

void WebappDriver::EndApplication(Micros grace) {
  if (program_ == nullptr) return;
  program_->End(grace);
  errors_ += program_->TakeErrors();
  last_errors_ = errors_.substr(errors_.size() - std::min(errors_.size(), kKeptErrors));
  program_.reset();
}

void WebappDriver::Stop(bool kill) { EndApplication(kill ? Micros::zero() : kGrace); }

std::string WebappDriver::TakeStderr() {
  if (program_ != nullptr) errors_ += program_->TakeErrors();
  return std::exchange(errors_, {});
}

}  // namespace aweber::conformance
