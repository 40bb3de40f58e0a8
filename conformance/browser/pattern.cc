#include "conformance/browser/pattern.h"

#include <fmt/format.h>
#include <regex.h>

#include <array>

namespace aweber::conformance {

struct Pattern::Compiled {
  regex_t expression{};
  bool valid = false;
  Compiled() = default;
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  ~Compiled() {
    if (valid) ::regfree(&expression);
  }
};

Result<Pattern> Pattern::Compile(const std::string& text) {
  if (text.empty()) return Error{"pattern.invalid", "the expression is empty"};
  auto compiled = std::make_shared<Compiled>();
  const int failure =
      ::regcomp(&compiled->expression, text.c_str(), REG_EXTENDED | REG_ICASE | REG_NEWLINE);
  if (failure != 0) {
    std::array<char, 256> words{};
    ::regerror(failure, &compiled->expression, words.data(), words.size());
    return Error{"pattern.invalid",
                 fmt::format("'{}' is no POSIX extended expression: {}", text, words.data())};
  }
  compiled->valid = true;
  return Pattern(text, std::move(compiled));
}

std::optional<Pattern::Match> Pattern::Find(const std::string& subject) const {
  std::array<regmatch_t, 2> found{};
  if (::regexec(&compiled_->expression, subject.c_str(), found.size(), found.data(), 0) != 0) {
    return std::nullopt;
  }
  const regmatch_t& wanted = found[1].rm_so >= 0 ? found[1] : found[0];
  const auto begin = static_cast<std::size_t>(wanted.rm_so);
  const auto end = static_cast<std::size_t>(wanted.rm_eo);
  return Match{subject.substr(begin, end - begin), static_cast<std::size_t>(found[0].rm_eo)};
}

}  // namespace aweber::conformance
