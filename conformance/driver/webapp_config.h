// WebappConfig: what the webapp driver's configuration file says.
//
// Ownership, thread safety: plain values. Errors: Error{"yaml.*"} with the place.
// Source: docs/drivers.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/browser/user_browser.h"
#include "conformance/driver/launch.h"

namespace aweber::conformance {

// How a page that means something looks; what is not given is not looked at.
struct WebSuccess {
  std::vector<int> statuses;    // none: any 2xx
  std::optional<Pattern> text;  // in the page's words
  std::optional<Pattern> url;   // of the page, with its query
};

// What makes the application do something.
struct WebAction {
  std::vector<WebStep> steps;
  WebSuccess success;
};

// A page behind which the application calls the API.
struct WebCall {
  std::vector<std::string> requests;  // globs: "GET /accounts"
  WebAction action;
};

enum class BrowserKind { kBuiltIn, kChromium };

struct WebappConfig {
  Launch launch;
  std::string url;          // where it listens; a template
  std::string ready = "/";  // answers when it is up
  Micros within = std::chrono::seconds(20);
  // One process serves all cases; each is told to it by `configure`.
  bool restart_never = false;
  std::string configure_path;  // it is told the case here
  std::vector<std::pair<std::string, std::string>> configure;
  std::vector<WebStep> connect;
  WebSuccess success;
  // How the page looks that asks the user to log in again, and the one that asks for patience.
  std::optional<WebSuccess> reauthorize, trouble;
  std::vector<WebCall> calls;
  std::map<std::string, WebAction> actions;  // "refresh", "revoke"
  bool public_only = false;                  // it has no secret
  std::string store;                         // where it keeps its tokens; a template
  int max_redirects = 10;
  BrowserKind browser = BrowserKind::kBuiltIn;
  std::string webdriver;  // the address of a running one; "": chromedriver is started
};

Result<WebappConfig> ParseWebappConfig(std::string_view text, const std::string& file);

// Why `place` is not what `success` describes, in the configuration's words; "" when it is. `name`
// is its key there: "success", "call.success".
std::string WhyNotSuccess(const std::string& name, const WebSuccess& success,
                          const WebPlace& place);

// The call whose page makes the request "METHOD /path". A request that no page is said to make is
// taken from the first page that reads, where it is a plain read of the accounts: scenarios ask for
// that one where any would do. Null when there is none.
const WebCall* FindCall(const std::vector<WebCall>& calls, const std::string& request);

// The globs of the requests that the pages can make, that plain read among them.
std::vector<std::string> PlayableRequests(const std::vector<WebCall>& calls);

}  // namespace aweber::conformance
