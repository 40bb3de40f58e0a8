// The login: from the authorization URL to the tokens, and the table of operations.
#include "tests/mutants/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <vector>

#include "base/text/json.h"
#include "base/text/uri.h"
#include "tests/mutants/client_state.h"
#include "tests/mutants/environment.h"
#include "tests/mutants/told.h"

namespace aweber::mutants {
namespace {

using D = Deviation;

ClientError FromTransport(const Error& error) {
  const bool tls = error.code == "http.tls", late = error.code == "http.timeout";
  return {tls ? "tls" : late ? "timeout" : "network", error.message, "", 0};
}

bool MustBeEncoded(const std::string& text) { return FormEncode(text) != text; }

// The steps whose mistakes an operation's reply can tell of, the likeliest first.
std::vector<Occasion> OccasionsOf(const std::string& op) {
  if (op == "authorize") return {Occasion::kAuthorize};
  if (op == "callback") return {Occasion::kCallback, Occasion::kExchange};
  if (op == "call") return {Occasion::kCall};
  if (op == "refresh") return {Occasion::kRefresh};
  return {op == "revoke" ? Occasion::kRevoke : Occasion::kTell};
}

}  // namespace

Json TokenMembers(const Tokens& tokens) {
  Json json = Json::object();
  json["access_token"] = tokens.access;
  if (!tokens.refresh.empty()) json["refresh_token"] = tokens.refresh;
  if (tokens.expires_at > 0) json["expires_at"] = tokens.expires_at;
  return json;
}

ClientError Reauthorize(std::string why) { return {"reauthorize", std::move(why), "", 0}; }

Client::Client(ClientOptions options, Clock& clock, Random& random)
    : options_(options), clock_(clock), random_(random) {
  HttpClientOptions http;
  http.ca_file = Env("AWEBER_CA_FILE");
  http.read_timeout_ms = 8'000;
  http.user_agent = "mutant-client";
  http_ = MakeHttpClient(http);
  http.verify_tls = false;
  careless_http_ = MakeHttpClient(http);
}

Client::~Client() = default;

Mistake Client::In(Occasion occasion, const Case& c, const Session& session, bool change,
                   bool retry) const {
  Situation at;
  at.occasion = occasion;
  at.is_public = c.client.is_public;
  at.hostile = MustBeEncoded(c.client.client_id) || MustBeEncoded(c.client.client_secret);
  at.before = session.Before(occasion);
  at.second_user = session.second_user;
  at.next_case = c.next;
  at.restarted = session.restarted;
  at.change = change;
  at.retry = retry;
  return options_.mutant.In(at);
}

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
  c->next = opened_++ > 0;
  cases_[text("case")] = std::move(c);
  return Json::object();
}

Client::Done Client::Authorize(Case& c, Session& session) {
  session.Begin(Occasion::kAuthorize);
  Mistake made = In(Occasion::kAuthorize, c, session);
  const auto now = clock_.Now().time_since_epoch().count();
  const std::lock_guard lock(session.mutex);
  if (made == D::kPkceDowngrade && !session.had_error) made = {};
  const Pending pending = StartLogin(c.client, made, random_, now);
  session.pendings.push_back(pending);
  Json ok = Json::object();
  ok["url"] = AuthorizeUrl(c.client, pending, made);
  return ok;
}

Client::Done Client::Callback(Case& c, Session& session, const std::string& url) {
  session.Begin(Occasion::kCallback);
  const Mistake made = In(Occasion::kCallback, c, session);
  std::vector<Pending> pendings;
  if (made == D::kStateShared) {
    const std::lock_guard lock(c.mutex);
    for (auto& [name, other] : c.sessions) {
      const std::lock_guard inner(other->mutex);
      pendings.insert(pendings.end(), other->pendings.begin(), other->pendings.end());
    }
  } else {
    const std::lock_guard lock(session.mutex);
    pendings = session.pendings;
  }
  if (pendings.empty() && made == D::kSkipState) pendings.emplace_back();
  const CallbackVerdict verdict = JudgeCallback(c.client, url, pendings, made);
  if (verdict.used && made != D::kStateNotConsumed) {
    const std::lock_guard lock(session.mutex);
    std::erase_if(session.pendings,
                  [&](const Pending& pending) { return pending.state == verdict.used->state; });
  }
  if (!verdict.code) {
    if (verdict.error.kind == "provider_error") {
      const std::lock_guard lock(session.mutex);
      session.had_error = true;
    }
    return verdict.error;
  }
  if (made == D::kMixup) {
    const Form form = ParseForm(url.substr(std::min(url.size(), url.find('?') + 1)));
    if (const auto endpoint = form.Get("token_endpoint")) {
      Case other;
      other.client = c.client;
      other.client.token_url = *endpoint;
      return Exchange(other, session, *verdict.code, *verdict.used);
    }
  }
  return Exchange(c, session, *verdict.code, *verdict.used);
}

