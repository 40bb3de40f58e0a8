// What of the tables a client and its driver can play.
//
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/driver/driver.h"
#include "conformance/explore/generate.h"

namespace aweber::conformance::explore {

// `provided` are the features of the run itself ("tls").
Offer OfferFor(const ClientIdentity& client, const std::vector<std::string>& provided,
               std::string_view profile);

}  // namespace aweber::conformance::explore
