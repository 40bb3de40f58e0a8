#include "conformance/driver/api_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text/glob.h"
#include "base/text/nearest_word.h"
#include "mockserver/api/operation.h"
#include "mockserver/api/path_glob.h"

namespace aweber::conformance {
namespace {

constexpr std::string_view kApiPrefix = "/1.0";

// "/accounts/*/lists" of "/1.0/accounts/{account}/lists".
std::string AsGlob(std::string_view path) {
  std::string glob;
  bool in_parameter = false;
  for (const char c : path.substr(kApiPrefix.size())) {
    if (c == '{') glob += '*';
    in_parameter = (in_parameter || c == '{') && c != '}';
    if (!in_parameter && c != '}') glob += c;
  }
  return glob;
}

}  // namespace

std::string WhyNoApiRequest(std::string_view glob) {
  const std::size_t space = glob.find(" /");
  if (space == std::string_view::npos) {
    return fmt::format(
        "\"{}\" must be a method and a path below the API's address, such as \"GET /accounts\"",
        glob);
  }
  const std::string_view method = glob.substr(0, space);
  const std::string path = fmt::format("{}{}", kApiPrefix, glob.substr(space + 1));
  std::vector<std::string> known;
  for (const mock::Operation* const operation : mock::AllOperations()) {
    if (!operation->path.starts_with(kApiPrefix)) continue;
    if (GlobMatches(method, operation->method) && mock::GlobCanMatch(path, operation->path)) {
      return "";
    }
    known.push_back(fmt::format("{} {}", operation->method, AsGlob(operation->path)));
  }
  const std::string near = NearestWord(glob, known);
  return fmt::format("\"{}\" is no request of AWeber's API{}", glob,
                     near.empty() ? "; `aweber-conformance docs aweber-api` has them all"
                                  : fmt::format("; did you mean \"{}\"?", near));
}

}  // namespace aweber::conformance
