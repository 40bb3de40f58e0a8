// WebUser: one person's browser at a web application, without a screen and without scripts.
//
// Purpose: opens pages, follows links and redirects, fills in forms, keeps cookies, and stops where
//   the application sends it elsewhere. What every page said is kept for the checks.
// Ownership: owns its cookies and pages; the HTTP client must outlive it. Thread safety: one
// thread. Errors: Error{"web.*"} in words about the application: "redirects", "no_link", "no_form",
//   "network".
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/http/client.h"
#include "conformance/browser/cookie_jar.h"
#include "conformance/browser/html.h"
#include "conformance/browser/pattern.h"
#include "conformance/browser/tamper.h"
#include "conformance/checks/check.h"

namespace aweber::conformance {

// Where the application is: what stands in the address bar, and where it listens. Both are origins
// ("https://app.example.test", "http://127.0.0.1:5000"); they are equal when nothing stands
// between.
struct WebAddress {
  std::string shown;
  std::string real;

  // The path and query of `url` when it leads to the application, by either origin.
  std::optional<std::string> TargetOf(const std::string& url) const;
};

// One thing that the user does.
struct WebStep {
  enum class Kind { kOpen, kFollow, kFollowHref, kSubmit };
  Kind kind = Kind::kOpen;
  std::string path;              // kOpen: a template
  std::optional<Pattern> words;  // of the link or button; kFollowHref: of the address
  std::vector<std::pair<std::string, std::string>> fill;  // kSubmit: field, template
};

// Where the user is now.
struct WebPlace {
  Page page;         // the last page of the application
  std::string left;  // where it sent the user away to; "" when the page is shown
};

class WebUser {
 public:
  WebUser(HttpClient& http, WebAddress address, int max_redirects);

  // The application started anew, somewhere else; the browser keeps its cookies.
  void MoveTo(WebAddress address) { address_ = std::move(address); }
  // `url`: an address of the application, or a path. `cross_site`: the user comes from AWeber.
  Result<WebPlace> Open(const std::string& url, bool cross_site = false);
  Result<WebPlace> Play(const std::vector<WebStep>& steps, const Variables& variables);
  std::vector<Page> TakePages() { return std::exchange(pages_, {}); }
  // Whatever is done next ends with "web.network" once this is requested.
  void StopWhen(std::stop_token stop) { stop_ = std::move(stop); }
  // What the application was asked for last, without its query: "GET http://127.0.0.1:5000/login".
  const std::string& last_request() const { return last_request_; }

 private:
  Result<WebPlace> Do(const WebStep& step, const WebPlace& at, const Variables& variables);
  Result<WebPlace> Submit(const WebStep& step, const WebPlace& at, const Variables& variables);
  Result<WebPlace> Go(std::string method, std::string url, std::string body, bool cross_site);
  Result<Page> Fetch(const std::string& method, const std::string& target, const std::string& body,
                     bool cross_site);

  HttpClient& http_;
  WebAddress address_;
  const int max_redirects_;
  CookieJar jar_;
  std::vector<Page> pages_;
  std::stop_token stop_;
  std::string last_request_;
};

// What a browser sends for `form` when `button` (may be null) is pressed, with `fill` typed in.
// Error{"web.no_form"} for a field that the form does not have.
Result<std::string> EncodeForm(const HtmlForm& form, const HtmlField* button,
                               const std::vector<std::pair<std::string, std::string>>& fill);

// The page in a few words: "status 200 at /x: Welcome ...", and a hint when it needs scripts.
std::string DescribePage(const Page& page);

}  // namespace aweber::conformance
