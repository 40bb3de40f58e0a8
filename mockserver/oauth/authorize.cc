#include "mockserver/oauth/authorize.h"

#include <fmt/format.h>

#include "base/crypto/crypto.h"
#include "base/text/uri.h"
#include "mockserver/model/scopes.h"
#include "mockserver/oauth/authorize_check.h"
#include "mockserver/oauth/pages.h"
#include "mockserver/oauth/token_request.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

constexpr const char* kWrongLogin = "The username or password is not correct";

HttpResponse Redirect(const std::string& redirect_uri, const Form& parameters) {
  HttpResponse response;
  response.status = 302;
  response.headers = {{"Location", AppendQuery(redirect_uri, parameters.Encode())},
                      {"Cache-Control", "no-store"},
                      {"Referrer-Policy", "no-referrer"}};
  return response;
}

// `first` (code or error) and state in the order that settings ask for, then iss.
Form CallbackParameters(SpaceState& space, std::string_view name, std::string_view value,
                        const std::optional<std::string>& state, const std::string& issuer) {
  const std::string& order = space.settings.callback_order;
  const bool random = order == "random" || space.settings.awkward_replies;
  const bool state_first = random ? space.ids.variation->Below(2) == 1 : order == "state_first";
  Form form;
  if (state && state_first) form.Add("state", *state);
  form.Add(name, value);
  if (state && !state_first) form.Add("state", *state);
  if (space.settings.iss_parameter) form.Add("iss", issuer);          // RFC 9207 §2
  if (space.settings.awkward_replies) form.Add("x_mock_extra", "1");  // RFC 6749 §4.1.2
  return form;
}

HttpResponse ErrorRedirect(SpaceState& space, const std::string& redirect_uri,
                           const std::string& code, const std::optional<std::string>& state,
                           const std::string& issuer) {
  if (redirect_uri == kOutOfBand) return ErrorPage(400, code);
  return Redirect(redirect_uri, CallbackParameters(space, "error", code, state, issuer));
}

HttpResponse Refuse(SpaceState& space, const AuthorizeRefusal& refusal, Exchange& exchange) {
  exchange.error = refusal.code;
  exchange.why = refusal.message;
  if (refusal.page) return ErrorPage(400, refusal.page_text);
  return ErrorRedirect(space, refusal.redirect_uri, refusal.code, refusal.state, exchange.base_url);
}

Authorization& Remember(SpaceState& space, Authorization authorization) {
  authorization.id = fmt::format("az-{}", ++space.authorization_count);
  authorization.csrf = space.ids.form->Base64UrlToken(16);
  authorization.created_at = space.clock.Now();
  if (space.authorizations.size() == SpaceState::kMaxAuthorizations)
    space.authorizations.pop_front();
  space.authorizations.push_back(std::move(authorization));
  return space.authorizations.back();
}

HttpResponse ShowConsent(SpaceState& space, const Authorization& authorization,
                         const std::string& username, const std::string& message,
                         const Exchange& exchange) {
  ConsentPage page;
  page.password_wrong = message == kWrongLogin && !username.empty();
  const RegisteredClient* client = space.FindClient(authorization.client_id);
  page.integration = client == nullptr ? authorization.client_id : client->name;
  page.action = exchange.request.target;
  page.authorization_id = authorization.id;
  page.csrf = authorization.csrf;
  page.scopes = authorization.scopes;
  page.redirect_uri = authorization.redirect_uri;
  page.username = username;
  page.message = message;
  return RenderConsent(page);
}

// What cannot even be read is told to nobody but whoever looks at it.
HttpResponse RefuseTooMany(const AuthorizeRequest& read, Exchange& exchange) {
  exchange.error = "invalid_request";
  exchange.why = read.too_many;
  return ErrorPage(400, "Invalid request");
}

// A form that does not belong to a request that waits; "" when it does.
std::string FormProblem(const Authorization* authorization, const AuthorizeRequest& read) {
  if (authorization == nullptr) return "the form names no authorization request known here";
  if (!ConstantTimeEquals(authorization->csrf, read.form.GetOr("csrf_token"))) {
    return fmt::format("csrf_token is not the one of {}", authorization->id);
  }
  if (authorization->status != "pending") {
    return fmt::format("{} was {} before", authorization->id, authorization->status);
  }
  return "";
}

}  // namespace

AuthorizeRequest ReadAuthorizeRequest(const HttpRequest& request) {
  AuthorizeRequest read;
  read.query = ParseParameters(request.Query(), "query", read.too_many);
  if (request.method == "POST") read.form = ParseParameters(request.body, "form", read.too_many);
  return read;
}

void InspectAuthorize(SpaceState& space, const AuthorizeRequest& read, Facts& facts) {
  facts.client_id = read.query.GetOr("client_id");
  if (const Authorization* pending = space.FindAuthorization(read.form.GetOr("authorization_id"))) {
    facts.client_id = pending->client_id;
  }
  const RegisteredClient* client = space.FindClient(facts.client_id);
  facts.client_known = client != nullptr;
  facts.client_public = client != nullptr && client->is_public;
}

