// HttpServer: an HTTP/1.1 server on loopback (unless told otherwise), optionally TLS.
//
// Purpose: gives a handler every request with its raw target and raw body, and performs the wire
//   faults a response carries. One catch-all handler; routing is the caller's.
// Ownership: the server owns its threads and sockets; the handler must outlive it. Destruction
//   stops it: open sockets are shut down, hanging handlers are released through HttpServer::
//   stop_token, threads joined.
// Thread safety: the handler is called from many threads at once and must not throw (what it throws
//   all the same becomes a plain 500 without its text). Other members from any thread.
// Errors: Start answers Error{"http.bind"} naming host and port when the port is taken
//   (SO_REUSEPORT is off), Error{"tls.*"} for bad key material.
// Limits: a request waits for another at most a millisecond, up to `max_threads` at once (there are
//   few threads; another is started when those are held up); beyond, requests wait for one of those
//   to end. A connection over `max_connections`, or without a file descriptor left for
//   it, is answered 503 and closed at once (over TLS: only closed). Request head over 64 KiB is
//   431, URI over 1 MiB + 16 KiB is 414, body over `max_body` is 413.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/http/certificate_authority.h"
#include "base/http/message.h"
#include "base/result.h"

namespace aweber {

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one, see HttpServer::port()
  bool tls = false;
  KeyAndCertificate certificate;  // when tls
  // When tls and set: asked per handshake with the SNI name ("" when none); a failed result or an
  // empty certificate falls back to `certificate`. Must be thread safe.
  std::function<Result<KeyAndCertificate>(const std::string& server_name)> select_certificate;
  int max_connections = 20'000;
  int max_threads = 4096;
  std::size_t max_body = 16u << 20;
  int read_timeout_ms = 30'000;  // real time, within a request
  int idle_timeout_ms = 60'000;  // real time, between requests of a kept-alive connection
  // CONNECT host:port. Set: asked with the authority; true means "answer 200, then speak TLS with
  // the certificate select_certificate gives for the host and serve requests as usual"; false is
  // 403. Not set: CONNECT is an ordinary request for the handler.
  std::function<bool(const std::string& authority)> accept_connect;
};

// What was read of a request that could not be parsed, and what it was answered with.
struct MalformedRequest {
  std::string head;    // at most 64 KiB of what arrived
  int status = 400;    // 0 when the connection was just closed
  std::string reason;  // for people: "header line without a colon"
  std::string peer;
  bool tls = false;
};

class HttpServer {
 public:
  // The request is the handler's to keep.
  using Handler = std::function<HttpResponse(HttpRequest&&)>;
  using MalformedHandler = std::function<void(const MalformedRequest&)>;

  static Result<std::unique_ptr<HttpServer>> Start(HttpServerOptions options, Handler handler,
                                                   MalformedHandler on_malformed = {});
  ~HttpServer();

  std::uint16_t port() const;
  // "http://127.0.0.1:8080" or https.
  std::string base_url() const;
  // Requested when the server stops: handlers that wait must watch it.
  std::stop_token stop_token() const;
  int open_connections() const;
  // Stops within a second even with hung peers. Idempotent; the destructor calls it.
  void Stop();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace aweber
