#include "mockserver/api/api.h"

#include <fmt/format.h>

#include <string_view>

#include "base/text/json.h"
#include "mockserver/api/call.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

using Parts = std::vector<std::string_view>;

Parts SplitPath(std::string_view path) {
  Parts parts;
  if (path.ends_with('/')) path.remove_suffix(1);  // tolerated (samples)
  if (path.starts_with('/')) path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

// A row with its path taken apart.
struct Route {
  const Operation* operation;
  Parts parts;
};

const std::vector<Route>& Routes() {
  static const auto kRoutes = [] {
    std::vector<Route> routes;
    for (const Operation* operation : AllOperations()) {
      if (operation->path.starts_with("/oauth2/")) continue;  // endpoints of their own
      routes.push_back({operation, SplitPath(operation->path)});
    }
    return routes;
  }();
  return kRoutes;
}

bool Matches(const Parts& pattern, const Parts& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!pattern[i].starts_with('{') && pattern[i] != path[i]) return false;
    if (path[i].empty()) return false;
  }
  return true;
}

// ws.op of the query, else of the body.
std::string WantedOperation(const ApiRequest& read, std::string_view method) {
  std::string wanted = read.query.GetOr("ws.op");
  if (!wanted.empty() || method == "GET") return wanted;
  if (read.json.is_object()) return JsonString(read.json, "ws.op").value_or("");
  return read.form.GetOr("ws.op");
}

struct Match {
  const Operation* operation = nullptr;
  bool path = false;                // some row has it
  std::string methods;              // which the path has
  std::string operations;           // which ws.op the method takes
  const Operation* near = nullptr;  // a row of path and method, whatever its ws.op
};

Match FindOperation(const ApiRequest& read, const HttpRequest& request, const Parts& path,
                    bool legacy) {
  Match match;
  std::string wanted = WantedOperation(read, request.method);
  if (wanted.empty() && read.type.empty() && request.method == "POST") {
    wanted = ParseForm(request.body).GetOr("ws.op");  // a form without its type (samples)
  }
  for (const Route& route : Routes()) {
    const Operation& row = *route.operation;
    if ((row.legacy && !legacy) || !Matches(route.parts, path)) continue;
    match.path = true;
    if (row.method != request.method) {
      if (match.methods.find(row.method) == std::string::npos) {
        match.methods += (match.methods.empty() ? "" : ", ") + std::string(row.method);
      }
      continue;
    }
    match.near = &row;
    const std::string_view op = row.ws_op.empty() ? row.also_op : row.ws_op;
    if (!op.empty()) match.operations += (match.operations.empty() ? "" : ", ") + std::string(op);
    const bool fits = row.ws_op == wanted || (!wanted.empty() && row.also_op == wanted);
    // Literal parts stand before variable ones in the tables: the first row decides.
    if (fits && match.operation == nullptr) match.operation = &row;
  }
  return match;
}

HttpResponse NoOperation(const Match& match, const ApiRequest& read, const Parts& path,
                         Exchange& exchange) {
  if (match.near != nullptr) {
    const std::string wanted = WantedOperation(read, exchange.request.method);
    return EnvelopeError(
        exchange,
        {400, "BadRequestError",
         wanted.empty() ? "Missing operation: ws.op" : "Invalid operation: " + wanted},
        fmt::format("ws.op of a {} here may be {}", exchange.request.method,
                    match.operations.empty() ? "nothing" : match.operations));
  }
  if (!match.path) {
    return NotFound(exchange, path.empty() ? "" : path.back(), "no resource has this path");
  }
  HttpResponse response =
      EnvelopeError(exchange, {405, "MethodNotAllowedError", "Method not allowed"},
                    fmt::format("{} is not allowed on this resource; {} is",
                                exchange.request.method, match.methods));
  response.headers.Add("Allow", match.methods);
  return response;
}

// Counts this request; true when it is one too many (120 in 60 s, then blocked).
bool OverLimit(SpaceState& space, RateWindow& rate, bool use_up, int weight) {
  const auto window = std::chrono::seconds(space.settings.rate_window);
  const UnixTime now = space.clock.Now();
  if (now < rate.blocked_until) return true;
  if (now >= rate.started + window) rate = {now, 0, {}};
  rate.count += weight;
  if (!use_up && (space.settings.rate_limit == 0 || rate.count <= space.settings.rate_limit)) {
    return false;
  }
  rate = {now + window, 0, now + window};
  return true;
}

// "a b": both. "a|b": one of them.
std::optional<HttpResponse> CheckScopes(Call& call) {
  std::string_view scopes = call.operation.scopes;
  const std::size_t either = scopes.find('|');
  if (either != std::string_view::npos) {
    Exchange quiet = call.exchange;
    if (!RequireScope(call.space, call.token, scopes.substr(either + 1), quiet)) return {};
    scopes = scopes.substr(0, either);
  }
  while (!scopes.empty()) {
    const std::size_t end = std::min(scopes.find(' '), scopes.size());
    if (auto refused = RequireScope(call.space, call.token, scopes.substr(0, end), call.exchange)) {
      return refused;
    }
    scopes.remove_prefix(std::min(end + 1, scopes.size()));
  }
  return std::nullopt;
}

