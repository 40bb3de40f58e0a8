#include "mockserver/oauth/token.h"

#include <fmt/format.h>

#include "base/text/json.h"
#include "mockserver/model/scopes.h"
#include "mockserver/oauth/client_auth.h"
#include "mockserver/oauth/grants.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

constexpr std::string_view kCodeGrant = "authorization_code";
constexpr std::string_view kRefreshGrant = "refresh_token";

HttpResponse MethodNotAllowed(Exchange& exchange) {
  HttpResponse response = EnvelopeError(
      exchange, {405, "MethodNotAllowedError", "Method not allowed"},
      fmt::format("{} is not allowed here; POST is (RFC 6749 §3.2)", exchange.request.method));
  response.headers.Add("Allow", "POST");
  return response;
}

// Legal, and not what careless clients expect: another order and a member nobody knows.
Json Awkward(SpaceState& space, const Json& members) {
  std::vector<std::string> names;
  for (const auto& [name, value] : members.items()) names.push_back(name);
  Json shuffled = {{"x_mock_extra", {{"nested", true}}}};
  while (!names.empty()) {
    const auto pick = static_cast<std::ptrdiff_t>(space.ids.variation->Below(names.size()));
    shuffled[names[pick]] = members[names[pick]];
    names.erase(names.begin() + pick);
  }
  return shuffled;
}

HttpResponse TokenReply(SpaceState& space, const Grant& grant, Exchange& exchange) {
  const Settings& settings = space.settings;
  exchange.facts.committed = true;
  exchange.facts.access_label = space.tokens.label(grant.issued.access);
  exchange.facts.grant_label = space.tokens.grant_label(grant.issued.access);
  // Written as text: this is the reply that load tests ask for by the hundred thousand.
  std::string body = R"({"access_token":)";
  AppendJsonString(body, space.tokens.value(grant.issued.access));
  const auto add = [&body](std::string_view name, std::string_view value) {
    body.append(",\"").append(name).append("\":");
    AppendJsonString(body, value);
  };
  if (grant.issued.refresh != kNoId) {
    exchange.facts.issued_refresh_label = space.tokens.label(grant.issued.refresh);
    add("refresh_token", space.tokens.value(grant.issued.refresh));
  } else if (grant.kept_refresh != kNoId && settings.return_refresh_token) {
    add("refresh_token", space.tokens.value(grant.kept_refresh));
  }
  body += fmt::format(R"(,"expires_in":{})", settings.access_token_ttl);
  if (!settings.trace_token_response) {
    add("token_type", "bearer");  // lower case: reference
  } else if (grant.state) {
    add("state", *grant.state);
  }
  // RFC 6749 §5.1: REQUIRED when it differs from what was asked; AWeber does not document it.
  if (settings.echo_scope) {
    add("scope", JoinScopes(space.tokens.scopes(grant.issued.access)));
  }
  body += '}';
  if (settings.awkward_replies) return OAuthJson(200, Awkward(space, *ParseJson(body)));
  return OAuthText(200, std::move(body));
}

// A failed client authentication.
HttpResponse RefuseClient(Exchange& exchange, const Refusal& refusal) {
  if (!refusal.no_credentials) return RefuseOAuth(exchange, refusal);
  return EnvelopeError(exchange,
                       {400, "BadRequestError",
                        "Request does not have OAuth credentials. "
                        "https://api.aweber.com#badrequest"},
                       refusal.message);
}

}  // namespace

void InspectToken(const SpaceState& space, const TokenRequest& read, Facts& facts) {
  NoteClient(space, read, facts);
  facts.grant_type = read.Get("grant_type").value_or("");
  const bool is_code = facts.grant_type == kCodeGrant;
  const auto presented = read.Get(is_code ? "code" : "refresh_token");
  if (!presented) return;
  const TokenId id = space.tokens.Find(*presented);
  const TokenKind wanted = is_code ? TokenKind::kCode : TokenKind::kRefresh;
  if (id == kNoId || space.tokens.kind(id) != wanted) {
    facts.token_state = "unknown";
    return;
  }
  facts.token_state = TokenStateName(space.StateOf(id));
  facts.grant_label = space.tokens.grant_label(id);
  (is_code ? facts.code_label : facts.refresh_label) = space.tokens.label(id);
}

std::optional<HttpResponse> RefuseBadRequest(const TokenRequest& read, Exchange& exchange) {
  if (exchange.request.method != "POST") return MethodNotAllowed(exchange);
  if (!read.too_many.empty()) return RefuseOAuth(exchange, {"invalid_request", read.too_many});
  // RFC 6749 §3.2: parameters must not be included more than once.
  if (!read.duplicates.empty()) {
    return RefuseOAuth(exchange,
                       {"invalid_request", fmt::format("parameter \"{}\" was sent more than once",
                                                       read.duplicates.front())});
  }
  if (const std::string name = read.InvalidParameter(); !name.empty()) {
    return RefuseOAuth(exchange, {"invalid_request",
                                  fmt::format("parameter \"{}\" has a broken percent-escape or is "
                                              "not UTF-8",
                                              name)});
  }
  return std::nullopt;
}

HttpResponse HandleToken(SpaceState& space, const TokenRequest& read, Exchange& exchange) {
  if (auto refused = RefuseBadRequest(read, exchange)) return *refused;
  const auto client = AuthenticateClient(space, read, exchange.facts);
  if (!client) return RefuseClient(exchange, client.error());
  const auto type = read.Get("grant_type");
  if (!type) {
    return RefuseOAuth(exchange,
                       {"invalid_request",
                        read.body_problem.empty() ? "grant_type is missing" : read.body_problem});
  }
  if (*type != kCodeGrant && *type != kRefreshGrant) {
    return RefuseOAuth(
        exchange,
        {"unsupported_grant_type",
         fmt::format("grant_type \"{}\" is neither authorization_code nor refresh_token", *type)});
  }
  const auto grant = *type == kCodeGrant ? ExchangeCode(space, **client, read)
                                         : Refresh(space, **client, read, exchange.hooks);
  if (!grant) return RefuseOAuth(exchange, grant.error());
  return TokenReply(space, *grant, exchange);
}

}  // namespace aweber::mock
