// AWeber's error envelope:
// {"error":{"status":...,"message":...,"type":...,"documentation_url":...}}.
//
// Thread safety: pure functions. Source: AWeber's reference.
#pragma once

#include <string>

#include "base/http/message.h"
#include "base/text/json_fwd.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

struct EnvelopeFields {
  int status = 400;
  std::string type;     // "NotFoundError"
  std::string message;  // what the wire says
};
// Notes error and reason in `exchange`.
HttpResponse EnvelopeError(Exchange& exchange, const EnvelopeFields& fields, std::string why);
// The reply of a rate limit that is used up (reference: 403, not 429, and no Retry-After).
HttpResponse RateLimited(Exchange& exchange, std::string why);
HttpResponse ApiJson(int status, const Json& body);

}  // namespace aweber::mock
