#include "client/protocol/config.h"

#include <fmt/format.h>

#include "base/text/uri.h"

namespace aweber::client {
namespace {

Failure Bad(std::string_view member, std::string_view what) {
  return MakeFailure(FailureKind::kOther, "config.invalid", fmt::format("{}: {}", member, what));
}

Outcome<void> CheckEndpoint(std::string_view member, const std::string& url, bool allow_http) {
  const auto uri = ParseUri(url);
  if (!uri) return Bad(member, uri.error().message);
  if (uri->fragment) return Bad(member, "has a fragment; endpoints have none (RFC 6749 §3.1)");
  if (uri->host.empty()) return Bad(member, "has no host; give an absolute https URL");
  if (uri->scheme == "https") return {};
  if (uri->scheme == "http" && (allow_http || IsLoopbackHost(uri->host))) return {};
  return Bad(member, "must be https, secrets travel there (RFC 6749 §3.1, §3.2)");
}

// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ).
bool IsScopeToken(std::string_view text) {
  for (const char c : text) {
    if (c < 0x21 || c > 0x7e || c == '"' || c == '\\') return false;
  }
  return !text.empty();
}

Outcome<void> CheckRedirect(const std::string& text) {
  if (text == kOutOfBand) return {};
  const auto uri = ParseUri(text);
  if (!uri) return Bad("redirect_uri", uri.error().message);
  if (uri->fragment) return Bad("redirect_uri", "has a fragment (RFC 6749 §3.1.2 forbids it)");
  return {};
}

}  // namespace

Provider ProviderAt(std::string_view base_url) {
  while (base_url.ends_with('/')) base_url.remove_suffix(1);
  Provider provider;
  provider.authorize_url = fmt::format("{}/oauth2/authorize", base_url);
  provider.token_url = fmt::format("{}/oauth2/token", base_url);
  provider.revoke_url = fmt::format("{}/oauth2/revoke", base_url);
  provider.api_url = fmt::format("{}/1.0", base_url);
  return provider;
}

Outcome<void> CheckConfig(const ClientConfig& config) {
  if (config.client_id.empty()) return Bad("client_id", "is empty; copy it from your AWeber app");
  if (config.type == ClientType::kPublic && !config.client_secret.empty()) {
    return Bad("client_secret", "a public client has none; use a confidential client instead");
  }
  const Provider& p = config.provider;
  const bool http = config.allow_plain_http;
  if (auto s = CheckEndpoint("authorize_url", p.authorize_url, http); !s) return s;
  if (auto s = CheckEndpoint("token_url", p.token_url, http); !s) return s;
  if (auto s = CheckEndpoint("revoke_url", p.revoke_url, http); !s) return s;
  if (auto s = CheckEndpoint("api_url", p.api_url, http); !s) return s;
  for (const std::string& scope : config.scopes) {
    if (!IsScopeToken(scope)) {
      return Bad("scopes", fmt::format("'{}' is not one scope word (RFC 6749 §3.3)", scope));
    }
  }
  return CheckRedirect(config.redirect_uri);
}

bool UsesPkce(const ClientConfig& config) {
  return config.type == ClientType::kPublic || config.pkce == PkceUse::kAlways;
}

std::string JoinScopes(const std::vector<std::string>& scopes) {
  return fmt::format("{}", fmt::join(scopes, " "));
}

}  // namespace aweber::client
