// Makes the tokens of a grant, as the settings say.
//
// Thread safety: under the space's mutex.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mockserver/model/space_state.h"

namespace aweber::mock {

// A pair of tokens made from `parent` (or from nothing, for a token issued by hand).
struct IssuedTokens {
  TokenId access = kNoId;
  TokenId refresh = kNoId;  // kNoId when none is issued
};
IssuedTokens IssueTokens(SpaceState& space, GrantId grant, TokenId parent, int generation,
                         const std::optional<std::vector<std::string>>& scopes, bool with_refresh);

}  // namespace aweber::mock
