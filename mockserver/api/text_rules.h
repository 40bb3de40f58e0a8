// What a text must be to be taken: an address, a public IPv4 address, a UUID, without controls.
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
// Whether there is a control character of ASCII; `lines`: other than tabs and ends of lines.
bool HasControls(std::string_view text, bool lines);
// Why `text` is no public IPv4 address, in AWeber's words for one that is private, local or shared
// (RFC 6890); "" when it is one. Those for documentation pass.
std::string PublicIpv4Problem(std::string_view text);

}  // namespace aweber::mock
