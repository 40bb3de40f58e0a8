// Redactor: takes secrets out of what is shown.
//
// Purpose: journal entries keep raw bytes; whoever shows one (admin API, report, log, HAR, export)
//   passes it through here first. Secrets are found by name (access_token, Authorization, ...) and
//   by value, wherever they stand and however they are encoded. What replaces one is
//   "[redacted:at-3]" when the space can name it, else "[redacted]": stable, and of no use to
//   anyone. A word that only looks like a secret is "[redacted Abcd...]", see secret_shape.h.
// Ownership: the label function may refer to a space, which must outlive the redactor.
// Thread safety: const members from any thread when the label function allows it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.h"
#include "mockserver/journal/entry.h"

namespace aweber::mock {

class Redactor {
 public:
  // The label of a secret value ("at-3"), or nothing when it is none.
  using LabelOf = std::function<std::optional<std::string>(std::string_view value)>;
  // Whether the word is (part of) a public identifier, such as a client id: shown, however random.
  using IsPublic = std::function<bool(std::string_view word)>;

  // By name only.
  Redactor() = default;
  // `fixed`: secrets searched for anywhere (client secrets, passwords), with the label to show.
  struct Secret {
    std::string value;
    std::string label;
  };
  Redactor(LabelOf label_of, const std::vector<Secret>& fixed);
  // The same from what Encode made before, for whoever makes many with the same secrets.
  using Encodings = std::shared_ptr<const std::vector<Secret>>;
  static Encodings Encode(const std::vector<Secret>& fixed);
  Redactor(LabelOf label_of, Encodings fixed, IsPublic is_public = nullptr);

  // Free text (a page, a message, a log line): by value, and name=value or "name":"value" by name.
  std::string Text(std::string_view text) const;
  // A request target or any URL: the query by name, everything by value.
  std::string Url(std::string_view url) const;
  std::string HeaderValue(std::string_view name, std::string_view value) const;
  HttpHeaders Headers(const HttpHeaders& headers) const;
  std::string Body(std::string_view body, std::string_view content_type) const;
  JournalEntry Entry(JournalEntry entry) const;

  // Whether a parameter, member or header of this name holds a secret.
  static bool IsSecretName(std::string_view name);

 private:
  std::string Tag(std::string_view value) const;
  std::string Fixed(std::string_view text) const;
  std::string ByValue(std::string_view text) const;
  std::string ByShape(std::string_view text) const;
  std::string Words(std::string_view text) const;
  std::string Pair(std::string_view pair, std::size_t equals) const;
  std::string Pairs(std::string_view form) const;

  LabelOf label_of_;
  // Every encoding of every secret, longest first.
  Encodings fixed_ = std::make_shared<const std::vector<Secret>>();
  IsPublic is_public_;
};

}  // namespace aweber::mock
