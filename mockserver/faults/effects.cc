#include "mockserver/faults/effects.h"

#include <algorithm>
#include <string_view>

#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "mockserver/faults/mutations.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

void Expand(std::string& text, std::string_view name, std::string_view value) {
  const std::string pattern = "${" + std::string(name) + "}";
  for (std::size_t at = text.find(pattern); at != std::string::npos;
       at = text.find(pattern, at + value.size())) {
    text.replace(at, pattern.size(), value);
  }
}

// `before` is the reply that is replaced, when the action happened.
std::string Expanded(std::string text, const EffectContext& context, const HttpResponse* before) {
  if (text.find("${") == std::string::npos) return text;
  Expand(text, "other", context.other_origin);
  Expand(text, "base", context.exchange.base_url);
  if (before == nullptr) return text;
  if (const auto reply = ParseJson(before->body)) {
    Expand(text, "access_token", JsonString(*reply, "access_token").value_or(""));
    Expand(text, "refresh_token", JsonString(*reply, "refresh_token").value_or(""));
  }
  Expand(text, "body", before->body);
  return text;
}

const char* EnvelopeType(int status) {
  switch (status) {
    case 401:
      return "UnauthorizedError";
    case 403:
      return "ForbiddenError";
    case 404:
      return "NotFoundError";
    case 405:
      return "MethodNotAllowedError";
    case 409:
      return "BroadcastSchedulingError";
    case 410:
      return "BlockedError";
    case 415:
      return "InvalidContentType";
    case 500:
      return "InternalServerError";
    case 503:
      return "ServiceUnavailableError";
    default:
      return status < 500 ? "BadRequestError" : "InternalServerError";
  }
}

const char* GuessType(const std::string& body) {
  if (body.front() == '{' || body.front() == '[') return "application/json";
  return body.front() == '<' ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
}

HttpResponse StatusReply(const Fault& fault, int fallback, EffectContext& context,
                         const HttpResponse* before) {
  const int status = fault.status == 0 ? fallback : fault.status;
  HttpResponse response;
  response.status = status;
  if (!fault.body.empty() || status < 400) {
    response.body = Expanded(fault.body, context, before);
    if (!response.body.empty()) response.headers.Set("Content-Type", GuessType(response.body));
  } else {
    const std::string phrase(HttpReasonPhrase(status));
    response = EnvelopeError(context.exchange, {status, EnvelopeType(status), phrase}, "");
  }
  if (!fault.content_type.empty()) response.headers.Set("Content-Type", fault.content_type);
  if (!fault.location.empty()) {
    response.headers.Set("Location", Expanded(fault.location, context, before));
  }
  if (fault.retry_after_s >= 0) {
    response.headers.Set("Retry-After", std::to_string(fault.retry_after_s));
  }
  return response;
}

HttpResponse RawBody(const Fault& fault, EffectContext& context, const HttpResponse* before) {
  HttpResponse response;
  response.status = fault.status == 0 ? 200 : fault.status;
  response.headers = {
      {"Content-Type", fault.content_type.empty() ? "application/json" : fault.content_type},
      {"Cache-Control", "no-store"}};
  response.body = Expanded(fault.body, context, before);
  return response;
}

void PerformOnTheWire(const Fault& fault, HttpResponse& response) {
  response.fault.kind = RowOf(fault.kind).wire;
  response.fault.bytes = static_cast<std::size_t>(fault.bytes);
  if (fault.delay_ms > 0) response.fault.delay_ms = fault.delay_ms;
}

// A reply of the fault's own: instead of the action (phase before) or instead of its reply (phase
// after). Nothing for a fault that changes a reply, and for what is done elsewhere: gate,
// rate_limit and grace by the space, tls by the listener.
std::optional<HttpResponse> OwnReply(const Fault& fault, EffectContext& context,
                                     const HttpResponse* before) {
  switch (fault.kind) {
    case FaultKind::kOAuthError:
      return context.oauth_error(fault);
    case FaultKind::kHttpStatus:
      return StatusReply(fault, 500, context, before);
    case FaultKind::kRetryAfter:
      return StatusReply(fault, 503, context, before);
    case FaultKind::kRawBody:
      return RawBody(fault, context, before);
    default:
      break;
  }
  const FaultRow& row = RowOf(fault.kind);
  if (row.wire == WireFault::Kind::kNone || !row.any_phase) return std::nullopt;
  HttpResponse response;
  PerformOnTheWire(fault, response);
  return response;
}

// Changes a reply that was made; false for a fault that does not.
bool Change(const Fault& fault, EffectContext& context, HttpResponse& response) {
  switch (fault.kind) {
    case FaultKind::kDelay:
      response.fault.delay_ms = fault.delay_ms;
      return true;
    case FaultKind::kTokenMutation:
      MutateToken(fault, context, response);
      return true;
    case FaultKind::kRedirectTamper:
      TamperRedirect(fault, context, response);
      return true;
    default:
      break;
  }
  const FaultRow& row = RowOf(fault.kind);
  if (row.wire == WireFault::Kind::kNone || row.any_phase) return false;
  PerformOnTheWire(fault, response);
  return true;
}

void AddHeaders(const Fault& fault, const EffectContext& context, HttpResponse& response) {
  for (const auto& [name, value] : fault.headers.fields()) {
    response.headers.Set(name, Expanded(value, context, nullptr));
  }
}

}  // namespace

Hooks HooksOf(const Rule& rule) {
  Hooks hooks;
  for (const Fault& fault : rule.then) {
    if (fault.kind == FaultKind::kRateLimit) hooks.rate_limited = true;
    if (fault.kind == FaultKind::kGrace) hooks.grace = true;
    for (const TokenMutation& mutation : fault.token) {
      if (mutation.member != "refresh_token") continue;
      // A reply without a new refresh token leaves the old one good; anything else would be a
      // server nobody can use.
      hooks.rotate_refresh_token = mutation.kind == TokenMutation::Kind::kRotate ||
                                   mutation.kind == TokenMutation::Kind::kSet;
    }
  }
  return hooks;
}

std::optional<HttpResponse> ReplyInstead(const Rule& rule, EffectContext& context) {
  for (const Fault& fault : rule.then) {
    const bool limited = fault.kind == FaultKind::kRateLimit;
    if (limited && context.exchange.endpoint != Endpoint::kApi) {
      return RateLimited(context.exchange, "");
    }
    if (fault.phase == Phase::kAfter) continue;
    auto response = OwnReply(fault, context, nullptr);
    if (!response) continue;
    AddHeaders(fault, context, *response);
    return response;
  }
  return std::nullopt;
}

void ChangeReply(const Rule& rule, EffectContext& context, bool acted, HttpResponse& response) {
  for (const Fault& fault : rule.then) {
    if (Change(fault, context, response)) {
      AddHeaders(fault, context, response);
      continue;
    }
    if (!acted || fault.phase == Phase::kBefore) continue;
    auto replaced = OwnReply(fault, context, &response);
    if (!replaced) continue;
    replaced->fault.delay_ms = std::max(replaced->fault.delay_ms, response.fault.delay_ms);
    response = std::move(*replaced);
    AddHeaders(fault, context, response);
  }
}

FaultSet FaultsOf(const Rule& rule) {
  FaultSet faults;
  for (const Fault& fault : rule.then) faults.Add(fault.kind);
  return faults;
}

}  // namespace aweber::mock