Client::Done Client::Exchange(Case& c, Session& session, const std::string& code,
                              const Pending& pending) {
  session.Begin(Occasion::kExchange);
  const Mistake made = In(Occasion::kExchange, c, session);
  if (made == D::kPasswordGrant) {
    Outgoing attempt = ExchangeRequest(c.client, code, pending, {});
    attempt.body =
        Form{{"grant_type", "password"}, {"username", "customer"}, {"password", "guess"}}.Encode();
    (void)Send(c.client, attempt, {});
  }
  const Outgoing request = ExchangeRequest(c.client, code, pending, made);
  auto response = Send(c.client, request, made);
  if (!response && made == D::kRetryLostExchange) response = Send(c.client, request, made);
  if (made == D::kExchangeTwice) (void)Send(c.client, request, made);
  ClientError error;
  if (response) {
    TokenVerdict verdict = JudgeTokenReply(c.client, *response, Tokens{}, NowSeconds(), made);
    if (verdict.tokens) {
      const std::lock_guard lock(session.mutex);
      if (made != D::kFirstTokensKept || !session.tokens) session.tokens = *verdict.tokens;
      session.earlier_access.clear();
      c.latest = &session;
      if (auto saved = SaveTokens(session.path, *session.tokens); !saved) {
        return ClientError{"internal", saved.error().message, "", 0};
      }
      Json ok = Json::object();
      ok["token"] = TokenMembers(*verdict.tokens);
      return ok;
    }
    error = verdict.error;
  } else {
    error = response.error();
  }
  if (made == D::kErrorSwallowed) return Json::object();
  return error;
}

Result<HttpResponse, ClientError> Client::Send(const Registration& client, const Outgoing& request,
                                               Mistake made) {
  if (made == D::kSecretOnStderr) {
    std::fprintf(stderr, "DEBUG %s %s %s client_secret=%s\n", request.method.c_str(),
                 request.url.c_str(), request.body.c_str(), client.client_secret.c_str());
  }
  if (made == D::kBasicOnStderr) {
    std::fprintf(stderr, "> Authorization: %s\n", request.headers.GetOr("Authorization").c_str());
  }
  HttpClient& http = made == D::kTlsUnverified ? *careless_http_ : *http_;
  auto response = http.Send(request.method, request.url, request.headers, request.body);
  const bool follows = made == D::kFollowTokenRedirect || made == D::kFollowApiRedirect;
  if (response && follows && response->status / 100 == 3) {
    response = http.Send(request.method, response->headers.GetOr("Location"), request.headers,
                         request.body);
  }
  if (!response) return FromTransport(response.error());
  return std::move(response).value();
}

std::shared_ptr<Client::Case> Client::FindCase(const Json& request) {
  const std::lock_guard lock(mutex_);
  const auto found = cases_.find(JsonString(request, "case").value_or(""));
  return found == cases_.end() ? nullptr : found->second;
}

Client::Done Client::Do(const std::string& op, Case& c, Session& session, const Json& request) {
  if (op == "authorize") return Authorize(c, session);
  if (op == "callback") return Callback(c, session, JsonString(request, "url").value_or(""));
  if (op == "call") return Call(c, session, request);
  if (op == "refresh") return Refresh(c, session);
  return op == "revoke" ? Revoke(c, session) : Token(session);
}

Json Client::Handle(const std::string& op, const Json& request) {
  if (op == "open") return ReplyOf(Open(request));
  if (op == "close") {
    const std::lock_guard lock(mutex_);
    cases_.erase(JsonString(request, "case").value_or(""));
    return ReplyOf(Json::object());
  }
  static const std::set<std::string> known = {"authorize", "callback", "call",
                                              "refresh",   "revoke",   "token"};
  if (known.count(op) == 0) return ReplyOf(ClientError{"unsupported", op, "", 0});
  const auto found = FindCase(request);
  if (found == nullptr) return ReplyOf(ClientError{"internal", "no such case is open", "", 0});
  Case& c = *found;
  Session& session = c.Find(JsonString(request, "session").value_or(""));
  const D always = options_.mutant.In({}).deviation;
  if (always == D::kDoNothing) {
    return ReplyOf(
        Json{{"status", 200}, {"access_token", "at-nothing"}, {"url", c.client.authorize_url}});
  }
  if (always == D::kRefuseAll && op != "authorize") {
    return ReplyOf(ClientError{"other", "no", "", 0});
  }
  if (op == "refresh") session.Begin(Occasion::kRefresh);
  if (op == "token") session.Begin(Occasion::kTell);
  const bool change = JsonString(request, "method").value_or("GET") != "GET";
  // Also before the operation counts itself: what is said is the mistake.
  const auto now = [&](Occasion occasion) { return In(occasion, c, session, change); };
  const Mistake before = now(OccasionsOf(op).front());
  if (before == D::kClaimsSuccess) return ReplyOf(Json{{"status", 200}});
  if (before == D::kUnclaimedConcurrency) return ReplyOf(ClientError{"unsupported", op, "", 0});
  Session* const latest = before == D::kOneTokenForAll ? c.latest.load() : nullptr;
  Done done = Do(op, c, latest != nullptr ? *latest : session, request);
  Mistake told = now(OccasionsOf(op).front());
  if (told == D::kNone) told = now(OccasionsOf(op).back());
  Session* const other = c.latest.load();
  const Words words = {session.earlier_access,
                       other == nullptr || other == &session ? "" : other->Current().access,
                       c.client.client_secret};
  return ReplyOf(Retold(op, std::move(done), told, words, random_));
}

Json HelloReply(const Mutant& mutant) {
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
  Json client = {{"name", "mutant-client"}, {"version", "1"}, {"language", "C++"}};
  if (mutant.info != nullptr) {
    for (const std::string& feature : mutant.info->unclaimed) features.erase(feature);
    client["name"] = "mutant-client " + mutant.Name();
  }
  return Json{{"protocol", 1}, {"client", client}, {"features", features}};
}

}  // namespace aweber::mutants
