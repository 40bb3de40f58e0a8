#include "tests/mutants/client.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <vector>

#include "base/text/uri.h"
#include "tests/mutants/environment.h"
#include "tests/mutants/token_file.h"

namespace aweber::mutants {
namespace {

using D = Deviation;
constexpr std::int64_t kMarginSeconds = 10;  // refresh this long before expiry

Json TokenMembers(const Tokens& tokens) {
  Json json = Json::object();
  json["access_token"] = tokens.access;
  if (!tokens.refresh.empty()) json["refresh_token"] = tokens.refresh;
  if (tokens.expires_at > 0) json["expires_at"] = tokens.expires_at;
  return json;
}

Refusal FromTransport(const Error& error) {
  const bool tls = error.code == "http.tls", late = error.code == "http.timeout";
  return {tls ? "tls" : late ? "timeout" : "network", error.message, "", 0};
}

Refusal Reauthorize(std::string why) { return {"reauthorize", std::move(why), "", 0}; }

}  // namespace

struct Client::Session {
  std::string path;               // of its tokens
  std::mutex mutex;               // guards what follows
  std::vector<Pending> pendings;  // logins started and not finished
  std::optional<Tokens> tokens;
  bool had_error = false;  // a login of this session was refused by the provider
  std::mutex refreshing;   // held while a refresh is under way

  Tokens Current() {
    const std::lock_guard lock(mutex);
    return tokens.value_or(Tokens{});
  }
};

struct Client::Case {
  Registration client;
  std::mutex mutex;  // guards sessions
  std::map<std::string, std::unique_ptr<Session>> sessions;
  std::atomic<Session*> latest = nullptr;  // who logged in last

