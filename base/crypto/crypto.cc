#include "base/crypto/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/text/base64.h"
#include "base/text/uri.h"

namespace aweber {
namespace {

constexpr std::size_t kSha256Size = 32;

// Fetched once and never freed: fetching by name costs more than hashing a short text.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return kAlgorithm;
}

[[noreturn]] void DieOnOpenSsl(const char* what) {
  std::fprintf(stderr, "fatal: OpenSSL cannot compute %s\n", what);
  std::abort();
}

}  // namespace

std::string Sha256(std::string_view bytes) {
  std::string digest(kSha256Size, '\0');
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
                 Sha256Algorithm(), nullptr) != 1 ||
      size != kSha256Size) {
    DieOnOpenSsl("SHA-256");
  }
  return digest;
}

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  std::string mac(kSha256Size, '\0');
  unsigned int size = 0;
  // HMAC() takes a null key to mean "the key of before": give an empty key an address.
  const char* const key_data = key.empty() ? "" : key.data();
  if (HMAC(Sha256Algorithm(), key_data, static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
           reinterpret_cast<unsigned char*>(mac.data()), &size) == nullptr ||
      size != kSha256Size) {
    DieOnOpenSsl("HMAC-SHA-256");
  }
  return mac;
}

std::string HexLower(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

bool ConstantTimeEquals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string PkceS256Challenge(std::string_view verifier) {
  return Base64UrlEncode(Sha256(verifier));
}

bool IsPkceVerifier(std::string_view verifier) {
  return verifier.size() >= 43 && verifier.size() <= 128 &&
         std::all_of(verifier.begin(), verifier.end(), IsUnreserved);
}

}  // namespace aweber
