#include "conformance/driver/real_browser.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/text/json.h"
#include "conformance/driver/message.h"
#include "conformance/driver/time_limit.h"

namespace aweber::conformance {
namespace {

constexpr Micros kStart = std::chrono::seconds(60);
constexpr Micros kStartLook = std::chrono::milliseconds(50);
constexpr Micros kGraceOfDriver = std::chrono::seconds(2);
constexpr const char* kChromedriver = "chromedriver";
constexpr const char* kInstall =
    "install Debian's package chromium-driver, or name a WebDriver that runs with --webdriver URL";

HttpClientOptions BrowserClientOptions() {
  HttpClientOptions options;
  options.connect_timeout_ms = 10'000;
  options.read_timeout_ms = options.total_timeout_ms = 120'000;
  options.max_response_bytes = 64u << 20;  // a screenshot, a page
  return options;
}

}  // namespace

RealBrowser::RealBrowser(std::string address, const DriverEnvironment& environment)
    : environment_(environment),
      address_(std::move(address)),
      starts_driver_(address_.empty()),
      http_(MakeHttpClient(BrowserClientOptions())) {}

RealBrowser::~RealBrowser() {
  people_.clear();
  if (driver_ != nullptr) driver_->End(kGraceOfDriver);
}

Status RealBrowser::Start() {
  if (front_ == nullptr) {
    auto front = BrowserFront::Start(*environment_.server);
    if (!front) return front.error();
    front_ = std::move(front).value();
  }
  if (starts_driver_ && (driver_ == nullptr || driver_->Poll())) {
    if (Status started = StartDriver(); !started) return started;
  }
  const auto person = PersonOf("A");
  if (!person) return person.error();
  return {};
}

Status RealBrowser::StartDriver() {
  people_.clear();
  auto lease = PortLease::Draw();
  if (!lease) return lease.error();
  lease_ = std::move(lease).value();
  auto driver = Program::Start(
      {.argv = {kChromedriver, fmt::format("--port={}", lease_.port()), "--log-level=OFF"},
       .extra_env = {},
       .working_directory = ""},
      *environment_.clock, environment_.stop);
  if (!driver) {
    return Error{"driver.config",
                 fmt::format("browser: chromium: {}; {}", driver.error().message, kInstall)};
  }
  driver_ = std::move(driver).value();
  address_ = fmt::format("http://127.0.0.1:{}", lease_.port());
  const TimeLimit limit(*environment_.clock, kStart, environment_.stop);
  while (true) {
    const auto answer = http_->Send("GET", address_ + "/status", {}, "", limit.token());
    if (answer && answer->status == 200) return {};
    if (driver_->Poll()) return Error{"driver.died", "chromedriver ended before it was ready"};
    if (limit.token().stop_requested()) {
      return Error{"driver.timeout",
                   fmt::format("chromedriver was not ready within {}", SecondsText(kStart))};
    }
    environment_.clock->SleepFor(kStartLook, limit.token());
  }
}

Json RealBrowser::Capabilities() const {
  Json arguments = {"--headless=new",
                    "--disable-gpu",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--disable-default-apps",
                    "--disable-dev-shm-usage",
                    "--window-size=1000,700"};
  // Chromium's sandbox does not run as root.
  if (::geteuid() == 0) arguments.push_back("--no-sandbox");
  for (std::string& argument : front_->ChromiumArguments()) {
    arguments.push_back(std::move(argument));
  }
  return {{"browserName", "chrome"},
          {"unhandledPromptBehavior", "dismiss and notify"},
          {"timeouts", {{"pageLoad", 20'000}, {"script", 5'000}}},
          {"goog:loggingPrefs", {{"browser", "WARNING"}}},
          {"goog:chromeOptions", {{"args", arguments}, {"prefs", {{"download_restrictions", 3}}}}}};
}

Result<RealBrowser::Person*> RealBrowser::PersonOf(const std::string& session) {
  Person& person = people_[session];
  if (person.browser != nullptr) return &person;
  const TimeLimit limit(*environment_.clock, kStart, environment_.stop);
  auto begun = WebDriver::Begin(*http_, address_, Capabilities(), limit.token());
  if (!begun) {
    people_.erase(session);
    return Error{"driver.config", fmt::format("browser: chromium: no browser was started: {}; {}",
                                              begun.error().message, kInstall)};
  }
  person.browser = std::move(begun).value();
  const auto window = person.browser->Window();
  if (!window) {
    people_.erase(session);
    return Error{"driver.died", window.error().message};
  }
  person.tabs["1"] = *window;
  return &person;
}

bool RealBrowser::Forget(Person& person, const std::string& origin) {
  WebDriver& browser = *person.browser;
  const TimeLimit limit(*environment_.clock, kStart, environment_.stop);
  browser.StopWhen(limit.token());
  const auto windows = browser.Windows();
  // A tab of its own: sessionStorage lives as long as the old ones.
  const auto fresh = browser.NewTab();
  if (!windows || !fresh) return false;
  person.tabs = {{"1", *fresh}};
  for (const std::string& window : *windows) {
    if (browser.SwitchTo(window)) static_cast<void>(browser.CloseWindow());
  }
  bool clean = browser.SwitchTo(*fresh).ok() && browser.Open("about:blank").ok();
  for (const auto& [command, parameters] :
       {std::pair<std::string, Json>{"Network.clearBrowserCookies", Json::object()},
        {"Network.clearBrowserCache", Json::object()},
        {"Storage.clearDataForOrigin", {{"origin", origin}, {"storageTypes", "all"}}}}) {
    clean = clean && browser.Cdp(command, parameters).ok();
  }
  browser.Console();
  // It is replaced, and ended within the same limit.
  if (!clean) browser.End(limit.token());
  return clean;
}

Status RealBrowser::BeginCase(const WebAddress& address) {
  if (Status started = Start(); !started) return started;
  // What the case before kept lies under the address that it had.
  const std::string origin = std::exchange(origin_, address.shown);
  for (auto at = people_.begin(); at != people_.end();) {
    // One that cannot forget, or does not answer, is replaced.
    at = Forget(at->second, origin) ? std::next(at) : people_.erase(at);
  }
  front_->SetAddress(address);
  return {};
}

Result<std::unique_ptr<UserBrowser>> RealBrowser::TabOf(const std::string& session,
                                                        const std::string& tab,
                                                        const WebAddress& address,
                                                        std::stop_token stop) {
  const auto person = PersonOf(session);
  if (!person) return person.error();
  WebDriver& browser = *(*person)->browser;
  browser.StopWhen(stop);
  std::string& window = (*person)->tabs[tab];
  if (window.empty()) {
    auto made = browser.NewTab();
    if (!made) return Error{"driver.died", made.error().message};
    window = std::move(made).value();
  }
  if (const Status switched = browser.SwitchTo(window); !switched) {
    return Error{"driver.died", switched.error().message};
  }
  return std::unique_ptr<UserBrowser>(std::make_unique<WebDriverUser>(
      browser, *front_, *environment_.clock, address, std::move(stop)));
}

void RealBrowser::GiveUp(const std::string& session) {
  // A driver that waits for a page that hangs does not end it when asked: it is ended itself, and
  // its browsers with it.
  if (starts_driver_ && driver_ != nullptr) {
    driver_->End(kGraceOfDriver);
    driver_.reset();
    people_.clear();
    return;
  }
  const auto person = people_.find(session);
  if (person == people_.end()) return;
  const TimeLimit limit(*environment_.clock, kGraceOfDriver, environment_.stop);
  person->second.browser->End(limit.token());
  people_.erase(person);
}

}  // namespace aweber::conformance
