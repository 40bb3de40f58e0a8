// A broadcast from a form: the only place that writes one.
//
// Thread safety: under the space's mutex.
#pragma once

#include <optional>
#include <string_view>

#include "mockserver/api/call.h"

namespace aweber::mock {

// Sets what the call's fields name; links must lead to things of the call's account and list.
std::optional<HttpResponse> ReadBroadcast(Call& call, Broadcast& broadcast);

// "true" "True" "1"
bool IsTrue(std::string_view text);

}  // namespace aweber::mock
