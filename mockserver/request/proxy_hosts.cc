#include "mockserver/request/proxy_hosts.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
namespace aweber::mock {
namespace {

struct Served {
  std::string_view name;
  Endpoint endpoint;
};
constexpr Served kServed[] = {{"authorize", Endpoint::kAuthorize},
                              {"token", Endpoint::kToken},
                              {"revoke", Endpoint::kRevoke},
                              {"api", Endpoint::kApi}};

bool IsHostName(std::string_view text) {
  return text.find('.') != std::string_view::npos && text.front() != '.' && text.back() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
         });
}

}  // namespace

Result<ProxyHost> ParseProxyHost(std::string_view text) {
  ProxyHost parsed;
  const std::size_t slash = std::min(text.find('/'), text.size());
  parsed.host = text.substr(0, slash);
  if (!IsHostName(parsed.host)) {
    return Error{"proxy.host", fmt::format("\"{}\" does not begin with the name of a host in small "
                                           "letters, such as login.example.com",
                                           text)};
  }
  std::string_view rest = text.substr(slash);
  if (rest.empty()) return parsed;
  const std::size_t equals = rest.rfind('=');
  const auto row = std::find_if(std::begin(kServed), std::end(kServed), [&](const Served& one) {
    return equals != std::string_view::npos && one.name == rest.substr(equals + 1);
  });
  if (row == std::end(kServed)) {
    return Error{"proxy.host", fmt::format("\"{}\" names a path: say what is found there by "
                                           "=authorize, =token, =revoke or =api",
                                           text)};
  }
  parsed.path = rest.substr(0, equals);
  parsed.endpoint = row->endpoint;
  return parsed;
}

void ProxyHosts::Add(const std::vector<ProxyHost>& further) {
  further_.insert(further_.end(), further.begin(), further.end());
}

bool ProxyHosts::Serves(std::string_view host) const {
  return host == kAuthHost || host == kApiHost ||
         std::any_of(further_.begin(), further_.end(),
                     [&](const ProxyHost& one) { return one.host == host; });
}

std::optional<Endpoint> ProxyHosts::Find(std::string_view host, std::string_view path,
                                         std::string_view method) const {
  std::optional<Endpoint> found;
  for (const ProxyHost& one : further_) {
    if (one.host != host) continue;
    if (one.path == path) {
      found = one.endpoint;
      break;
    }
    found = Endpoint::kApi;
  }
  if (found == Endpoint::kAuthorize && method == "POST") return Endpoint::kDecision;
  return found;
}

std::string ProxyHosts::Names() const {
  std::vector<std::string> names = {kAuthHost, kApiHost};
  for (const ProxyHost& one : further_) {
    if (std::find(names.begin(), names.end(), one.host) == names.end()) names.push_back(one.host);
  }
  const std::string last = names.back();
  names.pop_back();
  return fmt::format("{} and {}", fmt::join(names, ", "), last);
}

}  // namespace aweber::mock
