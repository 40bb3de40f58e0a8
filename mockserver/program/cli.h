// The command line of aweber-mockserver: serve, healthcheck, validate, scenarios, explain.
//
// Errors: printed to standard error, one message naming the place and the cure. Exit status: 0
// good,
//   1 not healthy, 2 usage, configuration or a bad scenario, 3 the server could not start.
// Thread safety: call once, from main.
#pragma once

#include "mockserver/mock_server.h"

namespace aweber::mock {

// `linter` judges every request live; the program passes the conformance checks.
int RunMockServer(int argc, char** argv, Linter linter);

}  // namespace aweber::mock
