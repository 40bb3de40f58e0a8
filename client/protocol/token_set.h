// TokenSet: what a login or a refresh gave, and when it ends.
//
// Purpose: the stored unit. Expiry is counted from the moment the request was *sent*, so it errs on
//   the early side, and is unknown when the provider gave no usable `expires_in`.
// Ownership, thread safety: plain values.
// Units: points in Unix time (stored in milliseconds), expires_in in seconds.
// Errors: TokenFromJson answers Failure{"store.corrupt"}.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/os/clock.h"
#include "base/text/json_fwd.h"
#include "client/protocol/failure.h"

namespace aweber::client {

// Longer lives are cut to ten years, so that no arithmetic on them can overflow.
inline constexpr std::chrono::seconds kLongestLife{10 * 365 * 24 * 3600};

struct TokenSet {
  std::string access_token;
  std::string refresh_token;  // empty when none was given
  std::string token_type = "bearer";
  std::string scope;  // granted, space separated; as asked for when the provider did not say
  UnixTime issued_at{};
  std::optional<std::chrono::seconds> expires_in;
  // Set when the provider refused the refresh token for good: its words. The tokens stay on disk so
  // that a person can see what happened, but only a new login helps.
  std::string refused;
  // Set when a revocation began and its end is not known: the refresh token is revoked (and no
  // longer here), or an answer was lost.
  bool revoking = false;
  // Set when an early renewal failed: no session of the store tries another one before.
  std::optional<UnixTime> rest_until;

  std::optional<UnixTime> ExpiresAt() const;
  bool Expired(UnixTime now) const;
  // True in the last `skew` of its life, or in the last tenth (a second at least) if shorter.
  bool ShouldRenew(UnixTime now, std::chrono::seconds skew) const;

  friend bool operator==(const TokenSet&, const TokenSet&) = default;
};

Json TokenToJson(const TokenSet& token);
Outcome<TokenSet> TokenFromJson(const Json& json);

// "abcd...(32)" for people; never enough of a secret to use it.
std::string MaskSecret(std::string_view secret);

}  // namespace aweber::client
