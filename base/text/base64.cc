#include "base/text/base64.h"

#include <array>
#include <cstdint>

namespace aweber {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Values = std::array<std::int8_t, 256>;

constexpr Values MakeValues(std::string_view alphabet) {
  Values values{};
  for (auto& value : values) value = -1;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}

constexpr Values kStandardValues = MakeValues(kStandard);
constexpr Values kUrlValues = MakeValues(kUrl);

std::string Encode(std::string_view bytes, std::string_view alphabet) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const unsigned char byte : bytes) {
    bits = (bits << 8) | byte;
    for (count += 8; count >= 6; count -= 6) text.push_back(alphabet[(bits >> (count - 6)) & 63]);
  }
  if (count > 0) text.push_back(alphabet[(bits << (6 - count)) & 63]);
  return text;
}

// `text` without its padding.
std::optional<std::string> Decode(std::string_view text, const Values& values) {
  if (text.size() % 4 == 1) return std::nullopt;  // six bits make no byte
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const unsigned char c : text) {
    if (values[c] < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(values[c]);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>((bits >> count) & 0xff));
    }
  }
  // RFC 4648 §3.5: bits left over must be zero, else two texts would mean the same bytes.
  if ((bits & ((1u << count) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string Base64Encode(std::string_view bytes) {
  std::string text = Encode(bytes, kStandard);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::string> Base64Decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return Decode(text, kStandardValues);
}

std::string Base64UrlEncode(std::string_view bytes) { return Encode(bytes, kUrl); }

std::optional<std::string> Base64UrlDecode(std::string_view text) {
  return Decode(text, kUrlValues);
}

}  // namespace aweber
