// HttpDialer: from an origin to a connected stream, and from a stream to a response head.
//
// Purpose: the part of the HTTP client that needs no HTTP library: connecting (through a proxy when
//   the environment says so), TLS, the time limits of one request, and cutting it short.
// Ownership: DialHttp returns an owned stream. Thread safety: HttpCancellation from any thread; the
//   rest is used by the one thread that sends.
// Units: real time. Errors: those of base/http/client.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/http/head.h"
#include "base/http/proxy.h"
#include "base/http/socket_stream.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace aweber {

struct HttpOrigin {
  bool tls = false;
  std::string host;  // without brackets
  std::uint16_t port = 0;
  std::optional<HttpProxy> proxy;

  std::string Authority() const;  // "auth.aweber.com:443"
};

// Lets a stop request on another thread cut the socket that is in use now.
class HttpCancellation {
 public:
  void Begin();
  void Cancel();
  // False when already cancelled. -1 takes the descriptor back before it is closed.
  bool Watch(int fd);
  bool cancelled() const;

 private:
  mutable std::mutex mutex_;
  bool cancelled_ = false;
  int fd_ = -1;
};

// The time limits of one request: each read has its own, all of them together have another.
struct HttpDeadlines {
  int connect_ms = 0;
  int read_ms = 0;
  Micros total{0};

  Micros ForConnect() const;
  void ApplyTo(SocketStream& stream) const;  // to the next read or write
};

using TlsContextSource = std::function<Result<SSL_CTX*>()>;

// `cancellation` watches the descriptor from the first moment; it must let go of it (Watch(-1))
// before the stream is destroyed.
Result<std::unique_ptr<SocketStream>> DialHttp(const HttpOrigin& origin,
                                               const HttpDeadlines& deadlines,
                                               HttpCancellation& cancellation,
                                               const TlsContextSource& tls_context);

// Reads one response head; what arrived after it is left in `input`.
Result<ResponseHead> ReadResponseHead(SocketStream& stream, const HttpDeadlines& deadlines,
                                      const std::string& method, std::string& input);

// The error of a read that answered `got` (<= 0). `where`: "within the response body".
Error HttpReadFailure(const SocketStream& stream, long got, const char* where);

}  // namespace aweber
