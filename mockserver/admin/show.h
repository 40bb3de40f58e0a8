// Show: how the admin API writes spaces, tokens, rules and journal entries as JSON, redacted.
//
// Thread safety: pure functions.
#pragma once

#include "base/text/json_fwd.h"
#include "mockserver/space.h"

namespace aweber::mock {

Json ShowExpiry(const Expiry& expiry);
// `reveal` adds the secret itself.
Json ShowToken(const TokenInfo& token, bool reveal);
Json ShowClient(const RegisteredClient& client);  // never the secret
// The shape of server.rules in a scenario file: what ShowRule writes, ParseRules reads.
Json ShowRule(const Rule& rule);
Json ShowRuleState(const RuleState& state);
Json ShowEntry(Space& space, const JournalEntry& entry);

}  // namespace aweber::mock
