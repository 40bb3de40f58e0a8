#include "mockserver/admin/path_hint.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "mockserver/api/operation.h"
#include "mockserver/api/path_glob.h"

namespace aweber::mock {

std::string PathHint(const Rule& rule) {
  if (!rule.on.path || rule.on.path->find("**") != std::string::npos) return "";
  const std::string& glob = *rule.on.path;
  const auto endpoint = rule.on.endpoint;
  if (endpoint == Endpoint::kOther || endpoint == Endpoint::kMalformed) return "";
  std::vector<std::string_view> served = {"/oauth2/authorize", "/oauth2/token", "/oauth2/revoke"};
  for (const Operation* operation : AllOperations()) served.push_back(operation->path);
  const bool can = std::any_of(served.begin(), served.end(),
                               [&](std::string_view path) { return GlobCanMatch(glob, path); });
  if (can) return "";
  return fmt::format("path \"{}\" matches no path of the mock: * stops at a slash, ** does not{}",
                     glob,
                     glob.ends_with("/*") ? fmt::format("; did you mean \"{}*\"?", glob) : "");
}

}  // namespace aweber::mock
