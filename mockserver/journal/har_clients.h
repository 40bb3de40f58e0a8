// NoteClients: what the requests of a recording show together of each client's type.
//
// Purpose: a HAR has no registrations. One request alone does not tell a public client from a
//   confidential one that forgot its secret; all requests of that client do.
// Thread safety: a pure function over the entries.
#pragma once

#include <vector>

#include "mockserver/journal/entry.h"

namespace aweber::mock {

// Sets `client_known` and `client_public` of the entries at the token and revocation endpoints. A
// client that shows a secret anywhere is confidential; else one that uses PKCE is public. Of one
// whose secrets are all empty nothing is known: it may leave them out (RFC 6749 §2.3.1). The rest
// are taken for confidential, for AWeber wants PKCE from public clients.
void NoteClients(std::vector<JournalEntry>& entries);

}  // namespace aweber::mock
