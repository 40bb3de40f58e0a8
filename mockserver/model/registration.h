// What a space knows of its integrations and of the people who authorize them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aweber::mock {

// A registered application ("integration" in AWeber's words).
struct RegisteredClient {
  std::string id;
  std::string secret;  // "" for public clients
  bool is_public = false;
  std::string name = "Example Integration";
  std::vector<std::string> redirect_uris;
  std::vector<std::string> scopes;  // which it may ask for
};

struct UserAccount {
  std::string username;
  std::string password;
  bool developer = false;  // the guide's pitfall: the developer account, not the customer's
  std::int64_t account_id = 0;
  std::string company;
};

}  // namespace aweber::mock
