// Lists the accounts of whoever logs in:  accounts STORE_DIRECTORY [MOCK_URL]
#include <cstdlib>
#include <iostream>

#include "client/session.h"

using namespace aweber;
using namespace aweber::client;

int main(int argc, char** argv) {
  const auto env = [](const char* name) { return std::getenv(name) ? std::getenv(name) : ""; };
  const auto fail = [](const Failure& why) { return std::cerr << why.message << "\n", 1; };
  if (argc < 2) return std::cerr << "usage: accounts STORE_DIRECTORY [MOCK_URL]\n", 2;
  ClientConfig config;  // AWeber's addresses, unless told otherwise
  if (argc > 2) config.provider = ProviderAt(argv[2]);
  config.client_id = env("AWEBER_CLIENT_ID");
  config.client_secret = env("AWEBER_CLIENT_SECRET");
  config.redirect_uri = "https://app.example/callback";  // as registered
  config.scopes = {"account.read", "list.read"};
  if (auto good = CheckConfig(config); !good) return fail(good.error());

  const auto http = MakeHttpClient();
  FileTokenStore tokens(argv[1]);  // not in a project's directory: tokens would end up in archives
  FilePendingStore pending(argv[1]);
  Session session(config, {*http, SystemClock::System(), SystemRandom::System(), tokens, pending},
                  "me");

  if (!session.CurrentToken()) {  // the first time, or when AWeber ended the connection
    const auto start = session.AuthorizationUrl();
    if (!start) return fail(start.error());
    std::cout << "Open " << *start << "\nRedirect URL: " << std::flush;
    std::string url;
    std::getline(std::cin, url);
    if (auto login = session.HandleCallback(url); !login) return fail(login.error());
  }
  const auto reply = session.Call({.url = "/accounts"});  // renews the token when it must
  if (!reply) return fail(reply.error());
  std::cout << reply->body << "\n";
}
