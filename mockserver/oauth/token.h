// The token endpoint (RFC 6749 §3.2): authorization_code and refresh_token grants.
//
// Thread safety: under the space's mutex. Errors: replies; the reason in full goes to the exchange.
// Source: docs/fidelity.md.
#pragma once

#include <optional>

#include "mockserver/model/space_state.h"
#include "mockserver/oauth/refusal.h"
#include "mockserver/oauth/token_request.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

// What can be known of the request before anything is decided: client, grant, what it presents.
void InspectToken(const SpaceState& space, const TokenRequest& read, Facts& facts);
HttpResponse HandleToken(SpaceState& space, const TokenRequest& read, Exchange& exchange);

// The checks that token and revocation share, in order; nothing when all passed.
std::optional<HttpResponse> RefuseBadRequest(const TokenRequest& read, Exchange& exchange);

}  // namespace aweber::mock
