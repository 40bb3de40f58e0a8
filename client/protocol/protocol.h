// The exchanges with the authorization server: one pure function builds each request, another
// judges each answer. No I/O, no clock, no hidden state.
//
//   authorization  BuildAuthorizationUrl  ->  (the user's browser)  ->  ReadCallback, JudgeCallback
//   code           BuildCodeRequest       ->  HttpClient            ->  JudgeTokenReply
//   refresh        BuildRefreshRequest    ->  HttpClient            ->  JudgeTokenReply
//   revocation     BuildRevokeRequest     ->  HttpClient            ->  JudgeRevokeReply
//
// Thread safety: pure functions. Errors: every judge answers a Failure with a code listed in
// docs/client-errors.md. Source: RFC 6749, 6750, 7009, 7636, 9207, and AWeber's reference where it
// differs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.h"
#include "base/os/clock.h"
#include "base/text/form.h"
#include "client/protocol/config.h"
#include "client/protocol/failure.h"
#include "client/protocol/pending_authorization.h"
#include "client/protocol/token_set.h"

namespace aweber::client {

struct OutgoingRequest {
  std::string method;
  std::string url;
  HttpHeaders headers;
  std::string body;
};

// RFC 6749 §4.1.1, RFC 7636 §4.3. `pending` carries the state and, with PKCE, the verifier.
std::string BuildAuthorizationUrl(const ClientConfig& config, const PendingAuthorization& pending);

// A callback URL taken apart. `state` is what decides whose login it is; nothing else is believed
// before that is known.
struct Callback {
  Form parameters;
  std::optional<std::string> state;  // absent only where out-of-band codes are pasted bare
};

// Refuses what cannot be ours: another address than the redirect URI (RFC 8252 §8.10), no state, an
// unreadable one, or several. With the out-of-band redirect URI, `url` may be the bare code.
Outcome<Callback> ReadCallback(const ClientConfig& config, std::string_view url);
// The code, for a callback whose state was found and used up: `iss`, then `error`, then `code`.
Outcome<std::string> JudgeCallback(const ClientConfig& config, const Callback& callback);

// RFC 6749 §4.1.3 and RFC 7636 §4.5.
OutgoingRequest BuildCodeRequest(const ClientConfig& config, std::string_view code,
                                 const PendingAuthorization& pending);
// RFC 6749 §6. No scope is sent: the grant's own is kept.
OutgoingRequest BuildRefreshRequest(const ClientConfig& config, std::string_view refresh_token);

struct TokenContext {
  UnixTime sent_at{};                  // when the request left
  const TokenSet* previous = nullptr;  // set for a refresh: what it replaces
  std::string asked_scope;
};
// RFC 6749 §5. Tolerates every legal answer and AWeber's own; docs/client-errors.md lists what not.
Outcome<TokenSet> JudgeTokenReply(const HttpResponse& response, const TokenContext& context);

// RFC 7009 §2.1. `hint` is "refresh_token" or "access_token".
OutgoingRequest BuildRevokeRequest(const ClientConfig& config, std::string_view token,
                                   std::string_view hint);
Outcome<void> JudgeRevokeReply(const HttpResponse& response, UnixTime now);

// What WithoutSecrets should hide when the answer to `request` is a failure: the code, tokens,
// verifier and credentials in it.
std::vector<std::string> SecretsOf(const ClientConfig& config, const OutgoingRequest& request);

// Adds the client's credentials to a form request as the configuration says (RFC 6749 §2.3.1, and
// §3.2.1 for public clients) and encodes the form.
OutgoingRequest BuildFormRequest(const ClientConfig& config, const std::string& url, Form form);

}  // namespace aweber::client
