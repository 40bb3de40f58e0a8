// The back channel: token, revocation and API requests, and what a token reply means.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <limits>

#include "base/text/base64.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "tests/mutants/part.h"
#include "tests/mutants/wire.h"

namespace aweber::mutants {
namespace {

using D = Deviation;

Registration WithOtherCredentials(Registration client, Mistake deviation) {
  if (deviation == D::kTokenClientIdDiffers) {
    client.client_id = WithOther(client.client_id, deviation.part);
  }
  if (deviation == D::kSecretDiffers) {
    client.client_secret = WithOther(client.client_secret, deviation.part);
  }
  return client;
}

void AddBasic(Outgoing& request, const Registration& client, Mistake deviation) {
  // RFC 6749 §2.3.1: id and secret are form-encoded first.
  const bool raw = deviation == D::kRawBasic;
  const std::string id = raw ? client.client_id : FormEncode(client.client_id);
  const std::string secret = raw ? client.client_secret : FormEncode(client.client_secret);
  request.headers.Add("Authorization", "Basic " + Base64Encode(id + ":" + secret));
}

// RFC 6749 §2.3.1, §3.2.1: Basic for a confidential client, client_id for a public one.
void Authenticate(Outgoing& request, Form& form, const Registration& told, Mistake deviation) {
  const Registration client = WithOtherCredentials(told, deviation);
  if (client.is_public) {
    if (deviation != D::kPublicWithoutClientId) form.Add("client_id", client.client_id);
    return;
  }
  switch (deviation) {
    case D::kNoClientAuth:
      form.Add("client_id", client.client_id);
      return;
    case D::kBodyCredentials:
      form.Add("client_id", client.client_id);
      form.Add("client_secret", client.client_secret);
      return;
    case D::kCredentialsInQuery:
      request.url = AppendQuery(
          request.url,
          Form{{"client_id", client.client_id}, {"client_secret", client.client_secret}}.Encode());
      return;
    case D::kTwoAuthMethods:
      form.Add("client_id", client.client_id);
      form.Add("client_secret", client.client_secret);
      AddBasic(request, client, deviation);
      return;
    default:
      AddBasic(request, client, deviation);
  }
}

void PutForm(Outgoing& request, Form form, Mistake deviation) {
  if (deviation == D::kDuplicateParameter && !form.fields().empty()) {
    const FormField first = form.fields().front();
    form.Add(first.name, first.value);
  }
  if (deviation == D::kTokenGet) {
    request.method = "GET";
    request.url = AppendQuery(request.url, form.Encode());
    return;
  }
  if (deviation == D::kTokenJson) {
    Json json = Json::object();
    for (const FormField& field : form.fields()) json[field.name] = field.value;
    request.headers.Add("Content-Type", "application/json");
    request.body = DumpJson(json);
    return;
  }
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  request.body = form.Encode();
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// What was written in the authorization URL, unless this request has a mistake of its own.
std::string TokenRedirect(const Registration& client, const Pending& pending, Mistake deviation) {
  if (deviation == D::kTokenRedirectSlash) return client.redirect_uri + "/";
  if (deviation == D::kTokenRedirectReencoded) return PercentEncode(client.redirect_uri);
  if (deviation == D::kTokenRedirectDiffers) return WithOther(client.redirect_uri, deviation.part);
  return RedirectWith(client, pending.made);
}

std::string CodeSent(const std::string& code, Mistake deviation) {
  if (deviation == D::kCodeLowercased) return Lower(code);
  return deviation == D::kCodeDiffers ? WithOther(code, deviation.part) : code;
}

TokenVerdict Refuse(std::string kind, std::string message, int status = 0) {
  TokenVerdict verdict;
  verdict.error = {std::move(kind), std::move(message), "", status};
  return verdict;
}

// Seconds, or nothing when the member says nothing usable. Generous in what it reads.
std::optional<std::int64_t> Seconds(const Json& reply) {
  const Json* member = JsonMember(reply, "expires_in");
  if (member == nullptr) return std::nullopt;
  double seconds = 0;
  if (member->is_number()) {
    seconds = member->get<double>();
  } else if (member->is_string()) {
    const std::string& text = member->get_ref<const std::string&>();
    char* end = nullptr;
    seconds = std::strtod(text.c_str(), &end);
    if (text.empty() || end == nullptr || *end != '\0') return std::nullopt;
  } else {
    return std::nullopt;
  }
  if (!(seconds > 0)) return std::nullopt;
  return static_cast<std::int64_t>(std::min(seconds, 10.0 * 365 * 86400));
}

bool ExpiryIsPlain(const Json& reply) {
  const auto seconds = JsonInt(reply, "expires_in");
  return seconds && *seconds > 0 && *seconds < 1'000'000;
}

bool HasUnknownMember(const Json& reply) {
  for (const auto& [name, value] : reply.items()) {
    if (name != "access_token" && name != "token_type" && name != "expires_in" &&
        name != "refresh_token" && name != "scope" && name != "state") {
      return true;
    }
  }
  return false;
}

TokenVerdict JudgeError(const HttpResponse& response, const Json* reply) {
  const std::string error = reply ? JsonString(*reply, "error").value_or("") : "";
  if (response.status == 400 && (error == "invalid_grant" || error == "invalid_request")) {
    return Refuse("reauthorize", "the grant is gone: " + error, response.status);
  }
  return Refuse("http", fmt::format("the token endpoint answered {} {}", response.status, error),
                response.status);
}

}  // namespace

Outgoing ExchangeRequest(const Registration& client, const std::string& code,
                         const Pending& pending, Mistake deviation) {
  Outgoing request{"POST", client.token_url, {{"Accept", "application/json"}}, ""};
  Form form;
  form.Add("grant_type", deviation == D::kWrongGrantType  ? "authorization-code"
                         : deviation == D::kGrantTypeCase ? "Authorization_Code"
                                                          : "authorization_code");
  form.Add("code", CodeSent(code, deviation));
  form.Add("redirect_uri", TokenRedirect(client, pending, deviation));
  if (!pending.verifier.empty() && deviation != D::kVerifierNotSent) {
    const bool other = deviation == D::kVerifierDiffers;
    form.Add("code_verifier",
             other ? WithOther(pending.verifier, deviation.part) : pending.verifier);
  }
  Authenticate(request, form, client, deviation);
  PutForm(request, form, deviation);
  return request;
}

Outgoing RefreshRequest(const Registration& client, const Tokens& tokens, Mistake deviation) {
  Outgoing request{"POST", client.token_url, {{"Accept", "application/json"}}, ""};
  Form form;
  form.Add("grant_type", deviation == D::kWrongGrantType  ? "refresh-token"
                         : deviation == D::kGrantTypeCase ? "Refresh_Token"
                                                          : "refresh_token");
  std::string token = tokens.refresh;
  if (deviation == D::kRefreshWithoutToken) token = tokens.access;
  if (deviation == D::kRefreshTokenDiffers) token = WithOther(token, deviation.part);
  form.Add("refresh_token", token);
  if (deviation == D::kRefreshMoreScope) {
    form.Add("scope", fmt::format("{} subscriber.write", fmt::join(client.scopes, " ")));
  }
  Authenticate(request, form, client, deviation);
  PutForm(request, form, deviation);
  return request;
}

Outgoing RevokeRequest(const Registration& client, const Tokens& tokens, Mistake deviation) {
  Outgoing request{"POST", client.revoke_url, {{"Accept", "application/json"}}, ""};
  Form form;
  std::string token = tokens.refresh.empty() ? tokens.access : tokens.refresh;
  if (deviation == D::kRevokedTokenDiffers) token = WithOther(token, deviation.part);
  form.Add("token", token);
  Authenticate(request, form, client, deviation);
  PutForm(request, form, deviation);
  return request;
}

Outgoing ApiRequest(const Registration& client, const Tokens& held, const std::string& method,
                    const std::string& url, const std::string& json_body, Mistake deviation) {
  Outgoing request{method, url, {{"Accept", "application/json"}}, json_body};
  Tokens tokens = held;
  if (deviation == D::kAccessTokenDiffers) {
    tokens.access = WithOther(tokens.access, deviation.part);
  }
  if (!json_body.empty()) request.headers.Add("Content-Type", "application/json");
  const bool known = IsApiUrl(client, url);
  const auto bearer = [&](const std::string& value) {
    request.headers.Add("Authorization", value);
  };
  const std::string form = Form{{"access_token", tokens.access}}.Encode();
  switch (deviation) {
    case D::kTokenInQuery:
      request.url = AppendQuery(url, form);
      return request;
    case D::kTwoTokenMethods:
      bearer("Bearer " + tokens.access);
      request.url = AppendQuery(url, form);
      return request;
    case D::kTokenInForm:
      if (!json_body.empty()) break;  // RFC 6750 §2.2: a body of another type cannot carry it
      request.method = "POST";
      [[fallthrough]];
    case D::kFormTokenOnGet:
      if (!json_body.empty()) break;
      request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
      request.body = form;
      return request;
    case D::kBearerTwoSpaces:
      bearer("Bearer \"" + tokens.access + "\"");
      return request;
    case D::kWrongScheme:
      bearer("OAuth " + tokens.access);
      return request;
    case D::kRefreshTokenToApi:
      request.headers.Add("X-Refresh-Token", tokens.refresh);
      break;
    default:
      break;
  }
  if (known || deviation == D::kTokenToAnyHost || deviation == D::kFollowApiRedirect) {
    bearer("Bearer " + tokens.access);
  }
  return request;
}

TokenVerdict JudgeTokenReply(const Registration& client, const HttpResponse& response,
                             const Tokens& old, std::int64_t now, Mistake deviation) {
  const auto parsed = ParseJson(response.body);
  if (response.status != 200) return JudgeError(response, parsed ? &*parsed : nullptr);
  if (!parsed) return Refuse("invalid_response", "the token reply is not JSON");
  const Json& reply = *parsed;
  const auto access = JsonString(reply, "access_token");
  if (!access || access->empty() || reply.contains("error")) {
    return Refuse("invalid_response", "the token reply has no access token");
  }
  // AWeber's trace leaves token_type out; any other type must not be used (RFC 6749 §7.1).
  const std::string type = JsonString(reply, "token_type").value_or("bearer");
  const bool is_bearer =
      deviation == D::kTokenTypeExactCase ? type == "bearer" : Lower(type) == "bearer";
  if (!is_bearer && deviation != D::kTokenTypeIgnored) {
    return Refuse("unsupported_token_type", "the token is not a bearer token");
  }
  if (deviation == D::kRefuseUnknownMembers && HasUnknownMember(reply)) {
    return Refuse("invalid_response", "the token reply has unknown members");
  }
  if (deviation == D::kExpiresRequired && !reply.contains("expires_in")) {
    return Refuse("invalid_response", "the token reply has no expires_in");
  }
  if (deviation == D::kExpiresIntOnly && reply.contains("expires_in") && !ExpiryIsPlain(reply)) {
    return Refuse("invalid_response", "expires_in is not a number of seconds");
  }
  if (deviation == D::kScopeMustMatch && reply.contains("scope") &&
      JsonString(reply, "scope") != fmt::format("{}", fmt::join(client.scopes, " "))) {
    return Refuse("invalid_response", "the scope is not what was asked for");
  }
  const auto refresh = JsonString(reply, "refresh_token");
  if (deviation == D::kRefreshRequired && !refresh) {
    return Refuse("invalid_response", "the token reply has no refresh token");
  }
  Tokens tokens;
  tokens.access = *access;
  if (deviation == D::kTokenCapped && tokens.access.size() > 1024) tokens.access.resize(1024);
  // RFC 6749 §6: a new refresh token replaces the old one; none leaves the old one in force.
  tokens.refresh = refresh && !refresh->empty() ? *refresh : old.refresh;
  if (deviation == D::kKeepOldRefreshToken && !old.refresh.empty()) tokens.refresh = old.refresh;
  if (deviation == D::kDropRefreshToken) tokens.refresh = refresh.value_or("");
  if (const auto seconds = Seconds(reply)) tokens.expires_at = now + *seconds;
  if (deviation == D::kHourBuiltIn) tokens.expires_at = now + 3600;
  if (deviation == D::kOldExpiryKept && old.expires_at > 0) tokens.expires_at = old.expires_at;
  TokenVerdict verdict;
  verdict.tokens = tokens;
  return verdict;
}

bool IsApiUrl(const Registration& client, const std::string& url) {
  const auto api = ParseUri(client.api_url), target = ParseUri(url);
  if (!api || !target || target->has_userinfo || api->Origin() != target->Origin()) return false;
  return target->path == api->path || target->path.starts_with(api->path + "/");
}

}  // namespace aweber::mutants
