#include "base/crypto/crypto.h"

#include <gtest/gtest.h>

#include "base/text/base64.h"

namespace aweber {
namespace {

TEST(CryptoTest, Sha256Vectors) {
  struct {
    std::string text;
    std::string_view hex;
  } const kVectors[] = {
      // FIPS 180-4 example values.
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
  };
  for (const auto& v : kVectors) EXPECT_EQ(HexLower(Sha256(v.text)), v.hex) << v.text;
}

TEST(CryptoTest, HmacSha256Vectors) {
  struct {
    std::string key;
    std::string text;
    std::string_view hex;
  } const kVectors[] = {
      // RFC 4231 §4.2, §4.3, §4.4, §4.7.
      {std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {"", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
  };
  for (const auto& v : kVectors) EXPECT_EQ(HexLower(HmacSha256(v.key, v.text)), v.hex) << v.text;
  EXPECT_EQ(HmacSha256(std::string_view(), ""), HmacSha256("", ""));  // a view without an address
}

TEST(CryptoTest, PkceExample) {
  // RFC 7636 Appendix B: the verifier from its octets, and its challenge.
  constexpr unsigned char kOctets[] = {116, 24,  223, 180, 151, 153, 224, 37,  79,  250, 96,
                                       125, 216, 173, 187, 186, 22,  212, 37,  77,  105, 214,
                                       191, 240, 91,  88,  5,   88,  83,  132, 141, 121};
  const std::string verifier =
      Base64UrlEncode({reinterpret_cast<const char*>(kOctets), sizeof kOctets});
  EXPECT_EQ(verifier, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  EXPECT_TRUE(IsPkceVerifier(verifier));
  EXPECT_EQ(PkceS256Challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(CryptoTest, PkceVerifierRules) {
  const std::string shortest(43, 'a');
  EXPECT_TRUE(IsPkceVerifier(shortest));
  EXPECT_TRUE(IsPkceVerifier(std::string(128, 'Z')));
  EXPECT_TRUE(IsPkceVerifier(shortest + "-._~09AZaz"));
  EXPECT_FALSE(IsPkceVerifier(std::string(42, 'a')));
  EXPECT_FALSE(IsPkceVerifier(std::string(129, 'a')));
  EXPECT_FALSE(IsPkceVerifier(""));
  for (const char c : {'+', '/', '=', ' ', '%', '\n', '\xc3', '\0'}) {
    EXPECT_FALSE(IsPkceVerifier(shortest + c)) << int{c};
  }
}

TEST(CryptoTest, HexLower) {
  EXPECT_EQ(HexLower(std::string_view("\x00\x0f\xa0\xff", 4)), "000fa0ff");
  EXPECT_EQ(HexLower(""), "");
}

TEST(CryptoTest, ConstantTimeEquals) {
  EXPECT_TRUE(ConstantTimeEquals("", ""));
  EXPECT_TRUE(ConstantTimeEquals("secret", "secret"));
  EXPECT_FALSE(ConstantTimeEquals("secret", "secreT"));
  EXPECT_FALSE(ConstantTimeEquals("secret", "Secret"));
  EXPECT_FALSE(ConstantTimeEquals("secret", "secre"));
  EXPECT_FALSE(ConstantTimeEquals("secret", ""));
  EXPECT_FALSE(ConstantTimeEquals({"a\0b", 3}, {"a\0c", 3}));
}

}  // namespace
}  // namespace aweber
