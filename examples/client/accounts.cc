// Lists the accounts of whoever logs in:  accounts STORE_DIRECTORY [MOCK_URL]
#include <cstdlib>
#include <iostream>

#include "client/session.h"

using namespace aweber;
using namespace aweber::client;

int main(int argc, char** argv) {
  ClientConfig config;  // AWeber's addresses, unless told otherwise
  if (argc > 2) config.provider = ProviderAt(argv[2]);
  config.client_id = std::getenv("AWEBER_CLIENT_ID");
  config.client_secret = std::getenv("AWEBER_CLIENT_SECRET");
  config.redirect_uri = "https://app.example/callback";  // as registered
  config.scopes = {"account.read", "list.read"};

  const auto http = MakeHttpClient();
  FileTokenStore tokens(argv[1]);
  FilePendingStore pending(argv[1]);
  Session session(config, {*http, SystemClock::System(), SystemRandom::System(), tokens, pending},
                  "me");

  if (!session.CurrentToken()) {  // the first time, or when AWeber ended the connection
    std::cout << "Open " << session.AuthorizationUrl().value() << "\nRedirect URL: " << std::flush;
    std::string url;
    std::getline(std::cin, url);
    if (auto login = session.HandleCallback(url); !login) {
      return std::cerr << login.error().message << "\n", 1;
    }
  }
  auto reply = session.Call({.url = "/accounts"});  // renews the token when it must
  if (!reply) return std::cerr << reply.error().message << "\n", 1;
  std::cout << reply->body << "\n";
}
