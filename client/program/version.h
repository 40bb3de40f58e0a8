// The version that the program prints, sends as User-Agent and tells in `hello`. Kept equal to
// CMake's by a test.
#pragma once

namespace aweber::client {
inline constexpr const char* kVersion = "0.1.0";
inline constexpr const char* kUserAgent = "aweber-client/0.1.0";
}  // namespace aweber::client
