// The name Json, for headers that only declare what takes or returns one; json.h has the rest.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace aweber {

using Json = nlohmann::ordered_json;

}  // namespace aweber
