#include "base/text/diff.h"

#include <fmt/format.h>

#include <algorithm>

namespace aweber {
namespace {

bool Printable(char c) { return c >= 0x20 && c < 0x7f; }

std::string ShowByte(char c) {
  return Printable(c) ? std::string(1, c) : fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
}

std::string ShowText(std::string_view text) {
  std::string shown;
  for (const char c : text) shown += ShowByte(c);
  return shown;
}

std::string NameAt(std::string_view text, std::size_t offset) {
  return offset < text.size() ? "'" + ShowByte(text[offset]) + "'" : "the end";
}

}  // namespace

std::optional<std::size_t> FirstDifference(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (a[i] != b[i]) return i;
  }
  if (a.size() == b.size()) return std::nullopt;
  return common;
}

std::string MarkDifference(std::string_view expected, std::string_view seen) {
  const auto offset = FirstDifference(expected, seen);
  if (!offset) return "";
  // The caret stands below the byte as shown: escapes before it take four columns each.
  const std::size_t column = ShowText(expected.substr(0, *offset)).size();
  return fmt::format("expected: {}\nseen:     {}\n          {}^ character {}: expected {}, saw {}",
                     ShowText(expected), ShowText(seen), std::string(column, ' '), *offset + 1,
                     NameAt(expected, *offset), NameAt(seen, *offset));
}

std::string DescribeDifference(std::string_view expected, std::string_view seen) {
  const auto offset = FirstDifference(expected, seen);
  if (!offset) return "";
  return fmt::format("{} characters expected, {} seen; the first difference is at character {}",
                     expected.size(), seen.size(), *offset + 1);
}

}  // namespace aweber
