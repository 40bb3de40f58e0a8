#include "mockserver/oauth/revoke.h"

#include <fmt/format.h>

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

void InspectRevoke(const World& world, const TokenRequest& read, Facts& facts) {
  NoteClient(world, read, facts);
  const auto token = read.Get("token");
  if (!token) return;
  const TokenId id = world.tokens.Find(*token);
  if (id == kNoId || world.tokens.kind(id) == TokenKind::kCode) {
    facts.token_state = "unknown";
    return;
  }
  facts.token_state = TokenStateName(world.StateOf(id));
  facts.grant_label = world.tokens.grant_label(id);
  const bool access = world.tokens.kind(id) == TokenKind::kAccess;
  (access ? facts.access_label : facts.refresh_label) = world.tokens.label(id);
}

HttpResponse HandleRevoke(World& world, const TokenRequest& read, Exchange& exchange) {
  if (auto refused = RefuseBadRequest(read, exchange)) {
    if (refused->status == 405) return *refused;
    return Described(*refused, exchange, "The request is invalid");
  }
  const auto client = AuthenticateClient(world, read, exchange.facts);
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
  const TokenId id = world.tokens.Find(*token);
  const bool known = id != kNoId && world.tokens.kind(id) != TokenKind::kCode;
  if (known && world.tokens.client_id(id) != (*client)->id) {
    // RFC 7009 §2.1: a token of another client is refused.
    return Described(
        RefuseOAuth(exchange,
                    {"invalid_request",
                     fmt::format("{} was issued to client {}, not to {}", world.tokens.label(id),
                                 world.tokens.client_id(id), (*client)->id)}),
        exchange, "The token was issued to another client");
  }
  // RFC 7009 §2.2: an unknown token is answered 200 as well.
  if (known) {
    exchange.facts.committed = true;
    if (world.tokens.kind(id) == TokenKind::kRefresh) {
      // RFC 7009 §2.1: access tokens of the same grant end with the refresh token.
      world.tokens.RevokeGrant(world.tokens.grant(id), world.clock.Now());
    } else {
      world.tokens.Revoke(id, world.clock.Now());
    }
  }
  HttpResponse response;
  response.headers = {{"Cache-Control", "no-store"}, {"Pragma", "no-cache"}};
  return response;
}

}  // namespace aweber::mock
