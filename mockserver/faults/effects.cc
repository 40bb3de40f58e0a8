#include "mockserver/faults/effects.h"

#include <algorithm>
#include <string_view>

#include "base/text/form.h"
#include "base/text/uri.h"
#include "mockserver/faults/mutations.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

using Kind = WireFault::Kind;

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

using Reply = HttpResponse (*)(const Fault&, EffectContext&, const HttpResponse* before);
using Change = void (*)(const Fault&, EffectContext&, HttpResponse&);

template <Kind kind>
void Wire(const Fault& fault, EffectContext&, HttpResponse& response) {
  response.fault.kind = kind;
  response.fault.bytes = fault.bytes;
  if (fault.delay_ms > 0) response.fault.delay_ms = fault.delay_ms;
}

template <Kind kind>
HttpResponse WireReply(const Fault& fault, EffectContext& context, const HttpResponse*) {
  HttpResponse response;
  Wire<kind>(fault, context, response);
  return response;
}

void Delay(const Fault& fault, EffectContext&, HttpResponse& response) {
  response.fault.delay_ms = fault.delay_ms;
}

// One row a fault. `reply` answers instead of the action (phase before) or instead of its reply
// (phase after); `change` alters a reply that the action made. Neither: done elsewhere (gate and
// rate_limit by the space, tls by the listener).
struct Row {
  const char* kind;
  Reply reply;
  Change change;
};

constexpr Row kRows[] = {
    {"oauth_error",
     [](const Fault& fault, EffectContext& context, const HttpResponse*) {
       return context.oauth_error(fault);
     },
     nullptr},
    {"http_status",
     [](const Fault& fault, EffectContext& context, const HttpResponse* before) {
       return StatusReply(fault, 500, context, before);
     },
     nullptr},
    {"retry_after",
     [](const Fault& fault, EffectContext& context, const HttpResponse* before) {
       return StatusReply(fault, 503, context, before);
     },
     nullptr},
    {"rate_limit", nullptr, nullptr},
    {"delay", nullptr, Delay},
    {"dribble", nullptr, Wire<Kind::kDribble>},
    {"hang", WireReply<Kind::kHang>, nullptr},
    {"reset", WireReply<Kind::kReset>, nullptr},
    {"close_empty", WireReply<Kind::kCloseEmpty>, nullptr},
    {"truncate", nullptr, Wire<Kind::kTruncate>},
    {"content_length", nullptr, Wire<Kind::kContentLength>},
    {"malformed_chunk", nullptr, Wire<Kind::kMalformedChunk>},
    {"raw_body", RawBody, nullptr},
    {"lose_reply", nullptr, Wire<Kind::kCloseEmpty>},
    {"gate", nullptr, nullptr},
    {"token_mutation", nullptr, MutateToken},
    {"redirect_tamper", nullptr, TamperRedirect},
    {"tls", nullptr, nullptr},
};

const Row* FindRow(const std::string& kind) {
  for (const Row& row : kRows) {
    if (kind == row.kind) return &row;
  }
  return nullptr;
}

void AddHeaders(const Fault& fault, const EffectContext& context, HttpResponse& response) {
  for (const auto& [name, value] : fault.headers.fields()) {
    response.headers.Set(name, Expanded(value, context, nullptr));
  }
}

}  // namespace

const std::vector<std::string>& FaultKinds() {
  static const std::vector<std::string> kKinds = [] {
    std::vector<std::string> kinds;
    for (const Row& row : kRows) kinds.emplace_back(row.kind);
    return kinds;
  }();
  return kKinds;
}

Hooks HooksOf(const Rule& rule) {
  Hooks hooks;
  for (const Fault& fault : rule.then) {
    if (fault.kind == "rate_limit") hooks.rate_limited = true;
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
    const Row* row = FindRow(fault.kind);
    const bool limited = fault.kind == "rate_limit" && context.exchange.endpoint != Endpoint::kApi;
    if (limited) return RateLimited(context.exchange, "");
    if (row == nullptr || row->reply == nullptr || fault.phase == Phase::kAfter) continue;
    HttpResponse response = row->reply(fault, context, nullptr);
    AddHeaders(fault, context, response);
    return response;
  }
  return std::nullopt;
}

void ChangeReply(const Rule& rule, EffectContext& context, bool acted, HttpResponse& response) {
  for (const Fault& fault : rule.then) {
    const Row* row = FindRow(fault.kind);
    if (row == nullptr) continue;
    if (row->change != nullptr) {
      row->change(fault, context, response);
      AddHeaders(fault, context, response);
    } else if (row->reply != nullptr && acted && fault.phase == Phase::kAfter) {
      HttpResponse replaced = row->reply(fault, context, &response);
      replaced.fault.delay_ms = std::max(replaced.fault.delay_ms, response.fault.delay_ms);
      response = std::move(replaced);
      AddHeaders(fault, context, response);
    }
  }
}

std::string FaultNames(const Rule& rule) {
  std::string names;
  for (const Fault& fault : rule.then) {
    names += (names.empty() ? "" : "+") + fault.kind;
  }
  return names;
}

}  // namespace aweber::mock
