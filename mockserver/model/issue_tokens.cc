#include "mockserver/model/issue_tokens.h"

namespace aweber::mock {

IssuedTokens IssueTokens(SpaceState& space, GrantId grant, TokenId parent, int generation,
                         const std::optional<std::vector<std::string>>& scopes, bool with_refresh) {
  const UnixTime now = space.clock.Now();
  const auto after = [&](std::int64_t seconds) { return now + std::chrono::seconds(seconds); };
  TokenRegistry::Issue issue;
  issue.grant = grant;
  issue.parent = parent;
  issue.generation = generation;
  issue.now = now;

  IssuedTokens issued;
  issue.kind = TokenKind::kAccess;
  issue.value = space.ids.access->Alphanumeric(32);
  issue.scopes = scopes;
  issue.expires_at = after(space.settings.access_token_ttl);
  issued.access = space.tokens.Add(issue);
  if (!with_refresh) return issued;

  issue.kind = TokenKind::kRefresh;
  issue.value = space.ids.refresh->Alphanumeric(32);
  issue.scopes.reset();  // RFC 6749 §6: a new refresh token keeps the scope of the old one
  issue.expires_at.reset();
  if (space.settings.refresh_token_ttl > 0) {
    issue.expires_at = after(space.settings.refresh_token_ttl);
  }
  issued.refresh = space.tokens.Add(issue);
  return issued;
}

}  // namespace aweber::mock
