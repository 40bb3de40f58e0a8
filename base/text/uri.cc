#include "base/text/uri.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text/ascii.h"
#include "base/text/hex.h"

namespace aweber {
namespace {

constexpr std::string_view kSubDelims = "!$&'()*+,;=";  // RFC 3986 §2.2

bool IsAlpha(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool Contains(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

std::uint16_t DefaultPort(std::string_view lower_scheme) {
  if (lower_scheme == "http") return 80;
  if (lower_scheme == "https") return 443;
  return 0;
}

bool IsEscape(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && IsHexDigit(text[at + 1]) && IsHexDigit(text[at + 2]);
}

// The port that `digits` write; nothing for none or for more than 65535.
std::optional<std::uint16_t> ReadPort(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return port;
}

// inet_pton for a view; a NUL would end the text early and hide the rest.
bool ReadAddress(int family, std::string_view text, void* out) {
  return text.find('\0') == std::string_view::npos &&
         inet_pton(family, std::string(text).c_str(), out) == 1;
}

bool IsIpv6(std::string_view address) {
  in6_addr parsed;
  return ReadAddress(AF_INET6, address, &parsed);
}

// RFC 3986 §3.2.2: "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ).
bool IsIpvFuture(std::string_view literal) {
  if (literal.empty() || (literal[0] != 'v' && literal[0] != 'V')) return false;
  const std::size_t dot = literal.find('.');
  if (dot == std::string_view::npos || dot < 2 || dot + 1 == literal.size()) return false;
  const auto version = literal.substr(1, dot - 1);
  const auto rest = literal.substr(dot + 1);
  return std::all_of(version.begin(), version.end(), IsHexDigit) &&
         std::all_of(rest.begin(), rest.end(),
                     [](char c) { return IsUnreserved(c) || c == ':' || Contains(kSubDelims, c); });
}

// Splits by position, left to right, and remembers the first offence.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Uri> Run() {
    if (!ReadScheme()) return Failure();
    const std::size_t hash = std::min(text_.find('#', at_), text_.size());
    const std::size_t question = std::min(text_.find('?', at_), hash);
    if (text_.substr(at_, question - at_).starts_with("//")) {
      const std::size_t slash = text_.find('/', at_ + 2);
      if (!ReadAuthority(at_ + 2, std::min(slash, question))) return Failure();
    }
    if (!Check(at_, question, ":@/", "the path")) return Failure();
    uri_.path = text_.substr(at_, question - at_);
    if (question < hash) {
      if (!Check(question + 1, hash, ":@/?", "the query")) return Failure();
      uri_.query = text_.substr(question + 1, hash - question - 1);
    }
    if (hash < text_.size()) {
      if (!Check(hash + 1, text_.size(), ":@/?", "the fragment")) return Failure();
      uri_.fragment = text_.substr(hash + 1);
    }
    return std::move(uri_);
  }

 private:
  Error Failure() const { return Error{"uri.invalid", message_}; }

  bool Fail(std::size_t offset, std::string_view why) {
    message_ = fmt::format("not a URI: {} at offset {}", why, offset);
    return false;
  }

  // RFC 3986 §3.1: ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) ":".
  bool ReadScheme() {
    std::size_t i = 0;
    while (i < text_.size() &&
           (IsAlpha(text_[i]) || (i > 0 && (IsDigit(text_[i]) || Contains("+-.", text_[i]))))) {
      ++i;
    }
    if (i == 0 || i == text_.size() || text_[i] != ':') {
      return Fail(i, "expected a scheme such as \"https:\"");
    }
    uri_.scheme = text_.substr(0, i);
    at_ = i + 1;
    return true;
  }

  // RFC 3986 §3.2: [ userinfo "@" ] host [ ":" port ] in [begin, end).
  bool ReadAuthority(std::size_t begin, std::size_t end) {
    uri_.has_authority = true;
    at_ = end;
    const std::size_t sign = text_.substr(0, end).find('@', begin);
    if (sign != std::string_view::npos) {
      if (!Check(begin, sign, ":", "the user information")) return false;
      uri_.userinfo = text_.substr(begin, sign - begin);
      uri_.has_userinfo = true;
      begin = sign + 1;
    }
    std::size_t host_end = std::min(text_.substr(0, end).find(':', begin), end);
    if (begin < end && text_[begin] == '[') {
      const std::size_t close = text_.substr(0, end).find(']', begin);
      if (close == std::string_view::npos) return Fail(begin, "an unclosed '['");
      const std::string_view literal = text_.substr(begin + 1, close - begin - 1);
      if (!IsIpv6(literal) && !IsIpvFuture(literal)) return Fail(begin, "a bad IP literal");
      host_end = close + 1;
      if (host_end < end && text_[host_end] != ':') return Fail(host_end, "expected ':' or '/'");
    } else if (!Check(begin, host_end, "", "the host")) {
      return false;
    }
    uri_.host = text_.substr(begin, host_end - begin);
    return host_end == end || ReadPortAt(host_end + 1, end);
  }

  bool ReadPortAt(std::size_t begin, std::size_t end) {
    const std::string_view digits = text_.substr(begin, end - begin);
    for (std::size_t i = 0; i < digits.size(); ++i) {
      if (!IsDigit(digits[i])) return Fail(begin + i, "expected a digit of the port");
    }
    uri_.port_text = std::string(digits);
    uri_.port = ReadPort(digits);
    if (!digits.empty() && !uri_.port) return Fail(begin, "a port above 65535");
    return true;
  }

  // [begin, end) holds only unreserved, escapes, sub-delims and `extra` (RFC 3986 Appendix A).
  bool Check(std::size_t begin, std::size_t end, std::string_view extra, std::string_view where) {
    const std::string_view part = text_.substr(0, end);
    for (std::size_t i = begin; i < end; ++i) {
      const char c = part[i];
      if (c == '%') {
        if (!IsEscape(part, i))
          return Fail(i, fmt::format("a '%' without two hex digits in {}", where));
      } else if (!IsUnreserved(c) && !Contains(kSubDelims, c) && !Contains(extra, c)) {
        return Fail(i, fmt::format("a byte that {} may hold only as %{:02X}", where,
                                   static_cast<unsigned char>(c)));
      }
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Uri uri_;
  std::string message_;
};

}  // namespace

std::string Uri::Origin() const {
  if (!has_authority) return "";
  const std::string lower_scheme = Lower(scheme);
  std::string origin = lower_scheme + "://" + Lower(host);
  if (port && *port != DefaultPort(lower_scheme)) origin += fmt::format(":{}", *port);
  return origin;
}

std::uint16_t Uri::EffectivePort() const { return port ? *port : DefaultPort(Lower(scheme)); }

std::string Uri::RequestTarget() const {
  std::string target = path.empty() ? "/" : path;
  if (query) target += "?" + *query;
  return target;
}

std::string Uri::ToString() const {
  std::string text = scheme + ":";
  if (has_authority) {
    text += "//";
    if (has_userinfo || !userinfo.empty()) text += userinfo + "@";
    text += host;
    if (port_text && ReadPort(*port_text) == port) {
      text += ":" + *port_text;
    } else if (port) {
      text += fmt::format(":{}", *port);
    }
  }
  text += path;
  if (query) text += "?" + *query;
  if (fragment) text += "#" + *fragment;
  return text;
}

Result<Uri> ParseUri(std::string_view text) { return Parser(text).Run(); }

bool IsUnreserved(char c) { return IsAlpha(c) || IsDigit(c) || Contains("-._~", c); }

std::string PercentEncode(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  text.reserve(bytes.size());
  for (const char c : bytes) {
    if (IsUnreserved(c)) {
      text.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text.push_back('%');
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

Result<std::string> PercentDecode(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  std::size_t done = 0;
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', done)) {
    if (!IsEscape(text, at)) {
      return Error{"percent.invalid",
                   fmt::format("a '%' without two hex digits at offset {}; write %25 for '%'", at)};
    }
    bytes.append(text.substr(done, at - done));
    bytes.push_back(static_cast<char>(HexValue(text[at + 1]) * 16 + HexValue(text[at + 2])));
    done = at + 3;
  }
  bytes.append(text.substr(done));
  return bytes;
}

std::string AppendQuery(std::string_view base, std::string_view query) {
  if (query.empty()) return std::string(base);
  const std::size_t hash = std::min(base.find('#'), base.size());
  std::string text(base.substr(0, hash));
  if (text.find('?') == std::string::npos) {
    text += '?';
  } else if (text.back() != '?' && text.back() != '&') {
    text += '&';
  }
  text += query;
  text += base.substr(hash);
  return text;
}

std::string_view WithoutQuery(std::string_view url) {
  return url.substr(0, url.find_first_of("?#"));
}

bool IsLoopbackHost(std::string_view host) {
  if (Lower(host) == "localhost") return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  in_addr v4;
  if (ReadAddress(AF_INET, host, &v4)) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  return ReadAddress(AF_INET6, host, &v6) && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace aweber
