// TokenRegistry: codes, access tokens and refresh tokens of one space, with their lineage.
//
// Purpose: finds a token by value or label in constant time, remembers what it was made from, and
//   knows what expires next. Compact: a live token costs less than 400 bytes with every index, and
//   no operation on a request's path depends on how many there are.
// Ownership: owns everything; ids stay valid for the store's life. Thread safety: none; the space's
//   mutex guards it. Units: the space's virtual clock.
// A token is live before its expiry instant and expired from that instant on. A skew moves that
// instant wherever it is asked for, but not what `expires_at` says.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "mockserver/model/token_info.h"

namespace aweber::mock {

using TokenId = std::uint32_t;
using GrantId = std::uint32_t;
inline constexpr std::uint32_t kNoId = 0xffffffff;

enum class TokenKind : std::uint8_t { kCode, kAccess, kRefresh };
enum class TokenState : std::uint8_t { kLive, kExpired, kRevoked, kUsed };
const char* TokenStateName(TokenState state);  // "live" "expired" "revoked" "used"
const char* TokenKindName(TokenKind kind);     // "code" "access_token" "refresh_token"

// What an authorization code was bound to, and how it ended.
struct CodeDetails {
  std::string redirect_uri;
  bool redirect_in_request = true;  // the authorization request named it
  std::optional<std::string> challenge;
  std::string challenge_method;
  std::optional<std::string> state;
};

class TokenRegistry {
 public:
  TokenRegistry();

  GrantId AddGrant(std::string_view client_id, std::string_view username,
                   const std::vector<std::string>& scopes);

  struct Issue {
    TokenKind kind = TokenKind::kAccess;
    std::string value;
    GrantId grant = 0;
    TokenId parent = kNoId;
    int generation = 0;
    std::optional<std::vector<std::string>> scopes;  // nothing: the grant's
    UnixTime now;
    std::optional<UnixTime> expires_at;
  };
  TokenId Add(const Issue& issue);
  // The token is found by `value` from now on, and by its old value no more. Of several tokens with
  // one value the one that got it last is found.
  void Rename(TokenId id, std::string_view value);

  TokenId Find(std::string_view value) const;       // kNoId when unknown
  TokenId FindLabel(std::string_view label) const;  // "at-1"
  GrantId FindGrant(std::string_view label) const;  // "grant-1"

  TokenKind kind(TokenId id) const { return tokens_[id].kind; }
  std::string value(TokenId id) const;
  std::string label(TokenId id) const;
  GrantId grant(TokenId id) const { return tokens_[id].grant; }
  std::string grant_label(TokenId id) const;
  TokenId parent(TokenId id) const { return tokens_[id].parent; }
  int generation(TokenId id) const { return tokens_[id].generation; }
  const std::string& client_id(TokenId id) const;
  const std::string& username(TokenId id) const;
  const std::vector<std::string>& scopes(TokenId id) const;
  const std::vector<std::string>& grant_scopes(TokenId id) const;
  UnixTime issued_at(TokenId id) const;
  std::optional<UnixTime> expires_at(TokenId id) const;
  // When a used or revoked token ended.
  std::optional<UnixTime> ended_at(TokenId id) const;
  TokenState State(TokenId id, UnixTime now, std::int64_t skew_seconds = 0) const;
  const CodeDetails* code(TokenId id) const;
  void SetCode(TokenId id, CodeDetails details);

  void MarkUsed(TokenId id, UnixTime now);
  void Revoke(TokenId id, UnixTime now);
  void Expire(TokenId id, UnixTime now, std::int64_t skew_seconds = 0);
  // Every token of the grant that is still live ends; how many did.
  int RevokeGrant(GrantId grant, UnixTime now);
  void ExpireGrant(GrantId grant, UnixTime now, std::int64_t skew_seconds = 0);

  // What expires in (after, until], in order; forgets what it answered.
  std::vector<Expiry> TakeExpiries(UnixTime after, UnixTime until, std::int64_t skew_seconds = 0);
  // The first `most` that are still to come; `total`: how many there are.
  std::vector<Expiry> PendingExpiries(UnixTime now, std::int64_t skew_seconds = 0,
                                      std::size_t most = SIZE_MAX,
                                      std::size_t* total = nullptr) const;
  std::optional<UnixTime> NextExpiry(UnixTime now, std::int64_t skew_seconds = 0);

  TokenInfo Info(TokenId id, UnixTime now, std::int64_t skew_seconds) const;
  std::size_t size() const { return tokens_.size(); }

 private:
  struct Token {
    std::array<char, 32> text;  // the value when it fits, see length
    std::uint8_t length = 0;    // 255: the value is in long_values_
    TokenKind kind = TokenKind::kAccess;
    TokenState state = TokenState::kLive;
    std::uint32_t number = 0;
    int generation = 0;
    GrantId grant = 0;
    TokenId parent = kNoId;
    TokenId next_in_grant = kNoId;
    std::uint32_t scopes = 0;
    std::int64_t issued = 0;
    std::int64_t expires = 0;  // 0: never
  };
  struct Grant {
    std::uint32_t client = 0, username = 0, scopes = 0;
    TokenId first = kNoId, last = kNoId;
  };
  struct Deadline {
    std::int64_t at;
    TokenId id;
    bool operator>(const Deadline& other) const {
      return at != other.at ? at > other.at : id > other.id;
    }
  };

  std::string_view View(TokenId id) const;
  void StoreValue(TokenId id, std::string_view value);
  void Insert(TokenId id);
  void Erase(TokenId id);
  void Grow();
  std::size_t Slot(std::string_view value) const;
  std::uint32_t Intern(std::string_view text);
  std::uint32_t InternScopes(const std::vector<std::string>& scopes);
  void End(TokenId id, TokenState state, UnixTime now);
  bool Pending(const Deadline& deadline) const;
  void PopDeadline();

  std::deque<Token> tokens_;
  std::deque<Grant> grants_;
  std::array<std::vector<TokenId>, 3> by_number_;
  std::vector<std::uint32_t> slots_;  // open addressing; kNoId: empty
  std::size_t slots_used_ = 0;
  std::vector<Deadline> deadlines_;  // a heap, earliest first; stale ones are skipped
  std::unordered_map<TokenId, std::string> long_values_;
  std::unordered_map<TokenId, CodeDetails> codes_;
  std::unordered_map<TokenId, std::int64_t> ended_;  // used or revoked ones only
  std::unordered_map<std::string, std::uint32_t> text_ids_;
  std::deque<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> scope_ids_;
  std::deque<std::vector<std::string>> scopes_;
};

}  // namespace aweber::mock
