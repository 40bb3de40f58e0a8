#include "mockserver/model/issue_tokens.h"

namespace aweber::mock {

IssuedTokens IssueTokens(World& world, GrantId grant, TokenId parent, int generation,
                         const std::optional<std::vector<std::string>>& scopes, bool with_refresh) {
  const UnixTime now = world.clock.Now();
  const auto after = [&](std::int64_t seconds) { return now + std::chrono::seconds(seconds); };
  TokenStore::Issue issue;
  issue.grant = grant;
  issue.parent = parent;
  issue.generation = generation;
  issue.now = now;

  IssuedTokens issued;
  issue.kind = TokenKind::kAccess;
  issue.value = world.ids.access->Alphanumeric(32);
  issue.scopes = scopes;
  issue.expires_at = after(world.settings.access_token_ttl);
  issued.access = world.tokens.Add(issue);
  if (!with_refresh) return issued;

  issue.kind = TokenKind::kRefresh;
  issue.value = world.ids.refresh->Alphanumeric(32);
  issue.scopes.reset();  // RFC 6749 §6: a new refresh token keeps the scope of the old one
  issue.expires_at.reset();
  if (world.settings.refresh_token_ttl > 0) {
    issue.expires_at = after(world.settings.refresh_token_ttl);
  }
  issued.refresh = world.tokens.Add(issue);
  return issued;
}

}  // namespace aweber::mock
