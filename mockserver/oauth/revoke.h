// The revocation endpoint (RFC 7009, and AWeber's reference).
//
// Thread safety: under the space's mutex. Errors: replies; the reason in full goes to the exchange.
#pragma once

#include "mockserver/model/space_state.h"
#include "mockserver/oauth/token_request.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

void InspectRevoke(const SpaceState& space, const TokenRequest& read, Facts& facts);
HttpResponse HandleRevoke(SpaceState& space, const TokenRequest& read, Exchange& exchange);

}  // namespace aweber::mock
