#include "mockserver/model/redirect_uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text/ascii.h"
#include "base/text/json.h"
#include "base/text/uri.h"

namespace aweber::mock {
namespace {

constexpr std::array<std::string_view, 6> kRunByBrowsers{"javascript", "vbscript", "data",
                                                         "blob",       "about",    "view-source"};

std::optional<std::string> ProblemOf(const std::string& text) {
  const Result<Uri> uri = ParseUri(text);
  if (!uri.ok()) return "is " + uri.error().message;
  if (uri->fragment.has_value()) return "must have no fragment (RFC 6749 §3.1.2)";
  const std::string scheme = Lower(uri->scheme);
  if (std::find(kRunByBrowsers.begin(), kRunByBrowsers.end(), scheme) != kRunByBrowsers.end()) {
    return fmt::format("must not be a \"{}:\" URI, which a browser runs instead of opening it",
                       scheme);
  }
  if (uri->host.find_first_of(";,'*") != std::string::npos) return "must name a host";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> RedirectUriProblem(const std::vector<std::string>& uris) {
  for (const std::string& uri : uris) {
    // As JSON, so that a line break in it stays visible and on one line.
    if (const auto problem = ProblemOf(uri)) return fmt::format("{} {}", DumpJson(uri), *problem);
  }
  return std::nullopt;
}

}  // namespace aweber::mock
