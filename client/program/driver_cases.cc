#include "client/program/driver_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text/json.h"
#include "base/version.h"
#include "client/program/commands.h"
#include "client/store/token_store.h"

namespace aweber::client {
namespace {

using std::chrono::seconds;

// An operation has ten seconds, its answer must fit within.
constexpr seconds kLongestDriverWait{3};

Failure BadRequest(std::string_view what) {
  return MakeFailure(FailureKind::kOther, "driver.request", std::string(what));
}

Json Features() {
  return {{"state", true},
          {"pkce", {"S256"}},
          {"auth", {"basic", "body", "query"}},
          {"token_transport", {"header", "body", "query"}},
          {"refresh", {"manual", "on_expiry", "on_401"}},
          {"persist", true},
          {"concurrent", kDriverConcurrency},
          {"iss", true},
          {"revoke", true},
          {"public_clients", true},
          {"oob", true}};
}

Outcome<Json> Hello(const Json& request) {
  if (JsonInt(request, "v") != 1) return BadRequest("hello: only protocol version 1 is spoken");
  return Json{
      {"protocol", 1},
      {"client", {{"name", "aweber-client"}, {"version", ProjectVersion()}, {"language", "C++"}}},
      {"features", Features()}};
}

Json TokenJson(const TokenSet& token) {
  Json json = {{"access_token", token.access_token}};
  if (!token.refresh_token.empty()) json["refresh_token"] = token.refresh_token;
  if (const auto end = token.ExpiresAt()) json["expires_at"] = ToUnixSeconds(*end);
  return json;
}

Json ErrorJson(const Failure& failure) {
  Json json = {{"kind", FailureKindName(failure.kind)}, {"message", failure.message}};
  if (!failure.provider_code.empty()) json["code"] = failure.provider_code;
  if (failure.http_status != 0) json["status"] = failure.http_status;
  return json;
}

Outcome<std::string> Required(const Json& request, std::string_view name) {
  if (auto value = JsonString(request, name)) return std::move(*value);
  return BadRequest(fmt::format("member '{}' is missing or not a string", name));
}

Outcome<ClientConfig> ReadConfig(const Json& request, const DriverOptions& options) {
  ClientConfig config;
  const std::pair<std::string_view, std::string*> members[] = {
      {"authorize_url", &config.provider.authorize_url},
      {"token_url", &config.provider.token_url},
      {"revoke_url", &config.provider.revoke_url},
      {"api_url", &config.provider.api_url},
      {"client_id", &config.client_id},
      {"redirect_uri", &config.redirect_uri}};
  for (const auto& [name, target] : members) {
    auto value = Required(request, name);
    if (!value) return value.error();
    *target = std::move(*value);
  }
  const auto type = Required(request, "client_type");
  if (!type) return type.error();
  if (*type != "confidential" && *type != "public") return BadRequest("unknown client_type");
  config.type = *type == "public" ? ClientType::kPublic : ClientType::kConfidential;
  config.client_secret = JsonString(request, "client_secret").value_or("");
  const Json* scopes = JsonMember(request, "scopes");
  if (scopes == nullptr || !scopes->is_array()) return BadRequest("scopes must be an array");
  for (const Json& scope : *scopes) {
    if (!scope.is_string()) return BadRequest("scopes must hold strings");
    config.scopes.push_back(scope.get<std::string>());
  }
  // What a registration page would tell, for providers that announce RFC 9207.
  config.provider.issuer = JsonString(request, "issuer").value_or("");
  config.provider.issuer_required = !config.provider.issuer.empty();
  config.auth = options.auth;
  config.token_transport = options.token_transport;
  // A case may be about one of the ways that Features() claims.
  if (const auto way = JsonString(request, "auth")) {
    const auto auth = ParseAuthMethod(*way);
    if (!auth) return BadRequest("unknown auth");
    config.auth = *auth;
  }
  if (const auto way = JsonString(request, "token_transport")) {
    const auto transport = ParseTokenTransport(*way);
    if (!transport) return BadRequest("unknown token_transport");
    config.token_transport = *transport;
  }
  config.pkce = options.pkce;
  // What the provider's metadata would tell: it takes a challenge from this client.
  if (const Json* methods = JsonMember(request, "pkce");
      methods != nullptr && methods->is_array()) {
    const bool s256 = std::find(methods->begin(), methods->end(), "S256") != methods->end();
    if (s256) config.pkce = PkceUse::kAlways;
  }
  config.longest_wait = kLongestDriverWait;
  config.allow_plain_http = true;
  return config;
}

Outcome<Json> CallApi(Session& session, const Json& request, std::stop_token stop) {
  auto method = Required(request, "method");
  if (!method) return method.error();
  auto url = Required(request, "url");
  if (!url) return url.error();
  ApiCall call{*method, *url, "", ""};
  if (const Json* body = JsonMember(request, "body"); body != nullptr && body->is_object()) {
    const bool form = session.config().token_transport == TokenTransport::kBody;
    call = MakeApiCall(std::move(*method), std::move(*url), *body, form);
  }
  const auto reply = session.Call(call, stop);
  if (reply) return Json{{"status", reply->status}};
  // The API's own answers are answers; only what kept us from one is an error here.
  const Failure& failure = reply.error();
  if (failure.kind == FailureKind::kHttp && failure.code.starts_with("api.")) {
    return Json{{"status", failure.http_status}};
  }
  return failure;
}

Outcome<Json> TokenReply(Outcome<TokenSet> token, bool wrap) {
  if (!token) return token.error();
  if (!wrap) return TokenJson(*token);
  return Json{{"token", TokenJson(*token)}};
}

Outcome<Json> RunSessionOp(const std::string& op, Session& session, const Json& request,
                           std::stop_token stop) {
  if (op == "authorize") {
    auto url = session.AuthorizationUrl();
    if (!url) return url.error();
    return Json{{"url", *url}};
  }
  if (op == "callback") {
    const auto url = Required(request, "url");
    if (!url) return url.error();
    auto login = session.HandleCallback(*url, stop);
    if (!login) return login.error();
    return Json{{"token", TokenJson(login->token)}};
  }
  if (op == "call") return CallApi(session, request, stop);
  if (op == "refresh") return TokenReply(session.Refresh(stop), true);
  if (op == "token") return TokenReply(session.CurrentToken(), false);
  if (auto done = session.Revoke(stop); !done) return done.error();
  return Json::object();
}

constexpr std::string_view kSessionOps[] = {"authorize", "callback", "call",
                                            "refresh",   "revoke",   "token"};
constexpr std::string_view kOtherOps[] = {"hello", "open", "close", "bye"};

template <std::size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

}  // namespace

struct DriverCases::Case {
  Case(ClientConfig c, const std::string& directory)
      : config(std::move(c)), tokens(directory), pending(directory) {}

