// RealBrowser: Chromium by chromedriver, or any browser by its WebDriver, for one driver.
//
// Purpose: starts what is needed the first time it is needed, gives each person of a case a browser
//   of their own, with tabs, and makes them strangers again before the next case. A browser that ended is
//   started anew for the next case.
// Ownership: owns the process of chromedriver, the browsers and the front. Everything in
//   DriverEnvironment outlives it. Thread safety: one thread, the one that opens cases.
// Errors: Error{"driver.config"} when there is no browser, naming the package; "driver.spawn" and
//   "driver.died" when it ends.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/text/json_fwd.h"
#include "conformance/browser/browser_front.h"
#include "conformance/browser/webdriver.h"
#include "conformance/browser/webdriver_user.h"
#include "conformance/driver/kinds.h"
#include "conformance/driver/port_lease.h"
#include "conformance/driver/program.h"

namespace aweber::conformance {

class RealBrowser {
 public:
  // `address`: of a WebDriver that runs already; "": chromedriver is started.
  RealBrowser(std::string address, const DriverEnvironment& environment);
  ~RealBrowser();

  // Everything that needs no page yet, so that what is missing is told before the suite.
  Status Start();
  // Nobody remembers the case before. `address`: where the application is now.
  Status BeginCase(const WebAddress& address);
  // The application was started anew, somewhere else; everybody remembers everything.
  void MoveTo(const WebAddress& address) { front_->SetAddress(address); }
  // `tab` "1" is the one that the person's browser began with.
  Result<std::unique_ptr<UserBrowser>> TabOf(const std::string& session, const std::string& tab,
                                             const WebAddress& address, std::stop_token stop);
  // The browser does not answer: it is ended, and the next case gets a new one.
  void GiveUp(const std::string& session);

 private:
  Status StartDriver();
  struct Person {
    std::unique_ptr<WebDriver> browser;
    std::map<std::string, std::string> tabs;  // our names, the browser's
  };
  Result<Person*> PersonOf(const std::string& session);
  // Forgets everything, so that the next case finds a stranger; false when it could not.
  bool Forget(Person& person, const std::string& origin);
  Json Capabilities() const;

  const DriverEnvironment& environment_;
  std::string address_;
  const bool starts_driver_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<BrowserFront> front_;
  PortLease lease_;
  std::unique_ptr<Program> driver_;
  std::string origin_;  // of the case's application, as in the address bar
  std::map<std::string, Person> people_;
};

}  // namespace aweber::conformance
