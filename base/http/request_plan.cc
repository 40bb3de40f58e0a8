#include "base/http/request_plan.h"

#include <fmt/format.h>

#include "base/http/head.h"
#include "base/text/ascii.h"
#include "base/text/uri.h"

namespace aweber {
namespace {

Status CheckRequest(const std::string& method, const HttpHeaders& headers) {
  if (!IsHttpToken(method)) return Error{"http.invalid", "the method is not a token"};
  for (const auto& [name, value] : headers.fields()) {
    if (!IsHttpToken(name) || !IsHttpFieldValue(value)) {
      return Error{"http.invalid", fmt::format("header \"{}\" cannot be sent: a name is a token, a "
                                               "value has no line breaks",
                                               name)};
    }
  }
  return {};
}

Result<HttpOrigin> OriginOf(const Uri& uri) {
  const std::string scheme = Lower(uri.scheme);
  if (scheme != "http" && scheme != "https") {
    return Error{"http.url", fmt::format("\"{}\" is not http or https", uri.scheme)};
  }
  if (uri.host.empty() || uri.EffectivePort() == 0) {
    return Error{"http.url", "the URL names no host and port to connect to"};
  }
  if (!uri.userinfo.empty()) {
    return Error{"http.url", "credentials in a URL are not sent: use an Authorization header"};
  }
  HttpOrigin origin;
  origin.tls = scheme == "https";
  origin.host = uri.host.front() == '[' ? uri.host.substr(1, uri.host.size() - 2) : uri.host;
  origin.port = uri.EffectivePort();
  return origin;
}

}  // namespace

std::string HttpOrigin::Authority() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

Result<RequestPlan> PlanRequest(const std::string& method, const std::string& url,
                                const HttpHeaders& headers, const std::string& body,
                                const std::string& user_agent) {
  const auto uri = ParseUri(url);
  if (!uri) return Error{"http.url", uri.error().message};
  auto origin = OriginOf(*uri);
  if (!origin) return origin.error();
  if (const Status good = CheckRequest(method, headers); !good) return good.error();
  RequestPlan plan{*std::move(origin), uri->RequestTarget(), headers};
  if (!headers.Has("Host")) {
    const bool default_port = plan.origin.port == (plan.origin.tls ? 443 : 80);
    plan.headers.Add("Host",
                     default_port ? uri->host : fmt::format("{}:{}", uri->host, plan.origin.port));
  }
  const bool expects_body = method == "POST" || method == "PUT" || method == "PATCH";
  if (!headers.Has("Content-Length") && (expects_body || !body.empty())) {
    plan.headers.Add("Content-Length", std::to_string(body.size()));
  }
  if (!headers.Has("Accept")) plan.headers.Add("Accept", "*/*");
  if (!headers.Has("User-Agent") && !user_agent.empty()) plan.headers.Add("User-Agent", user_agent);
  return plan;
}

}  // namespace aweber
