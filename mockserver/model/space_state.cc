#include "mockserver/model/space_state.h"

#include <fmt/format.h>

#include "mockserver/model/scopes.h"

namespace aweber::mock {

Identifiers::Identifiers(const SeededRandom& seed)
    : access(seed.Fork("access_token")),
      refresh(seed.Fork("refresh_token")),
      code(seed.Fork("code")),
      client(seed.Fork("client")),
      form(seed.Fork("form")),
      variation(seed.Fork("variation")),
      webhook(seed.Fork("webhook")) {}

SpaceState::SpaceState(VirtualClock& space_clock, std::uint64_t seed, const std::string& space_name)
    : clock(space_clock),
      random(std::make_unique<SeededRandom>(seed, fmt::format("space:{}", space_name))),
      ids(*random) {}

const RegisteredClient* SpaceState::FindClient(std::string_view id) const {
  for (const RegisteredClient& client : clients) {
    if (client.id == id) return &client;
  }
  return nullptr;
}

const UserAccount* SpaceState::FindAccount(std::string_view username) const {
  for (const UserAccount& account : accounts) {
    if (account.username == username) return &account;
  }
  return nullptr;
}

const UserAccount* SpaceState::FirstCustomer() const {
  for (const UserAccount& account : accounts) {
    if (!account.developer) return &account;
  }
  return nullptr;
}

Authorization* SpaceState::FindAuthorization(std::string_view id) {
  for (auto found = authorizations.rbegin(); found != authorizations.rend(); ++found) {
    if (found->id == id) return &*found;
  }
  return nullptr;
}

std::string SpaceState::TokensAreFull() const {
  return fmt::format(
      "the space keeps {} codes and tokens, and {} at most; reset it, or use a new space",
      tokens.size(), most_tokens);
}

std::vector<RegisteredClient> BuiltInClients() {
  RegisteredClient confidential;
  confidential.id = "AWeberMockConfidentialClient0001";
  confidential.secret = "AWeberMockSecretDoNotUseLive0001";
  confidential.name = "Example Integration";
  confidential.redirect_uris = {"https://app.example.test/callback",
                                "http://127.0.0.1:8765/callback", "http://localhost:8765/callback",
                                "https://localhost:8765/callback", std::string(kOutOfBand)};
  confidential.scopes = AllScopeNames();
  RegisteredClient open = confidential;
  open.id = "AWeberMockPublicClient0000000001";
  open.secret.clear();
  open.is_public = true;
  open.name = "Example Public Integration";
  return {confidential, open};
}

std::vector<UserAccount> BuiltInAccounts() {
  return {{"customer@example.com", "mock-customer-password", false, 1000001, "Example Company"},
          {"developer@example.com", "mock-developer-password", true, 0, "Example Labs"}};
}

}  // namespace aweber::mock
