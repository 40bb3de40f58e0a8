// Effects: what a rule's faults do to an exchange, one small function a fault.
//
// Purpose: faults are data; here they become hooks for the protocol code, a reply instead of the
//   action, changes to the reply, and wire faults for the transport. A fault that the transport
//   alone performs needs nothing here: its row names the wire fault.
// Thread safety: under the space's mutex (waiting at gates excepted, which the space does outside).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mockserver/faults/rule.h"
#include "mockserver/model/space_state.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

struct EffectContext {
  SpaceState& space;
  Exchange& exchange;
  std::string other_origin;  // "${other}"; with the space's prefix
  // How the endpoint itself says an OAuth error (a redirect at the authorization endpoint).
  std::function<HttpResponse(const Fault&)> oauth_error;
};

// What the rule asks the endpoint to decide otherwise.
Hooks HooksOf(const Rule& rule);
// A reply instead of the action; nothing when the action goes on.
std::optional<HttpResponse> ReplyInstead(const Rule& rule, EffectContext& context);
// The reply after the action, changed; `acted` is false when ReplyInstead answered.
void ChangeReply(const Rule& rule, EffectContext& context, bool acted, HttpResponse& response);
FaultSet FaultsOf(const Rule& rule);

}  // namespace aweber::mock
