// ConfigFile: the YAML configuration file, read strictly.
//
// Shape: every flag's name as a key, and `settings` (named switches), `clients`, `accounts`,
//   `webhooks`. A client without `scopes` may ask for all.
// Thread safety: pure functions. Errors: "file:line:col: what", the line, a caret.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text/json.h"
#include "mockserver/space.h"

namespace aweber::mock {

struct ConfigFile {
  struct Scalar {
    std::string name, place, text;
  };
  std::vector<Scalar> scalars;
  // name -> (place, value)
  std::vector<std::pair<std::string, std::pair<std::string, Json>>> settings;
  std::vector<RegisteredClient> clients;
  std::vector<UserAccount> accounts;
  std::vector<WebhookSubscription> webhooks;
};

Result<ConfigFile> ReadConfigFile(const std::string& path, const std::vector<std::string>& names);

}  // namespace aweber::mock
