#include "mockserver/oauth/revoke.h"

#include <fmt/format.h>

#include "base/text/json.h"
#include "mockserver/oauth/client_auth.h"
#include "mockserver/oauth/refusal.h"
#include "mockserver/oauth/token.h"

namespace aweber::mock {
namespace {

// AWeber's revocation errors carry three members (reference).
HttpResponse Described(HttpResponse response, const Exchange& exchange, const char* description) {
  response.body = DumpJson({{"error", exchange.error},
                            {"error_description", description},
                            {"error_uri", "https://api.aweber.com"}});
  return response;
}

}  // namespace

void InspectRevoke(const SpaceState& space, const TokenRequest& read, Facts& facts) {
  NoteClient(space, read, facts);
  const auto token = read.Get("token");
  if (!token) return;
  const TokenId id = space.tokens.Find(*token);
  if (id == kNoId || space.tokens.kind(id) == TokenKind::kCode) {
    facts.token_state = "unknown";
    return;
  }
  facts.token_state = TokenStateName(space.StateOf(id));
  facts.grant_label = space.tokens.grant_label(id);
  const bool access = space.tokens.kind(id) == TokenKind::kAccess;
  (access ? facts.access_label : facts.refresh_label) = space.tokens.label(id);
}

HttpResponse HandleRevoke(SpaceState& space, const TokenRequest& read, Exchange& exchange) {
  if (auto refused = RefuseBadRequest(read, exchange)) {
    if (refused->status == 405) return *refused;
    return Described(*refused, exchange, "The request is invalid");
  }
  const auto client = AuthenticateClient(space, read, exchange.facts);
  if (!client) {
    // Whatever the token endpoint says without credentials, this one says invalid_client
    // (reference).
    Refusal refusal = client.error();
    if (refusal.no_credentials) refusal = {"invalid_client", refusal.message, 401};
    return Described(RefuseOAuth(exchange, refusal), exchange, "Client authentication failed");
  }
  const auto token = read.Get("token");
  if (!token) {
    std::string why = "parameter \"token\" is missing";
    if (!read.body_problem.empty()) why += "; " + read.body_problem;
    return Described(RefuseOAuth(exchange, {"invalid_request", why}), exchange,
                     "The token parameter is missing");
  }
  const TokenId id = space.tokens.Find(*token);
  const bool known = id != kNoId && space.tokens.kind(id) != TokenKind::kCode;
  if (known && space.tokens.client_id(id) != (*client)->id) {
    // RFC 7009 §2.1: a token of another client is refused.
    return Described(
        RefuseOAuth(exchange,
                    {"invalid_request",
                     fmt::format("{} was issued to client {}, not to {}", space.tokens.label(id),
                                 space.tokens.client_id(id), (*client)->id)}),
        exchange, "The token was issued to another client");
  }
  // RFC 7009 §2.2: an unknown token is answered 200 as well.
  if (known) {
    exchange.facts.committed = true;
    if (space.tokens.kind(id) == TokenKind::kRefresh) {
      // RFC 7009 §2.1: access tokens of the same grant end with the refresh token.
      space.tokens.RevokeGrant(space.tokens.grant(id), space.clock.Now());
    } else {
      space.tokens.Revoke(id, space.clock.Now());
    }
  }
  HttpResponse response;
  response.headers = {{"Cache-Control", "no-store"}, {"Pragma", "no-cache"}};
  return response;
}

}  // namespace aweber::mock
