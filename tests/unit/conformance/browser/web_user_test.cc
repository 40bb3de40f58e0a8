#include "conformance/browser/web_user.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "conformance/driver/webapp_config.h"

namespace aweber::conformance {
namespace {

const WebAddress kAddress{"https://app.example.test", "http://127.0.0.1:5000"};

// An application that is a table of pages.
class FakeApp final : public HttpClient {
 public:
  struct Answer {
    int status = 200;
    std::string body;
    std::vector<HttpHeaders::Field> headers;
  };
  std::map<std::string, Answer> pages;  // by "GET /path?query"
  std::vector<std::string> asked;       // "GET /path cookies body"
  HttpHeaders last_headers;

  Result<HttpResponse> Send(const std::string& method, const std::string& url,
                            const HttpHeaders& headers, const std::string& body,
                            std::stop_token) override {
    EXPECT_TRUE(url.starts_with(kAddress.real + "/")) << url;
    const std::string request = method + " " + url.substr(kAddress.real.size());
    asked.push_back(request + " " + headers.GetOr("Cookie") + " " + body);
    last_headers = headers;
    const auto found = pages.find(request);
    if (found == pages.end()) return Error{"http.connect", "nobody listens"};
    HttpResponse response;
    response.status = found->second.status;
    response.body = found->second.body;
    for (const auto& [name, value] : found->second.headers) response.headers.Add(name, value);
    return response;
  }
};

Pattern Words(const std::string& text) { return Pattern::Compile(text).value(); }

WebStep OpenStep(const std::string& path) { return {WebStep::Kind::kOpen, path, {}, {}}; }

TEST(WebUserTest, FollowsTheLinkAndStopsWhereTheApplicationIsLeft) {
  FakeApp app;
  app.pages["GET /"] = {200,
                        "<a href='/help'>Help</a> <a href='go?x=1&amp;y=2'>Connect <b>now</b></a>",
                        {{"Set-Cookie", "sid=7; Path=/; HttpOnly"}}};
  app.pages["GET /go?x=1&y=2"] = {302, "", {{"Location", "/further"}}};
  app.pages["GET /further"] = {
      303, "", {{"Location", "https://auth.aweber.com/oauth2/authorize?a"}}};
  WebProfile profile;
  WebUser user(app, profile, kAddress, 10);
  const auto place = user.Play(
      "connect", {OpenStep("/"), {WebStep::Kind::kFollow, "", Words("^connect now$"), {}}}, {});
  ASSERT_TRUE(place.ok()) << place.error().message;
  EXPECT_EQ(place->left, "https://auth.aweber.com/oauth2/authorize?a");
  EXPECT_EQ(app.asked,
            (std::vector<std::string>{"GET /  ", "GET /go?x=1&y=2 sid=7 ", "GET /further sid=7 "}));
  EXPECT_EQ(app.last_headers.GetOr("Host"), "app.example.test");
  EXPECT_EQ(app.last_headers.GetOr("X-Forwarded-Proto"), "https");
  const auto pages = user.TakePages();
  ASSERT_EQ(pages.size(), 3u);
  EXPECT_EQ(pages[1].url, "https://app.example.test/go?x=1&y=2");
  EXPECT_EQ(pages[1].status, 302);
  EXPECT_TRUE(user.TakePages().empty());
}

TEST(WebUserTest, ALinkStraightToAWeberIsNotOpened) {
  FakeApp app;
  app.pages["GET /"] = {200, "<a href='https://auth.aweber.com/x'>go</a>", {}};
  WebProfile profile;
  WebUser user(app, profile, kAddress, 10);
  const auto place = user.Play(
      "connect", {OpenStep("/"), {WebStep::Kind::kFollowHref, "", Words("aweber"), {}}}, {});
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->left, "https://auth.aweber.com/x");
}

TEST(WebUserTest, StrictCookiesStayAwayWhenTheUserComesFromAWeber) {
  FakeApp app;
  app.pages["GET /"] = {200, "", {{"Set-Cookie", "s=1; SameSite=Strict"}, {"Set-Cookie", "l=2"}}};
  app.pages["GET /callback?code=c"] = {302, "", {{"Location", "/done"}}};
  app.pages["GET /done"] = {200, "done", {}};
  WebProfile profile;
  WebUser user(app, profile, kAddress, 10);
  ASSERT_TRUE(user.Open("/", false).ok());
  ASSERT_TRUE(user.Open("https://app.example.test/callback?code=c", true).ok());
  EXPECT_EQ(app.asked[1], "GET /callback?code=c l=2 ");
  EXPECT_EQ(app.asked[2], "GET /done l=2 ");
  ASSERT_TRUE(user.Open("/done", false).ok());
  EXPECT_EQ(app.asked[3], "GET /done s=1; l=2 ");
}

TEST(WebUserTest, TellsTheSameSiteWhereTheUserComesFromUnlessThePageForbidsIt) {
  const WebStep follow{WebStep::Kind::kFollow, "", Words("next"), {}};
  const struct {
    std::vector<HttpHeaders::Field> headers;
    const char* referrer;
  } rows[] = {
      {{}, "https://app.example.test/start?a=1"},
      {{{"Referrer-Policy", "same-origin"}}, "https://app.example.test/start?a=1"},
      {{{"Referrer-Policy", "strict-origin"}}, "https://app.example.test/"},
      {{{"Referrer-Policy", "no-referrer"}}, ""},
  };
  for (const auto& row : rows) {
    FakeApp app;
    app.pages["GET /start?a=1"] = {200, "<a href=/next>next</a>", row.headers};
    app.pages["GET /next"] = {200, "", {}};
    WebProfile profile;
    WebUser user(app, profile, kAddress, 10);
    ASSERT_TRUE(user.Play("connect", {OpenStep("/start?a=1"), follow}, {}).ok());
    EXPECT_EQ(app.last_headers.GetOr("Referer"), row.referrer);
    ASSERT_TRUE(user.Open("/next", false).ok());
    EXPECT_EQ(app.last_headers.GetOr("Referer"), "");
  }
}

TEST(WebUserTest, FillsInForms) {
  FakeApp app;
  app.pages["GET /login"] = {
      200,
      "<form action=/search><input name=q><button>Search</button></form>"
      "<form method=post action='/login'><input type=hidden name=csrf value='t&amp;1'>"
      "<input name=user><input type=password name=pw><input type=checkbox name=stay>"
      "<input type=submit name=ok value='Log in'><input type=submit name=no value=Cancel></form>",
      {}};
  app.pages["POST /login"] = {200, "welcome", {}};
  WebProfile profile;
  WebUser user(app, profile, kAddress, 10);
  const WebStep submit{
      WebStep::Kind::kSubmit, "", Words("log in"), {{"user", "${session}"}, {"pw", "s p"}}};
  const auto place = user.Play("connect", {OpenStep("/login"), submit}, {{"session", "A"}});
  ASSERT_TRUE(place.ok()) << place.error().message;
  EXPECT_EQ(app.asked.back(), "POST /login  csrf=t%261&user=A&pw=s+p&ok=Log+in");
  EXPECT_EQ(app.last_headers.GetOr("Origin"), "https://app.example.test");

  const WebStep wrong{WebStep::Kind::kSubmit, "", Words("log in"), {{"usr", "A"}}};
  EXPECT_EQ(user.Play("connect", {OpenStep("/login"), wrong}, {}).error().message,
            "connect[1]: the form has no field \"usr\"; its fields: csrf, user, pw, stay, ok");
}

TEST(WebUserTest, SaysWhatItCouldNotDo) {
  FakeApp app;
  app.pages["GET /round"] = {302, "", {{"Location", "/round"}}};
  app.pages["GET /spa"] = {200, "<script src=app.js></script><div id=root>Loading</div>", {}};
  app.pages["GET /plain"] = {200, "<p>Hello</p><a href=/a>One</a><a href=/b>Two</a>", {}};
  WebProfile profile;
  WebUser user(app, profile, kAddress, 3);
  EXPECT_EQ(user.Open("/round", false).error().message,
            "the application redirects for ever: more than 3 redirects, the last to "
            "https://app.example.test/round");
  EXPECT_EQ(app.asked.size(), 4u);
  const WebStep follow{WebStep::Kind::kFollow, "", Words("connect"), {}};
  EXPECT_EQ(user.Play("connect", {OpenStep("/spa"), follow}, {}).error().message,
            "connect[1]: no link with the text \"connect\" on /spa; there are no links on it; the "
            "page: status 200 at https://app.example.test/spa: Loading (the page has scripts, and "
            "the built-in browser runs none: where one does the work, take browser: chromium, or "
            "name the address that it opens in a step \"open\")");
  EXPECT_EQ(
      user.Play("connect", {OpenStep("/plain"), follow}, {}).error().message,
      "connect[1]: no link with the text \"connect\" on /plain; links there: \"One\", \"Two\"; "
      "the page: status 200 at https://app.example.test/plain: Hello One Two");
  EXPECT_EQ(user.Open("/absent", false).error().message,
            "GET http://127.0.0.1:5000/absent: nobody listens");
  EXPECT_EQ(user.Play("call", {follow}, {}).error().message,
            "call[0]: the first step must be \"open\": the built-in browser shows no page from "
            "before; browser: chromium does");
}

TEST(WebUserTest, TabsOfOnePersonShareTheirCookies) {
  FakeApp app;
  app.pages["GET /"] = {200, "", {{"Set-Cookie", "s=1"}}};
  WebProfile profile, other;
  WebUser first(app, profile, kAddress, 3), second(app, profile, kAddress, 3),
      stranger(app, other, kAddress, 3);
  ASSERT_TRUE(first.Open("/", false).ok());
  ASSERT_TRUE(second.Open("/", false).ok());
  ASSERT_TRUE(stranger.Open("/", false).ok());
  EXPECT_EQ(app.asked, (std::vector<std::string>{"GET /  ", "GET / s=1 ", "GET /  "}));
}

TEST(WebCallTest, APlainReadIsAnyPageThatReads) {
  const std::vector<WebCall> calls = {{{"POST /accounts/*/lists/*/subscribers"}, {}},
                                      {{"GET /accounts/*/lists"}, {}}};
  EXPECT_EQ(FindCall(calls, "GET /accounts/1/lists"), &calls[1]);
  EXPECT_EQ(FindCall(calls, "GET /accounts"), &calls[1]);
  EXPECT_EQ(FindCall(calls, "POST /accounts/1/lists/2/subscribers"), &calls[0]);
  EXPECT_EQ(FindCall(calls, "PATCH /accounts"), nullptr);
  EXPECT_EQ(FindCall({calls[0]}, "GET /accounts"), nullptr);
  EXPECT_EQ(PlayableRequests(calls),
            (std::vector<std::string>{"POST /accounts/*/lists/*/subscribers",
                                      "GET /accounts/*/lists", "GET /accounts"}));
}

TEST(WebAddressTest, KnowsItsOwn) {
  for (const std::string own : {"https://app.example.test/a?b", "http://app.example.test/a?b",
                                "http://127.0.0.1:5000/a?b"}) {
    EXPECT_EQ(kAddress.TargetOf(own), "/a?b") << own;
  }
  for (const std::string foreign : {"https://app.example.test:444/a", "http://127.0.0.1:5001/a",
                                    "https://app.example.test.evil/a", "/a", "mailto:x@y"}) {
    EXPECT_EQ(kAddress.TargetOf(foreign), std::nullopt) << foreign;
  }
}

TEST(WebSuccessTest, LooksAtWhatItWasTold) {
  WebPlace place;
  place.page.status = 200;
  place.page.url = "https://app.example.test/done?x=1";
  place.page.body = "<h1>You are <b>connected</b></h1><script>failed()</script>";
  WebSuccess success{{200}, Words("you are connected"), Words("/done")};
  EXPECT_EQ(WhyNotSuccess("success", success, place), "");
  success.text = Words("failed");
  EXPECT_EQ(WhyNotSuccess("success", success, place),
            "success.text: expected a page that says \"failed\"");
  success.url = Words("/home$");
  EXPECT_EQ(WhyNotSuccess("success", success, place),
            "success.url: expected an address that matches \"/home$\"");
  success.statuses = {204};
  EXPECT_EQ(WhyNotSuccess("success", success, place), "success.status: expected 204");
  place.left = "https://elsewhere.test/";
  EXPECT_EQ(WhyNotSuccess("success", success, place),
            "the browser was sent away to https://elsewhere.test/");
}

}  // namespace
}  // namespace aweber::conformance
