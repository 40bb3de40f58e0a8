// Access tokens on API requests: where they were sent, and whether they are good (RFC 6750).
//
// Thread safety: under the space's mutex. Errors: AWeber's replies; reasons go to the exchange.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/text/form.h"
#include "base/text/json.h"
#include "mockserver/model/space_state.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

struct ApiRequest {
  Form query;
  Form form;         // a form body
  Json json;         // a JSON body; null when there is none
  std::string type;  // media type of the body
  std::string body_problem;
  std::string too_many;  // which of query and form has too many parameters; "" when neither
  std::optional<std::string> header_token, form_token, query_token;
  std::string header_problem;  // an Authorization header that is no Bearer token
};
ApiRequest ReadApiRequest(const HttpRequest& request);

void InspectApi(const SpaceState& space, const ApiRequest& read, Facts& facts);

// The live access token, or the reply that refuses the request.
struct BearerResult {
  TokenId token = kNoId;
  std::optional<HttpResponse> refusal;
};
BearerResult CheckBearer(const SpaceState& space, const ApiRequest& read, Exchange& exchange);
// Nothing when the token has the scope.
std::optional<HttpResponse> RequireScope(const SpaceState& space, TokenId token,
                                         std::string_view scope, Exchange& exchange);

}  // namespace aweber::mock
