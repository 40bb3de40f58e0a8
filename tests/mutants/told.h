// What the client tells the driver protocol, and the lies it can tell.
//
// Ownership, thread safety: pure functions, but for the randomness of invented tokens.
#pragma once

#include <string>

#include "base/os/random.h"
#include "base/result.h"
#include "base/text/json_fwd.h"
#include "tests/mutants/wire.h"

namespace aweber::mutants {

// {"ok":..}, {"err":..} or {"unsupported":..}.
Json ReplyOf(const Result<Json, ClientError>& done);

// What it could say instead of the truth; "" for what there is not.
struct Words {
  std::string earlier_access;  // before the last refresh
  std::string others_access;   // of another user
  std::string client_secret;
};

// `done` as the client tells it when it makes that mistake.
Result<Json, ClientError> Retold(const std::string& op, Result<Json, ClientError> done,
                                 Mistake made, const Words& words, Random& random);

}  // namespace aweber::mutants
