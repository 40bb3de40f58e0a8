#include "conformance/checks/cookies.h"

#include <algorithm>

#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

std::string WithoutBlanks(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

// RFC 6265 §5.2, as far as the checks ask.
SetCookie Parse(std::string_view line) {
  SetCookie cookie;
  bool first = true;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(';', at), line.size());
    const std::string part = WithoutBlanks(line.substr(at, end - at));
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string name = part.substr(0, equals);
    const std::string value = equals == part.size() ? "" : part.substr(equals + 1);
    at = end + 1;
    if (std::exchange(first, false)) {
      cookie.name = name;
      cookie.value = value;
      continue;
    }
    const std::string attribute = Lower(name);
    if (attribute == "httponly") cookie.http_only = true;
    if (attribute == "secure") cookie.secure = true;
    if (attribute == "samesite") cookie.same_site = Lower(value);
    if (attribute == "max-age") cookie.deletes |= value == "0" || value.starts_with('-');
    if (attribute == "expires") cookie.deletes |= value.find("1970") != std::string::npos;
  }
  cookie.deletes |= cookie.value.empty();
  return cookie;
}

bool HasWord(const std::string& name, std::initializer_list<std::string_view> words) {
  const std::string lower = Lower(name);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace

bool SetCookie::NamesSession() const {
  if (deletes || HasWord(name, {"csrf", "xsrf"})) return false;
  return http_only || HasWord(name, {"sess", "sid", "auth", "token", "user", "login", "remember"});
}

std::vector<SetCookie> CookiesSet(const CaseView& view) {
  std::vector<SetCookie> cookies;
  for (const auto& step : view.steps) {
    for (const auto& page : step.pages) {
      for (const std::string& line : page.headers.GetAll("Set-Cookie")) {
        SetCookie cookie = Parse(line);
        cookie.over_https = page.url.starts_with("https://");
        cookie.step = &step;
        if (!cookie.name.empty()) cookies.push_back(std::move(cookie));
      }
    }
  }
  return cookies;
}

}  // namespace aweber::conformance
