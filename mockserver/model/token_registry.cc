#include "mockserver/model/token_registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <functional>

namespace aweber::mock {
namespace {

constexpr std::uint8_t kLong = 255;
constexpr std::array<const char*, 3> kPrefixes{"code", "at", "rt"};

std::int64_t Count(UnixTime time) { return time.time_since_epoch().count(); }
UnixTime At(std::int64_t count) { return UnixTime(Micros(count)); }
std::int64_t Skew(std::int64_t seconds) { return seconds * 1'000'000; }

std::size_t Index(TokenKind kind) { return static_cast<std::size_t>(kind); }

// "at-12" -> 12 when `prefix` is "at".
std::optional<std::uint32_t> Number(std::string_view label, std::string_view prefix) {
  if (label.size() < prefix.size() + 2 || label.substr(0, prefix.size()) != prefix ||
      label[prefix.size()] != '-') {
    return std::nullopt;
  }
  label.remove_prefix(prefix.size() + 1);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), number);
  if (error != std::errc() || end != label.data() + label.size() || number == 0) return {};
  return number;
}

}  // namespace

const char* TokenStateName(TokenState state) {
  switch (state) {
    case TokenState::kLive:
      return "live";
    case TokenState::kExpired:
      return "expired";
    case TokenState::kRevoked:
      return "revoked";
    case TokenState::kUsed:
      break;
  }
  return "used";
}

const char* TokenKindName(TokenKind kind) {
  switch (kind) {
    case TokenKind::kCode:
      return "code";
    case TokenKind::kAccess:
      return "access_token";
    case TokenKind::kRefresh:
      break;
  }
  return "refresh_token";
}

TokenRegistry::TokenRegistry() : slots_(64, kNoId) {}

GrantId TokenRegistry::AddGrant(std::string_view client_id, std::string_view username,
                                const std::vector<std::string>& scopes) {
  grants_.push_back({Intern(client_id), Intern(username), InternScopes(scopes), kNoId, kNoId});
  return static_cast<GrantId>(grants_.size() - 1);
}

TokenId TokenRegistry::Add(const Issue& issue) {
  const auto id = static_cast<TokenId>(tokens_.size());
  tokens_.emplace_back();
  Token& token = tokens_.back();
  Grant& grant = grants_[issue.grant];
  token.kind = issue.kind;
  token.grant = issue.grant;
  token.parent = issue.parent;
  token.generation = issue.generation;
  token.scopes = issue.scopes ? InternScopes(*issue.scopes) : grant.scopes;
  token.issued = Count(issue.now);
  auto& numbers = by_number_[Index(issue.kind)];
  numbers.push_back(id);
  token.number = static_cast<std::uint32_t>(numbers.size());
  (grant.first == kNoId ? grant.first : tokens_[grant.last].next_in_grant) = id;
  grant.last = id;
  StoreValue(id, issue.value);
  if (issue.expires_at) {
    token.expires = Count(*issue.expires_at);
    deadlines_.push_back({token.expires, id});
    std::push_heap(deadlines_.begin(), deadlines_.end(), std::greater<>());
  }
  return id;
}

void TokenRegistry::Rename(TokenId id, std::string_view value) {
  Erase(id);
  StoreValue(id, value);
}

void TokenRegistry::StoreValue(TokenId id, std::string_view value) {
  Token& token = tokens_[id];
  if (value.size() <= token.text.size()) {
    std::copy(value.begin(), value.end(), token.text.begin());
    token.length = static_cast<std::uint8_t>(value.size());
    long_values_.erase(id);
  } else {
    token.length = kLong;
    long_values_[id] = value;
  }
  Insert(id);
}

std::string_view TokenRegistry::View(TokenId id) const {
  const Token& token = tokens_[id];
  if (token.length == kLong) return long_values_.at(id);
  return {token.text.data(), token.length};
}

std::size_t TokenRegistry::Slot(std::string_view value) const {
  return std::hash<std::string_view>()(value) & (slots_.size() - 1);
}

void TokenRegistry::Insert(TokenId id) {
  if ((slots_used_ + 1) * 3 > slots_.size() * 2) Grow();
  const std::string_view value = View(id);
  std::size_t slot = Slot(value);
  for (; slots_[slot] != kNoId; slot = (slot + 1) & (slots_.size() - 1)) {
    if (View(slots_[slot]) != value) continue;
    slots_[slot] = id;  // the older one of this value is known by its label only
    return;
  }
  slots_[slot] = id;
  ++slots_used_;
}

