#include "mockserver/request/parameters.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/ascii.h"

namespace aweber::mock {
namespace {}  // namespace

std::string TooManyParameters(std::string_view what, std::size_t count) {
  return fmt::format("the {} has {} parameters, more than {}", what, count, kMaxParameters);
}

Form ParseParameters(std::string_view text, std::string_view what, std::string& problem) {
  const auto pairs = static_cast<std::size_t>(std::count(text.begin(), text.end(), '&')) + 1;
  if (pairs <= kMaxParameters) return ParseForm(text);
  problem = TooManyParameters(what, pairs);
  return {};
}

std::optional<std::string> Sent(const Form& parameters, std::string_view name) {
  auto value = parameters.Get(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

std::string MediaType(const HttpRequest& request) {
  const std::string type = request.headers.GetOr("Content-Type");
  return Lower(TrimBlanks(std::string_view(type).substr(0, type.find(';'))));
}

std::pair<std::string, std::string> SplitAuthorization(std::string_view header) {
  const std::size_t end = std::min(header.find(' '), header.size());
  const std::size_t start = header.find_first_not_of(' ', end);
  return {std::string(header.substr(0, end)),
          start == std::string_view::npos ? "" : std::string(header.substr(start))};
}

std::string SchemeProblem(std::string_view header, std::string_view wanted) {
  const auto [scheme, credentials] = SplitAuthorization(header);
  const bool is_word = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return (LowerAscii(c) >= 'a' && LowerAscii(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == ':';
  });
  if (!is_word) return "the Authorization header begins with no scheme";
  if (credentials.empty()) {
    return "the Authorization header holds one word, not a scheme and credentials";
  }
  return fmt::format("the Authorization scheme is \"{}\", not {}", scheme, wanted);
}

}  // namespace aweber::mock
