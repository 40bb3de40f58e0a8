#include "mockserver/journal/named_values.h"

#include <algorithm>
#include <string>

#include "mockserver/journal/redact.h"

namespace aweber::mock {
namespace {

constexpr std::string_view kSpaces = " \t";
constexpr std::string_view kWhite = " \t\r\n";
constexpr std::string_view kDisposition = "content-disposition";

bool SameWord(std::string_view word, std::string_view lower_case) {
  return std::equal(
      word.begin(), word.end(), lower_case.begin(), lower_case.end(),
      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b; });
}

// Whether a Content-Disposition names a field that holds a secret: name="code", name=code.
bool NamesSecret(std::string_view line) {
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t begin = at;
    while (at < line.size() && IsWordCharacter(line[at])) ++at;
    if (at == begin) {
      ++at;
      continue;
    }
    if (!SameWord(line.substr(begin, at - begin), "name")) continue;
    at = std::min(line.find_first_not_of("= \t\"", at), line.size());
    const std::size_t value = at;
    while (at < line.size() && IsWordCharacter(line[at])) ++at;
    if (Redactor::IsSecretName(line.substr(value, at - value))) return true;
  }
  return false;
}

}  // namespace

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

std::size_t NamedValues::FindFirst(std::string_view set, std::size_t from) const {
  return std::min(text_.find_first_of(set, from), text_.size());
}

std::size_t NamedValues::SkipAny(std::string_view set, std::size_t from) const {
  return std::min(text_.find_first_not_of(set, from), text_.size());
}

bool NamedValues::StartsLine(std::size_t at) const {
  while (at > 0 && kSpaces.find(text_[at - 1]) != std::string_view::npos) --at;
  return at == 0 || text_[at - 1] == '\n' || text_[at - 1] == '\r';
}

std::optional<NamedValues::Span> NamedValues::Next() {
  while (at_ < text_.size()) {
    if (at_ >= part_.begin && at_ < part_.end) {
      const Span found{at_, part_.end};
      at_ = part_.end;
      return found;
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && IsWordCharacter(text_[at_])) ++at_;
    if (at_ == begin) {
      ++at_;
      continue;
    }
    const std::string_view word = text_.substr(begin, at_ - begin);
    const bool line = at_ < text_.size() && text_[at_] == ':' && StartsLine(begin);
    if (line && SameWord(word, kDisposition)) {
      if (const Span part = PartValue(at_); part.begin < part.end) part_ = part;
    }
    if (!Redactor::IsSecretName(word)) continue;
    const Span found = ValueAfter(begin, at_);
    if (found.begin >= found.end) continue;
    at_ = found.end;
    return found;
  }
  return std::nullopt;
}

NamedValues::Span NamedValues::ValueAfter(std::size_t begin, std::size_t end) const {
  if (end >= text_.size()) return {};
  if (text_[end] == '=') {
    const std::size_t value = end + 1;
    const bool quoted = value < text_.size() && (text_[value] == '"' || text_[value] == '\'');
    if (quoted) return {value + 1, FindFirst(text_.substr(value, 1), value + 1)};
    return {value, FindFirst("& \t\r\n\"'<>;,", value)};
  }
  if (text_[end] == ':') return HeaderValue(begin, end);
  return text_[end] == '"' ? JsonValue(end) : Span{};
}

NamedValues::Span NamedValues::HeaderValue(std::size_t name_begin, std::size_t colon) const {
  const std::string_view name = text_.substr(name_begin, colon - name_begin);
  const bool credentials = SameWord(name, "authorization") || SameWord(name, "proxy-authorization");
  const bool header = credentials || SameWord(name, "cookie") || SameWord(name, "set-cookie");
  if (!header && name.find('_') == std::string_view::npos) return {};  // "code: 5" in a sentence
  const std::size_t value = SkipAny(kSpaces, colon + 1);
  if (!credentials || StartsLine(name_begin)) return {value, FindFirst("\r\n", value)};
  // Within a sentence: only what follows a scheme, "no Authorization: Basic, no client_id" has
  // none.
  std::size_t scheme = value;
  while (scheme < text_.size() && IsWordCharacter(text_[scheme])) ++scheme;
  const std::size_t secret = SkipAny(kSpaces, scheme);
  if (scheme == value || secret == scheme) return {};
  return {secret, FindFirst(" \t\r\n\"'<>,;", secret)};
}

NamedValues::Span NamedValues::JsonValue(std::size_t quote) const {
  constexpr std::string_view kInput = "\" value=\"";  // <input name="..." value="...">
  if (text_.substr(quote, kInput.size()) == kInput) {
    const std::size_t begin = quote + kInput.size();
    return {begin, FindFirst("\"", begin)};
  }
  const std::size_t colon = SkipAny(kWhite, quote + 1);
  if (colon == text_.size() || text_[colon] != ':') return {};
  const std::size_t value = SkipAny(kWhite, colon + 1);
  if (value == text_.size()) return {};
  if (text_[value] == '[') return {value + 1, FindFirst("]", value)};
  if (text_[value] == '-' || (text_[value] >= '0' && text_[value] <= '9')) {
    return {value, FindFirst(",]} \t\r\n", value)};
  }
  if (text_[value] != '"') return {};
  std::size_t end = value + 1;
  while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
  return {value + 1, std::min(end, text_.size())};
}

// From the empty line after the part's header lines to the next boundary (RFC 7578 §4.1). `line` is
// within the part's Content-Disposition.
NamedValues::Span NamedValues::PartValue(std::size_t line) {
  if (!NamesSecret(text_.substr(line, FindFirst("\r\n", line) - line))) return {};
  if (blank_line_ <= line) {
    blank_line_ = text_.size();
    for (std::size_t at = text_.find('\n', line); at != std::string_view::npos;
         at = text_.find('\n', at + 1)) {
      const std::size_t next = text_.substr(at + 1, 1) == "\r" ? at + 2 : at + 1;
      if (text_.substr(next, 1) != "\n") continue;
      blank_line_ = next + 1;
      break;
    }
  }
  const std::size_t begin = blank_line_;
  if (begin >= text_.size()) return {};
  std::size_t end = std::min(text_.find("\n--", begin - 1), text_.size());
  if (end > begin && end < text_.size() && text_[end - 1] == '\r') --end;
  return {begin, std::max(begin, end)};
}

}  // namespace aweber::mock
