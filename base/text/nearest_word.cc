#include "base/text/nearest_word.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "base/text/ascii.h"

namespace aweber {
namespace {

// Optimal string alignment distance: insert, delete, replace, or swap neighbours, case ignored.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1, i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = LowerAscii(a[i - 1]) == LowerAscii(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0u : 1u)});
      if (i > 1 && j > 1 && LowerAscii(a[i - 1]) == LowerAscii(b[j - 2]) &&
          LowerAscii(a[i - 2]) == LowerAscii(b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last[b.size()];
}

}  // namespace

std::string NearestWord(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongestWord = 64;  // nobody mistypes more; bounds the work
  std::string nearest;
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  if (word.size() > kLongestWord) return nearest;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongestWord) continue;
    const std::size_t distance = EditDistance(word, candidate);
    if (distance < best && distance < candidate.size()) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string SuggestId(const std::string& id, const std::vector<std::string>& known, char quote) {
  constexpr std::size_t kShown = 5;
  const std::string nearest = NearestWord(id, known);
  if (!nearest.empty()) return fmt::format("did you mean {0}{1}{0}?", quote, nearest);
  const std::size_t end = id.find_first_of("-/");
  if (end == std::string::npos) return "";
  // Those that go on where the id ends, as "cb-state" does, else all of the family.
  for (const std::string& beginning : {id, id.substr(0, end + 1)}) {
    std::vector<std::string> family;
    for (const std::string& one : known) {
      if (one.starts_with(beginning)) family.push_back(one);
    }
    if (family.empty()) continue;
    const std::size_t more = family.size() - std::min(family.size(), kShown);
    family.resize(family.size() - more);
    return fmt::format("there {} {}{}", family.size() == 1 ? "is" : "are", fmt::join(family, ", "),
                       more == 0 ? "" : fmt::format(" and {} more", more));
  }
  return "";
}

}  // namespace aweber
