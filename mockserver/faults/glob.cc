#include "mockserver/faults/glob.h"

#include <cstddef>
#include <vector>

namespace aweber::mock {

// reach[i]: the pattern so far can match the first i characters. Linear in pattern times text, so
// that no pattern can make a request slow.
bool GlobMatches(std::string_view pattern, std::string_view text) {
  std::vector<bool> reach(text.size() + 1, false);
  reach[0] = true;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const bool star = pattern[at] == '*';
    const bool deep = star && at + 1 < pattern.size() && pattern[at + 1] == '*';
    if (deep) ++at;
    std::vector<bool> next(text.size() + 1, false);
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (star) {
        const bool longer = i > 0 && next[i - 1] && (deep || text[i - 1] != '/');
        next[i] = reach[i] || longer;
      } else if (i > 0 && reach[i - 1]) {
        next[i] = pattern[at] == '?' ? text[i - 1] != '/' : pattern[at] == text[i - 1];
      }
    }
    reach.swap(next);
  }
  return reach[text.size()];
}

}  // namespace aweber::mock
