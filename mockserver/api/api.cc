#include "mockserver/api/api.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "mockserver/api/call.h"

namespace aweber::mock {
namespace {

// One row per operation. '*' stands for one identifier.
struct Route {
  const char* method;
  const char* path;
  const char* scope;
  HttpResponse (*answer)(Call&);
};

constexpr Route kRoutes[] = {
    {"GET", "accounts", "account.read", GetAccounts},
    {"GET", "accounts/*", "account.read", GetAccount},
    {"GET", "accounts/*/integrations", "account.read", GetIntegrations},
    {"GET", "accounts/*/lists", "list.read", GetLists},
    {"GET", "accounts/*/lists/*", "list.read", GetList},
    {"GET", "accounts/*/lists/*/subscribers", "subscriber.read", GetSubscribers},
    {"POST", "accounts/*/lists/*/subscribers", "subscriber.write", AddSubscriber},
    {"GET", "accounts/*/lists/*/subscribers/*", "subscriber.read", GetSubscriber},
    {"PATCH", "accounts/*/lists/*/subscribers/*", "subscriber.write", ChangeSubscriber},
    {"DELETE", "accounts/*/lists/*/subscribers/*", "subscriber.write", DeleteSubscriber},
    {"GET", "accounts/*/lists/*/broadcasts", "email.read", GetBroadcasts},
    {"POST", "accounts/*/lists/*/broadcasts", "email.write", AddBroadcast},
    {"GET", "accounts/*/lists/*/broadcasts/*", "email.read", GetBroadcast},
    {"DELETE", "accounts/*/lists/*/broadcasts/*", "email.write", DeleteBroadcast},
    {"POST", "accounts/*/lists/*/broadcasts/*/schedule", "email.write", ScheduleBroadcast},
    {"POST", "accounts/*/lists/*/broadcasts/*/cancel", "email.write", CancelBroadcast},
};

std::string_view NextPart(std::string_view& path) {
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view part = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return part;
}

bool Matches(std::string_view pattern, std::string_view path, std::vector<std::string>& ids) {
  ids.clear();
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = NextPart(pattern);
    const std::string_view part = NextPart(path);
    if (wanted == "*" && !part.empty()) {
      ids.emplace_back(part);
    } else if (wanted != part) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

std::int64_t Number(std::string_view text) {
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : -1;
}

// Counts this request; true when it is one too many (reference: 120 in 60 s, then blocked).
bool OverLimit(World& world, RateWindow& rate, bool use_up) {
  const auto window = std::chrono::seconds(world.settings.rate_window);
  const UnixTime now = world.clock.Now();
  if (now < rate.blocked_until) return true;
  if (now >= rate.started + window) rate = {now, 0, {}};
  ++rate.count;
  if (!use_up && (world.settings.rate_limit == 0 || rate.count <= world.settings.rate_limit)) {
    return false;
  }
  rate = {now + window, 0, now + window};
  return true;
}

HttpResponse NoRoute(Exchange& exchange, const std::string& allowed) {
  if (allowed.empty()) return NotFound(exchange, "no resource has this path");
  HttpResponse response = EnvelopeError(
      exchange, {405, "MethodNotAllowedError", "Method not allowed"},
      fmt::format("{} is not allowed on this resource; {} is", exchange.request.method, allowed));
  response.headers.Add("Allow", allowed);
  return response;
}

// Account and list of the path, which must be the token's own.
std::optional<HttpResponse> Locate(Call& call) {
  if (!call.ids.empty() && Number(call.ids[0]) != call.account.id) {
    return NotFound(call.exchange, fmt::format("account {} is not the token's, which is {}",
                                               call.ids[0], call.account.id));
  }
  if (call.ids.size() < 2) return std::nullopt;
  for (MailingList& list : call.account.lists) {
    if (list.id == Number(call.ids[1])) call.list = &list;
  }
  if (call.list != nullptr) return std::nullopt;
  return NotFound(call.exchange,
                  fmt::format("account {} has no list {}", call.account.id, call.ids[1]));
}

HttpResponse Dispatch(Call& call, TokenId token) {
  std::string_view path = call.exchange.local_path;
  path.remove_prefix(std::min(std::string_view("/1.0/").size(), path.size()));
  std::string allowed;
  for (const Route& route : kRoutes) {
    if (!Matches(route.path, path, call.ids)) continue;
    if (call.exchange.request.method != route.method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    if (auto refused = RequireScope(call.world, token, route.scope, call.exchange)) {
      return *refused;
    }
    if (auto missing = Locate(call)) return *missing;
    return route.answer(call);
  }
  return NoRoute(call.exchange, allowed);
}

}  // namespace

HttpResponse HandleApi(World& world, const ApiRequest& read, Exchange& exchange) {
  if (!read.too_many.empty()) return BadRequest(exchange, "Too many parameters.", read.too_many);
  BearerResult bearer = CheckBearer(world, read, exchange);
  if (bearer.refusal) return std::move(*bearer.refusal);
  const UserAccount* user = world.FindAccount(world.tokens.username(bearer.token));
  const std::int64_t id = user == nullptr ? 0 : user->account_id;
  AccountData& account = world.api.Ensure(id, user == nullptr ? "" : user->company);
  if (OverLimit(world, account.rate, exchange.hooks.rate_limited)) {
    return RateLimited(exchange, fmt::format("account {} is blocked until {} (virtual clock)", id,
                                             FormatRfc3339(account.rate.blocked_until)));
  }
  exchange.facts.committed = true;
  Call call{world, read, exchange, account, {}, nullptr};
  HttpResponse response = Dispatch(call, bearer.token);
  if (response.status >= 400) exchange.facts.committed = false;
  return response;
}

}  // namespace aweber::mock
