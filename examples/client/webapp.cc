// A web application that connects its users to AWeber, on the client library:
//
//   PORT=8000 APP_STORE=/var/lib/app AWEBER_CLIENT_ID=... AWEBER_REDIRECT_URI=https://.../callback
//   client-webapp
//
// `state` is bound to a cookie, so that nobody can finish a login in another's browser; a
// connection belongs to another cookie, made when the login has succeeded, so that nobody can plant
// one beforehand and share it (session fixation). Where the visitor goes after the login is
// remembered here and not in the URL: anybody could write one that leads elsewhere.
#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <sstream>

#include "base/crypto/crypto.h"
#include "base/http/server.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
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
    const std::string_view path = request.Path();
    const bool get = request.method == "GET";
    if (get && path == callback_.path) return Callback(request);
    if (get && path == "/") {
      return Page(200, "My newsletters", "<a href=\"/connect\">Connect to AWeber</a>");
    }
    if (get && path == "/connect") return Connect();
    Session session = SessionOf(CookieOf(request, "account"), tokens_);
    if (get && path == "/connected") {
      if (const auto token = session.CurrentToken(); !token) return Problem(token.error());
      return Page(200, "You are connected to AWeber",
                  "<a href=\"/accounts\">Your accounts</a>"
                  "<form method=\"post\" action=\"/disconnect\">"
                  "<input type=\"hidden\" name=\"form\" value=\"" +
                      FormToken(request) + "\"><button>Disconnect</button></form>");
    }
    if (get && path == "/accounts") return Accounts(session);
    if (request.method == "POST" && path == "/disconnect") {
      if (ParseForm(request.body).GetOr("form") != FormToken(request)) {
        return Page(403, "This form was not ours", "");
      }
      const auto done = session.Revoke();
      if (!done) return Problem(done.error());
      HttpResponse page = Page(200, "Disconnected", "");
      SetCookie(page, "account", "", std::chrono::seconds(0));
      return page;
    }
    return Page(404, "Nothing here", "");
  }

 private:
  // A cookie's value is a secret, and the user's name becomes a file's. Without a cookie: nobody.
  Session SessionOf(const std::string& id, TokenStore& tokens) {
    return Session(config_,
                   {*http_, SystemClock::System(), SystemRandom::System(), tokens, pending_},
                   UserOf(id));
  }
  // What only our own pages can put into a form: another site's page can post one, but not read it.
  std::string FormToken(const HttpRequest& request) const {
    return HexLower(Sha256("form:" + CookieOf(request, "account")));
  }
  static std::string UserOf(const std::string& id) { return HexLower(Sha256(id)); }
  static std::string FreshId() { return SystemRandom::System().Base64UrlToken(32); }
  // Of the cookie that remembers who began the login with this state.
  static std::string LoginName(const std::string& state) {
    return "login-" + HexLower(Sha256(state)).substr(0, 16);
  }

  // With __Host- neither a neighbouring host nor a page on plain http can set it (RFC 6265bis).
  std::string FullName(const std::string& name) const {
    return callback_.scheme == "https" ? "__Host-" + name : name;
  }

  std::string CookieOf(const HttpRequest& request, const std::string& name) const {
    const std::string wanted = FullName(name) + "=";
    std::istringstream cookies(request.headers.GetOr("Cookie"));
    for (std::string cookie; std::getline(cookies >> std::ws, cookie, ';');) {
      if (cookie.starts_with(wanted)) return cookie.substr(wanted.size());
    }
    return "";
  }

  // No age: until the browser is closed. Lax, since the callback comes from AWeber's page.
  void SetCookie(HttpResponse& response, const std::string& name, const std::string& value,
                 std::optional<std::chrono::seconds> age = {}) const {
    response.headers.Add("Set-Cookie",
                         fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}{}", FullName(name),
                                     value, callback_.scheme == "https" ? "; Secure" : "",
                                     age ? fmt::format("; Max-Age={}", age->count()) : ""));
  }

  // Every login has a cookie of its own, so that it works in two tabs at once.
  HttpResponse Connect() {
    const std::string id = FreshId();
    const auto url = SessionOf(id, tokens_).AuthorizationUrl("/connected");
    if (!url) return Problem(url.error());
    const std::string state = ParseForm(*ParseUri(*url).value().query).GetOr("state");
    HttpResponse response = Redirect(*url);
    SetCookie(response, LoginName(state), id, config_.login_lifetime);
    return response;
  }

  HttpResponse Callback(const HttpRequest& request) {
    const std::string state = ParseForm(request.Query()).GetOr("state");
    const std::string id = CookieOf(request, LoginName(state));
    // Behind a proxy the Host header is the proxy's business; our address is the registered one.
    MemoryTokenStore brought;  // kept under another name below
    const auto login = SessionOf(id, brought).HandleCallback(callback_.Origin() + request.target);
    // On to a page whose address holds no code.
    HttpResponse response = login ? Redirect(login->user_data) : Problem(login.error());
    if (!id.empty()) SetCookie(response, LoginName(state), "", std::chrono::seconds(0));
    if (!login) return response;
    // From here on the visitor is known by an id that nobody saw before, nor could have chosen.
    const std::string account = FreshId();
    if (auto kept = Keep(UserOf(account), login->token); !kept) return Problem(kept.error());
    if (const std::string old = CookieOf(request, "account"); !old.empty()) {
      if (auto gone = Forget(UserOf(old)); !gone) return Problem(gone.error());
    }
    SetCookie(response, "account", account);
    return response;
  }

  Outcome<void> Keep(const std::string& user, const TokenSet& token) {
    const auto lock = tokens_.Acquire(user);
    if (!lock) return lock.error();
    return tokens_.Save(user, token);
  }

  Outcome<void> Forget(const std::string& user) {
    const auto lock = tokens_.Acquire(user);
    if (!lock) return lock.error();
    return tokens_.Erase(user);
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
  const std::string store = Env("APP_STORE");
  if (store.empty()) {
    std::cerr << "APP_STORE: name a private directory for the tokens\n";
    return 2;
  }
  App app(config, store);
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
