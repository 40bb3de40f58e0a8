#include "mockserver/api/path_glob.h"

#include <algorithm>
#include <vector>

#include "base/text/glob.h"

namespace aweber::mock {
namespace {

std::vector<std::string_view> PathSegments(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    segments.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return segments;
}

}  // namespace

bool GlobCanMatch(std::string_view glob, std::string_view path) {
  if (glob.find("**") != std::string_view::npos) return true;
  const auto wanted = PathSegments(glob), served = PathSegments(path);
  if (wanted.size() != served.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!served[i].starts_with('{') && !GlobMatches(wanted[i], served[i])) return false;
  }
  return true;
}

}  // namespace aweber::mock
