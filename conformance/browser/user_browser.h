// UserBrowser: one tab of one person's browser at a web application.
//
// Purpose: what the webapp driver asks of a browser, whichever it is: the built-in one (web_user.h)
//   or a real one (webdriver_user.h). Both mean the same by a step, stop where the application
//   sends the person elsewhere, and keep every page for the checks.
// Ownership, thread safety: one tab belongs to one thread. Tabs of one person share their cookies.
// Errors: Error{"web.*"} in words about the application. "web.step": the configuration's step does
//   not fit the page that is shown; "web.redirects", "web.network", "web.left".
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "conformance/browser/pattern.h"
#include "conformance/browser/tamper.h"
#include "conformance/checks/page.h"

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
  // What the page did besides and the browser did not follow, for people: a window, a download.
  std::string beside;
  int presses = 0;  // after PlayTwice: how many requests the presses led to
};

// What a real browser shows of a failure.
struct BrowserEvidence {
  std::string screenshot_png_base64;
  std::vector<std::string> console;  // errors and warnings
};

class UserBrowser {
 public:
  virtual ~UserBrowser() = default;
  // `url`: an address of the application, or a path. `cross_site`: the user comes from AWeber.
  virtual Result<WebPlace> Open(const std::string& url, bool cross_site) = 0;
  // `name` is the configuration's for these steps: "connect". A message begins with "connect[1]".
  Result<WebPlace> Play(const std::string& name, const std::vector<WebStep>& steps,
                        const Variables& variables) {
    return PlayFrom({}, 0, name, steps, variables);
  }
  // The same from step `first` on, in the tab that stands at `at`.
  virtual Result<WebPlace> PlayFrom(WebPlace at, std::size_t first, const std::string& name,
                                    const std::vector<WebStep>& steps,
                                    const Variables& variables) = 0;
  // The same, but the last step, a "submit", is done by another site's page: with the cookies, the
  // fields that the step fills in and no others.
  virtual Result<WebPlace> Forge(const std::string& name, const std::vector<WebStep>& steps,
                                 const Variables& variables) = 0;
  // Where scripts run, a page becomes what it is going to be after it was loaded: waits a little
  // until `good` holds. Answers where the user is then, good or not.
  using Wanted = std::function<bool(const WebPlace&)>;
  virtual Result<WebPlace> Await(WebPlace at, const Wanted& good) {
    static_cast<void>(good);
    return at;
  }
  // What only a real browser can do. Error{"web.unsupported"} from the others.
  // `act`: "reload" or "back", on the page that is shown.
  virtual Result<WebPlace> Act(const std::string& act);
  // Another site opens `url` in a window of its own and hears what that window tells it.
  virtual Result<WebPlace> OpenPopup(const std::string& url);
  // As Play, but the last step's link or button is pressed twice at once.
  virtual Result<WebPlace> PlayTwice(const std::string& name, const std::vector<WebStep>& steps,
                                     const Variables& variables);
  // What the pages since the last call left where others can read it.
  virtual std::vector<BrowserTrace> TakeTraces() { return {}; }
  // Gives up when `stop` is requested, whatever the operation's own limit was.
  virtual BrowserEvidence TakeEvidence(std::stop_token stop) {
    static_cast<void>(stop);
    return {};
  }
  // What every page said since the last call, redirects included, in order.
  virtual std::vector<Page> TakePages() = 0;
  // What the application was asked for last, without its query: "GET http://127.0.0.1:5000/login".
  virtual std::string LastRequest() const = 0;
};

// The beginning of `text`, with "..." where it was longer: by that a report knows where a secret may
// have been cut.
std::string Beginning(std::string text, std::size_t limit);
// Step `step` of "name" could not be done: the application had sent the browser to `url`.
Error LeftBefore(const std::string& name, std::size_t step, const std::string& url);
// What Forge answers where the form's method is GET.
Error NotPosted(const std::string& name);
// The page in a few words: "status 200 at /x: Welcome ...", and where no scripts are run a hint when
// it needs them.
std::string DescribePage(const Page& page, bool runs_scripts = false);
// "/login" of the page's address.
std::string PathOfPage(const Page& page);

}  // namespace aweber::conformance
