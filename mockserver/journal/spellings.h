// The spellings of a secret, for whoever takes secrets out of what is shown.
//
// Thread safety: a pure function. Errors: none.
#pragma once

#include <string>
#include <vector>

namespace aweber::mock {

// Every way in which `secret` may stand in what is shown: raw, form-encoded (once and twice),
// percent-encoded, inside JSON, inside HTML, as base64. No spelling twice.
std::vector<std::string> SecretSpellings(const std::string& secret);

}  // namespace aweber::mock
