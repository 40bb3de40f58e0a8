#include "base/http/proxy.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/text/ascii.h"
#include "base/text/base64.h"
#include "base/text/uri.h"

namespace aweber {
namespace {

std::string Environment(const char* lower, const char* upper) {
  const char* value = std::getenv(lower);
  if (value == nullptr) value = std::getenv(upper);
  return value ? value : "";
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// "example.com" and ".example.com" both cover the domain and what is below it, as in curl.
bool Covers(std::string_view rule, std::string_view host) {
  if (rule == "*") return true;
  if (!rule.empty() && rule.front() == '.') rule.remove_prefix(1);
  if (rule.empty() || !EndsWith(host, rule)) return false;
  return host.size() == rule.size() || host[host.size() - rule.size() - 1] == '.';
}

}  // namespace

HttpProxySettings HttpProxySettings::FromEnvironment() {
  return {Environment("https_proxy", "HTTPS_PROXY"), Environment("no_proxy", "NO_PROXY")};
}

bool HttpProxySettings::Bypasses(std::string_view host) const {
  const std::string name = Lower(host);
  std::string rules_text = Lower(no_proxy_);
  std::string_view rules = rules_text;
  while (!rules.empty()) {
    const std::size_t comma = rules.find(',');
    if (Covers(TrimBlanks(rules.substr(0, comma)), name)) return true;
    rules.remove_prefix(comma == std::string_view::npos ? rules.size() : comma + 1);
  }
  return false;
}

Result<std::optional<HttpProxy>> HttpProxySettings::ForHttps(const std::string& host) const {
  if (https_proxy_.empty() || IsLoopbackHost(host) || Bypasses(host)) {
    return std::optional<HttpProxy>();
  }
  const bool has_scheme = https_proxy_.find("://") != std::string::npos;
  const auto uri = ParseUri(has_scheme ? https_proxy_ : "http://" + https_proxy_);
  if (!uri || uri->scheme != "http" || uri->host.empty()) {
    // The text may hold a password: it is not repeated.
    return Error{"http.url", "HTTPS_PROXY is not of the form http://host:port"};
  }
  HttpProxy proxy;
  proxy.host = uri->host;
  if (proxy.host.front() == '[') proxy.host = proxy.host.substr(1, proxy.host.size() - 2);
  proxy.port = uri->EffectivePort();
  if (!uri->userinfo.empty()) {
    const auto credentials = PercentDecode(uri->userinfo);
    if (!credentials) return Error{"http.url", "HTTPS_PROXY has a broken user name or password"};
    proxy.authorization = "Basic " + Base64Encode(*credentials);
  }
  return std::optional<HttpProxy>(std::move(proxy));
}

}  // namespace aweber