// What an envelope, or the string error of a bad token, says in words.
std::string WordsOf(const HttpResponse& refused) {
  const Json body = ParseJson(refused.body).value_or(Json());
  const Json* error = JsonMember(body, "error");
  if (error != nullptr && error->is_object()) return JsonString(*error, "message").value_or("");
  return JsonString(body, "error_description").value_or("");
}

// The beta host says its errors in another way (RFC 9457). What the refusal's headers say stays.
HttpResponse AsProblem(const HttpResponse& refused, Exchange& exchange) {
  const char* title = refused.status == 401   ? "Unauthorized"
                      : refused.status == 403 ? "Forbidden"
                      : refused.status == 404 ? "Not Found"
                      : refused.status == 405 ? "Method Not Allowed"
                                              : "Request Error";
  exchange.error = title;
  HttpResponse response = ApiJson(
      refused.status, {{"title", title}, {"status", refused.status}, {"detail", WordsOf(refused)}});
  for (const auto& [name, value] : refused.headers.fields()) {
    if (!response.headers.Has(name)) response.headers.Add(name, value);
  }
  response.headers.Set("Content-Type", "application/problem+json");
  return response;
}

HttpResponse Answer(Call& call, const Parts& path) {
  if (auto refused = CheckScopes(call)) return std::move(*refused);
  if (auto refused = CheckQuery(call)) return std::move(*refused);
  if (auto missing = Locate(call, path)) return std::move(*missing);
  if (auto refused = ReadBody(call)) return std::move(*refused);
  const Operation& operation = call.operation;
  if (operation.handle != nullptr) return operation.handle(call);
  if (operation.collect != nullptr) {
    Items items;
    operation.collect(call, items);
    return Page(call, items);
  }
  return ApiJson(200, Show(*operation.resource, {call, call.list, call.thing, call.part}));
}

}  // namespace

const std::vector<const Operation*>& AllOperations() {
  static const auto kAll = [] {
    std::vector<const Operation*> all;
    for (const auto rows :
         {AccountOperations(), ListOperations(), SubscriberReads(), SubscriberWrites(),
          BroadcastOperations(), CampaignOperations(), ListPartOperations(), WebFormOperations(),
          HostOperations(), LegacyOperations()}) {
      for (const Operation& row : rows) all.push_back(&row);
    }
    return all;
  }();
  return kAll;
}

const Operation* OperationFor(std::string_view method, std::string_view path,
                              std::string_view ws_op) {
  const Parts parts = SplitPath(path);
  for (const Route& route : Routes()) {
    const Operation& row = *route.operation;
    const bool op = row.ws_op == ws_op || (!ws_op.empty() && row.also_op == ws_op);
    if (row.method == method && op && Matches(route.parts, parts)) return &row;
  }
  return nullptr;
}

namespace {

HttpResponse Decide(SpaceState& space, const ApiRequest& read, const Parts& path,
                    Exchange& exchange) {
  if (!read.too_many.empty()) {
    return EnvelopeError(exchange, {400, "WebServiceError", "Too many parameters."}, read.too_many);
  }
  const Match match =
      FindOperation(read, exchange.request, path, space.settings.legacy_links != "404");
  if (match.operation != nullptr && match.operation->open) {
    AccountData nobody;
    Call call{space, read, exchange, nobody, *match.operation};
    return match.operation->handle(call);
  }
  BearerResult bearer = CheckBearer(space, read, exchange);
  if (bearer.refusal) return std::move(*bearer.refusal);
  const UserAccount* user = space.FindAccount(space.tokens.username(bearer.token));
  const std::int64_t id = user == nullptr ? 0 : user->account_id;
  AccountData& account = space.api.Ensure(id, user == nullptr ? "" : user->company);
  const int weight = match.operation == nullptr ? 1 : match.operation->weight;
  if (OverLimit(space, account.rate, exchange.hooks.rate_limited, weight)) {
    return RateLimited(exchange, fmt::format("account {} is blocked until {} (virtual clock)", id,
                                             FormatRfc3339(account.rate.blocked_until)));
  }
  if (match.operation == nullptr) return NoOperation(match, read, path, exchange);
  exchange.facts.committed = true;
  space.api.Settle(account, space.clock.Now());
  Call call{space,
            read,
            exchange,
            account,
            *match.operation,
            bearer.token,
            {exchange.base_url, id},
            space.clock.Now() - space.api.origin};
  HttpResponse response = Answer(call, path);
  if (response.status >= 400) exchange.facts.committed = false;
  return response;
}

}  // namespace

HttpResponse HandleApi(SpaceState& space, const ApiRequest& read, Exchange& exchange) {
  const Parts path = SplitPath(exchange.local_path);
  HttpResponse response = Decide(space, read, path, exchange);
  const bool beta = !path.empty() && path.front() == "2.0-beta";
  return beta && response.status >= 400 ? AsProblem(response, exchange) : std::move(response);
}

}  // namespace aweber::mock
