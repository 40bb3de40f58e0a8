// HttpExchange: one request and its response, over a stream that is connected.
//
// Purpose: the client's side of HTTP/1.1 (RFC 9112). Header values, their order and duplicates come
//   as they were sent, and a refusal is heard while the request is still being written.
// Ownership: the stream and the options must outlive it. Thread safety: one thread.
// Errors: those of base/http/client.h. Whatever a server sends, this ends: at a deadline, or at a
//   limit on lines, fields, interim responses, chunk lines and the body.
#pragma once

#include <string>

#include "base/http/client.h"
#include "base/http/head.h"
#include "base/http/socket_stream.h"

namespace aweber {

class HttpExchange {
 public:
  // `end`: when all must be over, on SystemClock's Steady().
  HttpExchange(SocketStream& stream, const HttpClientOptions& options, Micros end)
      : stream_(stream), options_(options), end_(end) {}

  // Once. `request` is what goes out, byte for byte; `method` decides whether a body comes back.
  Result<HttpResponse> Run(const std::string& method, const std::string& request);

  // Whether another request may follow on the stream (RFC 9112 §9.3).
  bool reusable() const { return reusable_; }

 private:
  Micros NextDeadline() const;
  Result<bool> ReadMore(const char* where);
  Result<ResponseHead> ReadHead(const std::string& method);
  Result<ResponseHead> ReadFinalHead(const std::string& method);
  Status ReadBody(const ResponseHead& head, std::string& body);

  SocketStream& stream_;
  const HttpClientOptions& options_;
  const Micros end_;
  std::string input_;  // read, and not yet understood
  bool reusable_ = false;
};

}  // namespace aweber
