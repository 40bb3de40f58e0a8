// base64 and base64url (RFC 4648 §4, §5).
//
// Thread safety: pure functions. Errors: decoders answer nothing for characters outside the
// alphabet, wrong padding, impossible lengths, or non-zero trailing bits (RFC 4648 §3.5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aweber {

std::string Base64Encode(std::string_view bytes);                   // padded
std::optional<std::string> Base64Decode(std::string_view text);     // padding required
std::string Base64UrlEncode(std::string_view bytes);                // no padding
std::optional<std::string> Base64UrlDecode(std::string_view text);  // padding refused

}  // namespace aweber
