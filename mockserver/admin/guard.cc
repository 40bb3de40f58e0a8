#include "mockserver/admin/guard.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto/crypto.h"
#include "base/text/uri.h"
#include "mockserver/admin/reply.h"
#include "mockserver/console/console.h"

namespace aweber::mock {
namespace {

// "name:port" or "[v6]:port" without the port; the whole text where what follows is no port, so that
// it equals no name.
std::string HostWithoutPort(const std::string& authority) {
  const bool v6 = authority.starts_with('[');
  const std::size_t end = v6 ? authority.find(']') + 1 : authority.find(':');
  if (end == std::string::npos || end == 0) return authority;
  const std::string_view rest = std::string_view(authority).substr(end);
  const bool port = rest.empty() || (rest.front() == ':' && rest.size() <= 6 &&
                                     rest.find_first_not_of("0123456789", 1) == rest.npos);
  return port ? authority.substr(0, end) : authority;
}

bool IsAllowedHost(const GuardPolicy& policy, const std::string& host) {
  if (IsLoopbackHost(host) || host == policy.bind_host) return true;
  return std::find(policy.allowed_hosts.begin(), policy.allowed_hosts.end(), host) !=
         policy.allowed_hosts.end();
}

// Probes and the console's own files hold nothing to protect; the page asks for the token itself.
bool IsPublic(const HttpRequest& request) {
  constexpr std::string_view kPublic[] = {"/livez", "/readyz", "/openapi.json", "/ca.pem"};
  std::string_view path = request.Path();
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);  // as the router does
  if (std::find(std::begin(kPublic), std::end(kPublic), path) != std::end(kPublic)) return true;
  return ConsoleAsset(request).has_value();
}

// The whole Origin of a page of this listener: what its Host header names, by either scheme.
bool IsOwnOrigin(const std::string& origin, const std::string& host) {
  return origin == "http://" + host || origin == "https://" + host;
}

// Why a page of another site is behind the request; "" when none is. A link from elsewhere may lead
// to the console's pages, and to nothing else.
std::string ForeignPage(const HttpRequest& request) {
  const std::vector<std::string> origins = request.headers.GetAll("Origin");
  if (origins.size() > 1) return "requests with several Origin headers";
  if (origins.size() == 1 && !IsOwnOrigin(origins.front(), request.headers.GetOr("Host"))) {
    return fmt::format("requests from pages of {}", origins.front());
  }
  const std::string site = request.headers.GetOr("Sec-Fetch-Site");
  if (site != "cross-site" && site != "same-site") return "";
  const bool followed_link = request.headers.GetOr("Sec-Fetch-Mode") == "navigate";
  if (followed_link && IsPublic(request)) return "";
  return fmt::format("requests that a browser marks as {}", site);
}

}  // namespace

bool GuardPolicy::NeedsToken() const { return !token.empty() || !IsLoopbackHost(bind_host); }

std::optional<HttpResponse> CheckAdminRequest(const GuardPolicy& policy,
                                              const HttpRequest& request) {
  const std::string host = HostWithoutPort(request.headers.GetOr("Host"));
  // Where a token is asked for, a page of another name cannot know it.
  if (!policy.NeedsToken() && !IsAllowedHost(policy, host)) {
    return AdminError(421, "host_not_allowed",
                      fmt::format("Host \"{}\" is not one of this listener's names; use {} or add "
                                  "it with --admin-allow-host",
                                  host, policy.bind_host));
  }
  if (const std::string foreign = ForeignPage(request); !foreign.empty()) {
    return AdminError(
        403, "origin_not_allowed",
        foreign + " are refused: the admin API is for its own console and for programs");
  }
  if (policy.NeedsToken() && !IsPublic(request)) {
    const std::string sent = request.headers.GetOr("Authorization");
    if (policy.token.empty() || !ConstantTimeEquals(sent, "Bearer " + policy.token)) {
      HttpResponse refusal =
          AdminError(401, "token_required",
                     "send Authorization: Bearer TOKEN; the token is what --admin-token or "
                     "AWEBER_MOCK_ADMIN_TOKEN says");
      refusal.headers.Set("WWW-Authenticate", "Bearer realm=\"admin\"");
      return refusal;
    }
  }
  return std::nullopt;
}

}  // namespace aweber::mock
