// What a client must know before it can start: the provider's endpoints and its own registration.
//
// Purpose: Provider is where things are (AWeber by default), ClientConfig is who we are and how we
//   like to speak. Both are plain data; CheckConfig says what is wrong with them before a request
//   is made.
// Ownership, thread safety: plain values; share them as const.
// Errors: Failure{"config.invalid"} naming the member.
// Source: AWeber's reference and walkthrough; RFC 6749 §2, §3; RFC 8252 for native applications.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "client/protocol/failure.h"

namespace aweber::client {

inline constexpr std::string_view kOutOfBand = "urn:ietf:wg:oauth:2.0:oob";

struct Provider {
  std::string authorize_url = "https://auth.aweber.com/oauth2/authorize";
  std::string token_url = "https://auth.aweber.com/oauth2/token";
  std::string revoke_url = "https://auth.aweber.com/oauth2/revoke";
  std::string api_url = "https://api.aweber.com/1.0";
  // RFC 9207. When set, an `iss` in a callback must equal it. When not set, an `iss` that comes all
  // the same must name the place the authorization endpoint lives at.
  std::string issuer;
  bool issuer_required = false;  // the provider announced that it always sends `iss`
};

// The same paths below another base URL, e.g. a mock at "http://127.0.0.1:8080".
Provider ProviderAt(std::string_view base_url);

enum class ClientType { kConfidential, kPublic };
// How a confidential client shows its secret at the token endpoint (RFC 6749 §2.3.1).
enum class AuthMethod { kBasic, kBody, kQuery };
// Where the access token travels in an API request (RFC 6750 §2).
enum class TokenTransport { kHeader, kBody, kQuery };
// AWeber wants PKCE from public clients and refuses it from confidential ones; RFC 9700 §2.1.1
// recommends it for both.
enum class PkceUse { kPublicOnly, kAlways };

struct ClientConfig {
  Provider provider;
  ClientType type = ClientType::kConfidential;
  std::string client_id;
  std::string client_secret;  // empty for public clients
  std::string redirect_uri;   // exactly as registered, or kOutOfBand
  std::vector<std::string> scopes;
  AuthMethod auth = AuthMethod::kBasic;
  TokenTransport token_transport = TokenTransport::kHeader;
  PkceUse pkce = PkceUse::kPublicOnly;
  // A token is renewed this long before it expires, but never earlier than in the last tenth of its
  // life, so that a short one is not renewed on every call.
  std::chrono::seconds expiry_skew{60};
  std::chrono::seconds login_lifetime{3600};  // how long a started login may take
  // The longest wait that `Retry-After` or the rate limit may ask for before we give up and report
  // it instead. 60 s or more sits AWeber's rate limit out.
  std::chrono::seconds longest_wait{5};
  bool allow_plain_http = false;  // http:// to hosts that are not loopback (a mock in a container)
};

Outcome<void> CheckConfig(const ClientConfig& config);

// Public clients always do, confidential ones when told to.
bool UsesPkce(const ClientConfig& config);
std::string JoinScopes(const std::vector<std::string>& scopes);

}  // namespace aweber::client
