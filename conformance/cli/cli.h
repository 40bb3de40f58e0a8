// The command line of aweber-conformance.
//
// Purpose: reads flags, wires the mock, the drivers, the runner and the reports together, and turns
//   what happened into an exit status (runner.h has the list).
// Thread safety: call RunCli once. Errors: every message goes to standard error, names the place
//   and the cure; no exception leaves.
#pragma once

namespace aweber::conformance {

int RunCli(int argc, char** argv);

}  // namespace aweber::conformance
