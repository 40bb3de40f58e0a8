#include "base/http/proxy.h"

#include <gtest/gtest.h>

namespace aweber {
namespace {

TEST(HttpProxySettings, DecideByHost) {
  struct Row {
    const char* no_proxy;
    const char* host;
    bool proxied;
  };
  const Row rows[] = {
      {"", "auth.aweber.com", true},
      {"", "localhost", false},
      {"", "127.0.0.1", false},
      {"", "[::1]", false},
      {"aweber.com", "auth.aweber.com", false},
      {".aweber.com", "AUTH.aweber.com", false},
      {"x.org, aweber.com", "aweber.com", false},
      {"weber.com", "aweber.com", true},
      {"*", "aweber.com", false},
      {",", "aweber.com", true},
  };
  for (const Row& row : rows) {
    const auto proxy = HttpProxySettings("http://proxy:3128", row.no_proxy).ForHttps(row.host);
    ASSERT_TRUE(proxy.ok());
    EXPECT_EQ(proxy->has_value(), row.proxied) << row.no_proxy << " " << row.host;
  }
}

TEST(HttpProxySettings, ReadTheForms) {
  struct Row {
    const char* text;
    const char* host;
    int port;
    const char* authorization;
  };
  const Row rows[] = {{"http://proxy:3128", "proxy", 3128, ""},
                      {"proxy:3128/", "proxy", 3128, ""},
                      {"http://proxy", "proxy", 80, ""},
                      {"http://[::1]:81", "::1", 81, ""},
                      {"http://u:p%40@proxy:1", "proxy", 1, "Basic dTpwQA=="}};
  for (const Row& row : rows) {
    const auto proxy = HttpProxySettings(row.text, "").ForHttps("h");
    ASSERT_TRUE(proxy.ok() && proxy->has_value()) << row.text;
    EXPECT_EQ((*proxy)->host, row.host);
    EXPECT_EQ((*proxy)->port, row.port);
    EXPECT_EQ((*proxy)->authorization, row.authorization);
  }
  EXPECT_FALSE(HttpProxySettings("", "").ForHttps("h")->has_value());
  for (const char* bad : {"https://proxy:1", "socks5://proxy:1", "http://"}) {
    const auto proxy = HttpProxySettings(bad, "").ForHttps("h");
    ASSERT_FALSE(proxy.ok()) << bad;
    EXPECT_EQ(proxy.error().code, "http.url");
  }
}

}  // namespace
}  // namespace aweber
