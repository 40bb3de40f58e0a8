// Judges an authorization request: a page, a redirect with an error, or an Authorization.
//
// Purpose: pure judgement apart from the replies. RFC 6749 §4.1.2.1: with a bad client or redirect
//   URI nothing may be redirected.
// Thread safety: under the space's mutex (reads only).
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/text/form.h"
#include "mockserver/model/space_state.h"

namespace aweber::mock {

// Why there is no consent page. `message` is the private reason, `code` the OAuth error.
struct AuthorizeRefusal {
  std::string code;
  std::string message;
  bool page = true;          // else redirect
  std::string page_text;     // what the page says
  std::string redirect_uri;  // when redirected
  std::optional<std::string> state;
};

// The authorization without id, csrf and time.
Result<Authorization, AuthorizeRefusal> CheckAuthorizeRequest(const SpaceState& space,
                                                              const Form& parameters);

// "" when `uri` is one of the client's; else how it differs from the nearest.
std::string RedirectProblem(const RegisteredClient& client, const std::string& uri);

}  // namespace aweber::mock
