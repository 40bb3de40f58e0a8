// WebappDriver: a web application, driven as its users drive it: with a browser.
//
// Purpose: starts the application for each case (or tells a running one what the case is), and for
//   each session keeps a browser of its own: A and B are different people with different cookies.
//   `authorize` walks to the page that sends to AWeber; `callback` opens the redirect and looks at
//   the page that comes of it.
// Ownership: owns the application's process and the browsers. Everything in DriverEnvironment
//   outlives it.
// Thread safety: one thread. Units: real time.
// Errors: see driver.h. A page that is not the expected one is an `err` reply, not an Error; an
//   application that ends is "driver.died".
// Source: docs/drivers.md.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/http/client.h"
#include "conformance/browser/web_user.h"
#include "conformance/driver/kinds.h"
#include "conformance/driver/launch.h"
#include "conformance/driver/program.h"

namespace aweber::conformance {

// How a page that means success looks; what is not given is not looked at.
struct WebSuccess {
  std::vector<int> statuses;
  std::optional<Pattern> text;  // in the page's words
  std::optional<Pattern> url;   // of the page
};

// What makes the application do something.
struct WebAction {
  std::vector<WebStep> steps;
  WebSuccess success;
};

struct WebappConfig {
  Launch launch;
  std::string url;          // where it listens; a template
  std::string ready = "/";  // answers when it is up
  Micros within = std::chrono::seconds(20);
  std::string configure_path;  // a running application is told the case here
  std::vector<std::pair<std::string, std::string>> configure;
  std::vector<WebStep> connect;
  WebSuccess success;
  std::vector<std::string> calls;  // what `actions["call"]` makes it call: "GET /accounts"
  std::map<std::string, WebAction> actions;  // "call", "refresh", "revoke"
  int max_redirects = 10;
};

Result<WebappConfig> ParseWebappConfig(std::string_view text, const std::string& file);

// Why `place` is not what `success` describes; "" when it is.
std::string WhyNotSuccess(const WebSuccess& success, const WebPlace& place);

class WebappDriver final : public Driver {
 public:
  WebappDriver(WebappConfig config, DriverEnvironment environment);

  Result<ClientIdentity> Start() override;
  Result<Reply> Send(const std::string& op, Json members, Micros timeout) override;
  void Stop(bool kill) override;
  std::string TakeStderr() override;
  std::vector<std::string> TakeWarnings() override { return {}; }
  std::vector<Page> TakePages() override { return std::exchange(pages_, {}); }
  Micros SpentStarting() const override { return starting_; }
  std::string FixedRedirectUri() const override { return redirect_uri_; }

 private:
  Result<Reply> Open(const Json& members, Micros timeout);
  Result<Reply> Do(const std::string& op, const Json& members, std::stop_token stop);
  Reply Authorize(WebUser& user, const Variables& variables);
  Reply Callback(WebUser& user, const std::string& url);
  Reply Act(const std::string& op, WebUser& user, const Variables& variables);
  Status StartApplication();
  Status AwaitReady();
  Status Configure(Micros timeout);
  Status DrawPort();
  std::optional<Error> Died(const std::string& op);
  WebUser& UserOf(const std::string& session);
  Reply Refused(const WebPlace& place, const std::string& problem) const;
  void EndApplication(Micros grace);

  const WebappConfig config_;
  const DriverEnvironment environment_;
  std::unique_ptr<HttpClient> http_;      // for what the driver itself asks
  std::unique_ptr<HttpClient> browsers_;  // for the users: an operation's limit is theirs
  std::optional<LaunchedCase> case_;
  std::unique_ptr<Program> program_;
  std::uint16_t port_ = 0;
  std::string redirect_uri_;              // built in, with its port
  std::string real_origin_;               // where the application listens
  std::map<std::string, WebUser> users_;  // by session; they outlive a restart
  std::string errors_;                    // standard error, not yet taken
  std::string last_errors_;               // the end of it, for messages
  std::vector<Page> pages_;
  Micros starting_{};  // spent on the application from its start until it was ready
};

}  // namespace aweber::conformance
