// Exchange: one request on its way through the protocol code, and what is learnt of it.
//
// Purpose: the argument of every endpoint function. They read the request, act on the SpaceState,
//   answer a response, and leave here what the journal should know and the wire does not say.
// Ownership: refers to the request; lives on the dispatcher's stack. Thread safety: none needed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/http/message.h"
#include "mockserver/journal/entry.h"

namespace aweber::mock {

// What a rule asks an endpoint to decide otherwise. Typed, so that oauth/ and api/ know no rules.
struct Hooks {
  std::optional<bool> rotate_refresh_token;  // instead of the setting
  bool rate_limited = false;                 // the account's rate window is used up by this request
  bool grace = false;                        // an expired access token is good for this request
};

struct Exchange {
  const HttpRequest& request;
  Endpoint endpoint = Endpoint::kOther;
  std::string local_path;  // without the space's prefix and the query
  std::string base_url;    // what links say before "/oauth2/..." or "/1.0/...": origin and prefix
  Hooks hooks;
  std::uint64_t sequence = 0;  // of the journal entry

  Facts facts;
  std::string error;  // when refused: OAuth error code or API error type
  std::string why;    // when refused: the whole private reason
};

}  // namespace aweber::mock