void TokenRegistry::Grow() {
  std::vector<std::uint32_t> old(slots_.size() * 2, kNoId);
  old.swap(slots_);
  for (std::uint32_t id : old) {
    if (id == kNoId) continue;
    std::size_t slot = Slot(View(id));
    while (slots_[slot] != kNoId) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = id;
  }
}

// Linear probing without tombstones: what follows in the run is put in again.
void TokenRegistry::Erase(TokenId id) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = Slot(View(id));
  while (slots_[slot] != id) {
    if (slots_[slot] == kNoId) return;
    slot = (slot + 1) & mask;
  }
  slots_[slot] = kNoId;
  --slots_used_;
  for (slot = (slot + 1) & mask; slots_[slot] != kNoId; slot = (slot + 1) & mask) {
    const TokenId moved = slots_[slot];
    slots_[slot] = kNoId;
    --slots_used_;
    Insert(moved);
  }
}

TokenId TokenRegistry::Find(std::string_view value) const {
  for (std::size_t slot = Slot(value); slots_[slot] != kNoId;
       slot = (slot + 1) & (slots_.size() - 1)) {
    if (View(slots_[slot]) == value) return slots_[slot];
  }
  return kNoId;
}

TokenId TokenRegistry::FindLabel(std::string_view label) const {
  for (std::size_t kind = 0; kind < kPrefixes.size(); ++kind) {
    const auto number = Number(label, kPrefixes[kind]);
    if (number && *number <= by_number_[kind].size()) return by_number_[kind][*number - 1];
  }
  return kNoId;
}

GrantId TokenRegistry::FindGrant(std::string_view label) const {
  const auto number = Number(label, "grant");
  return number && *number <= grants_.size() ? *number - 1 : kNoId;
}

std::string TokenRegistry::value(TokenId id) const { return std::string(View(id)); }

std::string TokenRegistry::label(TokenId id) const {
  return fmt::format("{}-{}", kPrefixes[Index(tokens_[id].kind)], tokens_[id].number);
}

std::string TokenRegistry::grant_label(TokenId id) const {
  return fmt::format("grant-{}", tokens_[id].grant + 1);
}

const std::string& TokenRegistry::client_id(TokenId id) const {
  return texts_[grants_[tokens_[id].grant].client];
}
const std::string& TokenRegistry::username(TokenId id) const {
  return texts_[grants_[tokens_[id].grant].username];
}
const std::vector<std::string>& TokenRegistry::scopes(TokenId id) const {
  return scopes_[tokens_[id].scopes];
}
const std::vector<std::string>& TokenRegistry::grant_scopes(TokenId id) const {
  return scopes_[grants_[tokens_[id].grant].scopes];
}
UnixTime TokenRegistry::issued_at(TokenId id) const { return At(tokens_[id].issued); }

std::optional<UnixTime> TokenRegistry::expires_at(TokenId id) const {
  if (tokens_[id].expires == 0) return std::nullopt;
  return At(tokens_[id].expires);
}

std::optional<UnixTime> TokenRegistry::ended_at(TokenId id) const {
  const auto found = ended_.find(id);
  if (found == ended_.end()) return std::nullopt;
  return At(found->second);
}

TokenState TokenRegistry::State(TokenId id, UnixTime now, std::int64_t skew_seconds) const {
  const Token& token = tokens_[id];
  if (token.state != TokenState::kLive || token.expires == 0) return token.state;
  return Count(now) < token.expires + Skew(skew_seconds) ? TokenState::kLive : TokenState::kExpired;
}

const CodeDetails* TokenRegistry::code(TokenId id) const {
  const auto found = codes_.find(id);
  return found == codes_.end() ? nullptr : &found->second;
}

void TokenRegistry::SetCode(TokenId id, CodeDetails details) { codes_[id] = std::move(details); }

void TokenRegistry::End(TokenId id, TokenState state, UnixTime now) {
  Token& token = tokens_[id];
  if (token.state == TokenState::kUsed) return;  // used says more than revoked
  token.state = state;
  ended_[id] = Count(now);
  codes_.erase(id);
}

void TokenRegistry::MarkUsed(TokenId id, UnixTime now) { End(id, TokenState::kUsed, now); }
void TokenRegistry::Revoke(TokenId id, UnixTime now) { End(id, TokenState::kRevoked, now); }

void TokenRegistry::Expire(TokenId id, UnixTime now, std::int64_t skew_seconds) {
  Token& token = tokens_[id];
  if (State(id, now, skew_seconds) != TokenState::kLive) return;
  token.expires = token.expires == 0 ? Count(now) : std::min(token.expires, Count(now));
  token.state = TokenState::kExpired;  // whatever the skew allowed
}

