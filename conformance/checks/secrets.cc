#include "conformance/checks/secrets.h"

#include "base/text/base64.h"
#include "base/text/form.h"
#include "conformance/checks/wire.h"
#include "mockserver/journal/spellings.h"

namespace aweber::conformance {
namespace {

// The credentials of HTTP Basic, which hold the secret in one unreadable word. Padding is left out,
// as some print it without.
std::vector<std::string> BasicSpellings(const std::string& id, const std::string& secret) {
  std::vector<std::string> words = {Base64Encode(id + ":" + secret),
                                    Base64Encode(FormEncode(id) + ":" + FormEncode(secret))};
  for (auto& word : words) word.erase(word.find_last_not_of('=') + 1);
  return words;
}

}  // namespace

std::vector<Secret> SecretsOf(const CaseView& view) {
  std::vector<Secret> secrets;
  const auto add = [&](std::string name, const std::string& value) {
    // Short ones occur by chance.
    if (value.size() < 8) return;
    secrets.push_back({std::move(name), value, mock::SecretSpellings(value)});
  };
  add("the client secret", view.client_secret);
  if (!secrets.empty()) {
    secrets.push_back({"the client secret, as HTTP Basic sends it,", view.client_secret,
                       BasicSpellings(view.client_id, view.client_secret)});
  }
  for (const auto& tokens : TokenResponses(view)) {
    add("an access token", tokens.access_token);
    add("a refresh token", tokens.refresh_token);
  }
  for (const auto& secret : view.secrets) add("a secret of this case", secret);
  return secrets;
}

}  // namespace aweber::conformance
