#include "conformance/cli/shown_command.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/text/ascii.h"

namespace aweber::conformance {
namespace {

constexpr std::string_view kHidden = "***";

bool SplitsWords(char c) { return IsBlank(c) || c == '\n'; }
bool IsOfName(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
}

// A word of the command with its quotes, as a shell would split it.
struct Word {
  std::size_t begin = 0, end = 0;
};

std::vector<Word> WordsOf(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    if (SplitsWords(text[at])) {
      ++at;
      continue;
    }
    Word word{at, at};
    char quote = 0;
    for (; at < text.size() && (quote != 0 || !SplitsWords(text[at])); ++at) {
      if (text[at] == '\\' && quote != '\'') {
        ++at;
      } else if (quote != 0) {
        if (text[at] == quote) quote = 0;
      } else if (text[at] == '\'' || text[at] == '"') {
        quote = text[at];
      }
    }
    at = std::min(at, text.size());
    word.end = at;
    words.push_back(word);
  }
  return words;
}

// "CLIENT_SECRET", "--access-token"; not "--token-url", which says where something is.
bool NamesASecret(std::string_view name) {
  const std::string lower = Lower(name);
  for (const char* const place : {"url", "uri", "file", "path", "dir", "endpoint"}) {
    if (lower.ends_with(place)) return false;
  }
  for (const char* const secret :
       {"secret", "token", "passw", "passphrase", "credential", "api-key", "api_key", "apikey"}) {
    if (lower.find(secret) != std::string::npos) return true;
  }
  return false;
}

// Where in `word` the value of a secret begins: after '=', after the ':' of a JSON member, or, in a
// word that is a command of its own ('driver --password x'), after the option. npos when nowhere.
std::size_t SecretIn(std::string_view word) {
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t begin = at;
    while (at < word.size() && IsOfName(word[at])) ++at;
    if (at == begin) {
      ++at;
      continue;
    }
    const std::string_view name = word.substr(begin, at - begin);
    if (at == word.size() || !NamesASecret(name)) continue;
    std::size_t after = at;
    while (after < word.size() && (word[after] == '"' || word[after] == '\\')) ++after;
    const bool member = after > at && after < word.size() && word[after] == ':';
    if (word[at] == '=') return at + 1;
    if (member) return after + 1;
    if (name.starts_with('-') && SplitsWords(word[at])) return at + 1;
  }
  return std::string_view::npos;
}

}  // namespace

std::string ShownCommand(std::string_view command) {
  std::string shown;
  std::size_t copied = 0;
  bool next_is_secret = false;  // the last word was the name of one
  for (const Word& word : WordsOf(command)) {
    const std::string_view text = command.substr(word.begin, word.end - word.begin);
    const bool value = next_is_secret && !text.starts_with('-');
    next_is_secret = text.starts_with('-') && std::all_of(text.begin(), text.end(), IsOfName) &&
                     NamesASecret(text);
    const std::size_t secret = value ? 0 : SecretIn(text);
    if (secret == std::string_view::npos) continue;
    shown += command.substr(copied, word.begin + secret - copied);
    shown += kHidden;
    // The quote that the word opened before the value, or where a shell ends the word earlier.
    const char last = text.back();
    const auto before = text.begin() + static_cast<std::ptrdiff_t>(secret);
    if ((last == '\'' || last == '"') && std::count(text.begin(), before, last) % 2 == 1) {
      shown += last;
    }
    const std::size_t end = text.find_last_not_of(";&|)");
    if (end != std::string_view::npos) shown += text.substr(end + 1);
    copied = word.end;
  }
  return shown.append(command.substr(copied));
}

}  // namespace aweber::conformance
