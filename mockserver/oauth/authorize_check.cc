#include "mockserver/oauth/authorize_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "mockserver/model/scopes.h"
#include "mockserver/oauth/refusal.h"
#include "mockserver/oauth/token_request.h"

namespace aweber::mock {
namespace {

// AWeber's words (reference).
constexpr const char* kInvalidRedirect = "Invalid redirect URI";
constexpr const char* kPublicPkce =
    "Public Client MUST Use PKCE: code_challenge is required for public client";
constexpr const char* kConfidentialPkce =
    "Confidential Client MUST NOT Use PKCE: code_challenge and code_challenge_method are "
    "disallowed for confidential clients";

AuthorizeRefusal Page(std::string code, std::string text, std::string why) {
  AuthorizeRefusal refusal;
  refusal.code = std::move(code);
  refusal.page_text = std::move(text);
  refusal.message = std::move(why);
  return refusal;
}

// The client and redirect URI, which decide whether anything may be redirected at all.
struct Target {
  const RegisteredClient* client = nullptr;
  std::string redirect_uri;
  bool in_request = true;
};

Result<Target, AuthorizeRefusal> CheckTarget(const SpaceState& space, const Form& parameters) {
  const std::string id = parameters.GetOr("client_id");
  if (parameters.Count("client_id") > 1) {
    return Page("invalid_request", "Invalid client", "client_id was sent more than once");
  }
  if (id.empty()) return Page("invalid_request", "Invalid client", "client_id is missing");
  Target target;
  target.client = space.FindClient(id);
  if (target.client == nullptr) {
    return Page("invalid_request", "Invalid client",
                fmt::format("no client \"{}\" is registered", id));
  }
  const auto& registered = target.client->redirect_uris;
  if (parameters.Count("redirect_uri") > 1) {
    return Page("invalid_request", kInvalidRedirect, "redirect_uri was sent more than once");
  }
  if (const auto sent = Sent(parameters, "redirect_uri")) {
    if (std::string why = RedirectProblem(*target.client, *sent); !why.empty()) {
      return Page("invalid_request", kInvalidRedirect, std::move(why));
    }
    target.redirect_uri = *sent;
    return target;
  }
  // RFC 6749 §3.1.2.3: may be left out when exactly one is registered.
  if (space.settings.authorize_redirect_uri == "required" || registered.size() != 1) {
    return Page("invalid_request", kInvalidRedirect,
                fmt::format("redirect_uri is missing ({} registered)", registered.size()));
  }
  target.redirect_uri = registered.front();
  target.in_request = false;
  return target;
}

// How PKCE was used wrongly: OAuth error, page text and reason; nothing when it was not.
std::optional<AuthorizeRefusal> CheckPkce(const SpaceState& space, const RegisteredClient& client,
                                          const Form& parameters) {
  const auto challenge = Sent(parameters, "code_challenge");
  const auto method = Sent(parameters, "code_challenge_method");
  const std::string& rule =
      client.is_public ? space.settings.public_pkce : space.settings.confidential_pkce;
  const bool used = challenge || method;
  if (used && rule == "refuse") {
    return Page("invalid_request", kConfidentialPkce,
                "a confidential client sent PKCE parameters (setting confidential_pkce)");
  }
  if (!used) {
    if (rule != "require") return std::nullopt;
    return Page("invalid_request", client.is_public ? kPublicPkce : "code_challenge is required",
                "code_challenge is missing and this client must use PKCE");
  }
  if (!challenge) {
    return Page("invalid_request", client.is_public ? kPublicPkce : "code_challenge is required",
                "code_challenge_method was sent without code_challenge");
  }
  // RFC 7636 §4.3: an omitted method means plain.
  const std::string used_method = method.value_or("plain");
  const bool known = used_method == "S256" || (used_method == "plain" && space.settings.pkce_plain);
  if (!known) {
    return Page("invalid_request", "code_challenge_method must be S256",
                method ? fmt::format("code_challenge_method \"{}\" is not supported", *method)
                       : "code_challenge_method is missing, which means plain (RFC 7636 §4.3)");
  }
  if (used_method == "S256" && challenge->size() != 43) {
    return Page(
        "invalid_request", "code_challenge is invalid",
        fmt::format("an S256 code_challenge has 43 characters, this one {}", challenge->size()));
  }
  return std::nullopt;
}

std::optional<AuthorizeRefusal> CheckScope(const RegisteredClient& client,
                                           const std::vector<std::string>& scopes) {
  AuthorizeRefusal refusal;
  refusal.code = "invalid_scope";
  if (scopes.empty()) {
    refusal.message = "scope is missing or empty";
    return refusal;
  }
  for (const std::string& scope : scopes) {
    if (HasScope(client.scopes, scope)) continue;
    refusal.message =
        ScopeMeaning(scope).empty()
            ? fmt::format("scope \"{}\" is not one of AWeber's (a comma instead of a space?)",
                          scope)
            : fmt::format("scope \"{}\" is not among those of client {}: \"{}\"", scope, client.id,
                          JoinScopes(client.scopes));
    return refusal;
  }
  return std::nullopt;
}

// What may be told to the client by redirect (RFC 6749 §4.1.2.1).
std::optional<AuthorizeRefusal> CheckRequest(const SpaceState& space,
                                             const RegisteredClient& client,
                                             const Form& parameters) {
  AuthorizeRefusal refusal;
  refusal.code = "invalid_request";
  // RFC 6749 §3.1: parameters must not be included more than once.
  if (const auto duplicates = parameters.Duplicates(); !duplicates.empty()) {
    refusal.message = fmt::format("parameter \"{}\" was sent more than once", duplicates.front());
    return refusal;
  }
  for (const FormField& field : parameters.fields()) {
    if (field.valid) continue;
    refusal.message =
        fmt::format("parameter \"{}\" has a broken percent-escape or is not UTF-8", field.raw_name);
    return refusal;
  }
  const auto type = Sent(parameters, "response_type");
  if (!type) {
    refusal.message = "response_type is missing";
    return refusal;
  }
  if (*type != "code") {
    refusal.code = "unsupported_response_type";
    refusal.message = fmt::format("response_type \"{}\" is not \"code\"", *type);
    return refusal;
  }
  if (space.settings.require_state && parameters.GetOr("state").empty()) {
    refusal.message = "state is missing or empty (setting require_state)";
    return refusal;
  }
  if (auto pkce = CheckPkce(space, client, parameters)) return pkce;
  return CheckScope(client, SplitScopes(parameters.GetOr("scope")));
}

}  // namespace

std::string RedirectProblem(const RegisteredClient& client, const std::string& uri) {
  const std::string* nearest = nullptr;
  std::ptrdiff_t best = -1;
  for (const std::string& registered : client.redirect_uris) {
    // RFC 9700 §2.1: exact string matching; AWeber: slash, port and query included (reference).
    if (registered == uri) return "";
    const auto common =
        std::mismatch(registered.begin(), registered.end(), uri.begin(), uri.end()).first -
        registered.begin();
    if (common > best) {
      best = common;
      nearest = &registered;
    }
  }
  if (nearest == nullptr) return fmt::format("client {} has no redirect URI registered", client.id);
  return fmt::format("redirect_uri is not registered: registered \"{}\", sent \"{}\"; {}", *nearest,
                     uri, FirstDifference(*nearest, uri));
}

Result<Authorization, AuthorizeRefusal> CheckAuthorizeRequest(const SpaceState& space,
                                                              const Form& parameters) {
  auto target = CheckTarget(space, parameters);
  if (!target) return target.error();
  if (auto refusal = CheckRequest(space, *target->client, parameters)) {
    const bool about_pkce = !refusal->page_text.empty();
    refusal->page = about_pkce && space.settings.pkce_error == "page";
    refusal->redirect_uri = target->redirect_uri;
    refusal->state = parameters.Get("state");
    return *refusal;
  }
  Authorization authorization;
  authorization.client_id = target->client->id;
  authorization.redirect_uri = target->redirect_uri;
  authorization.redirect_in_request = target->in_request;
  authorization.scopes = SplitScopes(parameters.GetOr("scope"));
  authorization.state = parameters.Get("state");
  authorization.challenge = Sent(parameters, "code_challenge");
  authorization.challenge_method = Sent(parameters, "code_challenge_method").value_or("plain");
  return authorization;
}

}  // namespace aweber::mock
