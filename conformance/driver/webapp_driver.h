// WebappDriver: a web application, driven as its users drive it: with a browser.
//
// Purpose: starts the application for each case (or tells a running one what the case is), and for
//   each session keeps a browser of its own: A and B are different people with different cookies,
//   and each operation is a tab. `authorize` walks to the page that sends to AWeber; `callback`
//   opens the redirect and looks at the page that comes of it.
// Ownership: owns the application's process and the browsers. Everything in DriverEnvironment
//   outlives it.
// Thread safety: as Driver says; operations of one session at the same time are several tabs.
// Units: real time.
// Errors: see driver.h. A page that is not the expected one is an `err` reply, not an Error. An
//   application that ends is "driver.died"; a step of the configuration that does not fit the page
//   is "driver.config": it says nothing of the client.
// Source: docs/drivers.md.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/http/client.h"
#include "conformance/browser/web_user.h"
#include "conformance/driver/application.h"
#include "conformance/driver/kinds.h"
#include "conformance/driver/real_browser.h"
#include "conformance/driver/webapp_config.h"

namespace aweber::conformance {

class WebappDriver final : public Driver {
 public:
  WebappDriver(WebappConfig config, DriverEnvironment environment);
  ~WebappDriver() override;

  Result<ClientIdentity> Start() override;
  Result<Reply> Send(const std::string& op, Json members, Micros timeout) override;
  void Stop(bool kill) override;
  std::string TakeStderr() override { return application_.TakeOutput(); }
  std::vector<std::string> TakeWarnings() override { return {}; }
  std::vector<Page> TakePages() override;
  std::vector<BrowserTrace> TakeTraces() override;
  BrowserEvidence TakeEvidence() override;
  bool IsConfigured() const override { return true; }
  int Patience() const override { return real_browser_ == nullptr ? 1 : 4; }
  Micros SpentStarting() const override { return starting_; }
  bool IsPublicOnly() const override { return config_.public_only; }
  std::string StoreDirectory() const override { return store_; }
  std::string FixedRedirectUri() const override { return redirect_uri_; }

 private:
  Result<Reply> Open(const Json& members, Micros timeout);
  Result<LaunchedCase> Prepare(const Json& members, std::uint16_t port);
  Status Configure(Micros timeout);
  Status DrawFixedPort();
  WebAddress AddressNow() const;
  Result<std::unique_ptr<UserBrowser>> TabFor(const Json& members, std::stop_token stop);

  Result<Reply> Do(const std::string& op, const Json& members, UserBrowser& tab);
  Result<Reply> Authorize(UserBrowser& tab, const Variables& variables, bool twice);
  Result<Reply> Callback(UserBrowser& tab, const std::string& url, bool popup);
  Result<Reply> Move(UserBrowser& tab, const std::string& act);
  Result<Reply> Call(UserBrowser& tab, const Json& members, const Variables& variables);
  // All of a call's steps but the last, which makes the request.
  Result<Reply> Approach(UserBrowser& tab, const Json& members, const Variables& variables);
  const WebCall* CallOf(const Json& members, const Variables& variables) const;
  Result<Reply> Forge(UserBrowser& tab, const std::string& form, const Variables& variables);
  Result<Reply> Act(const std::string& op, UserBrowser& tab, const Variables& variables);
  // An operation took longer than `timeout`; `waited` of it, no processor was free. `page`: what
  // its browser saw last.
  Error TookTooLong(const std::string& op, Micros timeout, Micros waited, const UserBrowser& tab,
                    const std::string& page) const;
  // Since they began, of the application and of this thread.
  Micros WaitedForProcessor() const;
  Reply Refused(const WebPlace& place, const std::string& problem) const;
  // What became of an operation whose steps ended with `error`.
  Result<Reply> NotDone(const Error& error) const;
  // The same for steps that a page may have had before: `what` of done_.
  Result<Reply> NotDone(const std::string& what, const Error& error);
  void NoteDone(const std::string& what);
  bool ApiAnsweredWell(std::uint64_t since) const;

  const WebappConfig config_;
  const DriverEnvironment environment_;
  std::unique_ptr<HttpClient> http_;      // for what the driver itself asks
  std::unique_ptr<HttpClient> browsers_;  // for the users: an operation's limit is theirs
  std::optional<LaunchedCase> case_;
  // The actions whose steps the pages had in this case, calls by their first request; by mutex_.
  std::set<std::string> done_;
  Application application_;
  std::unique_ptr<RealBrowser> real_browser_;  // null: the built-in one
  PortLease fixed_port_;                       // of a redirect URI that is built in
  std::string redirect_uri_;                   // built in, with its port
  std::string store_;                          // of the case
  Micros starting_{};  // spent on the application from its start until it was ready

  std::mutex mutex_;                            // everything below
  std::map<std::string, WebProfile> profiles_;  // by session; they outlive a restart
  // By session: the page from which the next call goes on, and that call.
  std::map<std::string, std::pair<WebPlace, const WebCall*>> approached_;
  std::map<std::thread::id, std::vector<Page>> pages_;  // of the operation that a thread sent last
  std::map<std::thread::id, std::vector<BrowserTrace>> traces_;
  BrowserEvidence evidence_;  // of an operation that failed in a real browser
};

}  // namespace aweber::conformance
