// Whether a page keeps its own query from the sites it links to.
//
// Thread safety: a pure function. Errors: none; what is not understood is as if it were not there.
#pragma once

#include "conformance/checks/case_view.h"

namespace aweber::conformance {

// The policy that counts on `page`: "no-referrer", "origin", ...; "" when it names none.
std::string ReferrerPolicy(const Page& page);

// By its Referrer-Policy header, or by <meta name="referrer">, which comes later and so decides
// (https://html.spec.whatwg.org/multipage/semantics.html#meta-referrer).
bool HidesQuery(const Page& page);

}  // namespace aweber::conformance
