// A port of 127.0.0.1 for a program that is about to listen.
#pragma once

#include <cstdint>

namespace aweber::conformance {

// A port that was free a moment ago; 0 when there is none.
std::uint16_t FreePort();

}  // namespace aweber::conformance
