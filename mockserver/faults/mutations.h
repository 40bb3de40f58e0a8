// Changes to a token reply's members and to the redirect back to the client.
//
// Thread safety: under the space's mutex.
#pragma once

#include "mockserver/faults/effects.h"

namespace aweber::mock {

// Nothing happens to a reply that is not a token reply. A token whose text is replaced is known by
// the new text from then on.
void MutateToken(const Fault& fault, EffectContext& context, HttpResponse& response);
// Nothing happens to a reply without Location.
void TamperRedirect(const Fault& fault, EffectContext& context, HttpResponse& response);

}  // namespace aweber::mock
