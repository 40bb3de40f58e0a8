#include "conformance/glob.h"

namespace aweber::conformance {

bool MatchesGlob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern == "/**" && text.empty()) return true;
  if (pattern.starts_with("**")) {
    const std::string_view rest = pattern.substr(2);
    for (std::size_t skip = 0; skip <= text.size(); ++skip) {
      if (MatchesGlob(rest, text.substr(skip))) return true;
    }
    // "**/x" also matches "x".
    return rest.starts_with('/') && MatchesGlob(rest.substr(1), text);
  }
  if (pattern.front() == '*') {
    const std::string_view rest = pattern.substr(1);
    for (std::size_t skip = 0; skip <= text.size(); ++skip) {
      if (MatchesGlob(rest, text.substr(skip))) return true;
      if (skip < text.size() && text[skip] == '/') break;
    }
    return false;
  }
  if (text.empty()) return false;
  const bool same = pattern.front() == '?' ? text.front() != '/' : pattern.front() == text.front();
  return same && MatchesGlob(pattern.substr(1), text.substr(1));
}

bool HasWildcard(std::string_view pattern) {
  return pattern.find_first_of("*?") != std::string_view::npos;
}

bool SelectsCase(std::string_view pattern, std::string_view id) {
  if (MatchesGlob(pattern, id)) return true;
  const std::size_t bracket = id.find('[');
  return bracket != std::string_view::npos && MatchesGlob(pattern, id.substr(0, bracket));
}

}  // namespace aweber::conformance
