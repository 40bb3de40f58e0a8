// Generating and shrinking flows, by RapidCheck through its public interface.
//
// Purpose: the only files that include RapidCheck. Where the library is missing at build time,
//   generate_missing.cc stands in for generate.cc, and WhyNoGenerator() says what to install.
// Ownership: values. Thread safety: const members from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "conformance/explore/flow.h"
#include "conformance/explore/model.h"

namespace aweber::conformance::explore {

// Which rows of the tables a client and its driver can play.
struct Offer {
  ClientTraits client;
  std::vector<bool> ways, behaviours, variations;
};

// "" when flows can be generated.
std::string WhyNoGenerator();

// The flow of this seed and number; `attempt` gives others. Legal for offer.client.
Flow DrawFlow(const Offer& offer, std::uint64_t seed, std::uint64_t number, int attempt);

// The plainest flow that `fails`, found from one that does: fewer actions first, then plainer ones
// and a plainer server; a consent page is plainer than none. Only legal flows are asked about, none twice.
Flow ShrinkFlow(const Flow& flow, const ClientTraits& client,
                const std::function<bool(const Flow&)>& fails);

}  // namespace aweber::conformance::explore
