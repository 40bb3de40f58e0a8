#include "mockserver/oauth/grants.h"

#include <fmt/format.h>

#include "base/crypto/crypto.h"
#include "mockserver/model/scopes.h"

namespace aweber::mock {
namespace {

Refusal Missing(const TokenRequest& read, std::string_view name) {
  std::string why = fmt::format("parameter \"{}\" is missing", name);
  if (!read.body_problem.empty()) why += "; " + read.body_problem;
  return {"invalid_request", std::move(why)};
}

Refusal Bad(const SpaceState& space, std::string why) {
  return {space.settings.bad_code_error, std::move(why)};
}

std::string Ago(UnixTime now, UnixTime then) {
  return fmt::format("{} s", ToUnixSeconds(now) - ToUnixSeconds(then));
}

// Finds what is presented and answers why it is no good, "" when it is.
std::string Problem(const SpaceState& space, TokenId id, TokenKind kind, std::string_view what,
                    const RegisteredClient& client) {
  const TokenRegistry& tokens = space.tokens;
  if (id == kNoId) return fmt::format("this {} was never issued here", what);
  if (tokens.kind(id) != kind) {
    return fmt::format("{} is a{} {}, not a {}", tokens.label(id),
                       tokens.kind(id) == TokenKind::kAccess ? "n" : "",
                       TokenKindName(tokens.kind(id)), what);
  }
  const UnixTime now = space.clock.Now();
  const std::string label = tokens.label(id);
  switch (space.StateOf(id)) {
    case TokenState::kUsed:
      return fmt::format("{} {} was used {} ago at {} by client {}", what, label,
                         Ago(now, *tokens.ended_at(id)), FormatRfc3339(*tokens.ended_at(id)),
                         tokens.client_id(id));
    case TokenState::kRevoked:
      return fmt::format("{} {} was revoked {} ago at {}", what, label,
                         Ago(now, *tokens.ended_at(id)), FormatRfc3339(*tokens.ended_at(id)));
    case TokenState::kExpired:
      return fmt::format("{} {} expired by {}: it was good until {} and it is {}", what, label,
                         Ago(now, *tokens.expires_at(id)), FormatRfc3339(*tokens.expires_at(id)),
                         FormatRfc3339(now));
    case TokenState::kLive:
      break;
  }
  if (tokens.client_id(id) != client.id) {
    return fmt::format("{} {} was issued to client {}, not to {}", what, label,
                       tokens.client_id(id), client.id);
  }
  return "";
}

std::optional<Refusal> CheckRedirect(const SpaceState& space, const RegisteredClient& client,
                                     const CodeDetails& code, const TokenRequest& read) {
  const auto sent = read.Get("redirect_uri");
  if (!sent) {
    const std::string& rule = space.settings.token_redirect_uri;
    // RFC 6749 §4.1.3: REQUIRED when the authorization request had it.
    const bool required =
        code.redirect_in_request &&
        (rule == "required" || (rule == "required_confidential" && !client.is_public));
    if (required) return Missing(read, "redirect_uri");
    return std::nullopt;
  }
  if (*sent == code.redirect_uri) return std::nullopt;
  return Bad(space,
             fmt::format("redirect_uri is not the one of the authorization request: \"{}\" "
                         "there, \"{}\" here; {}",
                         code.redirect_uri, *sent, FirstDifference(code.redirect_uri, *sent)));
}

std::optional<Refusal> CheckVerifier(const SpaceState& space, const CodeDetails& code,
                                     const TokenRequest& read) {
  const auto verifier = read.Get("code_verifier");
  if (!code.challenge) {
    // RFC 9700 §4.8.2: a verifier without a challenge is a downgrade.
    if (!verifier || !space.settings.reject_stray_verifier) return std::nullopt;
    return Bad(space, "code_verifier was sent but the authorization request had no code_challenge");
  }
  if (!verifier) return Missing(read, "code_verifier");
  // RFC 7636 §4.1.
  if (!IsPkceVerifier(*verifier)) {
    return Bad(space, fmt::format("code_verifier has {} characters or others than RFC 7636 §4.1 "
                                  "allows (43 to 128 unreserved ones)",
                                  verifier->size()));
  }
  const bool plain = code.challenge_method == "plain";
  const std::string made = plain ? *verifier : PkceS256Challenge(*verifier);
  // RFC 7636 §4.6.
  if (ConstantTimeEquals(made, *code.challenge)) return std::nullopt;
  return Bad(space, fmt::format("code_verifier does not fit: its {} challenge is \"{}\", the "
                                "authorization request had \"{}\"; {}",
                                code.challenge_method, plain ? "(hidden)" : made, *code.challenge,
                                FirstDifference(made, *code.challenge)));
}

// Nothing was used up: the client may try again after a reset.
Refusal NoRoom(const SpaceState& space) {
  return {"temporarily_unavailable", space.TokensAreFull(), 503};
}

}  // namespace

Result<Grant, Refusal> ExchangeCode(SpaceState& space, const RegisteredClient& client,
                                    const TokenRequest& read) {
  const auto value = read.Get("code");
  if (!value) return Missing(read, "code");
  TokenRegistry& tokens = space.tokens;
  const TokenId id = tokens.Find(*value);
  std::string problem = Problem(space, id, TokenKind::kCode, "code", client);
  if (!problem.empty()) {
    const bool reused = id != kNoId && tokens.kind(id) == TokenKind::kCode &&
                        space.StateOf(id) == TokenState::kUsed;
    // RFC 6749 §4.1.2: on reuse, tokens made from the code SHOULD be revoked.
    if (reused && space.settings.revoke_on_code_reuse) {
      const int ended = tokens.RevokeGrant(tokens.grant(id), space.clock.Now());
      problem += fmt::format("; {} tokens made from it were revoked", ended);
    }
    return Bad(space, problem);
  }
  const CodeDetails code = *tokens.code(id);
  if (auto refusal = CheckRedirect(space, client, code, read)) return *refusal;
  if (auto refusal = CheckVerifier(space, code, read)) return *refusal;
  if (!space.HasRoomForTokens()) return NoRoom(space);
  tokens.MarkUsed(id, space.clock.Now());
  Grant grant;
  grant.state = code.state;
  grant.issued = IssueTokens(space, tokens.grant(id), id, 0, std::nullopt,
                             space.settings.return_refresh_token);
  return grant;
}

Result<Grant, Refusal> Refresh(SpaceState& space, const RegisteredClient& client,
                               const TokenRequest& read, const Hooks& hooks) {
  const auto value = read.Get("refresh_token");
  if (!value) return Missing(read, "refresh_token");
  TokenRegistry& tokens = space.tokens;
  const TokenId id = tokens.Find(*value);
  std::string problem = Problem(space, id, TokenKind::kRefresh, "refresh token", client);
  if (!problem.empty()) {
    const bool reused = id != kNoId && tokens.kind(id) == TokenKind::kRefresh &&
                        space.StateOf(id) == TokenState::kUsed;
    // RFC 9700 §4.14.2: the family of a reused refresh token is revoked.
    if (reused && space.settings.revoke_on_refresh_reuse) {
      const int ended = tokens.RevokeGrant(tokens.grant(id), space.clock.Now());
      problem += fmt::format("; {} tokens of its family were revoked", ended);
    }
    return Bad(space, problem);
  }
  std::optional<std::vector<std::string>> scopes;
  if (const auto asked = read.Get("scope")) {
    scopes = SplitScopes(*asked);
    // RFC 6749 §3.3: a scope is one scope-token or more.
    if (scopes->empty()) return Refusal{"invalid_scope", "scope holds nothing but spaces"};
    for (const std::string& scope : *scopes) {
      // RFC 6749 §6: not beyond what the customer granted.
      if (HasScope(tokens.grant_scopes(id), scope)) continue;
      return Refusal{"invalid_scope", fmt::format("scope \"{}\" was not granted; granted: \"{}\"",
                                                  scope, JoinScopes(tokens.grant_scopes(id)))};
    }
  }
  const bool rotate = hooks.rotate_refresh_token.value_or(space.settings.rotate_refresh_token &&
                                                          space.settings.return_refresh_token);
  if (!space.HasRoomForTokens()) return NoRoom(space);
  Grant grant;
  if (rotate) {
    tokens.MarkUsed(id, space.clock.Now());
  } else {
    grant.kept_refresh = id;
  }
  grant.issued =
      IssueTokens(space, tokens.grant(id), id, tokens.generation(id) + 1, scopes, rotate);
  return grant;
}

}  // namespace aweber::mock
