#include "conformance/driver/webapp_driver.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/http/client.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "conformance/browser/authorization_url.h"
#include "conformance/driver/free_port.h"
#include "conformance/driver/message.h"
#include "conformance/driver/run_queue.h"
#include "conformance/driver/time_limit.h"

namespace aweber::conformance {
namespace {

constexpr Micros kGrace = std::chrono::seconds(2);
constexpr Micros kEvidence = std::chrono::seconds(3);  // for a browser that may hang
constexpr int kLookMs = 10'000;
constexpr int kNeverMs = 24 * 3600 * 1000;
// Tabs of one browser that may act at the same time.
constexpr int kTabs = 8;

std::string OriginOf(const std::string& url) {
  const auto uri = ParseUri(url);
  return uri ? uri->Origin() : "";
}

bool JsonBool(const Json& members, const char* name) {
  const Json* const value = JsonMember(members, name);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::string SessionOf(const Json& members) { return JsonString(members, "session").value_or("A"); }

HttpClientOptions ClientOptions(int timeout_ms) {
  HttpClientOptions options;
  options.connect_timeout_ms = options.read_timeout_ms = options.total_timeout_ms = timeout_ms;
  options.keep_alive = false;  // the application is another one for every case
  return options;
}

}  // namespace

WebappDriver::WebappDriver(WebappConfig config, DriverEnvironment environment)
    : config_(std::move(config)),
      environment_(std::move(environment)),
      http_(MakeHttpClient(ClientOptions(kLookMs))),
      browsers_(MakeHttpClient(ClientOptions(kNeverMs))),
      application_(*http_, *environment_.clock, environment_.stop) {
  if (config_.browser == BrowserKind::kChromium) {
    real_browser_ = std::make_unique<RealBrowser>(config_.webdriver, environment_);
  }
}

WebappDriver::~WebappDriver() = default;

Result<ClientIdentity> WebappDriver::Start() {
  application_.End(kGrace);
  if (real_browser_ != nullptr) {
    if (const Status started = real_browser_->Start(); !started) return started.error();
  }
  auto identity = IdentityOf(config_.launch, "webapp");
  if (!identity) return identity;
  identity->cannot = {"token"};
  for (const char* const op : {"refresh", "revoke"}) {
    if (config_.actions.count(op) == 0) identity->cannot.emplace_back(op);
  }
  const auto posts = [](const std::vector<WebStep>& steps) {
    return !steps.empty() && steps.back().kind == WebStep::Kind::kSubmit;
  };
  if (config_.connect.back().kind == WebStep::Kind::kOpen) identity->cannot.emplace_back("press");
  if (!posts(config_.connect)) identity->cannot.emplace_back("forge:connect");
  const auto revoke = config_.actions.find("revoke");
  if (revoke == config_.actions.end() || !posts(revoke->second.steps)) {
    identity->cannot.emplace_back("forge:revoke");
  }
  if (config_.calls.empty()) {
    identity->cannot.emplace_back("call");
  } else {
    identity->calls = PlayableRequests(config_.calls);
  }
  if (config_.launch.command.empty()) identity->cannot.emplace_back("restart");
  if (config_.public_only) identity->cannot.emplace_back("secret");
  if (config_.public_only && real_browser_ != nullptr) identity->cannot.emplace_back("tls");
  if (config_.launch.proxy) identity->cannot.emplace_back("authorize_query");
  if (real_browser_ == nullptr) {  // WebDriver does one thing at a time
    identity->concurrent = kTabs;
    identity->feature_list.push_back(fmt::format("concurrent:{}", kTabs));
  } else {
    identity->feature_list.emplace_back("real_browser");
  }
  if (!config_.launch.redirect_uri.empty()) {
    identity->cannot.emplace_back("redirect_uri");
    if (const Status drawn = DrawFixedPort(); !drawn) return drawn.error();
  }
  return identity;
}

Status WebappDriver::DrawFixedPort() {
  if (fixed_port_.port() == 0) {
    auto drawn = PortLease::Draw();
    if (!drawn) return drawn.error();
    fixed_port_ = std::move(drawn).value();
  }
  auto filled =
      Substitute(config_.launch.redirect_uri, {{"port", std::to_string(fixed_port_.port())}});
  if (!filled) return Error{"driver.config", "redirect_uri may use no other name than ${port}"};
  redirect_uri_ = std::move(filled).value();
  return {};
}

Result<Reply> WebappDriver::Send(const std::string& op, Json members, Micros timeout) {
  if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  if (op == "open") return Open(members, timeout);
  if (op == "close") {
    if (!config_.restart_never) application_.End(kGrace);
    return OkReply();
  }
  if (!case_) return Error{"driver.protocol", "no case is open"};
  const TimeLimit limit(*environment_.clock, timeout, environment_.stop);
  const Micros waited_before = WaitedForProcessor();
  auto made = TabFor(members, limit.token());
  if (!made) return made.error();
  const std::unique_ptr<UserBrowser> tab = std::move(made).value();
  auto reply = Do(op, members, *tab);
  const std::lock_guard lock(mutex_);
  const auto& pages = pages_[std::this_thread::get_id()] = tab->TakePages();
  traces_[std::this_thread::get_id()] = tab->TakeTraces();
  if (!reply || reply->kind == Reply::Kind::kErr) {
    const TimeLimit patience(*environment_.clock, kEvidence, environment_.stop);
    evidence_ = tab->TakeEvidence(patience.token());
  }
  if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  const bool unanswered = reply && reply->err_kind == "network";
  if (auto died = unanswered ? application_.DiedSoon(op) : application_.Died(op)) return *died;
  if (!limit.passed()) return reply;
  const Micros waited = WaitedForProcessor() - waited_before;
  if (real_browser_ != nullptr) real_browser_->GiveUp(SessionOf(members));
  // An application that hangs has refused nothing.
  application_.End(kGrace);
  return TookTooLong(op, timeout, waited, *tab,
                     pages.empty() ? "" : DescribePage(pages.back(), true));
}

Error WebappDriver::TookTooLong(const std::string& op, Micros timeout, Micros waited,
                                const UserBrowser& tab, const std::string& page) const {
  std::string text = fmt::format("\"{}\" was not done within {}; the browser waited for {}{}{}", op,
                                 SecondsText(timeout), tab.LastRequest(),
                                 page.empty() ? "" : "; its last page: ", page);
  if (!Starved(waited, timeout)) return Error{"driver.timeout", std::move(text)};
  // Nobody's fault: the judge takes "driver.timeout" for a client that hangs.
  return Error{"driver.busy",
               text + fmt::format("; the machine was busy, and threads waited {} for a processor "
                                  "meanwhile: run it again when it is not",
                                  SecondsText(waited))};
}

Micros WebappDriver::WaitedForProcessor() const {
  return application_.WaitedForProcessor() + ThreadWaitedForProcessor();
}

std::vector<Page> WebappDriver::TakePages() {
  const std::lock_guard lock(mutex_);
  auto node = pages_.extract(std::this_thread::get_id());
  return node.empty() ? std::vector<Page>{} : std::move(node.mapped());
}

std::vector<BrowserTrace> WebappDriver::TakeTraces() {
  const std::lock_guard lock(mutex_);
  auto node = traces_.extract(std::this_thread::get_id());
  return node.empty() ? std::vector<BrowserTrace>{} : std::move(node.mapped());
}

BrowserEvidence WebappDriver::TakeEvidence() {
  const std::lock_guard lock(mutex_);
  return std::exchange(evidence_, {});
}

Result<LaunchedCase> WebappDriver::Prepare(const Json& members, std::uint16_t port) {
  return PrepareCase(config_.launch, members, *environment_.server, environment_.ca_file,
                     environment_.scratch, {{"port", std::to_string(port)}, {"session", ""}});
}

Result<Reply> WebappDriver::Open(const Json& members, Micros timeout) {
  const bool another = !case_ || case_->name != JsonString(members, "case");
  if (another) {
    const std::lock_guard lock(mutex_);
    profiles_.clear();
    approached_.clear();
  }
  const Micros began = environment_.clock->Steady();
  if (config_.restart_never && application_.running()) {
    const auto uri = ParseUri(application_.origin());
    auto prepared = Prepare(members, uri && uri->port ? *uri->port : 0);
    if (!prepared) return prepared.error();
    case_ = std::move(prepared).value();
    done_.clear();
  } else {
    application_.End(kGrace);
    Application::Plan plan;
    plan.prepare = [&](std::uint16_t port) { return Prepare(members, port); };
    plan.url = [&](const LaunchedCase& launched) {
      return Substitute(config_.url, launched.variables);
    };
    plan.ready = config_.ready;
    plan.within = config_.within;
    plan.runs_already = config_.launch.command.empty();
    plan.fixed_port = redirect_uri_.empty() ? nullptr : &fixed_port_;
    auto started = application_.Start(plan);
    starting_ = environment_.clock->Steady() - began;
    if (!started) return started.error();
    case_ = std::move(started).value();
    done_.clear();
  }
  auto store = Substitute(config_.store, case_->variables);
  if (!store) return Error{"driver.config", store.error().message};
  store_ = std::move(store).value();
  if (const Status told = Configure(timeout); !told) return told.error();
  if (real_browser_ != nullptr && another) {
    if (const Status begun = real_browser_->BeginCase(AddressNow()); !begun) return begun.error();
  } else if (real_browser_ != nullptr) {
    real_browser_->MoveTo(AddressNow());
  }
  return OkReply();
}

Status WebappDriver::Configure(Micros timeout) {
  if (config_.configure_path.empty()) return {};
  Json body = Json::object();
  for (const auto& [name, value] : config_.configure) {
    const auto filled = Substitute(value, case_->variables);
    if (!filled) return Error{"driver.config", filled.error().message};
    body[name] = *filled;
  }
  const std::string url = application_.origin() + config_.configure_path;
  const TimeLimit limit(*environment_.clock, timeout, environment_.stop);
  const auto answer = http_->Send("POST", url, {{"Content-Type", "application/json"}},
                                  DumpJson(body), limit.token());
  if (answer && answer->status >= 200 && answer->status < 300) return {};
  if (auto died = answer ? application_.Died("configure") : application_.DiedSoon("configure")) {
    return *died;
  }
  if (limit.passed()) {
    return Error{"driver.timeout", fmt::format("configure.path: the application did not take the "
                                               "case at {} within {}",
                                               url, SecondsText(timeout))};
  }
  return Error{
      "driver.config",
      fmt::format("configure.path: the application did not take the case at {}: {}", url,
                  answer ? fmt::format("status {}", answer->status) : answer.error().message)};
}

WebAddress WebappDriver::AddressNow() const {
  // In the address bar stands the host of the redirect URI; the application listens elsewhere, as
  // behind a reverse proxy, and after a restart at another port.
  std::string shown = OriginOf(case_->variables.at("redirect_uri"));
  if (shown.empty()) shown = application_.origin();
  return {shown, application_.origin()};
}

Result<std::unique_ptr<UserBrowser>> WebappDriver::TabFor(const Json& members,
                                                          std::stop_token stop) {
  const std::string session = SessionOf(members);
  if (real_browser_ != nullptr) {
    const std::string tab = JsonString(members, "tab").value_or("1");
    return real_browser_->TabOf(session, tab, AddressNow(), std::move(stop));
  }
  const std::lock_guard lock(mutex_);
  return std::unique_ptr<UserBrowser>(std::make_unique<WebUser>(
      *browsers_, profiles_[session], AddressNow(), config_.max_redirects, std::move(stop)));
}

Result<Reply> WebappDriver::Do(const std::string& op, const Json& members, UserBrowser& tab) {
  Variables variables = case_->variables;
  variables["session"] = SessionOf(members);
  if (op == "authorize") return Authorize(tab, variables, JsonBool(members, "twice"));
  if (op == "callback") {
    return Callback(tab, JsonString(members, "url").value_or(""), JsonBool(members, "popup"));
  }
  if (op == "browser") return Move(tab, JsonString(members, "act").value_or(""));
  if (op == "call") return Call(tab, members, variables);
  if (op == "approach") return Approach(tab, members, variables);
  if (op == "forge") return Forge(tab, JsonString(members, "form").value_or(""), variables);
  if (config_.actions.count(op) > 0) return Act(op, tab, variables);
  return UnsupportedReply(op);
}

Reply WebappDriver::Refused(const WebPlace& place, const std::string& problem) const {
  const bool shows = place.page.status != 0;
  const std::string words = shows ? VisibleText(place.page.body) : problem;
  std::string kind = KindOfWords(config_.launch, words);
  Json more = Json::object();
  const auto looks = [&](const std::optional<WebSuccess>& page) {
    return page && WhyNotSuccess("", *page, place).empty();
  };
  if (kind == "other" && looks(config_.reauthorize)) kind = "reauthorize";
  if (kind == "other" && looks(config_.trouble)) {
    kind = "http";
    // A page that came well and then says so, by a script, has no status of its own.
    if (place.page.status / 100 != 2) more["status"] = place.page.status;
  }
  std::string told =
      shows ? fmt::format("{}; saw {}", problem, DescribePage(place.page, real_browser_ != nullptr))
            : problem;
  if (!place.beside.empty()) told += "; " + place.beside;
  return ErrReply(kind, std::move(told), more);
}

void WebappDriver::NoteDone(const std::string& what) {
  const std::lock_guard lock(mutex_);
  done_.insert(what);
}

Result<Reply> WebappDriver::NotDone(const std::string& what, const Error& error) {
  // The message has the page's words. One that asks to log in again is an answer, whatever the step
  // looks for on it.
  const auto says = [&](const std::optional<WebSuccess>& page) {
    return error.code == "web.step" && page && page->text && page->text->Matches(error.message);
  };
  if (says(config_.reauthorize)) return ErrReply("reauthorize", error.message);
  if (says(config_.trouble)) return ErrReply("http", error.message);
  {
    // The page had it before: that it is gone is what the application made of what happened since.
    const std::lock_guard lock(mutex_);
    if (error.code == "web.step" && done_.contains(what)) return ErrReply("other", error.message);
  }
  return NotDone(error);
}

Result<Reply> WebappDriver::NotDone(const Error& error) const {
  // What the configuration asks for and the page does not have tells nothing of the client.
  if (error.code == "web.step" || error.code == "web.left") {
    return Error{"driver.config", error.message};
  }
  if (error.code == "web.gone") return Error{"driver.died", error.message};
  return ErrReply(error.code == "web.network" ? "network" : "other", error.message);
}

void WebappDriver::Stop(bool kill) { application_.End(kill ? Micros::zero() : kGrace); }

}  // namespace aweber::conformance
