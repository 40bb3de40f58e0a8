// What the runner does to a callback URL before it delivers it.
//
// Purpose: pure text changes for the scenario step `callback: {tamper: [...]}`. What is not changed
//   stays byte for byte as the mock sent it.
// Thread safety: pure functions. Errors: Error{"tamper.*"} for an unknown kind or variable.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::conformance {

// "code", "state", "B.code", "other", ... to their values.
using Variables = std::map<std::string, std::string>;

// Replaces ${name}; an unknown name is an error.
Result<std::string> Substitute(std::string_view text, const Variables& variables);

Result<std::string> TamperCallback(const std::string& url,
                                   const std::vector<mock::CallbackTamper>& tampers,
                                   const Variables& variables);

// "flip state", "remove code", "set state": for reports and for the checks.
std::string DescribeTamper(const mock::CallbackTamper& tamper);

}  // namespace aweber::conformance
