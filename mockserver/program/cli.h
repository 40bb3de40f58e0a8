// The command line of aweber-mockserver: serve, healthcheck, validate, scenarios, explain.
//
// Errors: printed to standard error, one message naming the place and the cure. Exit status: 0
//   good, 1 not healthy, 2 usage, configuration or a bad scenario, 3 the server could not start.
// Thread safety: call once, from main.
#pragma once

#include <string>
#include <vector>

#include "mockserver/mock_server.h"

namespace aweber::mock {

inline constexpr int kExitUnhealthy = 1;
inline constexpr int kExitBadInput = 2;
inline constexpr int kExitCannotStart = 3;

// What the conformance checks lend to the program; main.cc passes them in.
struct ProgramParts {
  Linter linter;                    // judges every request live
  std::vector<std::string> checks;  // ids that a scenario may name, for `validate`
};

int RunMockServer(int argc, char** argv, ProgramParts parts);

}  // namespace aweber::mock