  const ClientConfig config;
  FileTokenStore tokens;
  FilePendingStore pending;
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<Session>> sessions;
};

DriverCases::DriverCases(DriverOptions options, HttpClient& http, Clock& clock, Random& random)
    : options_(std::move(options)), http_(http), clock_(clock), random_(random) {}

DriverCases::~DriverCases() = default;

Json DriverCases::Handle(const Json& request, std::stop_token stop) {
  const Json* id = JsonMember(request, "id");
  Json reply = {{"id", id == nullptr ? Json() : *id}};
  const auto op = JsonString(request, "op");
  if (!op || id == nullptr || !id->is_number_integer()) {
    reply["err"] = ErrorJson(BadRequest("a request needs an integer 'id' and a string 'op'"));
  } else if (!Contains(kSessionOps, *op) && !Contains(kOtherOps, *op)) {
    reply["unsupported"] = {{"feature", *op}};
  } else if (auto outcome = Dispatch(*op, request, stop)) {
    reply["ok"] = std::move(*outcome);
  } else {
    reply["err"] = ErrorJson(outcome.error());
  }
  return reply;
}

Outcome<Json> DriverCases::Dispatch(const std::string& op, const Json& request,
                                    std::stop_token stop) {
  if (op == "hello") return Hello(request);
  if (op == "open") return Open(request);
  if (op == "close") return Close(request);
  if (op == "bye") return Json::object();
  const auto found = FindCase(request);
  if (!found) return found.error();
  const auto name = Required(request, "session");
  if (!name) return name.error();
  Case& c = **found;
  Session* session = nullptr;
  {
    const std::lock_guard lock(c.mutex);
    auto& slot = c.sessions[*name];
    if (!slot) {
      slot = std::make_unique<Session>(
          c.config, Services{http_, clock_, random_, c.tokens, c.pending}, *name);
    }
    session = slot.get();
  }
  return RunSessionOp(op, *session, request, stop);
}

Outcome<Json> DriverCases::Open(const Json& request) {
  const auto name = Required(request, "case");
  if (!name) return name.error();
  const auto directory = Required(request, "store_dir");
  if (!directory) return directory.error();
  auto config = ReadConfig(request, options_);
  if (!config) return config.error();
  if (auto good = CheckConfig(*config); !good) return good.error();
  const std::lock_guard lock(mutex_);
  cases_[*name] = std::make_shared<Case>(std::move(*config), *directory);
  return Json::object();
}

Outcome<Json> DriverCases::Close(const Json& request) {
  const auto found = FindCase(request);
  if (!found) return found.error();
  const std::lock_guard lock(mutex_);
  cases_.erase(JsonString(request, "case").value_or(""));
  return Json::object();
}

Outcome<std::shared_ptr<DriverCases::Case>> DriverCases::FindCase(const Json& request) {
  const auto name = Required(request, "case");
  if (!name) return name.error();
  const std::lock_guard lock(mutex_);
  const auto found = cases_.find(*name);
  if (found == cases_.end()) {
    return BadRequest(fmt::format("case '{}' is not open", Harmless(*name, 80)));
  }
  return found->second;
}

}  // namespace aweber::client
