// What a text must be to be taken: an address, a public IPv4 address, a number of characters.
//
// Thread safety: pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace aweber::mock {

// Code points of valid UTF-8.
std::size_t Characters(std::string_view utf8);
// `value` is one of `choices`, which '|' separates.
bool IsOneOf(std::string_view choices, std::string_view value);
// Good enough to tell an address from something else; AWeber's own rule is unknown.
bool LooksLikeEmail(std::string_view text);
// A decimal number and nothing else, such as a form or a query holds; `whole`: of digits and a sign alone.
// Infinite when it is too large.
std::optional<double> DecimalNumber(const std::string& text, bool whole);
// Four parts, and in no block of private, local or shared addresses (RFC 6890); those for
// documentation pass.
bool IsPublicIpv4(std::string_view text);

}  // namespace aweber::mock
