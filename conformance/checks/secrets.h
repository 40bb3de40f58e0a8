// The secrets of a case, in every spelling in which one could leak.
//
// Ownership, thread safety: plain values, pure functions. Errors: none.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "conformance/checks/case_view.h"

namespace aweber::conformance {

struct Secret {
  std::string name, value;
  std::vector<std::string> spellings;

  bool IsIn(const std::string& text) const {
    return std::any_of(spellings.begin(), spellings.end(), [&](const std::string& spelling) {
      return text.find(spelling) != std::string::npos;
    });
  }
};

// The client secret, the tokens that were issued, and what else the case must not leak.
std::vector<Secret> SecretsOf(const CaseView& view);

}  // namespace aweber::conformance
