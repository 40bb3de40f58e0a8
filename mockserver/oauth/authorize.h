// The authorization endpoint (RFC 6749 §3.1): the page, the decision, and the redirect back.
//
// Purpose: GET answers the consent page (or the redirect at once with auto_approve); the page's
//   form posts back to the same URL. A browser, or whoever plays one, sends these fields back:
//     authorization_id, csrf_token   hidden, copied from the page
//     username, password             the customer's AWeber login
//     decision                       "authorize" or "cancel"
//   and is answered 302 to the redirect URI, the page again with a message (wrong password,
//   developer account), or for the out-of-band URI a page with <code id="authorization-code">.
// Thread safety: under the space's mutex. Errors: replies; reasons go to the exchange.
// Source: docs/fidelity.md.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/text/form.h"
#include "mockserver/model/space_state.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

// Both endpoints' parameters: the query, and for POST the form as well.
struct AuthorizeRequest {
  Form query;
  Form form;
  std::string too_many;  // which of the two has too many parameters; "" when neither
};
AuthorizeRequest ReadAuthorizeRequest(const HttpRequest& request);

void InspectAuthorize(SpaceState& space, const AuthorizeRequest& read, Facts& facts);
HttpResponse HandleAuthorize(SpaceState& space, const AuthorizeRequest& read, Exchange& exchange);
HttpResponse HandleDecision(SpaceState& space, const AuthorizeRequest& read, Exchange& exchange);

// An OAuth error as this endpoint says it: a redirect when the request may be redirected, else a
// page. `description` and `uri` may be "".
HttpResponse AuthorizeError(SpaceState& space, const AuthorizeRequest& read, Exchange& exchange,
                            const std::string& error, const std::string& description,
                            const std::string& uri);

// The customer's decision, made by the page or by the admin API: the reply to the browser.
HttpResponse Approve(SpaceState& space, Authorization& authorization, const UserAccount& account,
                     Exchange& exchange);
HttpResponse Deny(SpaceState& space, Authorization& authorization, Exchange& exchange);

}  // namespace aweber::mock
