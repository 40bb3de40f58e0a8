// How one request goes through a space: read, inspect, match, wait at gates, act, change the reply.
#include <optional>

#include "base/text/json.h"
#include "mockserver/api/api.h"
#include "mockserver/faults/effects.h"
#include "mockserver/oauth/metadata.h"
#include "mockserver/oauth/refusal.h"
#include "mockserver/oauth/revoke.h"
#include "mockserver/oauth/token.h"
#include "mockserver/request/envelope.h"
#include "mockserver/space/space_impl.h"

namespace aweber::mock {

// What the endpoint needs, read once.
struct SpaceImpl::Parsed {
  std::optional<TokenRequest> token;  // token and revocation endpoint
  std::optional<AuthorizeRequest> authorize;
  std::optional<ApiRequest> api;
};

namespace {

int DefaultErrorStatus(const Exchange& exchange, const std::string& error) {
  if (error == "invalid_client" || error == "invalid_token") return 401;
  if (error == "insufficient_scope") return 403;
  if (error == "server_error") return 500;
  if (error == "temporarily_unavailable") return 503;
  return exchange.endpoint == Endpoint::kApi ? 401 : 400;
}

}  // namespace

void SpaceImpl::Inspect(Exchange& exchange, const Parsed& parsed) {
  exchange.facts = {};
  switch (exchange.endpoint) {
    case Endpoint::kToken:
      InspectToken(*state_, *parsed.token, exchange.facts);
      break;
    case Endpoint::kRevoke:
      InspectRevoke(*state_, *parsed.token, exchange.facts);
      break;
    case Endpoint::kAuthorize:
    case Endpoint::kDecision:
      InspectAuthorize(*state_, *parsed.authorize, exchange.facts);
      break;
    case Endpoint::kApi:
      InspectApi(*state_, *parsed.api, exchange.facts);
      break;
    case Endpoint::kOther:
    case Endpoint::kMalformed:
      break;
  }
}

HttpResponse SpaceImpl::Act(Exchange& exchange, const Parsed& parsed) {
  switch (exchange.endpoint) {
    case Endpoint::kToken:
      return HandleToken(*state_, *parsed.token, exchange);
    case Endpoint::kRevoke:
      return HandleRevoke(*state_, *parsed.token, exchange);
    case Endpoint::kAuthorize:
      return HandleAuthorize(*state_, *parsed.authorize, exchange);
    case Endpoint::kDecision:
      return HandleDecision(*state_, *parsed.authorize, exchange);
    case Endpoint::kApi:
      return HandleApi(*state_, *parsed.api, exchange);
    case Endpoint::kOther:
    case Endpoint::kMalformed:
      break;
  }
  if (state_->settings.metadata && IsMetadataPath(exchange.local_path)) {
    return HandleMetadata(*state_, exchange);
  }
  return EnvelopeError(exchange, {404, "NotFoundError", "Object not found"},
                       "nothing is served at this path");
}

HttpResponse SpaceImpl::OAuthErrorReply(Exchange& exchange, const Parsed& parsed,
                                        const Fault& fault) {
  if (parsed.authorize) {
    return AuthorizeError(*state_, *parsed.authorize, exchange, fault.error, fault.description,
                          fault.uri);
  }
  Json body = {{"error", fault.error}};
  if (!fault.description.empty()) body["error_description"] = fault.description;
  if (!fault.uri.empty()) body["error_uri"] = fault.uri;
  exchange.error = fault.error;
  const int status = fault.status != 0 ? fault.status : DefaultErrorStatus(exchange, fault.error);
  if (exchange.endpoint != Endpoint::kApi) return OAuthJson(status, body);
  HttpResponse response = ApiJson(status, body);
  if (state_->settings.api_www_authenticate) {
    response.headers.Add("WWW-Authenticate",
                         "Bearer realm=\"AWeber\", error=\"" + fault.error + "\"");
  }
  return response;
}

// Leaves the lock while it waits. False when the server stops.
bool SpaceImpl::WaitAtGates(const Rule& rule, std::uint64_t who, std::unique_lock<std::mutex>& lock,
                            std::stop_token stop) {
  for (const Fault& fault : rule.then) {
    if (fault.kind != FaultKind::kGate) continue;
    lock.unlock();
    gates_.Wait(fault.gate, fault.gate_size, who, stop);
    lock.lock();
    if (stop.stop_requested()) return false;
  }
  return true;
}

SpaceImpl::Processed SpaceImpl::Process(Exchange& exchange, const std::string& other_origin,
                                        std::stop_token stop) {
  Parsed parsed;  // outside the lock: what a stranger sent may take its time
  switch (exchange.endpoint) {
    case Endpoint::kToken:
    case Endpoint::kRevoke:
      parsed.token = ReadTokenRequest(exchange.request);
      break;
    case Endpoint::kAuthorize:
    case Endpoint::kDecision:
      parsed.authorize = ReadAuthorizeRequest(exchange.request);
      break;
    case Endpoint::kApi:
      parsed.api = ReadApiRequest(exchange.request);
      break;
    case Endpoint::kOther:
    case Endpoint::kMalformed:
      break;
  }
  std::unique_lock lock(mutex_);
  if (parsed.token) Interpret(state_->settings, exchange.request, *parsed.token);
  base_url_ = exchange.base_url;
  const SendAtEnd webhooks{*this};
  Inspect(exchange, parsed);
  const auto rule = rules_.Take(
      {exchange.endpoint, exchange.request.method, exchange.local_path, &exchange.facts});
  if (rule == nullptr) return {Act(exchange, parsed), "", {}};

  Processed processed{{}, rule->id, FaultsOf(*rule)};
  if (!WaitAtGates(*rule, exchange.sequence, lock, stop)) {
    processed.response.fault.kind = WireFault::Kind::kCloseEmpty;
    return processed;
  }
  Inspect(exchange, parsed);  // what waited at a gate may find another world
  exchange.hooks = HooksOf(*rule);
  EffectContext context{*state_, exchange, other_origin, [&](const Fault& fault) {
                          return OAuthErrorReply(exchange, parsed, fault);
                        }};
  auto instead = ReplyInstead(*rule, context);
  const bool acted = !instead.has_value();
  processed.response = acted ? Act(exchange, parsed) : std::move(*instead);
  ChangeReply(*rule, context, acted, processed.response);
  if (!acted && exchange.why.empty() && !exchange.error.empty()) {
    exchange.why = "rule " + rule->id + " asked for this reply";
  }
  return processed;
}

}  // namespace aweber::mock
