// SpaceState: the state of one space that the protocol code reads and changes.
//
// Purpose: settings, clients, accounts, tokens, pending authorizations, API data and identifier
//   streams in one place, so that an endpoint is a function of (SpaceState, Exchange).
// Ownership: a member of the space. Thread safety: none; the space's mutex guards all of it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/random.h"
#include "mockserver/data/api_data.h"
#include "mockserver/model/limits.h"
#include "mockserver/model/registration.h"
#include "mockserver/model/token_registry.h"
#include "mockserver/model/virtual_clock.h"
#include "mockserver/settings.h"

namespace aweber::mock {

// An authorization request that passed its checks and waits for the customer's decision.
struct Authorization {
  std::string id;    // "az-1"
  std::string csrf;  // must come back with the form
  std::string client_id;
  std::string redirect_uri;
  bool redirect_in_request = true;
  std::vector<std::string> scopes;
  std::optional<std::string> state;
  std::optional<std::string> challenge;
  std::string challenge_method;
  std::string base_url;            // under which it was asked for: the issuer, whoever decides
  std::string status = "pending";  // "approved" "denied"
  UnixTime created_at;
};

// One stream for each kind of identifier, so that drawing one never changes another.
struct Identifiers {
  explicit Identifiers(const SeededRandom& seed);
  std::unique_ptr<SeededRandom> access, refresh, code, client, form, variation, webhook;
};

struct SpaceState {
  SpaceState(VirtualClock& space_clock, std::uint64_t seed, const std::string& space_name);

  VirtualClock& clock;
  Settings settings;
  std::unique_ptr<SeededRandom> random;  // the space's stream; consumers fork it
  Identifiers ids;
  std::vector<RegisteredClient> clients;
  std::vector<UserAccount> accounts;
  TokenRegistry tokens;
  std::deque<Authorization> authorizations;  // oldest go first beyond kMaxAuthorizations
  std::uint64_t authorization_count = 0;
  ApiData api;

  std::size_t most_tokens = Limits().tokens;

  static constexpr std::size_t kMaxAuthorizations = 10'000;

  // Room for a code, or for a pair of tokens.
  bool HasRoomForTokens() const { return tokens.size() + 2 <= most_tokens; }
  // For people: why no token is issued any more.
  std::string TokensAreFull() const;

  const RegisteredClient* FindClient(std::string_view id) const;
  const UserAccount* FindAccount(std::string_view username) const;
  // The first account that is not a developer's; null when there is none.
  const UserAccount* FirstCustomer() const;
  Authorization* FindAuthorization(std::string_view id);
  TokenState StateOf(TokenId id) const {
    return tokens.State(id, clock.Now(), settings.clock_skew);
  }
};

// The applications and accounts that every space starts with unless told otherwise. Their ids and
// secrets are fixed so that documentation can print commands.
std::vector<RegisteredClient> BuiltInClients();
std::vector<UserAccount> BuiltInAccounts();

}  // namespace aweber::mock
