// Printable: foreign words made safe to show, and lines that fit.
//
// Purpose: what a client or its driver says goes into reports as text, whatever is in it: terminal
//   escapes, overlong lines, characters that turn the direction of writing around.
// Thread safety: pure functions. Errors: none. Widths are counted in code points.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aweber::conformance {

enum class LineBreaks { kKeep, kToSpaces };

// Control characters become "\x1b", those that turn the direction of writing "\u202e", bytes that
// are no UTF-8 "?".
std::string Printable(std::string_view text, LineBreaks breaks = LineBreaks::kToSpaces);

// As Printable, with a backslash before each character that means something in Markdown.
std::string MarkdownText(std::string_view text);

std::size_t WidthOf(std::string_view text);
// At most `width` code points; what was cut ends in "...".
std::string Shorten(std::string_view text, std::size_t width);
// Words in lines of at most `width`; a longer word stands alone. The last of `max_lines` is cut.
std::vector<std::string> Wrap(std::string_view text, std::size_t width, std::size_t max_lines);

}  // namespace aweber::conformance
