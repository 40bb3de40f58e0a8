// In place of generate.cc where RapidCheck was not there when this program was built.
#include "conformance/explore/generate.h"

namespace aweber::conformance::explore {

std::string WhyNoGenerator() {
  return "this program was built without RapidCheck, which generates the flows: install it "
         "(Debian: librapidcheck-dev) and build again";
}

Flow DrawFlow(const Offer&, std::uint64_t, std::uint64_t, int) { return {}; }

Flow ShrinkFlow(const Flow& flow, const ClientTraits&, const std::function<bool(const Flow&)>&) {
  return flow;
}

}  // namespace aweber::conformance::explore
