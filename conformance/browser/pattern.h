// Pattern: a regular expression of a driver's configuration.
//
// Purpose: POSIX extended expressions, letters' case ignored, '^' and '$' at every line. The C
//   library's matcher is used because it takes pages of any length; std::regex recurses once for
//   every character and ends the process.
// Ownership: copies share the compiled expression. Thread safety: const members from any thread.
// Errors: Compile answers Error{"pattern.invalid"} in the library's words.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"

namespace aweber::conformance {

class Pattern {
 public:
  static Result<Pattern> Compile(const std::string& text);

  struct Match {
    std::string text;     // the first group, or all of it when there is no group
    std::size_t end = 0;  // where the match ends
  };
  std::optional<Match> Find(const std::string& subject) const;
  bool Matches(const std::string& subject) const { return Find(subject).has_value(); }
  const std::string& text() const { return text_; }

 private:
  struct Compiled;
  Pattern(std::string text, std::shared_ptr<const Compiled> compiled)
      : text_(std::move(text)), compiled_(std::move(compiled)) {}
  std::string text_;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace aweber::conformance
