#include "base/text/glob.h"

#include <cstddef>
#include <vector>

namespace aweber {
namespace {

// reach[i]: the pattern so far can match the first i characters of the text.
using Reach = std::vector<bool>;

// After one character of the pattern, which is no star.
Reach AfterCharacter(const Reach& reach, char wanted, std::string_view text) {
  Reach next(reach.size(), false);
  for (std::size_t i = 1; i < reach.size(); ++i) {
    const char c = text[i - 1];
    next[i] = reach[i - 1] && (wanted == '?' ? c != '/' : c == wanted);
  }
  return next;
}

// After "*", or "**" when `deep`.
Reach AfterStar(const Reach& reach, bool deep, std::string_view text) {
  Reach next = reach;
  for (std::size_t i = 1; i < reach.size(); ++i) {
    if (next[i - 1] && (deep || text[i - 1] != '/')) next[i] = true;
  }
  return next;
}

// After "**/": whole segments, or none.
Reach AfterSegments(const Reach& reach, std::string_view text) {
  const Reach slash = AfterCharacter(AfterStar(reach, true, text), '/', text);
  Reach next = reach;
  for (std::size_t i = 0; i < next.size(); ++i) {
    if (slash[i]) next[i] = true;
  }
  return next;
}

}  // namespace

bool GlobMatches(std::string_view pattern, std::string_view text) {
  Reach reach(text.size() + 1, false);
  reach[0] = true;
  while (!pattern.empty()) {
    // "a/**" matches "a": the last "/**" may stand for nothing.
    if (pattern == "/**" && reach[text.size()]) return true;
    std::size_t read = 1;
    if (pattern.starts_with("**/")) {
      reach = AfterSegments(reach, text);
      read = 3;
    } else if (pattern.starts_with('*')) {
      const bool deep = pattern.starts_with("**");
      reach = AfterStar(reach, deep, text);
      read = deep ? 2 : 1;
    } else {
      reach = AfterCharacter(reach, pattern.front(), text);
    }
    pattern.remove_prefix(read);
  }
  return reach[text.size()];
}

bool HasWildcard(std::string_view pattern) {
  return pattern.find_first_of("*?") != std::string_view::npos;
}

}  // namespace aweber
