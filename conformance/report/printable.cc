#include "conformance/report/printable.h"

#include <fmt/format.h>

#include <cstdint>

namespace aweber::conformance {
namespace {

// The length of the UTF-8 sequence at `at`, 0 when it is none; `point` is what it stands for.
std::size_t Sequence(std::string_view text, std::size_t at, std::uint32_t& point) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const std::size_t length = byte < 0x80             ? 1
                             : (byte & 0xe0) == 0xc0 ? 2
                             : (byte & 0xf0) == 0xe0 ? 3
                             : (byte & 0xf8) == 0xf0 ? 4
                                                     : 0;
  if (length == 0 || at + length > text.size()) return 0;
  point = length == 1 ? byte : byte & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xc0) != 0x80) return 0;
    point = (point << 6) | (next & 0x3fu);
  }
  return length;
}

// Marks that reorder or hide what stands beside them.
bool TurnsText(std::uint32_t point) {
  return (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
         (point >= 0x2060 && point <= 0x2069) || point == 0xfeff;
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string Printable(std::string_view text, LineBreaks breaks) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::uint32_t point = 0;
    const std::size_t length = Sequence(text, at, point);
    if (length == 0) {
      out += '?';
      ++at;
      continue;
    }
    if (point == '\n') {
      out += breaks == LineBreaks::kKeep ? '\n' : ' ';
    } else if (point == '\t') {
      out += ' ';
    } else if (point < 0x20 || (point >= 0x7f && point < 0xa0)) {
      out += fmt::format("\\x{:02x}", point);
    } else if (TurnsText(point)) {
      out += fmt::format("\\u{:04x}", point);
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
  return out;
}

std::string MarkdownText(std::string_view text) {
  constexpr std::string_view kMeaning = "|\\`*_<[]#~&";
  std::string out;
  for (const char c : Printable(text)) {
    if (kMeaning.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::size_t WidthOf(std::string_view text) {
  std::size_t width = 0;
  for (const char c : text) width += IsContinuation(c) ? 0 : 1;
  return width;
}

std::string Shorten(std::string_view text, std::size_t width) {
  if (WidthOf(text) <= width) return std::string(text);
  const std::size_t keep = width > 3 ? width - 3 : 0;
  std::size_t at = 0, seen = 0;
  for (; at < text.size(); ++at) {
    if (!IsContinuation(text[at]) && seen++ == keep) break;
  }
  return std::string(text.substr(0, at)) + "...";
}

std::vector<std::string> Wrap(std::string_view text, std::size_t width, std::size_t max_lines) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    const bool last_line = lines.size() + 1 == max_lines;
    if (!line.empty() && WidthOf(line) + 1 + WidthOf(word) > width) {
      if (last_line) {
        line += " " + std::string(text);
        break;
      }
      lines.push_back(Shorten(line, width));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  if (!line.empty()) lines.push_back(Shorten(line, width));
  return lines;
}

}  // namespace aweber::conformance
