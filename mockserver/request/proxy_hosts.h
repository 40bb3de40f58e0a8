// ProxyHosts: the names under which the CONNECT proxy serves the mock.
//
// Purpose: AWeber's own hosts, and those that were named for programs with another provider's
//   addresses built in. On a named host every path is the API's, unless it was named as an endpoint.
// Ownership, thread safety: plain values. Errors: Error{"proxy.host"}.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mockserver/journal/entry.h"

namespace aweber::mock {

// AWeber's own names, under which the mock answers too (CONNECT proxy, network aliases).
inline constexpr const char* kAuthHost = "auth.aweber.com";
inline constexpr const char* kApiHost = "api.aweber.com";

struct ProxyHost {
  std::string host;
  std::string path;  // "" for every path of the host that is not named
  Endpoint endpoint = Endpoint::kApi;
};

// "www.example.com", or "login.example.com/oauth2/token=token": a host, or one of its paths and the
// endpoint that is found there (authorize, token, revoke, api).
Result<ProxyHost> ParseProxyHost(std::string_view text);

class ProxyHosts {
 public:
  void Add(const std::vector<ProxyHost>& further);
  bool Serves(std::string_view host) const;
  // What is found on a named host; nothing for AWeber's own, which the path alone decides.
  std::optional<Endpoint> Find(std::string_view host, std::string_view path,
                               std::string_view method) const;
  // "auth.aweber.com, api.aweber.com and www.example.com".
  std::string Names() const;

 private:
  std::vector<ProxyHost> further_;
};

}  // namespace aweber::mock
