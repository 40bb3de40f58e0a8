// URIs: percent-encoding and a parser that keeps the raw text (RFC 3986).
//
// Purpose: redirect URIs are compared byte for byte (AWeber reference; RFC 9700 §2.1), so parsing
//   here never normalizes: each component is the exact slice of the input.
// Thread safety: pure functions and plain values.
// Errors: ParseUri answers Error{"uri.invalid", ...} with the offset of the offending character.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace aweber {

struct Uri {
  std::string scheme;                 // as written, without ':'
  bool has_authority = false;         // "//" was present
  bool has_userinfo = false;          // '@' was present
  std::string userinfo;               // without '@'
  std::string host;                   // as written; IPv6 literals keep their brackets
  std::optional<std::uint16_t> port;  // absent when not written, or empty ("host:")
  // As written after ':', so that "" and "0080" survive; ToString() ignores it once `port` differs.
  std::optional<std::string> port_text;
  std::string path;                     // raw, may be empty
  std::optional<std::string> query;     // raw, without '?'
  std::optional<std::string> fragment;  // raw, without '#'

  // "scheme://host[:port]" lower-cased scheme and host, port only when not the scheme's default;
  // "" without an authority.
  std::string Origin() const;
  // Explicit port, else 80 or 443 by scheme, else 0.
  std::uint16_t EffectivePort() const;
  // path and query as an HTTP origin-form request target ("/" when the path is empty).
  std::string RequestTarget() const;
  // The text again, from the parts.
  std::string ToString() const;
};

// URIs with a scheme only. Every character must be one that RFC 3986 allows in its component, so
// control characters, spaces, bytes >= 0x80 and stray '%' are refused.
Result<Uri> ParseUri(std::string_view text);

// RFC 3986 §2.3: A-Z a-z 0-9 - . _ ~
bool IsUnreserved(char c);
// RFC 3986 §2.1: every byte that is not unreserved becomes %XX (upper case).
std::string PercentEncode(std::string_view bytes);
// Strict: a '%' not followed by two hex digits is Error{"percent.invalid", offset}. '+' is kept.
Result<std::string> PercentDecode(std::string_view text);

// `base` with `query` appended: after '?' or, when `base` already has a query, after '&'
// (RFC 6749 §3.1: an existing query component is retained). A fragment stays at the end.
std::string AppendQuery(std::string_view base, std::string_view query);
// What stands before the query and the fragment; a part of `url`.
std::string_view WithoutQuery(std::string_view url);

// The host is 127.0.0.0/8, [::1] or localhost (RFC 8252 §7.3, §8.3).
bool IsLoopbackHost(std::string_view host);

}  // namespace aweber