int TokenRegistry::RevokeGrant(GrantId grant, UnixTime now) {
  int ended = 0;
  for (TokenId id = grants_[grant].first; id != kNoId; id = tokens_[id].next_in_grant) {
    if (tokens_[id].state != TokenState::kLive) continue;
    Revoke(id, now);
    ++ended;
  }
  return ended;
}

void TokenRegistry::ExpireGrant(GrantId grant, UnixTime now, std::int64_t skew_seconds) {
  for (TokenId id = grants_[grant].first; id != kNoId; id = tokens_[id].next_in_grant) {
    Expire(id, now, skew_seconds);
  }
}

bool TokenRegistry::Pending(const Deadline& deadline) const {
  const Token& token = tokens_[deadline.id];
  return token.state == TokenState::kLive && token.expires == deadline.at;
}

void TokenRegistry::PopDeadline() {
  std::pop_heap(deadlines_.begin(), deadlines_.end(), std::greater<>());
  deadlines_.pop_back();
}

std::vector<Expiry> TokenRegistry::TakeExpiries(UnixTime after, UnixTime until,
                                                std::int64_t skew_seconds) {
  const std::int64_t skew = Skew(skew_seconds);
  std::vector<Expiry> taken;
  while (!deadlines_.empty() && deadlines_.front().at + skew <= Count(until)) {
    const Deadline deadline = deadlines_.front();
    PopDeadline();
    if (!Pending(deadline) || deadline.at + skew <= Count(after)) continue;
    taken.push_back({At(deadline.at + skew), label(deadline.id), TokenKindName(kind(deadline.id))});
  }
  return taken;
}

std::vector<Expiry> TokenRegistry::PendingExpiries(UnixTime now, std::int64_t skew_seconds,
                                                   std::size_t most, std::size_t* total) const {
  const std::int64_t skew = Skew(skew_seconds);
  std::vector<Deadline> pending;
  for (const Deadline& deadline : deadlines_) {
    if (Pending(deadline) && deadline.at + skew > Count(now)) pending.push_back(deadline);
  }
  if (total != nullptr) *total = pending.size();
  const auto end = pending.begin() + static_cast<std::ptrdiff_t>(std::min(most, pending.size()));
  std::partial_sort(pending.begin(), end, pending.end(),
                    [](const Deadline& a, const Deadline& b) { return b > a; });
  pending.erase(end, pending.end());
  std::vector<Expiry> expiries;
  expiries.reserve(pending.size());
  for (const Deadline& deadline : pending) {
    expiries.push_back(
        {At(deadline.at + skew), label(deadline.id), TokenKindName(kind(deadline.id))});
  }
  return expiries;
}

std::optional<UnixTime> TokenRegistry::NextExpiry(UnixTime now, std::int64_t skew_seconds) {
  const std::int64_t skew = Skew(skew_seconds);
  while (!deadlines_.empty() &&
         (!Pending(deadlines_.front()) || deadlines_.front().at + skew <= Count(now))) {
    PopDeadline();
  }
  if (deadlines_.empty()) return std::nullopt;
  return At(deadlines_.front().at + skew);
}

TokenInfo TokenRegistry::Info(TokenId id, UnixTime now, std::int64_t skew_seconds) const {
  TokenInfo info;
  info.label = label(id);
  info.kind = TokenKindName(kind(id));
  info.value = value(id);
  info.client_id = client_id(id);
  info.username = username(id);
  info.grant_label = grant_label(id);
  if (parent(id) != kNoId) info.parent = label(parent(id));
  info.generation = generation(id);
  info.scopes = scopes(id);
  info.state = TokenStateName(State(id, now, skew_seconds));
  info.issued_at = issued_at(id);
  info.expires_at = expires_at(id);
  return info;
}

std::uint32_t TokenRegistry::Intern(std::string_view text) {
  const auto [found, added] =
      text_ids_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
  if (added) texts_.emplace_back(text);
  return found->second;
}

std::uint32_t TokenRegistry::InternScopes(const std::vector<std::string>& scopes) {
  const auto [found, added] = scope_ids_.try_emplace(fmt::format("{}", fmt::join(scopes, " ")),
                                                     static_cast<std::uint32_t>(scopes_.size()));
  if (added) scopes_.push_back(scopes);
  return found->second;
}

}  // namespace aweber::mock
