// TokenRequest: a request to the token or revocation endpoint, read but not judged.
//
// Purpose: AWeber's users send parameters as a form, in the query or as JSON, and credentials in
//   any of four ways. This reads all of them once and says where each was found.
// Thread safety: plain values and pure functions.
// Errors: none; what cannot be read is described in `body_problem` and `basic.problem`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.h"
#include "base/text/form.h"
#include "mockserver/request/parameters.h"
#include "mockserver/settings.h"

namespace aweber::mock {

// An Authorization: Basic header in both readings (RFC 6749 §2.3.1 form-encodes id and secret
// first; many libraries do not).
struct BasicCredentials {
  bool present = false;
  std::string problem;  // why it could not be read; "" when it could
  std::string raw_id, raw_secret;
  std::string id, secret;  // form-decoded; the raw text when that is impossible
  bool decodable = true;   // false: a '%' in them is no escape, so they were not form-encoded
};

struct TokenRequest {
  Form query;
  Form body;
  bool json = false;
  std::string body_problem;  // "" when the body was read
  BasicCredentials basic;
  std::string header_problem;    // an Authorization header that is not Basic
  bool query_parameters = true;  // settings at the time
  std::vector<std::string> duplicates;
  // Which of query and body has over kMaxParameters; "" when neither.
  std::string too_many, query_too_many;

  // Body first; then the query where settings allow it. An empty value counts as omitted.
  std::optional<std::string> Get(std::string_view name) const;
  // A parameter whose escapes or UTF-8 are broken; "" when none.
  std::string InvalidParameter() const;
};

// Reads what there is, without a space's settings and outside its lock.
TokenRequest ReadTokenRequest(const HttpRequest& request);
// What of it counts by the settings of now.
void Interpret(const Settings& settings, const HttpRequest& request, TokenRequest& read);

}  // namespace aweber::mock
