// The authorization server's HTML pages.
//
// Purpose: what the customer sees: consent, the out-of-band code, and errors in AWeber's words. No
//   script, no outside resource, and a Content-Security-Policy that says so.
// Thread safety: pure functions. Errors: none; every value is escaped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.h"

namespace aweber::mock {

struct ConsentPage {
  std::string integration;
  std::string action;  // where the form posts: the page's own URL
  std::string authorization_id;
  std::string csrf;
  std::vector<std::string> scopes;
  std::string redirect_uri;
  std::string username;         // as typed before, when asked again
  std::string message;          // why asked again; ""
  bool password_wrong = false;  // the focus belongs there, the name being typed already
};
HttpResponse RenderConsent(const ConsentPage& page);
HttpResponse CodePage(const std::string& code);
HttpResponse ErrorPage(int status, std::string_view message);

std::string EscapeHtml(std::string_view text);

}  // namespace aweber::mock
