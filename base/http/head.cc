#include "base/http/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text/ascii.h"

namespace aweber {
namespace {

bool IsTokenChar(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

HttpRefusal BadRequest(std::string reason) { return {400, std::move(reason)}; }

// Takes the next line off `head`, without its CRLF.
std::string_view TakeLine(std::string_view& head) {
  const std::size_t end = head.find("\r\n");
  const std::string_view line = head.substr(0, end);
  head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
  return line;
}

// "HTTP/1.0" and "HTTP/1.1" only; anything else that looks like a version is 505.
std::optional<HttpRefusal> ParseVersion(std::string_view text, int& minor) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 8 || text.substr(0, 5) != "HTTP/" || !digit(text[5]) || text[6] != '.' ||
      !digit(text[7])) {
    return BadRequest("the first line does not carry HTTP/1.1");
  }
  if (text[5] != '1') {
    return HttpRefusal{505, fmt::format("version {} is not spoken here", text)};
  }
  minor = text[7] == '0' ? 0 : 1;
  return std::nullopt;
}

std::optional<HttpRefusal> ParseField(std::string_view line, HttpHeaders& headers) {
  // RFC 9112 §5.2: a server must refuse (or unfold) obsolete line folding.
  if (IsBlank(line.front())) return BadRequest("header line folded onto the next (obs-fold)");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return BadRequest("header line without a colon");
  const std::string_view name = line.substr(0, colon);
  // RFC 9112 §5.1: whitespace between name and colon must be refused.
  if (!name.empty() && IsBlank(name.back())) {
    return BadRequest("whitespace between header name and colon");
  }
  if (!IsHttpToken(name)) return BadRequest("header name with characters that are not allowed");
  const std::string_view value = TrimBlanks(line.substr(colon + 1));
  if (!IsHttpFieldValue(value)) {
    return BadRequest(fmt::format("control character in the value of {}", name));
  }
  headers.Add(std::string(name), std::string(value));
  return std::nullopt;
}

std::optional<HttpRefusal> ParseFields(std::string_view head, HttpHeaders& headers) {
  while (true) {
    const std::string_view line = TakeLine(head);
    if (line.empty()) return std::nullopt;
    if (auto refusal = ParseField(line, headers)) return refusal;
  }
}

// RFC 9112 §9.3.
bool KeepsAlive(const HttpHeaders& headers, int minor_version) {
  bool close = false;
  bool keep = false;
  for (const auto& [name, value] : headers.fields()) {
    if (!EqualsIgnoreCase(name, "Connection")) continue;
    close = close || ListHasToken(value, "close");
    keep = keep || ListHasToken(value, "keep-alive");
  }
  return !close && (minor_version >= 1 || keep);
}

std::optional<HttpRefusal> ParseRequestLine(std::string_view line, RequestHead& out) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos || line.find(' ', second + 1) != std::string_view::npos) {
    return BadRequest("request line is not \"METHOD target HTTP/1.1\"");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, second - first - 1);
  if (!IsHttpToken(method)) return BadRequest("method with characters that are not allowed");
  if (target.empty()) return BadRequest("empty request target");
  // Bytes >= 0x80 are not allowed either (RFC 3986), but clients send them; the handler gets to see
  // and judge those.
  for (const char c : target) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) {
      return BadRequest("control character in the request target");
    }
  }
  out.method = method;
  out.target = target;
  return ParseVersion(line.substr(second + 1), out.minor_version);
}

}  // namespace

// RFC 9112 §6.3 and §11.2: two lengths, or a length beside a transfer coding, are how requests are
// smuggled past a proxy.
std::optional<HttpRefusal> ParseFraming(const HttpHeaders& headers, int minor_version,
                                        BodyFraming& framing, std::uint64_t& length) {
  std::string_view content_length;
  std::string_view transfer_encoding;
  int lengths = 0;
  int codings = 0;
  for (const auto& [name, value] : headers.fields()) {
    if (EqualsIgnoreCase(name, "Content-Length")) content_length = value, ++lengths;
    if (EqualsIgnoreCase(name, "Transfer-Encoding")) transfer_encoding = value, ++codings;
  }
  if (lengths > 1) return BadRequest("more than one Content-Length (request smuggling)");
  if (codings > 1) return BadRequest("more than one Transfer-Encoding (request smuggling)");
  if (lengths == 1 && codings == 1) {
    return BadRequest("Content-Length beside Transfer-Encoding (request smuggling)");
  }
  if (codings == 1) {
    if (minor_version == 0) return BadRequest("Transfer-Encoding in an HTTP/1.0 message");
    if (!EqualsIgnoreCase(transfer_encoding, "chunked")) {
      return HttpRefusal{501, fmt::format("Transfer-Encoding \"{}\" is not known, only chunked",
                                          transfer_encoding)};
    }
    framing = BodyFraming::kChunked;
  }
  if (lengths == 1) {
    const char* end = content_length.data() + content_length.size();
    const auto [stopped, error] = std::from_chars(content_length.data(), end, length);
    if (content_length.empty() || error != std::errc() || stopped != end) {
      return BadRequest(fmt::format("Content-Length \"{}\" is not a number", content_length));
    }
    framing = length == 0 ? BodyFraming::kNone : BodyFraming::kLength;
  }
  return std::nullopt;
}