HttpResponse HandleAuthorize(SpaceState& space, const AuthorizeRequest& read, Exchange& exchange) {
  if (exchange.request.method != "GET") {
    HttpResponse response = EnvelopeError(
        exchange, {405, "MethodNotAllowedError", "Method not allowed"},
        fmt::format("{} is not allowed here; GET and POST are", exchange.request.method));
    response.headers.Add("Allow", "GET, POST");
    return response;
  }
  if (!read.too_many.empty()) return RefuseTooMany(read, exchange);
  auto checked = CheckAuthorizeRequest(space, read.query);
  if (!checked) return Refuse(space, checked.error(), exchange);
  checked->base_url = exchange.base_url;
  Authorization& authorization = Remember(space, std::move(*checked));
  if (space.settings.auto_approve) {
    if (const UserAccount* account = space.FirstCustomer()) {
      return Approve(space, authorization, *account, exchange);
    }
  }
  return ShowConsent(space, authorization, "", "", exchange);
}

HttpResponse HandleDecision(SpaceState& space, const AuthorizeRequest& read, Exchange& exchange) {
  if (!read.too_many.empty()) return RefuseTooMany(read, exchange);
  Authorization* authorization = space.FindAuthorization(read.form.GetOr("authorization_id"));
  if (std::string why = FormProblem(authorization, read); !why.empty()) {
    exchange.error = "invalid_request";
    exchange.why = std::move(why);
    return ErrorPage(400, "This page is no longer valid. Go back to the application and try again");
  }
  const std::string decision = read.form.GetOr("decision");
  if (decision == "cancel") return Deny(space, *authorization, exchange);

  const std::string username = read.form.GetOr("username");
  const UserAccount* account = space.FindAccount(username);
  const auto again = [&](const char* message, std::string why) {
    exchange.error = "login_failed";
    exchange.why = std::move(why);
    return ShowConsent(space, *authorization, username, message, exchange);
  };
  if (decision != "authorize") {
    return again("Choose authorize or cancel", "decision is neither \"authorize\" nor \"cancel\"");
  }
  if (account == nullptr || !ConstantTimeEquals(account->password, read.form.GetOr("password"))) {
    return again(kWrongLogin,
                 account == nullptr ? "no account has this username" : "the password is wrong");
  }
  if (account->developer) {
    // The guide's pitfall: developers log in with the account that owns the integration.
    return again(
        "This is a developer account. Log in with the AWeber customer account that the "
        "integration should act for",
        "the developer account was used, not the customer account");
  }
  return Approve(space, *authorization, *account, exchange);
}

HttpResponse AuthorizeError(SpaceState& space, const AuthorizeRequest& read, Exchange& exchange,
                            const std::string& error, const std::string& description,
                            const std::string& uri) {
  const Authorization* pending = space.FindAuthorization(read.form.GetOr("authorization_id"));
  std::optional<Authorization> checked;
  if (pending == nullptr) {
    auto result = CheckAuthorizeRequest(space, read.query);
    if (!result) return Refuse(space, result.error(), exchange);
    checked = std::move(*result);
    checked->base_url = exchange.base_url;
    pending = &*checked;
  }
  exchange.error = error;
  if (pending->redirect_uri == kOutOfBand) return ErrorPage(400, error);
  Form form = CallbackParameters(space, "error", error, pending->state, pending->base_url);
  if (!description.empty()) form.Add("error_description", description);
  if (!uri.empty()) form.Add("error_uri", uri);
  return Redirect(pending->redirect_uri, form);
}

HttpResponse Approve(SpaceState& space, Authorization& authorization, const UserAccount& account,
                     Exchange& exchange) {
  if (!space.HasRoomForTokens()) {
    exchange.error = "temporarily_unavailable";  // RFC 6749 §4.1.2.1
    exchange.why = space.TokensAreFull();
    return ErrorRedirect(space, authorization.redirect_uri, exchange.error, authorization.state,
                         authorization.base_url);
  }
  authorization.status = "approved";
  TokenRegistry::Issue issue;
  issue.kind = TokenKind::kCode;
  issue.value = space.ids.code->Base64UrlToken(16);
  issue.grant =
      space.tokens.AddGrant(authorization.client_id, account.username, authorization.scopes);
  issue.now = space.clock.Now();
  issue.expires_at = issue.now + std::chrono::seconds(space.settings.code_ttl);
  const TokenId code = space.tokens.Add(issue);
  space.tokens.SetCode(
      code, {authorization.redirect_uri, authorization.redirect_in_request, authorization.challenge,
             authorization.challenge_method, authorization.state});
  exchange.facts.committed = true;
  exchange.facts.code_label = space.tokens.label(code);
  exchange.facts.grant_label = space.tokens.grant_label(code);
  if (authorization.redirect_uri == kOutOfBand) return CodePage(issue.value);
  return Redirect(
      authorization.redirect_uri,
      CallbackParameters(space, "code", issue.value, authorization.state, authorization.base_url));
}

HttpResponse Deny(SpaceState& space, Authorization& authorization, Exchange& exchange) {
  authorization.status = "denied";
  exchange.facts.committed = true;
  exchange.error = "access_denied";
  exchange.why = "the customer cancelled";
  return ErrorRedirect(space, authorization.redirect_uri, "access_denied", authorization.state,
                       authorization.base_url);
}

}  // namespace aweber::mock
