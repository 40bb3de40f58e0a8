// Guard: who may call the admin API.
//
// Purpose: the admin listener controls the mock, so a web page of another site must not reach it:
//   a Host other than the listener's own names (DNS rebinding), a foreign Origin and what a browser
//   marks as sent by another site (Sec-Fetch-Site) are refused, there is no CORS, and off loopback a
//   bearer token is required.
// Thread safety: pure functions.
// Errors: a refusal is a ready HTTP response with a JSON body that says how to be let in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/http/message.h"

namespace aweber::mock {

struct GuardPolicy {
  std::string bind_host = "127.0.0.1";
  std::string token;                       // "" when none is set
  std::vector<std::string> allowed_hosts;  // further Host names, without port ("mock" in Compose)

  // A token is needed when the listener is not on loopback.
  bool NeedsToken() const;
};

// The refusal, or nothing when the request may pass. Only the probes, /openapi.json, /ca.pem and the
// console's files need no token.
std::optional<HttpResponse> CheckAdminRequest(const GuardPolicy& policy,
                                              const HttpRequest& request);

}  // namespace aweber::mock
