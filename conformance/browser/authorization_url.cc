#include "conformance/browser/authorization_url.h"

#include <algorithm>

namespace aweber::conformance {
namespace {

// What ends a URL in running text: RFC 3986 Appendix C.
constexpr std::string_view kDelimiters = " \t\r\n\"'<>`\033";

std::string_view WithoutPunctuation(std::string_view url) {
  while (!url.empty() && std::string_view(".,;:!?)]}").find(url.back()) != std::string_view::npos) {
    url.remove_suffix(1);
  }
  return url;
}

}  // namespace

std::optional<std::string> FindAuthorizationUrl(const std::string& output, const Pattern* pattern,
                                                bool more_may_come) {
  if (pattern != nullptr) {
    const auto match = pattern->Find(output);
    if (!match || (more_may_come && match->end == output.size())) return std::nullopt;
    return match->text;
  }
  for (std::size_t at = output.find("http"); at != std::string::npos;
       at = output.find("http", at + 1)) {
    const std::string_view rest = std::string_view(output).substr(at);
    if (!rest.starts_with("http://") && !rest.starts_with("https://")) continue;
    const std::size_t end = rest.find_first_of(kDelimiters);
    if (end == std::string_view::npos && more_may_come) return std::nullopt;
    const std::string_view url = WithoutPunctuation(rest.substr(0, end));
    const std::size_t query = std::min(url.find('?'), url.size());
    if (url.find("response_type=", query) != std::string_view::npos) return std::string(url);
  }
  return std::nullopt;
}

std::string BehindProxy(const std::string& url, const std::string& authorize_url,
                        const std::vector<std::string>& others) {
  const std::size_t query = std::min(url.find('?'), url.size());
  for (const std::string& other : others) {
    if (url.substr(0, query) == other) return authorize_url + url.substr(query);
  }
  constexpr std::string_view kHost = "https://auth.aweber.com";
  constexpr std::string_view kPath = "/oauth2/authorize";
  if (!url.starts_with(kHost)) return url;
  const std::string_view rest = std::string_view(url).substr(kHost.size());
  const std::size_t path = authorize_url.find(kPath);
  const bool ends = rest.empty() || rest.front() == '/' || rest.front() == '?';
  if (!ends || path == std::string::npos) return url;
  return authorize_url.substr(0, path) + std::string(rest);
}

}  // namespace aweber::conformance
