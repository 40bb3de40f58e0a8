// Accounts and integrations.
#include "mockserver/api/call.h"

namespace aweber::mock {
namespace {

// One entry: a token acts for one account.
void OneAccount(Call&, Items& items) { items.push_back({}); }

void CollectIntegrations(Call& call, Items& items) {
  for (const Integration& one : call.account.integrations) items.push_back({nullptr, &one});
}

const Operation kAccountOperations[] = {
    {.id = "getAccounts",
     .method = "GET",
     .path = "/1.0/accounts",
     .scopes = "account.read",
     .summary = "The accounts that the token acts for",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kAccount,
     .collection = {.type = "accounts", .document_type = "account"},
     .collect = OneAccount},
    {.id = "getAccount",
     .method = "GET",
     .path = "/1.0/accounts/{account}",
     .scopes = "account.read",
     .summary = "One account",
     .resource = &kAccount,
     .errors = "404 NotFoundError"},
    {.id = "getIntegrations",
     .method = "GET",
     .path = "/1.0/accounts/{account}/integrations",
     .scopes = "account.read",
     .summary = "The account's integrations with other services",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kIntegration,
     .collection = {.type = "integration-page-resource",
                    .document_type = "integrations-page-resource"},
     .errors = "404 NotFoundError",
     .collect = CollectIntegrations},
    {.id = "getIntegration",
     .method = "GET",
     .path = "/1.0/accounts/{account}/integrations/{integration}",
     .scopes = "account.read",
     .summary = "One integration",
     .resource = &kIntegration,
     .errors = "404 NotFoundError"},
};

}  // namespace

std::span<const Operation> AccountOperations() { return kAccountOperations; }

}  // namespace aweber::mock
