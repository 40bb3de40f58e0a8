// The check table, one family a file; AllChecks() joins them in this order.
#pragma once

#include <vector>

#include "conformance/checks/check.h"

namespace aweber::conformance {

std::vector<Check> AuthorizeChecks();
std::vector<Check> StateChecks();
std::vector<Check> PkceChecks();
std::vector<Check> CallbackChecks();
std::vector<Check> RedirectionChecks();
std::vector<Check> IssuerChecks();
std::vector<Check> TokenRequestChecks();
std::vector<Check> ClientAuthChecks();
std::vector<Check> TokenResponseChecks();
std::vector<Check> TransportChecks();
std::vector<Check> ResourceChecks();
std::vector<Check> OwnTokenChecks();
std::vector<Check> RefreshChecks();
std::vector<Check> RefreshOverTimeChecks();
std::vector<Check> RevokeChecks();
std::vector<Check> WebApplicationChecks();
std::vector<Check> SharedStoreChecks();
std::vector<Check> StoreHygieneChecks();
std::vector<Check> HonestyChecks();

}  // namespace aweber::conformance
