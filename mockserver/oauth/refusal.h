// Refusal: why an OAuth request is turned down, as the wire says it and as the journal says it.
//
// Purpose: decisions return one, a single function turns it into a reply. The wire stays as
//   terse as AWeber; the reason in full goes to the journal only.
// Thread safety: plain values and pure functions.
#pragma once

#include <string>

#include "base/http/message.h"
#include "base/text/json_fwd.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

// `code` and `message` make it fit Result<T, Refusal>.
struct Refusal {
  std::string code;     // "invalid_grant"
  std::string message;  // the private reason
  int status = 400;
  bool basic_challenge = false;  // RFC 6749 §5.2: Basic was tried, so 401 names it
  bool no_credentials = false;   // answered in the API's envelope where the profile says so
};

// {"error":"code"} as the authorization server answers it; notes error and reason in `exchange`.
HttpResponse RefuseOAuth(Exchange& exchange, const Refusal& refusal);
// Any JSON reply of the authorization server: never stored by caches (RFC 6749 §5.1).
HttpResponse OAuthJson(int status, const Json& body);
HttpResponse OAuthText(int status, std::string json);

// "they differ at character 34: the first has '/', the second ends there"; counted from 1.
std::string FirstDifference(std::string_view registered, std::string_view sent);
// A printable form of one character: "'a'", "0x0A".
std::string ShowCharacter(char c);

}  // namespace aweber::mock