bool IsHttpToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar);
}

bool IsHttpFieldValue(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  });
}

bool ListHasToken(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (EqualsIgnoreCase(TrimBlanks(list.substr(0, comma)), token)) return true;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

HeadScanner::State HeadScanner::Refuse(int status, std::string reason) {
  refusal_ = {status, std::move(reason)};
  return State::kRefused;
}

HeadScanner::State HeadScanner::CheckLimits(std::size_t seen) {
  if ((first_line_end_ == 0 ? seen : first_line_end_) > limits_.first_line) {
    return Refuse(414,
                  fmt::format("{} over {} bytes", limits_.first_line_name, limits_.first_line));
  }
  if (first_line_end_ == 0) return State::kMore;
  if (seen - first_line_end_ > limits_.fields) {
    return Refuse(431, fmt::format("header fields over {} bytes", limits_.fields));
  }
  if (lines_ > limits_.field_count + 1) {
    return Refuse(431, fmt::format("more than {} header fields", limits_.field_count));
  }
  return State::kMore;
}

HeadScanner::State HeadScanner::Scan(std::string_view bytes) {
  while (true) {
    const std::size_t line_feed = bytes.find('\n', position_);
    if (line_feed == std::string_view::npos) {
      position_ = bytes.size();
      return CheckLimits(bytes.size());
    }
    if (line_feed == line_start_ || bytes[line_feed - 1] != '\r') {
      return Refuse(400, "line ends in a bare line feed, not in CR LF");
    }
    const bool empty_line = line_feed == line_start_ + 1;
    position_ = line_start_ = line_feed + 1;
    if (empty_line && lines_ == 0)
      return Refuse(400, fmt::format("empty line instead of a {}", limits_.first_line_name));
    if (!empty_line && ++lines_ == 1) first_line_end_ = position_;
    if (const State state = CheckLimits(position_); state != State::kMore) return state;
    if (empty_line) return State::kComplete;
  }
}

std::optional<HttpRefusal> ParseRequestHead(std::string_view head, RequestHead& out) {
  if (auto refusal = ParseRequestLine(TakeLine(head), out)) return refusal;
  if (auto refusal = ParseFields(head, out.headers)) return refusal;
  if (auto refusal =
          ParseFraming(out.headers, out.minor_version, out.framing, out.content_length)) {
    return refusal;
  }
  // RFC 9112 §3.2: a server must refuse an HTTP/1.1 request without Host, or with two.
  const std::size_t hosts = out.headers.GetAll("Host").size();
  if (hosts > 1) return BadRequest("more than one Host header");
  if (hosts == 0 && out.minor_version >= 1) return BadRequest("HTTP/1.1 request without Host");
  out.keep_alive = KeepsAlive(out.headers, out.minor_version);
  out.expect_continue =
      out.minor_version >= 1 && ListHasToken(out.headers.GetOr("Expect"), "100-continue");
  return std::nullopt;
}

std::optional<HttpRefusal> ParseResponseHead(std::string_view head, std::string_view method,
                                             ResponseHead& out) {
  const std::string_view line = TakeLine(head);
  if (auto refusal = ParseVersion(line.substr(0, 8), out.minor_version)) return refusal;
  const std::string_view rest = line.substr(8);
  const bool digits =
      rest.size() >= 4 && rest[0] == ' ' &&
      std::all_of(rest.begin() + 1, rest.begin() + 4, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || (rest.size() > 4 && rest[4] != ' ')) {
    return BadRequest("status line without a three-digit status");
  }
  std::from_chars(rest.data() + 1, rest.data() + 4, out.status);
  out.reason = rest.size() > 5 ? std::string(rest.substr(5)) : std::string();
  if (out.status < 100) return BadRequest("status below 100");
  if (auto refusal = ParseFields(head, out.headers)) return refusal;
  out.framing = BodyFraming::kUntilClose;
  if (auto refusal =
          ParseFraming(out.headers, out.minor_version, out.framing, out.content_length)) {
    return refusal;
  }
  out.keep_alive = KeepsAlive(out.headers, out.minor_version);
  // RFC 9112 §6.3: these never carry a body, whatever their headers say.
  if (method == "HEAD" || out.status < 200 || out.status == 204 || out.status == 304) {
    out.framing = BodyFraming::kNone;
  }
  if (out.framing == BodyFraming::kUntilClose) out.keep_alive = false;
  return std::nullopt;
}

}  // namespace aweber
