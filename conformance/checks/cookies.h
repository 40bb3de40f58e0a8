// Cookies as the application set them, read from the pages that a browser was shown.
//
// Ownership, thread safety: plain values, pure functions. Errors: none.
#pragma once

#include <string>
#include <vector>

#include "conformance/checks/case_view.h"

namespace aweber::conformance {

struct SetCookie {
  std::string name, value;
  bool http_only = false, secure = false, deletes = false;
  std::string same_site;  // lower case; "" when it is not given
  bool over_https = false;
  const StepObservation* step = nullptr;

  // It tells the application who the visitor is: by its name, or because scripts may not read it.
  // A cookie that scripts must read to answer forms is none.
  bool NamesSession() const;
};

// In the order in which the pages came.
std::vector<SetCookie> CookiesSet(const CaseView& view);

}  // namespace aweber::conformance
