#include "mockserver/admin/guard.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto/crypto.h"
#include "base/text/uri.h"
#include "mockserver/admin/reply.h"

namespace aweber::mock {
namespace {

// "name:port" or "[v6]:port" without the port.
std::string HostWithoutPort(const std::string& authority) {
  if (!authority.empty() && authority.front() == '[') {
    const auto end = authority.find(']');
    return authority.substr(0, end == std::string::npos ? end : end + 1);
  }
  return authority.substr(0, authority.find(':'));
}

bool IsAllowedHost(const GuardPolicy& policy, const std::string& host) {
  if (IsLoopbackHost(host) || host == policy.bind_host) return true;
  return std::find(policy.allowed_hosts.begin(), policy.allowed_hosts.end(), host) !=
         policy.allowed_hosts.end();
}

// Probes and the console's own files hold nothing to protect; the page asks for the token itself.
bool IsProtected(const HttpRequest& request) {
  return request.Path().starts_with("/api/") || request.Path() == "/metrics";
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
  if (const auto origin = request.headers.Get("Origin")) {
    // A page of this listener itself has exactly the origin that its Host header names.
    const auto parsed = ParseUri(*origin);
    const std::string own = request.headers.GetOr("Host");
    const std::string sent =
        parsed.ok() ? parsed->host + (parsed->port ? fmt::format(":{}", *parsed->port) : "") : "";
    if (sent != own) {
      return AdminError(403, "origin_not_allowed",
                        fmt::format("requests from pages of {} are refused: the admin API is for "
                                    "its own console and for programs",
                                    *origin));
    }
  }
  if (policy.NeedsToken() && IsProtected(request)) {
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
