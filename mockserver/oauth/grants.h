// The two grants of the token endpoint: an authorization code, and a refresh token.
//
// Purpose: judge what is presented and, when it is good, change the token store. Nothing changes
//   when the grant is refused, except that a reuse ends the family where settings say so.
// Thread safety: under the space's mutex. Errors: Refusal with the whole private reason.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "mockserver/model/issue_tokens.h"
#include "mockserver/model/space_state.h"
#include "mockserver/oauth/refusal.h"
#include "mockserver/oauth/token_request.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

struct Grant {
  IssuedTokens issued;
  TokenId kept_refresh = kNoId;      // the one presented, when it stays good
  std::optional<std::string> state;  // of the authorization request (trace variant)
};

// RFC 6749 §4.1.3.
Result<Grant, Refusal> ExchangeCode(SpaceState& space, const RegisteredClient& client,
                                    const TokenRequest& read);
// RFC 6749 §6.
Result<Grant, Refusal> Refresh(SpaceState& space, const RegisteredClient& client,
                               const TokenRequest& read, const Hooks& hooks);

}  // namespace aweber::mock
