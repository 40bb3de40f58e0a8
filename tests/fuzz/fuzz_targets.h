// All fuzz targets by name, for whoever plays files through them without libFuzzer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

using FuzzFunction = int(const std::uint8_t* data, std::size_t size);

struct FuzzTarget {
  const char* name;
  FuzzFunction* play;
};

const std::vector<FuzzTarget>& FuzzTargets();
