// The API endpoint, /1.0/...: authentication, rate limit, routing, scopes.
//
// Thread safety: under the space's mutex. Errors: AWeber's envelopes. Source: docs/fidelity.md.
#pragma once

#include "mockserver/api/bearer.h"
#include "mockserver/model/space_state.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

HttpResponse HandleApi(SpaceState& space, const ApiRequest& read, Exchange& exchange);

}  // namespace aweber::mock
