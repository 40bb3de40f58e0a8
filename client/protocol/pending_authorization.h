// A login that was started and waits for its callback: what the two share.
#pragma once

#include <string>

#include "base/time.h"

namespace aweber::client {

struct PendingAuthorization {
  std::string state;
  std::string code_verifier;  // empty without PKCE
  std::string redirect_uri;   // as sent; the token request must repeat it (RFC 6749 §4.1.3)
  std::string user_data;      // the application's, carried across the redirect
  UnixTime expires_at{};

  friend bool operator==(const PendingAuthorization&, const PendingAuthorization&) = default;
};

}  // namespace aweber::client
