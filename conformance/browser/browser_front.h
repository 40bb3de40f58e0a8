// BrowserFront: all that a real browser reaches while a case runs.
//
// Purpose: the browser resolves every name to this front. Under the application's name it passes
//   requests on to where the application listens, as a reverse proxy would; under AWeber's it stops
//   at the authorization page, which the runner answers itself, and passes on what a page asks the
//   mock by script; every other host is noted and does not exist. Nothing leaves the machine.
// Ownership: owns its listeners and the authority of their certificates, which only this browser's
//   profile trusts. The server must outlive it. Thread safety: all members from any thread.
// Errors: Error{"driver.spawn"} when it cannot listen.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/http/certificate_authority.h"
#include "base/http/client.h"
#include "base/http/server.h"
#include "conformance/browser/user_browser.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance {

class BrowserFront {
 public:
  static Result<std::unique_ptr<BrowserFront>> Start(mock::MockServer& server);

  // Where the application of the case is. Pages of the case before are forgotten.
  void SetAddress(const WebAddress& address);
  // What every page and script of the application was answered, in order, since the last call.
  std::vector<Page> TakePages();
  // The same page's last answer at `url`; nothing when there was none.
  std::optional<Page> LastPage(const std::string& url) const;
  // The newest answer to the browser that a user was to keep as a file, since the last call of
  // TakePages; nothing when there was none.
  std::optional<Page> Download() const;
  // What other sites than the application and AWeber were told since the last call: the addresses
  // of requests to them, and their Referer.
  std::vector<BrowserTrace> TakeForeign();
  // From now on the first page that the browser goes to is answered only when it has asked for the
  // same again, so that two presses meet in the application. Not longer than four seconds.
  void HoldFirstPage();
  // Waits for that, not longer either, and holds nothing from then on. How often the browser asked
  // for the page, whatever its query.
  int AwaitSecondPress();
  // From this page on AWeber's site the browser goes on to where `url` says, as a redirect would.
  std::string CourierUrl() const;

  // The arguments by which Chromium comes here and trusts these certificates.
  std::vector<std::string> ChromiumArguments() const;

 private:
  explicit BrowserFront(mock::MockServer& server);
  Result<KeyAndCertificate> Leaf(const std::vector<std::string>& names) const;
  HttpResponse Answer(const HttpRequest& request);
  HttpResponse ToApplication(const HttpRequest& request, const std::string& url,
                             const std::string& target, const WebAddress& address);
  HttpResponse ToAWeber(const HttpRequest& request);
  bool IsAWeber(const std::string& origin) const;
  // Which press since HoldFirstPage `request` is; 0 when it is none.
  int CountPress(const HttpRequest& request, const std::string& url);
  void HoldUntilPressedAgain();

  mock::MockServer& server_;
  const std::unique_ptr<HttpClient> http_;
  std::unique_ptr<CertificateAuthority> authority_;
  mutable std::mutex mutex_;  // everything below but the listeners
  WebAddress address_;
  std::vector<Page> pages_;      // not yet taken
  std::vector<Page> all_pages_;  // of the case
  std::vector<BrowserTrace> foreign_;
  bool holds_ = false;
  std::string pressed_page_;  // "GET http://127.0.0.1:5000/connect", the first since HoldFirstPage
  int presses_ = 0;
  std::condition_variable pressed_;
  std::unique_ptr<HttpServer> plain_, secure_;  // last: they call the rest
};

}  // namespace aweber::conformance
