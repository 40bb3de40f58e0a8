// aweber-bench-bare: the least that a token endpoint can be, to hold the mock's rate against.
//
//   aweber-bench-bare httplib PORT   random tokens from a bare cpp-httplib handler
//   aweber-bench-bare empty PORT     a fixed reply from an empty handler on our own transport
//
// Runs until it is killed. Includes cpp-httplib itself: that is what is measured.
#include <fmt/format.h>
#include <httplib.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/http/server.h"
#include "base/os/random.h"

namespace {

constexpr const char* kReply =
    R"({{"access_token":"{}","token_type":"bearer","expires_in":3600,"refresh_token":"{}"}})";

int ServeHttplib(int port) {
  httplib::Server server;
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1'000'000'000);
  // A connection holds a thread: as many as the load has connections, and some.
  server.new_task_queue = [] { return new httplib::ThreadPool(64); };
  server.Post("/oauth2/token", [](const httplib::Request&, httplib::Response& response) {
    aweber::SystemRandom& random = aweber::SystemRandom::System();
    response.set_header("Cache-Control", "no-store");
    response.set_content(fmt::format(kReply, random.Alphanumeric(32), random.Alphanumeric(32)),
                         "application/json");
  });
  return server.listen("127.0.0.1", port) ? 0 : 1;
}

int ServeEmpty(int port) {
  aweber::HttpServerOptions options;
  options.port = static_cast<std::uint16_t>(port);
  const std::string reply = fmt::format(kReply, std::string(32, 'a'), std::string(32, 'r'));
  const auto server = aweber::HttpServer::Start(options, [&](const aweber::HttpRequest&) {
    aweber::HttpResponse response;
    response.headers.Add("Content-Type", "application/json");
    response.headers.Add("Cache-Control", "no-store");
    response.body = reply;
    return response;
  });
  if (!server.ok()) {
    fmt::print(stderr, "aweber-bench-bare: {}\n", server.error().message);
    return 1;
  }
  sigset_t none;
  sigemptyset(&none);
  sigsuspend(&none);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc == 3 ? argv[1] : "";
  if (kind == "httplib") return ServeHttplib(std::atoi(argv[2]));
  if (kind == "empty") return ServeEmpty(std::atoi(argv[2]));
  fmt::print(stderr, "usage: aweber-bench-bare httplib|empty PORT\n");
  return 2;
}
