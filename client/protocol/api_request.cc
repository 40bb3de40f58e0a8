#include "client/protocol/api_request.h"

#include <fmt/format.h>

#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "client/protocol/reply.h"

namespace aweber::client {
namespace {

Failure Foreign(std::string_view why) {
  return MakeFailure(FailureKind::kOther, "api.foreign_url",
                     fmt::format("refused to send the access token there: {}", why));
}

bool HasDotSegment(std::string_view path) {
  const auto decoded = PercentDecode(path);
  if (!decoded) return true;
  const std::string text = *decoded + "/";
  return text.find("/../") != text.npos || text.find("/./") != text.npos;
}

bool IsBelow(std::string_view path, std::string_view base) {
  while (base.ends_with('/')) base.remove_suffix(1);
  return path == base || (path.starts_with(base) && path.substr(base.size()).starts_with('/'));
}

// AWeber's reference: everything about broadcasts is form encoded.
bool TakesFormOnly(std::string_view url) {
  const std::string path = fmt::format("{}/", WithoutQuery(url));
  return path.find("/broadcasts/") != path.npos;
}

}  // namespace

ApiCall MakeApiCall(std::string method, std::string url, const Json& members, bool force_form) {
  ApiCall call{std::move(method), std::move(url), std::string(kJsonType), ""};
  if (!force_form && !TakesFormOnly(call.url)) {
    call.body = DumpJson(members);
    return call;
  }
  Form form;
  for (const auto& [name, value] : members.items()) {
    form.Add(name, value.is_string() ? value.get<std::string>() : DumpJson(value));
  }
  call.content_type = kFormType;
  call.body = form.Encode();
  return call;
}

Outcome<Json> ApiReply::AsJson() const {
  auto json = ParseJson(body);
  if (json) return std::move(*json);
  return MakeFailure(FailureKind::kInvalidResponse, "api.invalid_response",
                     fmt::format("the API's HTTP {} is not JSON ({}); AWeber may be down for "
                                 "maintenance, try again later",
                                 status, json.error().code));
}

Outcome<std::string> ResolveApiUrl(const ClientConfig& config, std::string_view url) {
  const auto base = ParseUri(config.provider.api_url);
  if (!base) return Foreign("api_url itself is not a URL");
  std::string text(url);
  if (url.starts_with('/')) {
    std::string_view prefix = config.provider.api_url;
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    const bool whole = IsBelow(WithoutQuery(url), base->path);
    text = fmt::format("{}{}", whole ? base->Origin() : prefix, url);
  }
  const auto target = ParseUri(text);
  if (!target) return Foreign(target.error().message);
  if (target->Origin() != base->Origin()) {
    return Foreign(
        fmt::format("{} is not the API's {}", Harmless(target->Origin(), 100), base->Origin()));
  }
  if (!target->userinfo.empty()) return Foreign("the URL carries user info");
  if (HasDotSegment(target->path) || !IsBelow(target->path, base->path)) {
    return Foreign(fmt::format("the path is not below {}", config.provider.api_url));
  }
  return text.substr(0, text.find('#'));
}

OutgoingRequest BuildApiRequest(const ClientConfig& config, const ApiCall& call,
                                const std::string& url, std::string_view access_token) {
  OutgoingRequest request{call.method, url, {}, call.body};
  request.headers.Add("Accept", std::string(kJsonType));
  if (!call.content_type.empty()) request.headers.Add("Content-Type", call.content_type);
  const std::string parameter = "access_token=" + FormEncode(access_token);
  if (config.token_transport == TokenTransport::kQuery) {
    request.url = AppendQuery(url, parameter);
    request.headers.Add("Cache-Control", "no-store");  // RFC 6750 §2.3: the URL is a secret
  } else if (config.token_transport == TokenTransport::kBody && call.method != "GET" &&
             call.content_type == kFormType) {
    request.body += (request.body.empty() ? "" : "&") + parameter;
  } else {
    request.headers.Add("Authorization", fmt::format("Bearer {}", access_token));
  }
  return request;
}

Outcome<ApiReply> JudgeApiReply(HttpResponse response, UnixTime now) {
  if (IsSuccess(response.status)) {
    return ApiReply{response.status, std::move(response.headers), std::move(response.body)};
  }
  Failure failure = HttpFailure("api.http", "the API", response, now);
  if (IsRateLimited(response)) {
    failure.code = "api.rate_limited";
    failure.retry_after = ReadBackoff(response, now);
    failure.message = fmt::format(
        "the API's rate limit is reached (120 requests in 60 s for each account); try again in "
        "{} s",
        failure.retry_after->count());
  } else if (response.status == 403) {
    // Scopes are fixed when the customer authorizes: only another login changes them.
    failure.message += "; if a scope is missing, log in again and ask for it";
  }
  return failure;
}

}  // namespace aweber::client
