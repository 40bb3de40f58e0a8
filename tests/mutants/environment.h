// Env: an environment variable's value, "" where it is not set. Read at start, from one thread.
#pragma once

#include <cstdlib>
#include <string>

namespace aweber::mutants {

inline std::string Env(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace aweber::mutants
