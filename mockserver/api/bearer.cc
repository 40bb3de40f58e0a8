#include "mockserver/api/bearer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/ascii.h"
#include "mockserver/model/scopes.h"
#include "mockserver/request/envelope.h"
#include "mockserver/request/parameters.h"

namespace aweber::mock {
namespace {

// RFC 6750 §2.1: b64token.
bool IsBearerToken(std::string_view text) {
  const std::size_t end = std::min(text.find('='), text.size());
  if (end == 0 || text.find_first_not_of('=', end) != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/").find(c) != std::string_view::npos;
  });
}

void ReadHeader(const HttpRequest& request, ApiRequest& read) {
  const auto header = request.headers.Get("Authorization");
  if (!header) return;
  const auto [scheme, token] = SplitAuthorization(*header);
  if (!EqualsIgnoreCase(scheme, "Bearer")) {
    read.header_problem = SchemeProblem(*header, "Bearer");
  } else if (!IsBearerToken(token)) {
    read.header_problem = "the Bearer header does not hold one b64token (RFC 6750 §2.1)";
    read.header_token = token;
  } else {
    read.header_token = token;
  }
}

void Challenge(const SpaceState& space, HttpResponse& response, const std::string& details) {
  if (!space.settings.api_www_authenticate) return;
  response.headers.Add("WWW-Authenticate", "Bearer realm=\"AWeber\"" + details);  // RFC 6750 §3
}

HttpResponse MissingToken(const SpaceState& space, std::string why, Exchange& exchange) {
  if (space.settings.missing_token_reply == "401") {
    HttpResponse response = EnvelopeError(
        exchange, {401, "UnauthorizedError", "Authentication is required"}, std::move(why));
    Challenge(space, response, "");  // RFC 6750 §3.1: no error code without authentication
    return response;
  }
  return EnvelopeError(exchange,
                       {400, "MissingOAuthParametersError",
                        "Missing oauth parameters: oauth_consumer_key, oauth_nonce, "
                        "oauth_signature, oauth_signature_method, oauth_timestamp, "
                        "oauth_access_key"},
                       std::move(why));
}

HttpResponse InvalidToken(const SpaceState& space, std::string why, Exchange& exchange) {
  constexpr const char* kDescription = "The access token is invalid or has expired";
  exchange.error = "invalid_token";
  exchange.why = std::move(why);
  HttpResponse response =
      ApiJson(401, {{"error", "invalid_token"}, {"error_description", kDescription}});
  Challenge(space, response,
            fmt::format(", error=\"invalid_token\", error_description=\"{}\"", kDescription));
  return response;
}

// Which placements settings allow, in AWeber's order of preference.
struct Presented {
  std::optional<std::string> token;
  int count = 0;
  std::string ignored;  // why a placement was not taken
};

Presented Choose(const SpaceState& space, const ApiRequest& read, const HttpRequest& request) {
  Presented presented;
  const auto take = [&](const std::optional<std::string>& token) {
    if (!token) return;
    ++presented.count;
    if (!presented.token) presented.token = token;
  };
  take(read.header_token);
  if (read.form_token && request.method == "GET") {
    presented.ignored = "a token in the body of a GET is not read (RFC 6750 §2.2)";
  } else if (read.form_token && !space.settings.bearer_in_form) {
    presented.ignored = "a token in the form is not accepted (setting bearer_in_form)";
  } else {
    take(read.form_token);
  }
  if (read.query_token && !space.settings.bearer_in_query) {
    presented.ignored = "a token in the query is not accepted (setting bearer_in_query)";
  } else {
    take(read.query_token);
  }
  return presented;
}

std::string TokenProblem(const SpaceState& space, const std::string& value) {
  const TokenId id = space.tokens.Find(value);
  if (id == kNoId) return "this access token was never issued here";
  const TokenRegistry& tokens = space.tokens;
  const std::string label = tokens.label(id);
  if (tokens.kind(id) != TokenKind::kAccess) {
    return fmt::format("{} is a {}, not an access token", label, TokenKindName(tokens.kind(id)));
  }
  const std::int64_t now = ToUnixSeconds(space.clock.Now());
  switch (space.StateOf(id)) {
    case TokenState::kExpired:
      return fmt::format("access token {} expired by {} s: it was good until {}", label,
                         now - ToUnixSeconds(*tokens.expires_at(id)),
                         FormatRfc3339(*tokens.expires_at(id)));
    case TokenState::kRevoked:
    case TokenState::kUsed:
      return fmt::format("access token {} was revoked {} s ago at {}", label,
                         now - ToUnixSeconds(*tokens.ended_at(id)),
                         FormatRfc3339(*tokens.ended_at(id)));
    case TokenState::kLive:
      break;
  }
  return "";
}

}  // namespace

