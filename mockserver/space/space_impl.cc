#include "mockserver/space/space_impl.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/form.h"
#include "mockserver/journal/space_path.h"
#include "mockserver/model/issue_tokens.h"
#include "mockserver/model/scopes.h"

namespace aweber::mock {

namespace {

// A clock that stands still begins at a whole second, so that what the admin API says in seconds is
// exact.
UnixTime StartOf(const SpaceOptions& options) {
  if (options.start_time) return *options.start_time;
  const UnixTime now = SystemClock::System().Now();
  return options.follow_real_time ? now : FromUnixSeconds(ToUnixSeconds(now));
}

std::string NoAccount(const std::string& space, const std::string& username) {
  if (!username.empty()) return fmt::format("no account \"{}\"", username);
  return fmt::format("space \"{}\" has no customer's account (one that is not a developer's)",
                     space);
}

}  // namespace

SpaceImpl::SpaceImpl(SpaceOptions options, bool is_default)
    : options_(std::move(options)),
      prefix_(is_default ? "" : std::string(kSpacePrefix) + options_.name),
      start_(StartOf(options_)),
      journal_(options_.journal_size),
      clock_(start_, options_.follow_real_time ? &SystemClock::System() : nullptr),
      state_(std::make_unique<SpaceState>(clock_, options_.seed, options_.name)),
      rules_(state_->random.get()) {
  state_->settings = options_.settings;
  state_->most_tokens = options_.most_tokens;
  if (options_.built_in_data) {
    state_->clients = BuiltInClients();
    state_->accounts = BuiltInAccounts();
  }
  if (!options_.clients.empty()) state_->clients = options_.clients;
  if (!options_.accounts.empty()) state_->accounts = options_.accounts;
  for (const WebhookSubscription& one : options_.webhooks) {
    webhooks_.Add(one, *state_->ids.webhook);
  }
  FillWorld();
}

// The customers' data is made when it is first asked for.
void SpaceImpl::FillWorld() {
  state_->api.origin = start_;
  state_->api.seed = options_.seed;
  state_->api.sample_subscribers = options_.sample_subscribers;
  state_->api.customers = options_.customers;
  if (!webhooks_.subscriptions().empty()) ListenForWebhooks();
}

Settings SpaceImpl::settings() const {
  std::lock_guard lock(mutex_);
  return state_->settings;
}

void SpaceImpl::SetSettings(const Settings& settings) {
  std::lock_guard lock(mutex_);
  state_->settings = settings;
}

void SpaceImpl::AddClient(RegisteredClient client) {
  std::lock_guard lock(mutex_);
  encodings_.reset();
  for (RegisteredClient& known : state_->clients) {
    if (known.id != client.id) continue;
    known = std::move(client);
    return;
  }
  state_->clients.push_back(std::move(client));
}

std::vector<RegisteredClient> SpaceImpl::clients() const {
  std::lock_guard lock(mutex_);
  return state_->clients;
}

void SpaceImpl::AddAccount(UserAccount account) {
  std::lock_guard lock(mutex_);
  encodings_.reset();
  std::erase_if(state_->accounts,
                [&](const UserAccount& known) { return known.username == account.username; });
  state_->accounts.push_back(std::move(account));
}

std::vector<UserAccount> SpaceImpl::accounts() const {
  std::lock_guard lock(mutex_);
  return state_->accounts;
}

std::vector<Expiry> SpaceImpl::MoveClock(Micros by) {
  const UnixTime before = clock_.Now();
  clock_.Advance(by);
  state_->api.SettleAll(clock_.Now());
  SendWebhooks();
  return state_->tokens.TakeExpiries(before, clock_.Now(), state_->settings.clock_skew);
}

std::vector<Expiry> SpaceImpl::Advance(Micros by) {
  std::lock_guard lock(mutex_);
  return MoveClock(by);
}

Result<std::vector<Expiry>> SpaceImpl::AdvanceTo(UnixTime instant) {
  std::lock_guard lock(mutex_);
  const UnixTime now = clock_.Now();
  if (instant < now) {
    return Error{"clock.past",
                 fmt::format("the clock of space \"{}\" is at {} and goes forward "
                             "only; {} is past",
                             options_.name, FormatRfc3339(now), FormatRfc3339(instant))};
  }
  return MoveClock(instant - now);
}

std::vector<Expiry> SpaceImpl::AdvanceToNextExpiry() {
  std::lock_guard lock(mutex_);
  const UnixTime now = clock_.Now();
  const auto next = state_->tokens.NextExpiry(now, state_->settings.clock_skew);
  if (!next) return {};
  return MoveClock(*next - now);
}

std::vector<Expiry> SpaceImpl::PendingExpiries() const { return NextExpiries(SIZE_MAX).first; }

std::pair<std::vector<Expiry>, std::size_t> SpaceImpl::NextExpiries(std::size_t most) const {
  std::lock_guard lock(mutex_);
  std::size_t total = 0;
  auto next =
      state_->tokens.PendingExpiries(clock_.Now(), state_->settings.clock_skew, most, &total);
  return {std::move(next), total};
}

void SpaceImpl::SetRules(std::vector<Rule> rules, const std::string& scenario_id) {
  {
    std::lock_guard lock(mutex_);
    rules_.SetScenario(std::move(rules), scenario_id);
  }
  gates_.Reset();
}

std::string SpaceImpl::scenario_id() const {
  std::lock_guard lock(mutex_);
  return rules_.scenario_id();
}

std::string SpaceImpl::AddFault(Rule rule) {
  std::lock_guard lock(mutex_);
  return rules_.AddFault(std::move(rule));
}

bool SpaceImpl::RemoveFault(const std::string& id) {
  std::lock_guard lock(mutex_);
  return rules_.RemoveFault(id);
}

std::vector<RuleState> SpaceImpl::Rules() const {
  std::lock_guard lock(mutex_);
  return rules_.States();
}

TokenInfo SpaceImpl::Info(TokenId id) const {
  return state_->tokens.Info(id, clock_.Now(), state_->settings.clock_skew);
}

std::vector<TokenInfo> SpaceImpl::Tokens() const { return NewestTokens(SIZE_MAX).first; }

std::pair<std::vector<TokenInfo>, std::size_t> SpaceImpl::NewestTokens(std::size_t most) const {
  std::lock_guard lock(mutex_);
  const std::size_t total = state_->tokens.size();
  const std::size_t count = std::min(most, total);
  std::vector<TokenInfo> infos;
  infos.reserve(count);
  for (std::size_t id = total - count; id < total; ++id) {
    infos.push_back(Info(static_cast<TokenId>(id)));
  }
  return {std::move(infos), total};
}

std::optional<TokenInfo> SpaceImpl::FindToken(const std::string& label_or_value) const {
  std::lock_guard lock(mutex_);
  TokenId id = state_->tokens.FindLabel(label_or_value);
  if (id == kNoId) id = state_->tokens.Find(label_or_value);
  if (id == kNoId) return std::nullopt;
  return Info(id);
}

Status SpaceImpl::ExpireToken(const std::string& label) {
  std::lock_guard lock(mutex_);
  TokenRegistry& tokens = state_->tokens;
  if (const GrantId grant = tokens.FindGrant(label); grant != kNoId) {
    tokens.ExpireGrant(grant, clock_.Now(), state_->settings.clock_skew);
  } else if (const TokenId id = tokens.FindLabel(label); id != kNoId) {
    tokens.Expire(id, clock_.Now(), state_->settings.clock_skew);
  } else {
    return Error{"token.unknown",
                 fmt::format("space \"{}\" has no token or grant \"{}\"", options_.name, label)};
  }
  return {};
}

Status SpaceImpl::RevokeToken(const std::string& label) {
  std::lock_guard lock(mutex_);
  TokenRegistry& tokens = state_->tokens;
  if (const GrantId grant = tokens.FindGrant(label); grant != kNoId) {
    tokens.RevokeGrant(grant, clock_.Now());
  } else if (const TokenId id = tokens.FindLabel(label); id != kNoId) {
    tokens.Revoke(id, clock_.Now());
  } else {
    return Error{"token.unknown",
                 fmt::format("space \"{}\" has no token or grant \"{}\"", options_.name, label)};
  }
  return {};
}

Result<std::pair<TokenInfo, TokenInfo>> SpaceImpl::IssueTokens(const IssueRequest& request) {
  std::lock_guard lock(mutex_);
  const RegisteredClient* client = state_->FindClient(request.client_id);
  if (client == nullptr) {
    return Error{"client.unknown",
                 fmt::format("no client \"{}\" is registered", request.client_id)};
  }
  const UserAccount* account =
      request.username.empty() ? state_->FirstCustomer() : state_->FindAccount(request.username);
  if (account == nullptr) {
    return Error{"account.unknown", NoAccount(options_.name, request.username)};
  }
  if (!state_->HasRoomForTokens()) return Error{"limit.tokens", state_->TokensAreFull()};
  const auto& scopes = request.scopes.empty() ? client->scopes : request.scopes;
  const GrantId grant = state_->tokens.AddGrant(client->id, account->username, scopes);
  const IssuedTokens issued = mock::IssueTokens(*state_, grant, kNoId, 0, std::nullopt, true);
  return std::pair(Info(issued.access), Info(issued.refresh));
}

std::vector<AuthorizationInfo> SpaceImpl::Authorizations() const {
  std::lock_guard lock(mutex_);
  std::vector<AuthorizationInfo> infos;
  for (const Authorization& known : state_->authorizations) {
    infos.push_back({known.id, known.client_id, known.redirect_uri, known.scopes, known.status,
                     known.created_at});
  }
  return infos;
}

Result<std::string> SpaceImpl::DecideAuthorization(const std::string& id, bool approve,
                                                   const std::string& username) {
  std::lock_guard lock(mutex_);
  Authorization* known = state_->FindAuthorization(id);
  if (known == nullptr) {
    return Error{"authorization.unknown",
                 fmt::format("space \"{}\" has no authorization \"{}\"", options_.name, id)};
  }
  if (known->status != "pending") {
    return Error{"authorization.decided",
                 fmt::format("authorization \"{}\" was {} before", id, known->status)};
  }
  const HttpRequest none;
  Exchange exchange{.request = none, .endpoint = Endpoint::kDecision};
  HttpResponse response;
  if (approve) {
    const UserAccount* account =
        username.empty() ? state_->FirstCustomer() : state_->FindAccount(username);
    if (account == nullptr) {
      return Error{"authorization.account", NoAccount(options_.name, username)};
    }
    if (account->developer) {
      return Error{"authorization.account",
                   fmt::format("\"{}\" is a developer account; only a customer can authorize",
                               account->username)};
    }
    response = Approve(*state_, *known, *account, exchange);
  } else {
    response = Deny(*state_, *known, exchange);
  }
  if (const auto location = response.headers.Get("Location")) return *location;
  const TokenId code = state_->tokens.FindLabel(exchange.facts.code_label);
  if (code == kNoId) return fmt::format("{}?error=access_denied", kOutOfBand);
  return fmt::format("{}?code={}", kOutOfBand, FormEncode(state_->tokens.value(code)));
}

Redactor SpaceImpl::MakeRedactor() const {
  std::lock_guard lock(mutex_);
  if (encodings_ == nullptr) {
    std::vector<Redactor::Secret> fixed;
    for (const RegisteredClient& client : state_->clients) {
      if (!client.secret.empty()) fixed.push_back({client.secret, "client_secret"});
    }
    for (const UserAccount& account : state_->accounts) {
      if (!account.password.empty()) fixed.push_back({account.password, "password"});
    }
    encodings_ = Redactor::Encode(fixed);
  }
  return Redactor(
      [this](std::string_view value) -> std::optional<std::string> {
        std::lock_guard inner(mutex_);
        const TokenId id = state_->tokens.Find(value);
        if (id == kNoId) return std::nullopt;
        return state_->tokens.label(id);
      },
      encodings_,
      [this](std::string_view word) {
        std::lock_guard inner(mutex_);
        return std::any_of(
            state_->clients.begin(), state_->clients.end(),
            [&](const RegisteredClient& one) { return one.id.find(word) != std::string::npos; });
      });
}

std::vector<std::string> SpaceImpl::KnownSecrets() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> secrets;
  for (const RegisteredClient& client : state_->clients) secrets.push_back(client.secret);
  for (const UserAccount& account : state_->accounts) secrets.push_back(account.password);
  for (const Authorization& known : state_->authorizations) secrets.push_back(known.csrf);
  for (TokenId id = 0; id < state_->tokens.size(); ++id) {
    secrets.push_back(state_->tokens.value(id));
  }
  std::erase(secrets, "");
  return secrets;
}

void SpaceImpl::Reset() {
  {
    std::lock_guard lock(mutex_);
    auto fresh = std::make_unique<SpaceState>(clock_, options_.seed, options_.name);
    fresh->settings = state_->settings;
    fresh->most_tokens = state_->most_tokens;
    fresh->clients = std::move(state_->clients);
    fresh->accounts = std::move(state_->accounts);
    rules_.Reset(fresh->random.get());
    state_ = std::move(fresh);
    clock_.Restart(start_);
    webhooks_.Clear();
    FillWorld();
  }
  gates_.Reset();
  journal_.Restart();
}

std::string SpaceImpl::TlsDefect(std::optional<Endpoint> endpoint) const {
  std::lock_guard lock(mutex_);
  return rules_.TlsDefect(endpoint);
}

std::string SpaceImpl::TakeTlsDefect(std::optional<Endpoint> endpoint) {
  std::lock_guard lock(mutex_);
  return rules_.TakeTlsDefect(endpoint);
}

std::string SpaceImpl::DrawClientText(std::size_t length) {
  std::lock_guard lock(mutex_);
  return state_->ids.client->Alphanumeric(length);
}

}  // namespace aweber::mock
