// Restore: a space that was exported, made again: its tokens with their lineage, its customers' data.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "mockserver/space/space_impl.h"

namespace aweber::mock {
namespace {

constexpr std::array<TokenKind, 3> kKinds{TokenKind::kCode, TokenKind::kAccess,
                                          TokenKind::kRefresh};
constexpr std::array<const char*, 3> kIdPrefixes{"code", "at", "rt"};

std::optional<std::size_t> KindOf(const TokenInfo& token) {
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    if (token.kind == TokenKindName(kKinds[kind])) return kind;
  }
  return std::nullopt;
}

// Labels are numbered by kind in order of issue, so each must be the next one; what a token was
// made from comes before it.
Status CheckOrder(const std::vector<TokenInfo>& tokens) {
  std::array<int, 3> numbers{};
  std::map<std::string, bool> seen;
  std::size_t grants = 0;
  for (const TokenInfo& token : tokens) {
    const auto bad = [&](std::string_view what) {
      return Error{"tokens.invalid", fmt::format("token \"{}\": {}", token.label, what)};
    };
    const auto kind = KindOf(token);
    if (!kind) return bad("\"kind\" must be code, access_token or refresh_token");
    const std::string label = fmt::format("{}-{}", kIdPrefixes[*kind], ++numbers[*kind]);
    if (token.label != label) return bad(fmt::format("\"label\" must be \"{}\" here", label));
    if (!token.parent.empty() && !seen.contains(token.parent)) {
      return bad("\"parent\" must be a token before it");
    }
    if (!seen.contains(token.grant_label) &&
        token.grant_label != fmt::format("grant-{}", ++grants)) {
      return bad(fmt::format("\"grant\" must be \"grant-{}\" here or one before", grants));
    }
    const std::array<const char*, 4> states{"live", "expired", "revoked", "used"};
    if (std::find(states.begin(), states.end(), token.state) == states.end()) {
      return bad("\"state\" must be live, expired, revoked or used");
    }
    seen[token.label] = seen[token.grant_label] = true;
  }
  return {};
}

}  // namespace

Status SpaceImpl::Restore(const Snapshot& snapshot) {
  if (Status ordered = CheckOrder(snapshot.tokens); !ordered) return ordered;
  Reset();
  SetSettings(snapshot.settings);
  for (RegisteredClient client : snapshot.clients) {
    bool known = false;
    for (const RegisteredClient& registered : clients()) {
      if (registered.id != client.id || registered.is_public != client.is_public) continue;
      client.secret = registered.secret;
      known = true;
    }
    // Without one, whoever sends an empty secret would be let in.
    if (!known && !client.is_public) client.secret = DrawClientText(32);
    AddClient(std::move(client));
  }
  std::lock_guard lock(mutex_);
  clock_.Restart(snapshot.now);
  std::map<std::string, GrantId> grants;
  for (const TokenInfo& token : snapshot.tokens) RestoreToken(token, grants);
  if (snapshot.data != nullptr) {
    state_->api.origin = snapshot.data->origin;
    state_->api.seed = snapshot.data->seed;
    state_->api.accounts = snapshot.data->accounts;
  }
  if (snapshot.webhooks) webhooks_.Restore(*snapshot.webhooks, *state_->ids.webhook);
  if (!webhooks_.subscriptions().empty()) ListenForWebhooks();
  return {};
}

void SpaceImpl::RestoreToken(const TokenInfo& token, std::map<std::string, GrantId>& grants) {
  TokenRegistry& store = state_->tokens;
  Identifiers& ids = state_->ids;
  TokenRegistry::Issue issue;
  issue.kind = kKinds[*KindOf(token)];
  const auto known = grants.find(token.grant_label);
  issue.grant = known != grants.end()
                    ? known->second
                    : store.AddGrant(token.client_id, token.username, token.scopes);
  grants[token.grant_label] = issue.grant;
  issue.value = issue.kind == TokenKind::kCode     ? ids.code->Base64UrlToken(16)
                : issue.kind == TokenKind::kAccess ? ids.access->Alphanumeric(32)
                                                   : ids.refresh->Alphanumeric(32);
  issue.parent = store.FindLabel(token.parent);
  issue.generation = token.generation;
  issue.scopes = token.scopes;
  issue.now = token.issued_at;
  issue.expires_at = token.expires_at;
  const TokenId id = store.Add(issue);
  if (issue.kind == TokenKind::kCode) {
    const RegisteredClient* client = state_->FindClient(token.client_id);
    CodeDetails details;
    if (client != nullptr && !client->redirect_uris.empty()) {
      details.redirect_uri = client->redirect_uris.front();
    }
    store.SetCode(id, std::move(details));
  }
  if (token.state == "expired") store.Expire(id, clock_.Now(), state_->settings.clock_skew);
  if (token.state == "used") store.MarkUsed(id, clock_.Now());
  if (token.state == "revoked") store.Revoke(id, clock_.Now());
}

}  // namespace aweber::mock
