// The two types that every part measures time with; base/os/clock.h is where time comes from.
#pragma once

#include <chrono>

namespace aweber {

using Micros = std::chrono::microseconds;
// Microseconds since 1970-01-01 UTC.
using UnixTime = std::chrono::time_point<std::chrono::system_clock, Micros>;

}  // namespace aweber
