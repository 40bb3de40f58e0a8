#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "mockserver/admin/body_reader.h"
#include "mockserver/admin/filter.h"
#include "mockserver/admin/reply.h"
#include "mockserver/admin/route.h"
#include "mockserver/admin/show.h"

namespace aweber::mock::routes {
namespace {

constexpr std::size_t kShownExpiries = 100;  // the next ones; a long test has a million
constexpr std::size_t kMostListed = 10'000;  // tokens in one reply: some 5 MB

Json ClockJson(Space& space) {
  const auto [next, total] = space.NextExpiries(kShownExpiries);
  Json pending = Json::array();
  for (const Expiry& expiry : next) pending.push_back(ShowExpiry(expiry));
  const UnixTime now = space.Now();
  return {{"now", ToUnixSeconds(now)},
          {"now_text", FormatRfc3339(now)},
          {"running", space.ClockRuns()},
          {"pending", pending},
          {"pending_total", total}};
}

HttpResponse Advanced(AdminCall& call, const std::vector<Expiry>& expired) {
  Json list = Json::array();
  for (const Expiry& expiry : expired) list.push_back(ShowExpiry(expiry));
  Json answer = ClockJson(*call.space);
  call.context.events.Publish(call.space->name(), "clock", DumpJson(answer));
  answer["expired"] = list;
  return AdminJson(answer);
}

// The change to one token or family, told to whoever watches.
HttpResponse TokenChanged(AdminCall& call, const Status& status, const char* what) {
  const std::string& label = call.path["label"];
  if (!status.ok()) return AdminError(status.error(), 404);
  call.context.events.Publish(call.space->name(), "tokens",
                              DumpJson(Json{{"label", label}, {"change", what}}));
  return AdminJson({{"label", label}, {"state", what}});
}

HttpResponse Decide(AdminCall& call, bool approve, const std::string& username) {
  const std::string& id = call.path["id"];
  const Result<std::string> redirect = call.space->DecideAuthorization(id, approve, username);
  if (!redirect.ok()) {
    const int status = redirect.error().code == "authorization.unknown"   ? 404
                       : redirect.error().code == "authorization.decided" ? 409
                                                                          : 400;
    return AdminError(redirect.error(), status);
  }
  return AdminJson(
      {{"id", id}, {"decision", approve ? "approved" : "denied"}, {"redirect", *redirect}});
}

}  // namespace

HttpResponse GetClock(AdminCall& call) { return AdminJson(ClockJson(*call.space)); }

HttpResponse PutClock(AdminCall& call) {
  BodyReader body(call.body);
  body.Require("now");
  const auto now = body.Instant("now");
  if (auto refusal = body.Finish()) return *refusal;
  const auto expired = call.space->AdvanceTo(*now);
  if (!expired.ok()) return AdminError(400, expired.error().code, expired.error().message, "now");
  return Advanced(call, *expired);
}

HttpResponse AdvanceClock(AdminCall& call) {
  BodyReader body(call.body);
  const auto by = body.Duration("by");
  const auto to = body.Instant("to");
  const auto to_next = body.Bool("to_next");
  if (int(by.has_value()) + int(to.has_value()) + int(to_next.value_or(false)) != 1) {
    body.Fail("by",
              "give exactly one of \"by\" (a duration), \"to\" (Unix seconds) or "
              "\"to_next\": true");
  }
  if (auto refusal = body.Finish()) return *refusal;
  if (by) return Advanced(call, call.space->Advance(*by));
  if (to_next.value_or(false)) return Advanced(call, call.space->AdvanceToNextExpiry());
  const auto expired = call.space->AdvanceTo(*to);
  if (!expired.ok()) return AdminError(400, expired.error().code, expired.error().message, "to");
  return Advanced(call, *expired);
}

HttpResponse ListTokens(AdminCall& call) {
  // The secrets themselves only when asked for by name, on this listener alone.
  const std::string asked = call.query.GetOr("reveal", "false");
  if (asked != "true" && asked != "false") {
    return AdminError(400, "invalid_query", "\"reveal\" must be true or false", "reveal");
  }
  const bool reveal = asked == "true";
  const auto limit = WholeNumber(call.query.GetOr("limit", "1000"));
  if (!limit || *limit > kMostListed) {
    return AdminError(
        400, "invalid_query",
        fmt::format("\"limit\" must be a whole number up to {}; GET /state has all tokens",
                    kMostListed),
        "limit");
  }
  const auto [newest, total] = call.space->NewestTokens(*limit);
  Json tokens = Json::array();
  for (const TokenInfo& token : newest) tokens.push_back(ShowToken(token, reveal));
  return AdminJson({{"tokens", tokens}, {"total", total}});
}

HttpResponse IssueTokens(AdminCall& call) {
  BodyReader body(call.body);
  body.Require("client_id");
  Space::IssueRequest request;
  request.client_id = body.String("client_id").value_or("");
  request.username = body.String("username").value_or("");
  request.scopes = body.Scopes("scopes").value_or(std::vector<std::string>{});
  if (auto refusal = body.Finish()) return *refusal;
  const auto issued = call.space->IssueTokens(request);
  if (!issued.ok())
    return AdminError(issued.error(), issued.error().code == "limit.tokens" ? 409 : 400);
  call.context.events.Publish(call.space->name(), "tokens",
                              DumpJson(Json{{"label", issued->first.label}, {"change", "issued"}}));
  // The caller asked for tokens to use, so this reply is the one place that shows them.
  return AdminJson({{"access_token", ShowToken(issued->first, true)},
                    {"refresh_token", ShowToken(issued->second, true)}},
                   201);
}

HttpResponse ExpireToken(AdminCall& call) {
  return TokenChanged(call, call.space->ExpireToken(call.path["label"]), "expired");
}

HttpResponse RevokeToken(AdminCall& call) {
  return TokenChanged(call, call.space->RevokeToken(call.path["label"]), "revoked");
}

HttpResponse ListAuthorizations(AdminCall& call) {
  Json list = Json::array();
  for (const AuthorizationInfo& one : call.space->Authorizations()) {
    list.push_back({{"id", one.id},
                    {"client_id", one.client_id},
                    {"redirect_uri", one.redirect_uri},
                    {"scopes", one.scopes},
                    {"status", one.status},
                    {"created_at", ToUnixSeconds(one.created_at)}});
  }
  return AdminJson({{"authorizations", list}});
}

HttpResponse Approve(AdminCall& call) {
  BodyReader body(call.body);
  const auto username = body.String("username");
  if (auto refusal = body.Finish()) return *refusal;
  return Decide(call, true, username.value_or(""));
}

HttpResponse Deny(AdminCall& call) { return Decide(call, false, ""); }

}  // namespace aweber::mock::routes
