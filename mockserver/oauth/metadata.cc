#include "mockserver/oauth/metadata.h"

#include "base/text/json.h"
#include "mockserver/model/scopes.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {

bool IsMetadataPath(std::string_view local_path) {
  return local_path == "/.well-known/oauth-authorization-server";
}

HttpResponse HandleMetadata(SpaceState& space, Exchange& exchange) {
  const Settings& settings = space.settings;
  const std::string& issuer = exchange.base_url;
  Json scopes = Json::array();
  for (const ScopeInfo& scope : AllScopes()) scopes.push_back(std::string(scope.name));
  Json document = {
      {"issuer", issuer},
      {"authorization_endpoint", issuer + "/oauth2/authorize"},
      {"token_endpoint", issuer + "/oauth2/token"},
      {"revocation_endpoint", issuer + "/oauth2/revoke"},
      {"scopes_supported", scopes},
      {"response_types_supported", Json::array({"code"})},
      {"grant_types_supported", Json::array({"authorization_code", "refresh_token"})},
      {"token_endpoint_auth_methods_supported",
       Json::array({"client_secret_basic", "client_secret_post", "none"})},
      {"authorization_response_iss_parameter_supported", settings.iss_parameter}};  // RFC 9207 §3
  if (settings.confidential_pkce != "refuse") {
    Json methods = Json::array({"S256"});
    if (settings.pkce_plain) methods.push_back("plain");
    document["code_challenge_methods_supported"] = methods;
  }
  return ApiJson(200, document);
}

}  // namespace aweber::mock
