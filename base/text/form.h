// application/x-www-form-urlencoded, reading and writing (RFC 6749 Appendix B; WHATWG URL §5).
//
// Purpose: query strings and form bodies, with order, duplicates and the raw text kept, because a
//   mock that drops any of them cannot say what a client really sent.
// Thread safety: pure functions and plain values.
// Errors: a malformed percent-escape or invalid UTF-8 does not lose the pair: it is kept raw with
//   `valid` false, and Form::AllValid() is false.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aweber {

struct FormField {
  std::string name;        // decoded ('+' is a space); the raw text when not valid
  std::string value;       // decoded; the raw text when not valid
  std::string raw_name;    // as sent
  std::string raw_value;   // as sent
  bool has_equals = true;  // "a" and "a=" differ on the wire
  bool valid = true;       // escapes well formed and the decoded text is UTF-8
};

class Form {
 public:
  Form() = default;
  Form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

  const std::vector<FormField>& fields() const { return fields_; }
  bool empty() const { return fields_.empty(); }
  bool AllValid() const;
  std::size_t Count(std::string_view name) const;
  bool Has(std::string_view name) const { return Count(name) > 0; }
  // First value, or nothing.
  std::optional<std::string> Get(std::string_view name) const;
  // First value, or "".
  std::string GetOr(std::string_view name, std::string_view fallback = "") const;
  // Names that occur more than once, in order of first appearance.
  std::vector<std::string> Duplicates() const;

  void Add(std::string_view name, std::string_view value);
  // Replaces the first and removes the others; adds when absent.
  void Set(std::string_view name, std::string_view value);
  void Remove(std::string_view name);
  void AddField(FormField field) { fields_.push_back(std::move(field)); }

  // name=value&..., each encoded by FormEncode.
  std::string Encode() const;

 private:
  std::vector<FormField> fields_;
};

// More pairs than any client sends. Who reads what a stranger sent stops there: a body of 16 MiB
// may hold millions, which cost seconds and say nothing.
inline constexpr std::size_t kMaxParameters = 1000;
// The same for JSON: values on all levels.
inline constexpr std::size_t kMaxJsonValues = 10 * kMaxParameters;

// Parses `a=b&c=d`; empty pairs ("&&") are skipped, everything else is kept, up to `most` pairs.
Form ParseForm(std::string_view text, std::size_t most = static_cast<std::size_t>(-1));
// One component: unreserved and '*' kept, space is '+', all else %XX upper case.
std::string FormEncode(std::string_view text);
// One component; nothing when an escape is malformed.
std::optional<std::string> FormDecode(std::string_view text);
// Strict UTF-8 (no overlong forms, surrogates, or code points above U+10FFFF).
bool IsValidUtf8(std::string_view bytes);

}  // namespace aweber
