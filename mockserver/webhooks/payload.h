// What a webhook says of one thing that happened.
//
// Thread safety: pure functions.
#pragma once

#include <string>

#include "base/text/json_fwd.h"
#include "mockserver/data/api_data.h"

namespace aweber::mock {

// {"event": "subscriber.added", "payload": {...}}
Json EventOf(const ApiData& data, const SubscriberEvent& subscriber_event,
             const std::string& base_url);

}  // namespace aweber::mock
