// WebUser: the built-in browser, without a screen and without scripts.
//
// Purpose: opens pages, follows links and redirects, fills in forms, keeps cookies, and stops where
//   the application sends it elsewhere. See user_browser.h for what the members mean.
// Ownership: the HTTP client and the profile must outlive it. Thread safety: one thread for each
//   WebUser; those of one profile are tabs of one person's browser and may act at the same time.
#pragma once

#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/http/client.h"
#include "conformance/browser/cookie_jar.h"
#include "conformance/browser/html.h"
#include "conformance/browser/user_browser.h"

namespace aweber::conformance {

// What the tabs of one person's browser have in common.
class WebProfile {
 public:
  void SetCookie(std::string_view line, std::string_view path) {
    const std::lock_guard lock(mutex_);
    jar_.Set(line, path);
  }
  std::string CookieHeader(std::string_view path, bool secure, bool cross_site) const {
    const std::lock_guard lock(mutex_);
    return jar_.Header(path, secure, cross_site);
  }

 private:
  mutable std::mutex mutex_;
  CookieJar jar_;
};

class WebUser final : public UserBrowser {
 public:
  // Whatever is done ends with "web.network" once `stop` is requested.
  WebUser(HttpClient& http, WebProfile& profile, WebAddress address, int max_redirects,
          std::stop_token stop = {});

  Result<WebPlace> Open(const std::string& url, bool cross_site) override;
  Result<WebPlace> PlayFrom(WebPlace at, std::size_t first, const std::string& name,
                            const std::vector<WebStep>& steps, const Variables& variables) override;
  Result<WebPlace> Forge(const std::string& name, const std::vector<WebStep>& steps,
                         const Variables& variables) override;
  std::vector<Page> TakePages() override { return std::exchange(pages_, {}); }
  std::string LastRequest() const override { return last_request_; }

 private:
  Result<WebPlace> Do(const WebStep& step, const WebPlace& at, const Variables& variables);
  Result<WebPlace> Lead(const WebStep& step, const WebPlace& at, const Variables& variables);
  Result<WebPlace> Submit(const WebStep& step, const WebPlace& at, const Variables& variables);
  Result<WebPlace> Go(std::string method, std::string url, std::string body, bool cross_site);
  Result<Page> Fetch(const std::string& method, const std::string& target, const std::string& body,
                     bool cross_site);

  HttpClient& http_;
  WebProfile& profile_;
  const WebAddress address_;
  const int max_redirects_;
  const std::stop_token stop_;
  bool forges_ = false;   // another site's page submits now
  std::string referrer_;  // of the page that leads on, as far as its policy lets it be told
  std::vector<Page> pages_;
  std::string last_request_ = "nothing yet";
};

// What a browser sends for `form` when `button` (may be null) is pressed, with `fill` typed in.
// Error{"web.step"} for a field that the form does not have.
Result<std::string> EncodeForm(const HtmlForm& form, const HtmlField* button,
                               const std::vector<std::pair<std::string, std::string>>& fill);

}  // namespace aweber::conformance
