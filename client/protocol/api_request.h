// One request to the API: where it may go, where the token goes in it, and what its answer means.
//
// Purpose: pure builders and judges for resource requests. A token leaves only for the configured
//   API: links found in answers (`next_collection_link`) are followed there and nowhere else.
// Thread safety: pure functions, plain values.
// Errors: "api.foreign_url" before anything is sent; "api.*" from the answer, kind kHttp.
// Source: RFC 6750 §2, §3; AWeber's walkthrough (three placements, choose one) and reference (rate
//   limit: 403 'Rate Limit Error', 120 requests in 60 s).
#pragma once

#include <string>
#include <string_view>

#include "base/text/json_fwd.h"
#include "client/protocol/config.h"
#include "client/protocol/failure.h"
#include "client/protocol/protocol.h"

namespace aweber::client {

inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
inline constexpr std::string_view kJsonType = "application/json";

struct ApiCall {
  std::string method = "GET";
  std::string url;           // absolute, or a path: "/accounts", or "/1.0/accounts" as documented
  std::string content_type;  // of body; empty without one
  std::string body;
};

// A call with `members` as its body, in the encoding AWeber takes there: broadcasts form only (415
// otherwise), everything else JSON. Lists and objects in a form are written as JSON.
ApiCall MakeApiCall(std::string method, std::string url, const Json& members, bool force_form);

struct ApiReply {
  int status = 0;
  HttpHeaders headers;
  std::string body;

  Outcome<Json> AsJson() const;
};

// The absolute URL of a call; refuses other origins, paths outside api_url, user info, fragments
// and dot segments.
Outcome<std::string> ResolveApiUrl(const ClientConfig& config, std::string_view url);
// `url` from ResolveApiUrl. A token that should travel in the body does so only in form requests
// that are not GET (RFC 6750 §2.2); elsewhere it falls back to the header.
OutgoingRequest BuildApiRequest(const ClientConfig& config, const ApiCall& call,
                                const std::string& url, std::string_view access_token);
// 2xx is success, 201 without a body and AWeber's 209 included. The rate limit's 403 gets
// retry_after = 60 s.
Outcome<ApiReply> JudgeApiReply(HttpResponse response, UnixTime now);

}  // namespace aweber::client
