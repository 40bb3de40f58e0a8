// Which proxy an HTTPS request goes through, by the customary environment variables.
//
// Purpose: HTTPS_PROXY (or https_proxy) and NO_PROXY (or no_proxy), as curl, Python and Go read
//   them. Loopback hosts are never proxied, as in Go: a mock on this machine must be reached.
// Thread safety: pure functions and plain values.
// Errors: Error{"http.url"} for a proxy URL that cannot be understood.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace aweber {

struct HttpProxy {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  std::string authorization;  // value of Proxy-Authorization, "" when none
};

class HttpProxySettings {
 public:
  HttpProxySettings() = default;
  HttpProxySettings(std::string https_proxy, std::string no_proxy)
      : https_proxy_(std::move(https_proxy)), no_proxy_(std::move(no_proxy)) {}
  static HttpProxySettings FromEnvironment();

  // Nothing when `host` is to be reached directly.
  Result<std::optional<HttpProxy>> ForHttps(const std::string& host) const;

 private:
  bool Bypasses(std::string_view host) const;

  std::string https_proxy_;
  std::string no_proxy_;
};

}  // namespace aweber
