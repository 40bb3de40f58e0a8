// Two processes that share a store, eight threads each, all refused at once: one refresh in all.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/os/file.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "tests/integration/client/program.h"
#include "tests/integration/client/tiny_provider.h"

namespace aweber::client {
namespace {

class DriverProcess {
 public:
  DriverProcess() : program_({Program::ClientPath(), "driver"}) {}

  void Send(Json request) { program_.Write(DumpJson(request) + "\n"); }
  Json Receive() {
    const std::string line = program_.ReadLine();
    auto reply = ParseJson(line);
    EXPECT_TRUE(reply.ok()) << "not a reply: " << line << program_.err();
    return reply.value_or(Json::object());
  }
  Json Ask(Json request) {
    Send(std::move(request));
    return Receive();
  }
  int Bye() {
    Send({{"id", 999}, {"op", "bye"}});
    return program_.Finish();
  }
  const std::string& err() const { return program_.err(); }

 private:
  Program program_;
};

Json Open(const TinyProvider& provider, const std::string& directory) {
  return {{"id", 1},
          {"op", "open"},
          {"case", "c"},
          {"authorize_url", provider.url() + "/oauth2/authorize"},
          {"token_url", provider.url() + "/oauth2/token"},
          {"revoke_url", provider.url() + "/oauth2/revoke"},
          {"api_url", provider.url() + "/1.0"},
          {"client_type", "confidential"},
          {"client_id", "id:1"},
          {"client_secret", "s+c"},
          {"redirect_uri", "https://app.test/cb"},
          {"scopes", {"account.read"}},
          {"store_dir", directory}};
}

TEST(TwoProcesses, SixteenRefusedCallsMakeOneRefresh) {
  const std::string directory = MakeTempDirectory("aweber-two").value();
  TinyProvider provider;
  DriverProcess first, second;
  ASSERT_TRUE(first.Ask(Open(provider, directory)).contains("ok"));
  ASSERT_TRUE(second.Ask(Open(provider, directory)).contains("ok"));
  const Json url = first.Ask({{"id", 2}, {"op", "authorize"}, {"case", "c"}, {"session", "A"}});
  const std::string state =
      ParseForm(*ParseUri(url["ok"]["url"].get<std::string>()).value().query).GetOr("state");
  // The login is finished by the other process: what was started is shared, too.
  const Json login = second.Ask({{"id", 3},
                                 {"op", "callback"},
                                 {"case", "c"},
                                 {"session", "A"},
                                 {"url", "https://app.test/cb?code=good-code&state=" + state}});
  ASSERT_TRUE(login.contains("ok")) << DumpJson(login);
  EXPECT_EQ(provider.last_basic(), "Basic aWQlM0ExOnMlMkJj") << "base64(id%3A1:s%2Bc)";

  provider.Expire();
  provider.HoldRefusals(16);
  for (int i = 0; i < 8; ++i) {
    for (DriverProcess* process : {&first, &second}) {
      process->Send({{"id", 10 + i},
                     {"op", "call"},
                     {"case", "c"},
                     {"session", "A"},
                     {"method", "GET"},
                     {"url", provider.url() + "/1.0/accounts"}});
    }
  }
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(DumpJson(first.Receive()["ok"]), R"({"status":200})");
    EXPECT_EQ(DumpJson(second.Receive()["ok"]), R"({"status":200})");
  }
  EXPECT_EQ(provider.Count("api 401"), 16);
  EXPECT_EQ(provider.Count("token refresh_token"), 1);
  EXPECT_EQ(provider.Count("api 200"), 16);
  EXPECT_EQ(first.Bye(), 0);
  EXPECT_EQ(second.Bye(), 0);
  EXPECT_EQ(first.err() + second.err(), "");
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace aweber::client
