// SplitCommandLine and QuoteForShell: the quoting rules of POSIX XCU §2.2, without expansion.
#include <fmt/format.h>

#include "base/os/process.h"

namespace aweber {
namespace {

Error Unterminated(std::string_view what, std::size_t offset) {
  return Error{"command.quote", fmt::format("{} at offset {} is not closed", what, offset)};
}

class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  Result<std::vector<std::string>> Run() {
    for (; at_ < line_.size(); ++at_) {
      const char c = line_[at_];
      if (c == ' ' || c == '\t' || c == '\n') {
        EndWord();
      } else if (c == '\'') {
        if (Status status = SingleQuoted(); !status) return status.error();
      } else if (c == '"') {
        if (Status status = DoubleQuoted(); !status) return status.error();
      } else if (c == '\\') {
        if (at_ + 1 == line_.size()) {
          return Error{"command.quote", "a backslash ends the line; write \\\\ for a backslash"};
        }
        Escaped(line_[++at_]);
      } else {
        Put(c);
      }
    }
    EndWord();
    if (words_.empty()) return Error{"command.empty", "the command line holds no words"};
    return std::move(words_);
  }

 private:
  void Put(char c) {
    word_ += c;
    in_word_ = true;
  }

  void EndWord() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  // §2.2.1: an escaped newline joins the lines and leaves nothing.
  void Escaped(char c) {
    if (c != '\n') Put(c);
  }

  // §2.2.2: everything up to the next quote is literal.
  Status SingleQuoted() {
    const std::size_t close = line_.find('\'', at_ + 1);
    if (close == std::string_view::npos) return Unterminated("the single quote", at_);
    word_ += line_.substr(at_ + 1, close - at_ - 1);
    in_word_ = true;
    at_ = close;
    return {};
  }

  // §2.2.3: a backslash is special before $ ` " \ and newline only.
  Status DoubleQuoted() {
    const std::size_t open = at_;
    in_word_ = true;
    for (++at_; at_ < line_.size(); ++at_) {
      const char c = line_[at_];
      if (c == '"') return {};
      const char next = at_ + 1 < line_.size() ? line_[at_ + 1] : '\0';
      if (c == '\\' && std::string_view("$`\"\\\n").find(next) != std::string_view::npos) {
        Escaped(next);
        ++at_;
      } else {
        Put(c);
      }
    }
    return Unterminated("the double quote", open);
  }

  std::string_view line_;
  std::size_t at_ = 0;
  bool in_word_ = false;  // '' is a word too
  std::string word_;
  std::vector<std::string> words_;
};

}  // namespace

Result<std::vector<std::string>> SplitCommandLine(std::string_view line) {
  return Splitter(line).Run();
}

std::string QuoteForShell(std::string_view word) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+,-./:=@_";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(word);
  }
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace aweber
