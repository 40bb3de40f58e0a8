// Tokens, expiries and authorizations as they are shown outside a space: plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace aweber::mock {

// A token or code as the admin API and the runner see it.
struct TokenInfo {
  std::string label;  // "at-1", "rt-1", "code-1": journal and lineage use these
  std::string kind;   // "access_token" "refresh_token" "code"
  std::string value;  // the secret itself; shown nowhere by default
  std::string client_id;
  std::string username;     // the customer's
  std::string grant_label;  // "grant-1"
  std::string parent;       // label of what it was made from, "" for a code
  int generation = 0;       // refreshes since the code
  std::vector<std::string> scopes;
  std::string state;  // "live" "expired" "revoked" "used"
  UnixTime issued_at;
  std::optional<UnixTime> expires_at;
};

// Something that an advance of the clock made expire.
struct Expiry {
  UnixTime at;
  std::string label;
  std::string kind;
};

// An authorization request that showed its page.
struct AuthorizationInfo {
  std::string id;  // "az-1"
  std::string client_id;
  std::string redirect_uri;
  std::vector<std::string> scopes;
  std::string status;  // "pending" "approved" "denied"
  UnixTime created_at;
};

}  // namespace aweber::mock
