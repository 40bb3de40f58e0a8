#include "tests/mutants/web_app.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>

#include "base/http/server.h"
#include "base/os/file.h"
#include "base/os/process.h"
#include "base/text/uri.h"
#include "tests/mutants/environment.h"

namespace aweber::mutants {
namespace {

using D = Deviation;

// The URL in an address bar may hold a code: no page of ours passes it on (RFC 9700 §4.2.4).
HttpHeaders Careful() { return {{"Referrer-Policy", "no-referrer"}}; }

HttpResponse PageOf(int status, const std::string& html, HttpHeaders headers = Careful()) {
  HttpResponse response;
  response.status = status;
  response.headers = std::move(headers);
  response.headers.Add("Content-Type", "text/html; charset=utf-8");
  response.body = "<!doctype html><title>My newsletters</title>" + html;
  return response;
}

HttpResponse SendTo(const std::string& url) {
  HttpResponse response;
  response.status = 302;
  response.headers = Careful();
  response.headers.Add("Location", url);
  return response;
}

// What the browser's cookie holds; "" where that is no id of ours.
std::string UserCookie(const HttpRequest& request) {
  const std::string cookies = request.headers.GetOr("Cookie");
  const auto at = cookies.find("user=");
  if (at == std::string::npos) return "";
  const std::string id = cookies.substr(at + 5, cookies.find(';', at) - at - 5);
  const bool plain =
      std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
  return plain ? id : "";
}

std::string CookieLine(const HttpRequest& request, const std::string& id) {
  const bool https = request.headers.GetOr("X-Forwarded-Proto") == "https";
  return fmt::format("user={}; Path=/; HttpOnly; SameSite=Lax{}", id, https ? "; Secure" : "");
}

// An id that was given at a login leads to the user; the one before it leads nowhere any more.
std::string FileOf(const char* what, const std::string& id) {
  return fmt::format("{}/{}-{}", Env("APP_STORE"), what, id);
}

std::string UserOf(const HttpRequest& request) {
  const std::string id = UserCookie(request);
  if (id.empty() || ReadFile(FileOf("retired", id)).ok()) return "";
  return ReadFile(FileOf("visitor", id)).value_or(id);
}

// The address as the browser shows it: the application stands behind a proxy.
std::string ShownUrl(const HttpRequest& request) {
  return fmt::format("{}://{}{}", request.headers.GetOr("X-Forwarded-Proto", "http"),
                     request.headers.GetOr("X-Forwarded-Host", request.headers.GetOr("Host")),
                     request.target);
}

std::string PathOf(const std::string& url) {
  const auto uri = ParseUri(url);
  return uri ? uri->path : "";
}

bool OnLoopback(const std::string& url) {
  const auto uri = ParseUri(url);
  return uri && IsLoopbackHost(uri->host);
}

}  // namespace

WebApp::WebApp(Client& client, Deviation deviation, Random& random)
    : client_(client),
      deviation_(deviation),
      random_(random),
      api_url_(Env("AWEBER_API_URL")),
      redirect_uri_(Env("AWEBER_REDIRECT_URI")) {
  Json scopes = Json::array();
  std::istringstream words(Env("AWEBER_SCOPES"));
  for (std::string scope; words >> scope;) scopes.push_back(scope);
  (void)client_.Handle("open", {{"case", "app"},
                                {"authorize_url", Env("AWEBER_AUTHORIZE_URL")},
                                {"token_url", Env("AWEBER_TOKEN_URL")},
                                {"revoke_url", Env("AWEBER_REVOKE_URL")},
                                {"api_url", api_url_},
                                {"client_type", Env("AWEBER_CLIENT_TYPE")},
                                {"client_id", Env("AWEBER_CLIENT_ID")},
                                {"client_secret", Env("AWEBER_CLIENT_SECRET")},
                                {"redirect_uri", redirect_uri_},
                                {"scopes", scopes},
                                {"store_dir", Env("APP_STORE")}});
}

Json WebApp::Do(const std::string& op, const std::string& user, Json members) {
  members["case"] = "app";
  members["session"] = user;
  return client_.Handle(op, members);
}

HttpResponse WebApp::Answer(const HttpRequest& request) {
  const std::string user = UserOf(request);
  const std::string path(request.Path());
  if (path == "/") {
    HttpResponse page = PageOf(200, "<a href=\"/connect\">Connect to AWeber</a>");
    if (user.empty()) {
      page.headers.Add("Set-Cookie", CookieLine(request, random_.Alphanumeric(32)));
    }
    return page;
  }
  if (user.empty()) return PageOf(403, "Please begin at the <a href=\"/\">first page</a>.");
  if (path == "/connect") {
    return SendTo(Do("authorize", user)["ok"].value("url", "/"));
  }
  if (path == PathOf(redirect_uri_)) {
    HttpResponse response = Callback(request, user);
    if (response.status < 400 && Do("token", user).contains("ok")) {
      const std::string fresh = random_.Alphanumeric(32);
      (void)WriteFileAtomically(FileOf("visitor", fresh), user, 0600);
      (void)WriteFileAtomically(FileOf("retired", UserCookie(request)), "", 0600);
      response.headers.Add("Set-Cookie", CookieLine(request, fresh));
    }
    return response;
  }
  if (path == "/connected") return Connected(user, Careful());
  if (path == "/accounts") {
    const Json reply = Do("call", user, {{"method", "GET"}, {"url", api_url_ + "/accounts"}});
    if (!reply.contains("ok")) return PageOf(409, "Please connect again.");
    const int status = reply["ok"].value("status", 0);
    return PageOf(status, status == 200 ? "These are your accounts." : "AWeber did not answer.");
  }
  if (path == "/refresh" || path == "/revoke") {
    const bool done = Do(path.substr(1), user).contains("ok");
    return done ? PageOf(200, "It is done.") : PageOf(502, "It could not be done.");
  }
  return PageOf(404, "There is no such page.");
}

HttpResponse WebApp::Connected(const std::string& user, const HttpHeaders& headers,
                               const std::string& extra) {
  if (!Do("token", user).contains("ok")) return PageOf(404, "You are not connected.");
  return PageOf(200, extra + "<h1>You are connected to AWeber.</h1>", headers);
}

HttpResponse WebApp::Callback(const HttpRequest& request, const std::string& user) {
  const bool connected = Do("token", user).contains("ok");
  if (Is(D::kListenerStaysOpen) && connected && OnLoopback(redirect_uri_)) {
    return SendTo("/connected");
  }
  const Json reply = Do("callback", user, {{"url", ShownUrl(request)}});
  const Form query = ParseForm(request.Query());
  if (!reply.contains("ok")) {
    std::string words = "<p>AWeber did not connect you. Please <a href=\"/\">try again</a>.</p>";
    if (Is(D::kPageRepeatsMarkup)) words += query.GetOr("error_description");
    return PageOf(400, words);
  }
  if (Is(D::kPageKeepsCode)) return Connected(user, {});
  if (Is(D::kPageLoadsScript)) {
    return Connected(user, Careful(), "<script src=\"https://cdn.example.net/a.js\"></script>");
  }
  if (Is(D::kPageForwards) && query.Has("next")) return SendTo(query.GetOr("next"));
  return SendTo("/connected");  // an address without the code
}

std::string WebappConfigFile(const std::string& program, const std::string& arguments) {
  return fmt::format(R"(# Made by mutant-client --webapp-config.
name: mutant-webapp
language: C++
command: {}
env:
  PORT: ${{port}}
  APP_STORE: ${{dir}}
  AWEBER_CLIENT_TYPE: ${{client_type}}
  AWEBER_CLIENT_ID: ${{client_id}}
  AWEBER_CLIENT_SECRET: ${{client_secret}}
  AWEBER_REDIRECT_URI: ${{redirect_uri}}
  AWEBER_SCOPES: ${{scopes}}
  AWEBER_AUTHORIZE_URL: ${{authorize_url}}
  AWEBER_TOKEN_URL: ${{token_url}}
  AWEBER_REVOKE_URL: ${{revoke_url}}
  AWEBER_API_URL: ${{api_url}}
url: http://127.0.0.1:${{port}}
connect:
  - open: /
  - follow: connect to aweber
success: {{text: you are connected}}
call:
  requests: GET /accounts
  steps: [{{open: /accounts}}]
refresh: {{steps: [{{open: /refresh}}]}}
revoke: {{steps: [{{open: /revoke}}]}}
claims:
  state: true
  pkce: [S256]
  auth: [basic]
  token_transport: [header]
  refresh: [manual, on_expiry, on_401]
  persist: true
  revoke: true
  public_clients: true
)",
                     DumpJson(Json(QuoteForShell(program) + " --webapp" + arguments)));
}

int ServeWebApp(Client& client, Deviation deviation, Random& random) {
  WebApp app(client, deviation, random);
  HttpServerOptions options;
  options.port = static_cast<std::uint16_t>(std::atoi(Env("PORT").c_str()));
  const auto server =
      HttpServer::Start(options, [&](const HttpRequest& request) { return app.Answer(request); });
  if (!server) {
    fmt::print(stderr, "mutant-client: {}\n", server.error().message);
    return 1;
  }
  for (;;) ::pause();  // the driver ends it by a signal
}

}  // namespace aweber::mutants
