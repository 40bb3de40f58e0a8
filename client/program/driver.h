// The driver: reads requests as lines on standard input, answers them as lines, in any order.
//
// Purpose: makes the reference client testable by aweber-conformance (driver protocol, version 1).
// Ownership: owns its threads; RunDriver returns when `bye` was answered or the input ended, after
//   every accepted request got its reply.
// Thread safety: call once per descriptor.
// Errors: a line that is no JSON has no id to answer to and is reported on standard error; 0 is
//   returned at the end of the input, 2 for options that make no sense.
#pragma once

#include <iosfwd>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/os/random.h"
#include "client/program/driver_cases.h"

namespace aweber::client {

// The program: standard input, `options.fd`, real clock, random and sockets.
int RunDriver(const DriverOptions& options);

// The same over given parts. Replies go to the descriptor in `options`.
int RunDriverOver(std::istream& in, const DriverOptions& options, HttpClient& http, Clock& clock,
                  Random& random);

}  // namespace aweber::client