ApiRequest ReadApiRequest(const HttpRequest& request) {
  ApiRequest read;
  read.query = ParseParameters(request.Query(), "query", read.too_many);
  read.query_token = read.query.Get("access_token");
  read.type = MediaType(request);
  if (read.type == "application/x-www-form-urlencoded") {
    read.form = ParseParameters(request.body, "form", read.too_many);
    read.form_token = read.form.Get("access_token");
  } else if (read.type == "application/json" && !request.body.empty()) {
    auto parsed = ParseJson(request.body, {.max_values = kMaxJsonValues});
    if (parsed) {
      read.json = std::move(*parsed);
    } else {
      read.body_problem = parsed.error().message;
    }
  }
  ReadHeader(request, read);
  return read;
}

void InspectApi(const SpaceState& space, const ApiRequest& read, Facts& facts) {
  const auto place = [&](const std::optional<std::string>& token, const char* name) {
    if (!token) return;
    if (!facts.token_placement.empty()) facts.token_placement += '+';
    facts.token_placement += name;
  };
  place(read.header_token, "header");
  place(read.form_token, "form");
  place(read.query_token, "query");
  const auto& token = read.header_token ? read.header_token
                      : read.form_token ? read.form_token
                                        : read.query_token;
  if (!token) return;
  const TokenId id = space.tokens.Find(*token);
  if (id == kNoId || space.tokens.kind(id) != TokenKind::kAccess) {
    facts.token_state = "unknown";
    return;
  }
  facts.token_state = TokenStateName(space.StateOf(id));
  facts.access_label = space.tokens.label(id);
  facts.grant_label = space.tokens.grant_label(id);
  facts.client_id = space.tokens.client_id(id);
  const RegisteredClient* client = space.FindClient(facts.client_id);
  facts.client_known = client != nullptr;
  facts.client_public = client != nullptr && client->is_public;
}

BearerResult CheckBearer(const SpaceState& space, const ApiRequest& read, Exchange& exchange) {
  const Presented presented = Choose(space, read, exchange.request);
  if (!presented.token) {
    std::string why = "no access token was sent";
    if (!read.header_problem.empty()) why += "; " + read.header_problem;
    if (!presented.ignored.empty()) why += "; " + presented.ignored;
    return {kNoId, MissingToken(space, std::move(why), exchange)};
  }
  if (presented.count > 1 && !space.settings.several_token_placements) {
    // RFC 6750 §2, §3.1.
    exchange.error = "invalid_request";
    exchange.why =
        "the access token was sent in several places at once: " + exchange.facts.token_placement;
    HttpResponse response = ApiJson(400, {{"error", "invalid_request"}});
    Challenge(space, response, ", error=\"invalid_request\"");
    return {kNoId, std::move(response)};
  }
  std::string why = TokenProblem(space, *presented.token);
  const TokenId id = space.tokens.Find(*presented.token);
  const bool expired = id != kNoId && space.tokens.kind(id) == TokenKind::kAccess &&
                       space.StateOf(id) == TokenState::kExpired;
  if (exchange.hooks.grace && expired) return {id, std::nullopt};
  if (why.empty()) return {space.tokens.Find(*presented.token), std::nullopt};
  if (!read.header_problem.empty()) why += "; " + read.header_problem;
  return {kNoId, InvalidToken(space, std::move(why), exchange)};
}

std::optional<HttpResponse> RequireScope(const SpaceState& space, TokenId token,
                                         std::string_view scope, Exchange& exchange) {
  const auto& granted = space.tokens.scopes(token);
  // The legacy scope includes the plain one (reference).
  if (HasScope(granted, scope)) return std::nullopt;
  if (scope == "subscriber.read" && HasScope(granted, "subscriber.read-extended")) return {};
  HttpResponse response = EnvelopeError(
      exchange, {403, "ForbiddenError", "The access token does not have the required scope"},
      fmt::format("scope \"{}\" is needed; access token {} has \"{}\"", scope,
                  space.tokens.label(token), JoinScopes(granted)));
  Challenge(space, response, fmt::format(", error=\"insufficient_scope\", scope=\"{}\"", scope));
  return response;
}

}  // namespace aweber::mock
