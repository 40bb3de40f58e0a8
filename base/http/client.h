// HttpClient: sends one request, returns one response, follows nothing.
//
// Purpose: the world's edge for clients. An interface, so that tests put a fake in its place;
//   MakeHttpClient gives the real one. The target goes out byte for byte as given in the URL, and
//   headers come as they were sent; redirects are never followed; a request never leaves twice; TLS
//   certificates are verified; HTTPS goes through HTTPS_PROXY (see base/http/proxy.h). Nothing that
//   a server can send holds it longer than its deadlines, or makes it keep more than its limits.
// Ownership: as usual for unique_ptr. Thread safety: Send may be called from any thread at once.
// Errors: Error{"http.url" | "http.connect" | "http.timeout" | "http.tls" | "http.reset" |
//   "http.too_large" | "http.invalid" | "http.cancelled"}. A response with any status is a value.
#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>

#include "base/http/message.h"
#include "base/result.h"

namespace aweber {

struct HttpClientOptions {
  int connect_timeout_ms = 10'000;
  int read_timeout_ms = 30'000;  // of silence, and for writing the request
  int total_timeout_ms = 60'000;
  std::size_t max_response_bytes = 16u << 20;
  std::string ca_file;  // PEM; "" for the system's (SSL_CERT_FILE is honoured)
  bool verify_tls = true;
  std::string user_agent = "aweber-harness";
  bool keep_alive = true;  // reuse connections per origin
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // `url` is absolute; method, headers and body are taken from the arguments. Content-Length and
  // Host are added when absent.
  virtual Result<HttpResponse> Send(const std::string& method, const std::string& url,
                                    const HttpHeaders& headers, const std::string& body,
                                    std::stop_token stop = {}) = 0;
};

std::unique_ptr<HttpClient> MakeHttpClient(HttpClientOptions options = {});

}  // namespace aweber
