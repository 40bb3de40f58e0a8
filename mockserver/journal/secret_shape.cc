#include "mockserver/journal/secret_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>

#include "base/text/ascii.h"
#include "base/text/hex.h"

namespace aweber::mock {
namespace {

constexpr std::size_t kShortest = 20;  // a random text of 120 bits as base64 has 20 characters
// 32 random hexadecimal digits have 14, seldom below 10.
constexpr std::size_t kFewestDifferent = 9;

enum class Kind { kLower, kUpper, kDigit, kOther };

Kind KindOf(char c) {
  if (c >= 'a' && c <= 'z') return Kind::kLower;
  if (c >= 'A' && c <= 'Z') return Kind::kUpper;
  return c >= '0' && c <= '9' ? Kind::kDigit : Kind::kOther;
}

}  // namespace

bool LooksLikeSecret(std::string_view word) {
  if (word.size() < kShortest || IsUuid(word)) return false;
  std::bitset<256> seen;
  std::size_t letters = 0, changes = 0;
  Kind last = Kind::kOther;
  for (const char c : word) {
    const Kind kind = KindOf(c);
    if (kind == Kind::kOther) continue;
    seen.set(static_cast<unsigned char>(c));
    ++letters;
    const bool in_word = last == Kind::kUpper && kind == Kind::kLower;  // RefreshToken
    changes += last != Kind::kOther && kind != last && !in_word ? 1 : 0;
    last = kind;
  }
  // Random base64 and hexadecimal digits change so at nearly every second place, a name such as
  // RefreshTokenAfter2Hours at every fifth.
  return letters >= kShortest && seen.count() >= kFewestDifferent && changes * 4 > letters;
}

std::string SecretShapeTag(std::string_view word) {
  return fmt::format("[redacted {}...]", word.substr(0, 4));
}

bool IsPublicRandomName(std::string_view name) {
  constexpr std::array<std::string_view, 11> kNames{
      "state",         "code_challenge",          "nonce",        "http_etag",   "etag",    "uuid",
      "if-none-match", "content-security-policy", "x-request-id", "traceparent", "if-match"};
  return std::find(kNames.begin(), kNames.end(), Lower(name)) != kNames.end();
}

}  // namespace aweber::mock
