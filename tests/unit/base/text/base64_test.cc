#include "base/text/base64.h"

#include <gtest/gtest.h>

namespace aweber {
namespace {

struct Vector {
  std::string_view bytes;
  std::string_view base64;
  std::string_view base64url;
};

constexpr Vector kVectors[] = {
    // RFC 4648 §10.
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    // §9: the illustrations, then the two letters in which the alphabets differ.
    {"\x14\xfb\x9c\x03\xd9\x7e", "FPucA9l+", "FPucA9l-"},
    {"\x14\xfb\x9c\x03\xd9", "FPucA9k=", "FPucA9k"},
    {"\x14\xfb\x9c\x03", "FPucAw==", "FPucAw"},
    {"\xff\xff\xff", "////", "____"},
    {std::string_view("\0\0\0\0", 4), "AAAAAA==", "AAAAAA"},
    // RFC 7617 §2: the example of Basic credentials.
    {"Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "QWxhZGRpbjpvcGVuIHNlc2FtZQ"},
};

TEST(Base64Test, EncodesAndDecodesTheVectors) {
  for (const Vector& v : kVectors) {
    SCOPED_TRACE(v.base64);
    EXPECT_EQ(Base64Encode(v.bytes), v.base64);
    EXPECT_EQ(Base64Decode(v.base64), v.bytes);
    EXPECT_EQ(Base64UrlEncode(v.bytes), v.base64url);
    EXPECT_EQ(Base64UrlDecode(v.base64url), v.bytes);
  }
}

TEST(Base64Test, RefusesWhatIsNotBase64) {
  constexpr std::string_view kBad[] = {
      "Zg",     // padding is missing
      "Zg=",    // half of it is
      "Zg===",  // too much
      "Z===",   // three
      "=",        "====",   "Zm9v=",
      "Zm9v====",
      "Z=g=",                                              // in the middle
      "Zh==",                                              // bits left over are not zero (§3.5)
      "Zm9=",                                              // the same, two bits
      "Zm9-",     "Zm9_",                                  // the other alphabet
      "Zm 9v",    "Zm9v\n", std::string_view("Z\0g=", 4),  // §3.3: characters outside the alphabet
      "Zm9\xc3",
  };
  for (const std::string_view text : kBad) {
    EXPECT_EQ(Base64Decode(text), std::nullopt) << text;
  }
}

TEST(Base64Test, RefusesWhatIsNotBase64Url) {
  constexpr std::string_view kBad[] = {
      "Zg==",     "Zm8=",   // padding
      "Z",        "Zm9vY",  // six bits make no byte
      "Zh",       "Zm9",    // bits left over
      "FPucA9l+", "////",  "Zm9 ", "Zm9v\r",
  };
  for (const std::string_view text : kBad) {
    EXPECT_EQ(Base64UrlDecode(text), std::nullopt) << text;
  }
}

TEST(Base64Test, EveryByteSurvives) {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  for (std::size_t size = 253; size <= 256; ++size) {
    const std::string bytes = all.substr(0, size);
    EXPECT_EQ(Base64Decode(Base64Encode(bytes)), bytes);
    EXPECT_EQ(Base64UrlDecode(Base64UrlEncode(bytes)), bytes);
  }
}

}  // namespace
}  // namespace aweber
