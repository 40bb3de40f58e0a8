// NamedValues: the values that stand under a secret's name in free text.
//
// Purpose: what Redactor::Text takes out by name: name=value, "name": value as in JSON, a header
//   line, <input name="..." value="...">, a part of a multipart form (RFC 7578). One pass from left
//   to right, however often a name occurs.
// Ownership: refers to the text. Thread safety: none needed. Errors: none.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace aweber::mock {

// Of which names and identifiers are made: letters, digits, '_' and '-'.
bool IsWordCharacter(char c);

class NamedValues {
 public:
  struct Span {
    std::size_t begin = 0, end = 0;  // begin < end
  };
  explicit NamedValues(std::string_view text) : text_(text) {}
  // From left to right, without overlaps; nothing after the last.
  std::optional<Span> Next();

 private:
  Span ValueAfter(std::size_t begin, std::size_t end) const;
  Span HeaderValue(std::size_t name_begin, std::size_t colon) const;
  Span JsonValue(std::size_t quote) const;
  Span PartValue(std::size_t line);
  bool StartsLine(std::size_t at) const;
  std::size_t FindFirst(std::string_view set, std::size_t from) const;
  std::size_t SkipAny(std::string_view set, std::size_t from) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t blank_line_ = 0;  // the end of the first empty line after at_, when it was looked for
  Span part_;                   // of a multipart form, to come when at_ is there
};

}  // namespace aweber::mock
