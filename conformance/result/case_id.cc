#include "conformance/result/case_id.h"

#include <cstddef>

#include "base/text/glob.h"

namespace aweber::conformance {
namespace {

// Scenarios that are variants of one today. Their old ids stand in people's baselines and commands.
struct Renamed {
  std::string_view id, before;
};
constexpr Renamed kRenamed[] = {
    {"token/expires[string]", "token/expires-string"},
    {"token/expires[float]", "token/expires-float"},
    {"token/expires[null]", "token/expires-null"},
    {"token/expires[negative]", "token/expires-negative"},
    {"token/expires[zero]", "token/expires-zero"},
    {"token/expires[huge]", "token/expires-huge"},
    {"token/expires[garbage]", "token/expires-garbage"},
};

}  // namespace

bool SelectsCase(std::string_view pattern, std::string_view id) {
  if (GlobMatches(pattern, id)) return true;
  for (const Renamed& one : kRenamed) {
    if (one.id == id && GlobMatches(pattern, one.before)) return true;
  }
  const std::size_t bracket = id.find('[');
  return bracket != std::string_view::npos && GlobMatches(pattern, id.substr(0, bracket));
}

}  // namespace aweber::conformance
