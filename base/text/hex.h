// Hexadecimal digits, in either case, and identifiers made of them.
//
// Thread safety: pure functions. Errors: none.
#pragma once

#include <algorithm>
#include <string_view>

namespace aweber {

// 0 to 15; -1 for another character.
constexpr int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr bool IsHexDigit(char c) { return HexValue(c) >= 0; }

// "00000000-0000-4000-8000-000000000001" (RFC 9562 §4), of any version.
constexpr bool IsUuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(),
                    [](char c, char form) { return form == 'x' ? IsHexDigit(c) : c == form; });
}

}  // namespace aweber
