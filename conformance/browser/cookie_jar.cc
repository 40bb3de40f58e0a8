#include "conformance/browser/cookie_jar.h"

#include <algorithm>

#include "base/text/ascii.h"

namespace aweber::conformance {
namespace {

std::string_view TakeUntil(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view taken = TrimBlanks(text.substr(0, at));
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

// RFC 6265 §5.1.4.
std::string DefaultPath(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (path.empty() || path.front() != '/' || slash == 0) return "/";
  return std::string(path.substr(0, slash));
}

bool PathMatches(std::string_view request, std::string_view cookie) {
  if (request == cookie) return true;
  if (!request.starts_with(cookie)) return false;
  return cookie.back() == '/' || request[cookie.size()] == '/';
}

// Deletion is spelt as a date in the past, always the epoch or nearly so, or as an age of nothing.
bool IsLongPast(std::string_view date) {
  for (const std::string_view year : {"1970", "-70 ", "1969", "2000", "1980", "1999"}) {
    if (date.find(year) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

void CookieJar::Set(std::string_view line, std::string_view path) {
  std::string_view pair = TakeUntil(line, ';');
  if (pair.find('=') == std::string_view::npos) return;
  Cookie cookie;
  cookie.name = TakeUntil(pair, '=');
  cookie.value = TrimBlanks(pair);
  cookie.path = DefaultPath(path);
  if (cookie.name.empty()) return;
  bool gone = false;
  bool has_age = false;
  while (!line.empty()) {
    std::string_view attribute = TakeUntil(line, ';');
    const std::string name = Lower(TakeUntil(attribute, '='));
    const std::string_view value = TrimBlanks(attribute);
    if (name == "path" && value.starts_with('/')) cookie.path = value;
    if (name == "secure") cookie.secure = true;
    if (name == "samesite") cookie.strict = Lower(value) == "strict";
    if (name == "max-age") {  // §5.3: it wins over Expires
      has_age = true;
      gone = value.starts_with('-') || value == "0";
    }
    if (name == "expires" && !has_age) gone = IsLongPast(value);
  }
  cookies_.erase(std::remove_if(cookies_.begin(), cookies_.end(),
                                [&](const Cookie& old) {
                                  return old.name == cookie.name && old.path == cookie.path;
                                }),
                 cookies_.end());
  if (!gone) cookies_.push_back(std::move(cookie));
  // §6.1: browsers may forget the oldest of too many; Chromium's limit for one site.
  constexpr std::size_t kMost = 180;
  if (cookies_.size() > kMost) cookies_.erase(cookies_.begin());
}

std::string CookieJar::Header(std::string_view path, bool secure, bool cross_site) const {
  std::vector<const Cookie*> sent;
  for (const Cookie& cookie : cookies_) {
    if (!PathMatches(path, cookie.path) || (cookie.secure && !secure)) continue;
    if (cookie.strict && cross_site) continue;
    sent.push_back(&cookie);
  }
  // §5.4: longer paths first.
  std::stable_sort(sent.begin(), sent.end(), [](const Cookie* a, const Cookie* b) {
    return a->path.size() > b->path.size();
  });
  std::string header;
  for (const Cookie* cookie : sent) {
    header += (header.empty() ? "" : "; ") + cookie->name + "=" + cookie->value;
  }
  return header;
}

}  // namespace aweber::conformance
