#include "conformance/cli/suggest.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/yaml.h"

namespace aweber::conformance {

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

}  // namespace aweber::conformance
