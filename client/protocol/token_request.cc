// Requests to the token and revocation endpoints.
#include <fmt/format.h>

#include "base/text/base64.h"
#include "base/text/uri.h"
#include "client/protocol/api_request.h"
#include "client/protocol/protocol.h"

namespace aweber::client {

OutgoingRequest BuildFormRequest(const ClientConfig& config, const std::string& url, Form form) {
  OutgoingRequest request{.method = "POST", .url = url};
  request.headers.Add("Accept", "application/json");
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  if (config.type == ClientType::kPublic) {
    form.Add("client_id", config.client_id);  // RFC 6749 §3.2.1: says who, proves nothing
  } else if (config.auth == AuthMethod::kBasic) {
    // RFC 6749 §2.3.1: both halves are form-encoded before they are joined, or a ':' or '%' in a
    // secret would change its meaning.
    request.headers.Add("Authorization",
                        "Basic " + Base64Encode(fmt::format("{}:{}", FormEncode(config.client_id),
                                                            FormEncode(config.client_secret))));
  } else {
    const Form credentials{{"client_id", config.client_id},
                           {"client_secret", config.client_secret}};
    if (config.auth == AuthMethod::kQuery) {
      request.url = AppendQuery(url, credentials.Encode());
    } else {
      for (const FormField& field : credentials.fields()) form.Add(field.name, field.value);
    }
  }
  request.body = form.Encode();
  return request;
}

OutgoingRequest BuildCodeRequest(const ClientConfig& config, std::string_view code,
                                 const PendingAuthorization& pending) {
  Form form{
      {"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", pending.redirect_uri}};
  if (!pending.code_verifier.empty()) form.Add("code_verifier", pending.code_verifier);
  return BuildFormRequest(config, config.provider.token_url, std::move(form));
}

OutgoingRequest BuildRefreshRequest(const ClientConfig& config, std::string_view refresh_token) {
  return BuildFormRequest(config, config.provider.token_url,
                          {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}});
}

OutgoingRequest BuildRevokeRequest(const ClientConfig& config, std::string_view token,
                                   std::string_view hint) {
  return BuildFormRequest(config, config.provider.revoke_url,
                          {{"token", token}, {"token_type_hint", hint}});
}

std::vector<std::string> SecretsOf(const ClientConfig& config, const OutgoingRequest& request) {
  std::vector<std::string> secrets{config.client_secret};
  const auto add_fields = [&secrets](std::string_view form_text) {
    const Form form = ParseForm(form_text);
    for (const std::string_view name :
         {"code", "code_verifier", "refresh_token", "token", "access_token", "client_secret"}) {
      if (form.Has(name)) secrets.push_back(form.GetOr(name));
    }
  };
  if (const auto query = request.url.find('?'); query != request.url.npos) {
    add_fields(std::string_view(request.url).substr(query + 1));
  }
  if (request.headers.GetOr("Content-Type") == kFormType) add_fields(request.body);
  // "Basic ..." or "Bearer ..."
  const std::string credentials = request.headers.GetOr("Authorization");
  secrets.push_back(credentials.substr(credentials.find(' ') + 1));
  return secrets;
}

}  // namespace aweber::client
