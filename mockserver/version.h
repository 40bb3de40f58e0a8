// The version that programs print and reports carry. Kept equal to CMake's by a test.
#pragma once

namespace aweber::mock {
inline constexpr const char* kVersion = "0.1.0";
}
