#include "mockserver/api/text_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

namespace aweber::mock {
namespace {

// Four decimal numbers up to 255, without signs and leading zeros.
std::optional<std::array<int, 4>> Ipv4Parts(std::string_view text) {
  std::array<int, 4> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = std::min(text.find('.'), text.size());
    const std::string_view part = text.substr(0, end);
    const bool digits = part.find_first_not_of("0123456789") == std::string_view::npos;
    if (part.empty() || part.size() > 3 || !digits || (part.size() > 1 && part[0] == '0')) {
      return std::nullopt;
    }
    std::from_chars(part.data(), part.data() + part.size(), parts[i]);
    if (parts[i] > 255 || (i < 3) != (end < text.size())) return std::nullopt;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool IsReserved(const std::array<int, 4>& parts) {
  const auto& [a, b, c, d] = parts;
  return a == 0 || a == 10 || a == 127 || a >= 224 || (a == 100 && b >= 64 && b < 128) ||
         (a == 169 && b == 254) || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) ||
         (a == 192 && b == 0 && c == 0) || (a == 198 && (b == 18 || b == 19));
}

}  // namespace

std::size_t Characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

bool IsOneOf(std::string_view choices, std::string_view value) {
  while (!choices.empty()) {
    const std::size_t end = std::min(choices.find('|'), choices.size());
    if (choices.substr(0, end) == value) return true;
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
  return false;
}

bool LooksLikeEmail(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find('.', at) != std::string_view::npos && text.back() != '.' &&
         text.find_first_of(" \t\r\n,;<>") == std::string_view::npos;
}

std::optional<double> DecimalNumber(const std::string& text, bool whole) {
  const char* const allowed = whole ? "+-0123456789" : "+-.0123456789eE";
  if (text.find_first_not_of(allowed) != std::string::npos) return std::nullopt;
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0') return std::nullopt;
  return number;
}

bool HasControls(std::string_view text, bool lines) {
  return std::any_of(text.begin(), text.end(), [lines](char c) {
    const auto code = static_cast<unsigned char>(c);
    const bool of_lines = c == '\t' || c == '\n' || c == '\r';
    return (code < 0x20 && !(lines && of_lines)) || code == 0x7f;
  });
}

std::string PublicIpv4Problem(std::string_view text) {
  const auto parts = Ipv4Parts(text);
  if (parts) {
    return IsReserved(*parts)
               ? "Invalid Subscriber IP address. The address is part of a reserved block."
               : "";
  }
  if (text.find(':') != std::string_view::npos) return "must be an IPv4 address, not IPv6";
  return "must be an IPv4 address: four decimal numbers up to 255, without leading zeros";
}

}  // namespace aweber::mock
