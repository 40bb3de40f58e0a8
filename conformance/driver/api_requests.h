// WhyNoApiRequest: what is wrong with a glob over API requests in a configuration.
//
// Thread safety: a pure function.
#pragma once

#include <string>
#include <string_view>

namespace aweber::conformance {

// "GET /accounts/*/lists" -> "". What is no method and path, or can match no request of AWeber's API,
// is said, with the nearest that exists.
std::string WhyNoApiRequest(std::string_view glob);

}  // namespace aweber::conformance
