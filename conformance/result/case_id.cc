#include "conformance/result/case_id.h"

#include <cstddef>

#include "base/text/glob.h"

namespace aweber::conformance {

bool SelectsCase(std::string_view pattern, std::string_view id) {
  if (GlobMatches(pattern, id)) return true;
  const std::size_t bracket = id.find('[');
  return bracket != std::string_view::npos && GlobMatches(pattern, id.substr(0, bracket));
}

}  // namespace aweber::conformance
