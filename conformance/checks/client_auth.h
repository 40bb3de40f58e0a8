// How a request to the token or revocation endpoint authenticates its client.
//
// Thread safety: pure functions. Source: RFC 6749 §2.3, §3.2.1.
#pragma once

#include <optional>
#include <string>

#include "conformance/checks/verdicts.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {

struct ClientAuthSeen {
  bool basic = false, body = false, query = false;
  int Count() const { return (basic ? 1 : 0) + (body ? 1 : 0) + (query ? 1 : 0); }
};
ClientAuthSeen AuthOf(const BackRequest& request);

// How the credentials differ from those that the client was told, whichever way they were encoded;
// nothing where they do not, or where nobody told it any.
std::optional<std::string> OtherClient(const CaseView& view, const BackRequest& request);

// Whether a confidential client's request authenticates; says nothing of public clients.
Remark Authenticates(const CaseView& view, const BackRequest& request);

}  // namespace aweber::conformance
