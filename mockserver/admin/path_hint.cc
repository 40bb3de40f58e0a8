#include "mockserver/admin/path_hint.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text/glob.h"
#include "mockserver/api/operation.h"

namespace aweber::mock {
namespace {

std::vector<std::string_view> SegmentsOf(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    segments.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return segments;
}

// `pattern` is an operation's path, "/1.0/accounts/{account}": a parameter is any segment.
bool CanMatch(std::string_view glob, std::string_view pattern) {
  const auto wanted = SegmentsOf(glob), served = SegmentsOf(pattern);
  if (wanted.size() != served.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!served[i].starts_with('{') && !GlobMatches(wanted[i], served[i])) return false;
  }
  return true;
}

}  // namespace

std::string PathHint(const Rule& rule) {
  if (!rule.on.path || rule.on.path->find("**") != std::string::npos) return "";
  const std::string& glob = *rule.on.path;
  const auto endpoint = rule.on.endpoint;
  if (endpoint == Endpoint::kOther || endpoint == Endpoint::kMalformed) return "";
  std::vector<std::string_view> served = {"/oauth2/authorize", "/oauth2/token", "/oauth2/revoke"};
  for (const Operation* operation : AllOperations()) served.push_back(operation->path);
  const bool can = std::any_of(served.begin(), served.end(),
                               [&](std::string_view path) { return CanMatch(glob, path); });
  if (can) return "";
  return fmt::format("path \"{}\" matches no path of the mock: * stops at a slash, ** does not{}",
                     glob,
                     glob.ends_with("/*") ? fmt::format("; did you mean \"{}*\"?", glob) : "");
}

}  // namespace aweber::mock
