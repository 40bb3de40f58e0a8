// Differences between two strings, shown so that a person sees them at once.
//
// Purpose: "redirect URI does not match" helps nobody; the character that differs does.
// Thread safety: pure functions. Units: positions count bytes, from 1 in text for people.
// Errors: none. MarkDifference prints both strings: never give it a secret. DescribeDifference
//   prints lengths and a position only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace aweber {

// Offset (from 0) of the first byte that differs; the shorter length when one is a prefix of the
// other; nothing when they are equal.
std::optional<std::size_t> FirstDifference(std::string_view a, std::string_view b);

// Three lines, the last one a caret below the first difference:
//   expected: https://app.example/callback
//   seen:     https://app.example/callback/
//                                         ^ character 29: expected the end, saw '/'
// Control characters and bytes that are not printable ASCII are shown as \xNN. "" when equal.
std::string MarkDifference(std::string_view expected, std::string_view seen);

// For secrets: "22 characters expected, 21 seen; the first difference is at character 22".
// "" when equal.
std::string DescribeDifference(std::string_view expected, std::string_view seen);

}  // namespace aweber
