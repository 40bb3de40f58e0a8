// Client authentication at the token and revocation endpoints (RFC 6749 §2.3, §3.2.1).
//
// Purpose: says which client a request comes from, or why it is refused: by Basic (form-encoded or
//   raw), in the body, in the query, in JSON; a public client by its id alone.
// Thread safety: under the space's mutex. Secrets are compared in constant time.
#pragma once

#include "base/result.h"
#include "mockserver/model/space_state.h"
#include "mockserver/oauth/refusal.h"
#include "mockserver/oauth/token_request.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

// Fills client_id, client_known, client_public, auth and basic_encoding, judging nothing.
void NoteClient(const SpaceState& space, const TokenRequest& read, Facts& facts);

// The client, or the refusal.
Result<const RegisteredClient*, Refusal> AuthenticateClient(const SpaceState& space,
                                                            const TokenRequest& read,
                                                            const Facts& facts);

}  // namespace aweber::mock