  Session& Find(const std::string& name) {
    const std::lock_guard lock(mutex);
    std::unique_ptr<Session>& slot = sessions[name];
    if (slot == nullptr) {
      slot = std::make_unique<Session>();
      slot->path = TokenPath(client.store_dir, name);
      slot->tokens = LoadTokens(slot->path);
    }
    return *slot;
  }
};

Client::Client(ClientOptions options, Clock& clock, Random& random)
    : options_(options), clock_(clock), random_(random) {
  HttpClientOptions http;
  http.ca_file = Env("AWEBER_CA_FILE");
  http.verify_tls = !Is(D::kTlsUnverified);
  http.read_timeout_ms = 8'000;
  http.user_agent = "mutant-client";
  http_ = MakeHttpClient(http);
}

Client::~Client() = default;

Client::Done Client::Open(const Json& request) {
  const auto text = [&](std::string_view name) { return JsonString(request, name).value_or(""); };
  auto c = std::make_shared<Case>();
  Registration& r = c->client;
  r.authorize_url = text("authorize_url");
  r.token_url = text("token_url");
  r.revoke_url = text("revoke_url");
  r.api_url = text("api_url");
  r.is_public = text("client_type") == "public";
  r.client_id = text("client_id");
  r.client_secret = text("client_secret");
  r.redirect_uri = text("redirect_uri");
  r.issuer = text("issuer");
  r.store_dir = text("store_dir");
  r.pkce_always = options_.pkce_always;
  if (const Json* scopes = JsonMember(request, "scopes"); scopes && scopes->is_array()) {
    for (const Json& scope : *scopes) {
      if (scope.is_string()) r.scopes.push_back(scope.get<std::string>());
    }
  }
  const std::lock_guard lock(mutex_);
  cases_[text("case")] = std::move(c);
  return Json::object();
}

Client::Done Client::Authorize(Case& c, Session& session) {
  const auto now = clock_.Now().time_since_epoch().count();
  const std::lock_guard lock(session.mutex);
  Deviation deviation = options_.deviation;
  if (deviation == D::kPkceDowngrade && !session.had_error) deviation = D::kNone;
  const Pending pending = StartLogin(c.client, deviation, random_, now);
  session.pendings.push_back(pending);
  Json ok = Json::object();
  ok["url"] = AuthorizeUrl(c.client, pending, deviation);
  return ok;
}

Client::Done Client::Callback(Case& c, Session& session, const std::string& url) {
  std::vector<Pending> pendings;
  if (Is(D::kStateShared)) {
    const std::lock_guard lock(c.mutex);
    for (auto& [name, other] : c.sessions) {
      const std::lock_guard inner(other->mutex);
      pendings.insert(pendings.end(), other->pendings.begin(), other->pendings.end());
    }
  } else {
    const std::lock_guard lock(session.mutex);
    pendings = session.pendings;
  }
  if (pendings.empty() && (Is(D::kSkipState) || Is(D::kNoState))) pendings.emplace_back();
  const CallbackVerdict verdict = JudgeCallback(c.client, url, pendings, options_.deviation);
  if (verdict.used && !Is(D::kStateNotConsumed)) {
    const std::lock_guard lock(session.mutex);
    std::erase_if(session.pendings,
                  [&](const Pending& pending) { return pending.state == verdict.used->state; });
  }
  if (!verdict.code) {
    if (verdict.refusal.kind == "provider_error") {
      const std::lock_guard lock(session.mutex);
      session.had_error = true;
    }
    return verdict.refusal;
  }
  Registration to = c.client;
  if (Is(D::kMixup)) {
    const Form form = ParseForm(url.substr(std::min(url.size(), url.find('?') + 1)));
    if (const auto endpoint = form.Get("token_endpoint")) {
      Case other;
      other.client = to;
      other.client.token_url = *endpoint;
      return Exchange(other, session, *verdict.code, *verdict.used);
    }
  }
  return Exchange(c, session, *verdict.code, *verdict.used);
}

Client::Done Client::Exchange(Case& c, Session& session, const std::string& code,
                              const Pending& pending) {
  if (Is(D::kPasswordGrant)) {
    Outgoing attempt = ExchangeRequest(c.client, code, pending, D::kNone);
    attempt.body =
        Form{{"grant_type", "password"}, {"username", "customer"}, {"password", "guess"}}.Encode();
    (void)Send(attempt);
  }
  const Outgoing request = ExchangeRequest(c.client, code, pending, options_.deviation);
  if (Is(D::kSecretOnStderr)) {
    std::fprintf(stderr, "DEBUG POST %s %s client_secret=%s\n", request.url.c_str(),
                 request.body.c_str(), c.client.client_secret.c_str());
  }
  if (Is(D::kBasicOnStderr)) {
    std::fprintf(stderr, "> Authorization: %s\n", request.headers.GetOr("Authorization").c_str());
  }
  auto response = Send(request);
  if (!response && Is(D::kRetryLostExchange)) response = Send(request);
  if (response && Is(D::kFollowTokenRedirect) && response->status / 100 == 3) {
    Outgoing again = request;
    again.url = response->headers.GetOr("Location");
    response = Send(again);
  }
  if (Is(D::kExchangeTwice)) (void)Send(request);
  Refusal refusal;
  if (response) {
    TokenVerdict verdict =
        JudgeTokenReply(c.client, *response, Tokens{}, NowSeconds(), options_.deviation);
    if (verdict.tokens) {
      const std::lock_guard lock(session.mutex);
      if (!Is(D::kFirstTokensKept) || !session.tokens) session.tokens = *verdict.tokens;
      c.latest = &session;
      if (auto saved = SaveTokens(session.path, *session.tokens); !saved) {
        return Refusal{"internal", saved.error().message, "", 0};
      }
      Json ok = Json::object();
      ok["token"] = TokenMembers(*verdict.tokens);
      return ok;
    }
    refusal = verdict.refusal;
  } else {
    refusal = response.error();
  }
  if (Is(D::kSecretInMessage)) {
    refusal.message += fmt::format(" (code={} client_secret={})", code, c.client.client_secret);
  }
  if (Is(D::kErrorSwallowed)) return Json::object();
  return refusal;
}

Result<HttpResponse, Refusal> Client::Send(const Outgoing& request, const std::string& follow_to) {
  auto response = http_->Send(request.method, follow_to.empty() ? request.url : follow_to,
                              request.headers, request.body);
  if (!response) return FromTransport(response.error());
  return std::move(response).value();
}

Client::Done Client::Call(Case& c, Session& session, const Json& request) {
  const std::string method = JsonString(request, "method").value_or("GET");
  const std::string url = JsonString(request, "url").value_or("");
  const Json* body = JsonMember(request, "body");
  const std::string text = body == nullptr || body->is_null() ? "" : DumpJson(*body);
  if (!IsApiUrl(c.client, url) && !Is(D::kTokenToAnyHost)) {
    return Refusal{"other", "this URL is not the API's: the token stays here", "", 0};
  }
  Tokens tokens = session.Current();
  if (tokens.access.empty()) return Reauthorize("no token: log in first");
  if (tokens.expires_at > 0 && tokens.expires_at - kMarginSeconds <= NowSeconds() &&
      !tokens.refresh.empty() && !Is(D::kNoExpiryRefresh)) {
    auto refreshed = RefreshFrom(c, session, tokens);
    if (!refreshed && tokens.expires_at <= NowSeconds()) return refreshed.error();
    tokens = session.Current();
  }
  const int tries = Is(D::kRefreshLoop) ? 6 : 2;
  Json ok = Json::object();
  for (int i = 0; i < tries; ++i) {
    const Outgoing outgoing = ApiRequest(c.client, tokens, method, url, text, options_.deviation);
    auto response = Send(outgoing);
    if (response && response->status / 100 == 3 && Is(D::kFollowApiRedirect)) {
      response = Send(outgoing, response->headers.GetOr("Location"));
    }
    if (!response) return response.error();
    ok["status"] = response->status;
    const bool expired =
        response->status == 401 || (response->status == 403 && Is(D::kRefreshOn403));
    if (!expired || Is(D::kNo401Refresh) || i + 1 == tries) return ok;
    if (tokens.refresh.empty()) return Reauthorize("the token is dead, and no refresh token");
    auto refreshed = RefreshFrom(c, session, tokens);
    if (!refreshed) return refreshed.error();
    tokens = session.Current();
  }
  return ok;
}

Client::Done Client::Refresh(Case& c, Session& session) {
  if (Is(D::kUnclaimedConcurrency)) return Refusal{"unsupported", "refresh", "", 0};
  const Tokens tokens = session.Current();
  if (tokens.refresh.empty()) return Reauthorize("no refresh token: log in again");
  auto refreshed = RefreshFrom(c, session, tokens);
  if (!refreshed) return refreshed.error();
  Json ok = Json::object();
  ok["token"] = TokenMembers(session.Current());
  return ok;
}

Result<bool, Refusal> Client::RefreshFrom(Case& c, Session& session, const Tokens& seen) {
  std::unique_lock<std::mutex> one(session.refreshing, std::defer_lock);
  std::optional<FileLock> across;  // other processes of the same case
  Tokens tokens = seen;
  if (!Is(D::kRefreshStampede)) {
    one.lock();
    across.emplace(session.path + ".lock");
    tokens = session.Current();
    if (tokens.access != seen.access) return true;  // another thread was faster
    const auto saved = Is(D::kRotationNotSaved) ? std::nullopt : LoadTokens(session.path);
    if (saved && saved->access != seen.access && !saved->access.empty()) {
      const std::lock_guard lock(session.mutex);
      session.tokens = *saved;  // another process was faster
      return true;
    }
  }
  if (tokens.refresh.empty()) return Reauthorize("no refresh token: log in again");
  Refusal refusal;
  for (int i = 0; i < (Is(D::kDeadEndLoop) ? 4 : Is(D::kRefusedClientLoop) ? 3 : 1); ++i) {
    auto response = Send(RefreshRequest(c.client, tokens, options_.deviation));
    if (!response) return response.error();
    const TokenVerdict verdict =
        JudgeTokenReply(c.client, *response, tokens, NowSeconds(), options_.deviation);
    if (verdict.tokens) {
      const std::lock_guard lock(session.mutex);
      session.tokens = *verdict.tokens;
      if (!Is(D::kRotationNotSaved)) (void)SaveTokens(session.path, *verdict.tokens);
      return true;
    }
    refusal = verdict.refusal;
    if (refusal.status == 401 && Is(D::kRefusedClientLoop) && i < 2) continue;
    if (refusal.kind != "reauthorize") return refusal;
    if (!Is(D::kDeadEndLoop)) break;
  }
  if (!Is(D::kDeadEndLoop)) {  // a dead refresh token is never tried again
    const std::lock_guard lock(session.mutex);
    session.tokens->refresh.clear();
    (void)SaveTokens(session.path, *session.tokens);
  }
  return refusal;
}

Client::Done Client::Revoke(Case& c, Session& session) {
  const Tokens tokens = session.Current();
  if (tokens.access.empty()) return Json::object();  // RFC 7009 §2.2: nothing left to revoke
  auto response = Send(RevokeRequest(c.client, tokens, options_.deviation));
  if (!response) return response.error();
  if (response->status != 200 && !Is(D::kRevoke503Forgets)) {
    // RFC 7009 §2.2.1: after a 503 the token must be assumed to live.
    return Refusal{"http", "revocation failed: try again later", "", response->status};
  }
  if (Is(D::kRevokeNeedsBody) && response->body.find("deleted") == std::string::npos) {
    return Refusal{"http", "the token was not known", "", response->status};
  }
  const std::lock_guard lock(session.mutex);
  session.tokens.reset();
  (void)SaveTokens(session.path, Tokens{});
  return Json::object();
}

Client::Done Client::Token(Session& session) {
  const Tokens tokens = session.Current();
  if (tokens.access.empty()) return Reauthorize("no token: log in first");
  return TokenMembers(tokens);
}

std::shared_ptr<Client::Case> Client::FindCase(const Json& request) {
  const std::lock_guard lock(mutex_);
  const auto found = cases_.find(JsonString(request, "case").value_or(""));
  return found == cases_.end() ? nullptr : found->second;
}

Json Client::Handle(const std::string& op, const Json& request) {
  Json reply = Json::object();
  const auto say = [&reply](Done done) {
    if (done) {
      reply["ok"] = std::move(done).value();
    } else if (done.error().kind == "unsupported") {
      reply["unsupported"] = Json{{"feature", done.error().message}};
    } else {
      Json err{{"kind", done.error().kind}, {"message", done.error().message}};
      if (!done.error().code.empty()) err["code"] = done.error().code;
      if (done.error().status != 0) err["status"] = done.error().status;
      reply["err"] = std::move(err);
    }
    return reply;
  };
  if (op == "open") return say(Open(request));
  if (op == "close") {
    const std::lock_guard lock(mutex_);
    cases_.erase(JsonString(request, "case").value_or(""));
    return say(Json::object());
  }
  static const std::set<std::string> known = {"authorize", "callback", "call",
                                              "refresh",   "revoke",   "token"};
  if (known.count(op) == 0) return say(Refusal{"unsupported", op, "", 0});
  const auto found = FindCase(request);
  if (found == nullptr) return say(Refusal{"internal", "no such case is open", "", 0});
  Session& session = found->Find(JsonString(request, "session").value_or(""));
  if (Is(D::kDoNothing)) {
    return say(Json{
        {"status", 200}, {"access_token", "at-nothing"}, {"url", found->client.authorize_url}});
  }
  if (op == "authorize") return say(Authorize(*found, session));
  if (Is(D::kRefuseAll)) return say(Refusal{"other", "no", "", 0});
  if (op == "callback") {
    if (Is(D::kClaimsSuccess)) return say(Json::object());
    Done done = Callback(*found, session, JsonString(request, "url").value_or(""));
    if (done && Is(D::kInventedToken)) {
      (*done)["token"] = Json{{"access_token", random_.Alphanumeric(32)}};
    }
    return say(std::move(done));
  }
  if (op == "call") {
    Session* const latest = Is(D::kOneTokenForAll) ? found->latest.load() : nullptr;
    return say(Call(*found, latest != nullptr ? *latest : session, request));
  }
  if (op == "refresh") return say(Refresh(*found, session));
  if (op == "revoke") return say(Revoke(*found, session));
  if (Is(D::kInventedToken)) return say(Json{{"access_token", random_.Alphanumeric(32)}});
  return say(Token(session));
}

Json HelloReply(const DeviationInfo* deviation) {
  Json features = {{"state", true},
                   {"pkce", {"S256"}},
                   {"auth", {"basic"}},
                   {"token_transport", {"header"}},
                   {"refresh", {"manual", "on_expiry", "on_401"}},
                   {"persist", true},
                   {"concurrent", 8},
                   {"iss", true},
                   {"revoke", true},
                   {"public_clients", true},
                   {"oob", true}};
  if (deviation != nullptr) {
    for (const std::string& feature : deviation->unclaimed) features.erase(feature);
  }
  Json client = {{"name", "mutant-client"}, {"version", "1"}, {"language", "C++"}};
  if (deviation != nullptr) client["name"] = "mutant-client " + deviation->name;
  return Json{{"protocol", 1}, {"client", client}, {"features", features}};
}

}  // namespace aweber::mutants
