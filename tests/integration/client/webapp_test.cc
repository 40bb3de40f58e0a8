// The web application of the examples: whose connection a cookie opens. What the suite looks at
// (its pages, its callback) is e2e's.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/http/client.h"
#include "base/os/file.h"
#include "base/text/form.h"
#include "base/text/uri.h"
#include "tests/integration/client/program.h"
#include "tests/integration/client/tiny_provider.h"
#include "tests/support/paths.h"

namespace aweber::client {
namespace {

class WebAppTest : public testing::Test {
 protected:
  void SetUp() override { directory_ = MakeTempDirectory("aweber-webapp").value(); }
  void TearDown() override {
    if (app_) ::kill(app_->pid(), SIGTERM);
    app_.reset();
    std::filesystem::remove_all(directory_);
  }

  void StartAt(const std::string& redirect_uri) {
    app_.emplace(std::vector<std::string>{ProgramPath("client-webapp")},
                 std::vector<std::pair<std::string, std::string>>{
                     {"PORT", "0"},
                     {"APP_STORE", directory_ + "/store"},
                     {"AWEBER_CLIENT_ID", "id"},
                     {"AWEBER_CLIENT_SECRET", "secret"},
                     {"AWEBER_REDIRECT_URI", redirect_uri},
                     {"AWEBER_AUTHORIZE_URL", provider_.url() + "/oauth2/authorize"},
                     {"AWEBER_TOKEN_URL", provider_.url() + "/oauth2/token"},
                     {"AWEBER_REVOKE_URL", provider_.url() + "/oauth2/revoke"},
                     {"AWEBER_API_URL", provider_.url() + "/1.0"}});
    url_ = app_->ReadLine();
    url_.pop_back();
  }
  HttpResponse Get(const std::string& target, const std::string& cookies = "") {
    HttpHeaders headers;
    if (!cookies.empty()) headers.Add("Cookie", cookies);
    return browser_->Send("GET", url_ + target, headers, "").value();
  }
  struct Begun {
    std::string cookie;    // "login-...=VALUE"
    std::string callback;  // where AWeber would send the browser back to
  };
  Begun Connect(const std::string& cookies = "") {
    const HttpResponse moved = Get("/connect", cookies);
    const std::string at_aweber = moved.headers.GetOr("Location");
    const std::string cookie = moved.headers.GetOr("Set-Cookie");
    return {cookie.substr(0, cookie.find(';')),
            "/callback?code=good-code&state=" +
                ParseForm(*ParseUri(at_aweber).value().query).GetOr("state")};
  }
  // "account=VALUE", as the callback set it; "" when it did not.
  static std::string AccountIn(const HttpResponse& response) {
    for (const std::string& line : response.headers.GetAll("Set-Cookie")) {
      if (line.starts_with("account=")) return line.substr(0, line.find(';'));
    }
    return "";
  }

  TinyProvider provider_;
  const std::unique_ptr<HttpClient> browser_ = MakeHttpClient();
  std::string directory_, url_;
  std::optional<Program> app_;
};

TEST_F(WebAppTest, AnIdThatWasPlantedOpensNothing) {
  StartAt("http://127.0.0.1:1/callback");
  const std::string planted = "account=planted";
  const Begun login = Connect(planted + "; login=planted");
  EXPECT_EQ(login.cookie.find("planted"), std::string::npos) << login.cookie;
  const HttpResponse done = Get(login.callback, planted + "; " + login.cookie);
  EXPECT_EQ(done.headers.GetOr("Location"), "/connected");
  const std::string account = AccountIn(done);
  ASSERT_GT(account.size(), 40u) << account;
  EXPECT_EQ(Get("/connected", account).status, 200);
  EXPECT_EQ(Get("/connected", planted).status, 401);
  // What began the login opens nothing either, whoever has seen it.
  EXPECT_EQ(Get("/connected", "account=" + login.cookie.substr(login.cookie.find('=') + 1)).status,
            401);
  // Another login is another id, and the old one ends.
  const Begun again = Connect(account);
  const std::string renewed = AccountIn(Get(again.callback, account + "; " + again.cookie));
  EXPECT_NE(renewed, account);
  EXPECT_EQ(Get("/connected", renewed).status, 200);
  EXPECT_EQ(Get("/connected", account).status, 401);
}

TEST_F(WebAppTest, ALoginBelongsToTheBrowserThatBeganIt) {
  StartAt("http://127.0.0.1:1/callback");
  const Begun anns = Connect();
  const Begun bobs = Connect();
  for (const std::string& cookies : {std::string(), bobs.cookie}) {
    const HttpResponse refused = Get(anns.callback, cookies);
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(refused.body.find("state_mismatch:"), std::string::npos) << refused.body;
    EXPECT_EQ(AccountIn(refused), "");
  }
  EXPECT_EQ(provider_.Count("token authorization_code"), 0);
  EXPECT_EQ(Get(bobs.callback, anns.cookie + "; " + bobs.cookie).status, 302) << "two tabs";
  EXPECT_EQ(Get(anns.callback, anns.cookie).status, 302);
  EXPECT_EQ(Get(anns.callback, anns.cookie).status, 400) << "once";
}

TEST_F(WebAppTest, CookiesAreKeptFromScriptsNeighboursAndPlainHttp) {
  StartAt("https://app.test/callback");
  const HttpResponse moved = Get("/connect");
  const std::string cookie = moved.headers.GetOr("Set-Cookie");
  EXPECT_TRUE(cookie.starts_with("__Host-login-")) << cookie;
  EXPECT_TRUE(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600")) << cookie;
}

}  // namespace
}  // namespace aweber::client
