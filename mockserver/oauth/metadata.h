// Authorization server metadata (RFC 8414), for the profiles that have it.
//
// Thread safety: under the space's mutex. AWeber answers 404 to every .well-known path
// (third-party).
#pragma once

#include <string_view>

#include "mockserver/model/space_state.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

bool IsMetadataPath(std::string_view local_path);
HttpResponse HandleMetadata(SpaceState& space, Exchange& exchange);

}  // namespace aweber::mock
