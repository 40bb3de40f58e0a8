// Embeds the mock and asks it for an account list without a token: AWeber answers 400 to that.
#include <cstdio>

#include "base/http_client.h"
#include "mockserver/mock_server.h"

int main() {
  aweber::mock::MockServerOptions options;
  options.scheme = "http";
  auto server = aweber::mock::MockServer::Start(options);
  if (!server) return std::fprintf(stderr, "%s\n", server.error().message.c_str()), 1;
  auto http = aweber::MakeHttpClient();
  auto response = http->Send("GET", (*server)->base_url() + "/1.0/accounts", {}, "");
  if (!response) return std::fprintf(stderr, "%s\n", response.error().message.c_str()), 1;
  std::printf("%d\n", response->status);
  return response->status == 400 ? 0 : 1;
}
