// Writes responses as given, faults included (RFC 9112).
//
// Purpose: the status line, the caller's headers in their order, Content-Length, Date, Connection;
//   and everything a WireFault asks for instead. Nothing is sorted, compressed or cut to a Range:
//   none of that may happen to what a scenario wrote. "Connection: close" among the caller's
//   headers ends the connection after the response.
// Thread safety: as the stream's: one thread.
// Errors: none; the result says what became of the connection.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "base/http/message.h"
#include "base/http/socket_stream.h"

namespace aweber {

struct ResponseContext {
  bool head_request = false;  // HEAD: headers only
  int minor_version = 1;      // of the request
  bool keep_alive = true;     // what the request allows
  std::stop_token stop;
};

enum class WriteOutcome {
  kKeepAlive,  // the response is out, the connection may go on
  kClose,      // it is out, or as much of it as was wanted: close in order
  kAbandon,    // reset, or the peer is gone: just close
};

// Calls response.on_sent exactly once.
WriteOutcome WriteResponse(SocketStream& stream, const HttpResponse& response,
                           const ResponseContext& context);

// "Mon, 23 Nov 2026 14:20:48 GMT" (RFC 9110 §5.6.7).
std::string FormatHttpDate(std::int64_t unix_seconds);

}  // namespace aweber
