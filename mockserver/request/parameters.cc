#include "mockserver/request/parameters.h"

#include <fmt/format.h>

#include <algorithm>

namespace aweber::mock {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

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

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

std::string MediaType(const HttpRequest& request) {
  std::string type = request.headers.GetOr("Content-Type");
  type = type.substr(0, type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(), Lower);
  return type;
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
    return (Lower(c) >= 'a' && Lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == ':';
  });
  if (!is_word) return "the Authorization header begins with no scheme";
  if (credentials.empty()) {
    return "the Authorization header holds one word, not a scheme and credentials";
  }
  return fmt::format("the Authorization scheme is \"{}\", not {}", scheme, wanted);
}

}  // namespace aweber::mock
