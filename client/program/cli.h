// The aweber-client program: its sub-commands and their flags.
//
// Purpose: one function for main and for tests. Each sub-command lives in its own file.
// Thread safety: call once. Errors: messages on standard error, and an exit status:
//   0 done · 1 the provider, the network or the store said no · 2 usage or configuration ·
//   3 log in again · 130 interrupted.
#pragma once

#include "client/protocol/failure.h"

namespace aweber::client {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitReauthorize = 3;
inline constexpr int kExitInterrupted = 130;

int RunClientProgram(int argc, char** argv);

// Prints a failure (as JSON on standard output when asked for) and answers its exit status.
int ReportFailure(const Failure& failure, bool json);

}  // namespace aweber::client
