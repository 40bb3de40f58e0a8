// Hashes and comparisons over OpenSSL.
//
// Thread safety: pure functions. Errors: OpenSSL failing to hash aborts; it means no memory.
#pragma once

#include <string>
#include <string_view>

namespace aweber {

std::string Sha256(std::string_view bytes);                            // 32 raw bytes
std::string HmacSha256(std::string_view key, std::string_view bytes);  // 32 raw bytes
std::string HexLower(std::string_view bytes);
// Compares in time that depends on the lengths only (CRYPTO_memcmp).
bool ConstantTimeEquals(std::string_view a, std::string_view b);
// RFC 7636 §4.2: BASE64URL(SHA256(ASCII(verifier))).
std::string PkceS256Challenge(std::string_view verifier);
// RFC 7636 §4.1: 43-128 characters of [A-Za-z0-9-._~].
bool IsPkceVerifier(std::string_view verifier);

}  // namespace aweber
