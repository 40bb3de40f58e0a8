// What a request will say and to whom, decided before anything is connected.
//
// Thread safety: pure functions and plain values.
// Errors: Error{"http.url" | "http.invalid"}; no message repeats a header's value.
#pragma once

#include <cstdint>
#include <string>

#include "base/http/message.h"
#include "base/result.h"

namespace aweber {

struct HttpOrigin {
  bool tls = false;
  std::string host;  // without brackets
  std::uint16_t port = 0;

  std::string Authority() const;  // "auth.aweber.com:443", "[::1]:8080"
};

struct RequestPlan {
  HttpOrigin origin;
  std::string target;   // byte for byte as in the URL
  HttpHeaders headers;  // the caller's, and Host, Content-Length, Accept, User-Agent where absent
};

Result<RequestPlan> PlanRequest(const std::string& method, const std::string& url,
                                const HttpHeaders& headers, const std::string& body,
                                const std::string& user_agent);

}  // namespace aweber
