// Browser: the user's side of one session, played against the embedded mock without a socket.
//
// Purpose: opens the authorization URL that the client built, answers the consent page by the forms
//   it finds there, and stops at the redirect back to the client, which it hands over. Everything
//   between the two URLs belongs to it (conformance/PROTOCOL.md, rule 1).
// Ownership: the server must outlive it. Thread safety: one thread; one Browser for each session.
// Errors: Error{"browser.*"}: "foreign" for a URL that is not the mock's, "no_form", "too_many"
//   redirects, "uri".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/browser/html.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance {

// Where a visit ended: on a page of the mock, or at a redirect that leaves it.
struct BrowserStop {
  std::string url;       // of the page
  int status = 0;        // of the page
  std::string body;      // of the page
  std::string redirect;  // the Location that leaves the mock; "" when a page is shown
};

struct ConsentAnswer {
  std::string username, password;
  bool approve = true;
};

class Browser {
 public:
  // `allowed`: the URL prefix that the browser stays in ("https://127.0.0.1:4711/s/x/oauth2/").
  Browser(mock::MockServer& server, std::string allowed);

  Result<BrowserStop> Visit(const std::string& url);
  // Fills in and submits the form on `page` that asks for a password or a decision.
  Result<BrowserStop> Answer(const BrowserStop& page, const ConsentAnswer& answer);

 private:
  Result<BrowserStop> Open(std::string method, std::string url, std::string body);
  void KeepCookies(const HttpHeaders& headers);

  mock::MockServer& server_;
  std::string allowed_;
  std::map<std::string, std::string> cookies_;
};

// The fields that a browser would send for `form`, its submit button chosen by `approve`; "" when
// no button fits. Pure.
std::string EncodeConsent(const HtmlForm& form, const ConsentAnswer& answer);

// `reference` as seen from `page` (RFC 3986 §5.2, for the forms that pages use). Pure.
std::string ResolveReference(const std::string& page, const std::string& reference);

}  // namespace aweber::conformance
