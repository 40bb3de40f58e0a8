// A web application that connects its users to AWeber, on the client library:
//
//   PORT=8000 APP_STORE=store AWEBER_CLIENT_ID=... AWEBER_REDIRECT_URI=https://.../callback
//   client-webapp
//
// A visitor is a random cookie; `state` is bound to it, so that nobody can finish a login in
// another's browser. Where the visitor goes after the login is remembered here and not in the URL:
// anybody could write one that leads elsewhere.
#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "base/crypto.h"
#include "base/http_server.h"
#include "base/uri.h"
#include "client/session.h"

using namespace aweber;
using namespace aweber::client;

namespace {

std::string Env(const char* name, const char* otherwise = "") {
  const char* const value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

ClientConfig ConfigFromEnvironment() {
  ClientConfig config;
  Provider& aweber = config.provider;
  aweber.authorize_url = Env("AWEBER_AUTHORIZE_URL", aweber.authorize_url.c_str());
  aweber.token_url = Env("AWEBER_TOKEN_URL", aweber.token_url.c_str());
  aweber.revoke_url = Env("AWEBER_REVOKE_URL", aweber.revoke_url.c_str());
  aweber.api_url = Env("AWEBER_API_URL", aweber.api_url.c_str());
  config.client_id = Env("AWEBER_CLIENT_ID");
  config.client_secret = Env("AWEBER_CLIENT_SECRET");
  if (Env("AWEBER_CLIENT_TYPE") == "public") config.type = ClientType::kPublic;
  config.redirect_uri = Env("AWEBER_REDIRECT_URI");
  std::istringstream words(Env("AWEBER_SCOPES", "account.read"));
  for (std::string word; words >> word;) config.scopes.push_back(word);
  return config;
}

std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'') {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out;
}

HttpResponse Page(int status, std::string_view title, std::string_view html) {
  HttpResponse page;
  page.status = status;
  page.headers = {{"Content-Type", "text/html; charset=utf-8"},
                  {"Cache-Control", "no-store"},
                  // The callback's address holds a code: no page may carry it further.
                  {"Referrer-Policy", "no-referrer"},
                  {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}};
  page.body = fmt::format("<!doctype html><title>{0}</title><h1>{0}</h1>{1}\n", title, html);
  return page;
}

HttpResponse Problem(const Failure& failure) {
  const int status = failure.kind == FailureKind::kReauthorize ? 401
                     : failure.kind == FailureKind::kHttp      ? 502
                                                               : 400;
  return Page(status, "Not connected",
              fmt::format("<p>{}: {}</p><a href=\"/connect\">Connect to AWeber</a>",
                          FailureKindName(failure.kind), Escape(failure.message)));
}

HttpResponse Redirect(const std::string& url) {
  HttpResponse response = Page(302, "Moved", "");
  response.headers.Add("Location", url);
  return response;
}

class App {
 public:
  App(ClientConfig config, std::string store)
      : config_(std::move(config)),
        callback_(ParseUri(config_.redirect_uri).value()),
        tokens_(store),
        pending_(store) {}

  HttpResponse Answer(const HttpRequest& request) {
    std::string cookie = CookieOf(request);
    const bool is_new = cookie.empty();
    if (is_new) cookie = SystemRandom::System().Base64UrlToken(32);
    // The cookie is a secret, and the user's name becomes a file's.
    Session session(config_,
                    {*http_, SystemClock::System(), SystemRandom::System(), tokens_, pending_},
                    HexLower(Sha256(cookie)));
    HttpResponse response = Route(request, session);
    if (is_new) {
      const bool secure = callback_.scheme == "https";
      response.headers.Add("Set-Cookie", fmt::format("visitor={}; Path=/; HttpOnly; SameSite=Lax{}",
                                                     cookie, secure ? "; Secure" : ""));
    }
    return response;
  }

 private:
  static std::string CookieOf(const HttpRequest& request) {
    std::istringstream cookies(request.headers.GetOr("Cookie"));
    for (std::string cookie; std::getline(cookies >> std::ws, cookie, ';');) {
      if (cookie.starts_with("visitor=")) return cookie.substr(8);
    }
    return "";
  }

  HttpResponse Route(const HttpRequest& request, Session& session) {
    const std::string_view path = request.Path();
    const bool get = request.method == "GET";
    if (get && path == callback_.path) return Callback(request, session);
    if (get && path == "/") {
      return Page(200, "My newsletters", "<a href=\"/connect\">Connect to AWeber</a>");
    }
    if (get && path == "/connect") {
      const auto url = session.AuthorizationUrl("/connected");
      return url ? Redirect(*url) : Problem(url.error());
    }
    if (get && path == "/connected") {
      if (const auto token = session.CurrentToken(); !token) return Problem(token.error());
      return Page(
          200, "You are connected to AWeber",
          "<a href=\"/accounts\">Your accounts</a>"
          "<form method=\"post\" action=\"/disconnect\"><button>Disconnect</button></form>");
    }
    if (get && path == "/accounts") return Accounts(session);
    if (request.method == "POST" && path == "/disconnect") {
      const auto done = session.Revoke();
      return done ? Page(200, "Disconnected", "") : Problem(done.error());
    }
    return Page(404, "Nothing here", "");
  }

  HttpResponse Callback(const HttpRequest& request, Session& session) {
    // Behind a proxy the Host header is the proxy's business; our address is the registered one.
    const auto login = session.HandleCallback(callback_.Origin() + request.target);
    // On to a page whose address holds no code.
    return login ? Redirect(login->user_data) : Problem(login.error());
  }

  static HttpResponse Accounts(Session& session) {
    const auto reply = session.Call({.url = "/accounts"});
    if (!reply) return Problem(reply.error());
    const auto json = reply->AsJson();
    if (!json) return Problem(json.error());
    std::string html;
    const Json* entries = JsonMember(*json, "entries");
    for (const Json& entry : entries == nullptr ? Json::array() : *entries) {
      html += fmt::format("<p>{}</p>", Escape(JsonString(entry, "company").value_or("(no name)")));
    }
    return Page(200, "Your accounts", html);
  }

  const ClientConfig config_;
  const Uri callback_;
  const std::unique_ptr<HttpClient> http_ = MakeHttpClient();
  FileTokenStore tokens_;
  FilePendingStore pending_;
};

}  // namespace

int main() {
  const ClientConfig config = ConfigFromEnvironment();
  if (const auto good = CheckConfig(config); !good) {
    std::cerr << good.error().message << "\n";
    return 2;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  App app(config, Env("APP_STORE", "store"));
  HttpServerOptions options;
  options.port = static_cast<std::uint16_t>(std::atoi(Env("PORT", "8000").c_str()));
  const auto server = HttpServer::Start(
      options, [&app](const HttpRequest& request) { return app.Answer(request); });
  if (!server) {
    std::cerr << server.error().message << "\n";
    return 1;
  }
  std::cout << (*server)->base_url() << std::endl;
  int signal = 0;
  sigwait(&ends, &signal);
}
