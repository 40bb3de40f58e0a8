// What the small client puts on the wire and makes of the answers; every function is pure.
//
// Purpose: requests are built here and responses judged here, so that most deviations are one `if`
//   in one of these functions. What spans several messages (whether to send at all) is in
//   client.cc.
// Ownership, thread safety: plain values. Errors: ClientError, whose `kind` is DRIVER's err.kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/http/message.h"
#include "base/os/random.h"
#include "base/result.h"
#include "base/text/form.h"
#include "tests/mutants/deviation.h"

namespace aweber::mutants {

// How this client was told to be: `open`'s members.
struct Registration {
  std::string authorize_url, token_url, revoke_url, api_url;
  bool is_public = false;
  std::string client_id, client_secret, redirect_uri;
  std::vector<std::string> scopes;
  std::string issuer;  // RFC 9207: announced, so that every callback must carry it; "" when not
  std::string store_dir;
  bool pkce_always = false;  // also as a confidential client (RFC 9700 §2.1.1)
};

struct Pending {  // a login that was started
  std::string state;
  std::string verifier;  // "" without PKCE
  Mistake made;          // in the authorization URL: a wrong redirect URI stays wrong
};

struct Tokens {
  std::string access, refresh;
  std::int64_t expires_at = 0;  // Unix seconds; 0 is unknown
};

struct ClientError {
  std::string kind;
  std::string message;
  std::string code;  // provider_error
  int status = 0;    // http
};

struct Outgoing {
  std::string method, url;
  HttpHeaders headers;
  std::string body;
};

Pending StartLogin(const Registration& client, Mistake deviation, Random& random,
                   std::int64_t now_us);
std::string AuthorizeUrl(const Registration& client, const Pending& pending, Mistake deviation);

// The redirect URI as the client writes it.
std::string RedirectWith(const Registration& client, Mistake deviation);

// The code, after every check; or why not. `pendings` are the logins a state may belong to (its
// own session's, unless a deviation shares them); `used` is set to the one that matched.
struct CallbackVerdict {
  std::optional<std::string> code;
  ClientError error;
  std::optional<Pending> used;
};
CallbackVerdict JudgeCallback(const Registration& client, const std::string& url,
                              const std::vector<Pending>& pendings, Mistake deviation);

Outgoing ExchangeRequest(const Registration& client, const std::string& code,
                         const Pending& pending, Mistake deviation);
Outgoing RefreshRequest(const Registration& client, const Tokens& tokens, Mistake deviation);
Outgoing RevokeRequest(const Registration& client, const Tokens& tokens, Mistake deviation);
Outgoing ApiRequest(const Registration& client, const Tokens& tokens, const std::string& method,
                    const std::string& url, const std::string& json_body, Mistake deviation);

// RFC 6749 §5.1, §5.2. `old` supplies what the reply may leave out.
struct TokenVerdict {
  std::optional<Tokens> tokens;
  ClientError error;
};
TokenVerdict JudgeTokenReply(const Registration& client, const HttpResponse& response,
                             const Tokens& old, std::int64_t now, Mistake deviation);

// Whether an access token may go to `url`: the API's origin and path, nothing else.
bool IsApiUrl(const Registration& client, const std::string& url);

}  // namespace aweber::mutants
