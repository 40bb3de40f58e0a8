// WebDriverUser: a tab of a real browser.
//
// Purpose: the steps of a configuration mean what they mean to the built-in browser (web_user.h);
//   beyond that scripts run, so it waits a little for what a step needs to appear.
// Ownership: the session and the front must outlive it. Thread safety: one thread.
// Errors: those of user_browser.h, and "web.gone": the browser itself does not answer any more.
#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "conformance/browser/browser_front.h"
#include "conformance/browser/user_browser.h"
#include "conformance/browser/webdriver.h"

namespace aweber::conformance {

class WebDriverUser final : public UserBrowser {
 public:
  WebDriverUser(WebDriver& browser, BrowserFront& front, Clock& clock, WebAddress address,
                std::stop_token stop);

  Result<WebPlace> Open(const std::string& url, bool cross_site) override;
  Result<WebPlace> PlayFrom(WebPlace at, std::size_t first, const std::string& name,
                            const std::vector<WebStep>& steps, const Variables& variables) override;
  Result<WebPlace> Forge(const std::string& name, const std::vector<WebStep>& steps,
                         const Variables& variables) override;
  Result<WebPlace> Await(WebPlace at, const Wanted& good) override;
  std::vector<Page> TakePages() override;
  std::string LastRequest() const override { return last_request_; }
  Result<WebPlace> Act(const std::string& act) override;
  Result<WebPlace> OpenPopup(const std::string& url) override;
  Result<WebPlace> PlayTwice(const std::string& name, const std::vector<WebStep>& steps,
                             const Variables& variables) override;
  std::vector<BrowserTrace> TakeTraces() override;
  BrowserEvidence TakeEvidence(std::stop_token stop) override;

 private:
  Result<WebPlace> Do(const WebStep& step, const Variables& variables,
                      std::span<const int> presses);
  Status ComeBack();
  Status LeaveCourier();
  std::string Beside(std::size_t windows_before);
  Status ClosePopup(const std::string& opener, const std::string& popup);
  Status Fill(const WebStep& step, int form, const Variables& variables);
  Result<WebPlace> Where();
  Error Problem(const Error& error) const;

  WebDriver& browser_;
  BrowserFront& front_;
  Clock& clock_;
  const WebAddress address_;
  const std::stop_token stop_;
  std::string last_request_ = "nothing yet";
  std::vector<BrowserTrace> heard_;  // by the site that opened a popup
};

}  // namespace aweber::conformance
