// The front channel: the URL a user is sent to, and the URL a user comes back with.
#include <fmt/format.h>

#include "base/crypto/crypto.h"
#include "base/text/uri.h"
#include "client/protocol/protocol.h"

namespace aweber::client {
namespace {

constexpr std::size_t kMaxCallbackUrl = 64 * 1024;

Failure NotOurs(std::string_view why) {
  return MakeFailure(FailureKind::kInvalidResponse, "callback.uri",
                     fmt::format("this callback is not for our redirect URI: {}", why));
}

Failure StateFailure(std::string_view why) {
  return MakeFailure(FailureKind::kStateMismatch, "callback.state",
                     fmt::format("{}; start the login again from this application", why));
}

Failure Malformed(std::string_view why) {
  return MakeFailure(FailureKind::kInvalidResponse, "callback.malformed",
                     fmt::format("the callback is malformed: {}", why));
}

// RFC 8252 §8.10: the answer must arrive on the very URI that was sent out. Parameters of the
// redirect URI's own query must still be there (RFC 6749 §3.1.2).
Outcome<void> CheckAddress(const Uri& expected, const Uri& actual, const Form& parameters) {
  if (expected.Origin() != actual.Origin()) return NotOurs("the host, port or scheme differs");
  const std::string path = actual.path.empty() ? "/" : actual.path;
  if ((expected.path.empty() ? "/" : expected.path) != path) return NotOurs("the path differs");
  if (!expected.query) return {};
  const Form own = ParseForm(*expected.query);
  for (const FormField& field : own.fields()) {
    if (parameters.Get(field.name) != field.value) {
      return NotOurs(fmt::format("parameter '{}' of its query is missing", Harmless(field.name)));
    }
  }
  return {};
}

const FormField* FindField(const Form& form, std::string_view name) {
  for (const FormField& field : form.fields()) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// RFC 9207 §2.4: compared as strings, without any normalization.
Outcome<void> CheckIssuer(const ClientConfig& config, const Form& parameters) {
  const Provider& provider = config.provider;
  const auto iss = parameters.Get("iss");
  const auto refuse = [](std::string_view why) {
    return MakeFailure(FailureKind::kIssuerMismatch, "callback.issuer",
                       fmt::format("{}; the code was not used (RFC 9207)", why));
  };
  if (parameters.Count("iss") > 1) return refuse("the callback names several issuers");
  if (!iss) {
    // Out of band a person carries the code over, and there is no redirect that could name anyone.
    if (!provider.issuer_required || config.redirect_uri == kOutOfBand) return {};
    return refuse("the callback does not name its issuer");
  }
  if (!provider.issuer.empty()) {
    if (*iss == provider.issuer) return {};
    return refuse("the callback came from another issuer");
  }
  // Nothing was announced: an issuer that is not even where we sent the user is another one.
  std::string_view base = WithoutQuery(provider.authorize_url);
  if (base.ends_with("/oauth2/authorize")) {
    base.remove_suffix(std::string_view("/oauth2/authorize").size());
  }
  const auto uri = ParseUri(provider.authorize_url);
  if (*iss == base || (uri && *iss == uri->Origin())) return {};
  return refuse("the callback came from an issuer we did not send the user to");
}

// RFC 6749 §4.1.2.1. An error that comes with a code is still an error.
Failure ProviderRefused(const Form& parameters) {
  const std::string code = Harmless(parameters.GetOr("error"), 64);
  const std::string text = Harmless(parameters.GetOr("error_description"));
  std::string_view cure = "try again, and if it persists check the app's settings at AWeber";
  if (code == "access_denied") cure = "the customer said no, or closed the page";
  if (code == "temporarily_unavailable" || code == "server_error") cure = "try again later";
  if (code == "invalid_scope") cure = "ask only for scopes that AWeber knows";
  Failure failure = MakeFailure(
      FailureKind::kProviderError, "callback.refused",
      fmt::format("AWeber did not authorize: {}{}{} ({})", code.empty() ? "(no reason)" : code,
                  text.empty() ? "" : ": ", text, cure));
  failure.provider_code = code;
  failure.provider_text = text;
  return failure;
}

}  // namespace

std::string BuildAuthorizationUrl(const ClientConfig& config, const PendingAuthorization& pending) {
  Form form{{"response_type", "code"},
            {"client_id", config.client_id},
            {"redirect_uri", pending.redirect_uri}};
  if (!config.scopes.empty()) form.Add("scope", JoinScopes(config.scopes));
  form.Add("state", pending.state);
  if (!pending.code_verifier.empty()) {
    form.Add("code_challenge", PkceS256Challenge(pending.code_verifier));
    form.Add("code_challenge_method", "S256");
  }
  return AppendQuery(config.provider.authorize_url, form.Encode());
}

Outcome<Callback> ReadCallback(const ClientConfig& config, std::string_view url) {
  while (!url.empty() && (url.front() == ' ' || url.front() == '\t')) url.remove_prefix(1);
  while (!url.empty() && std::string_view(" \t\r\n").find(url.back()) != url.npos) {
    url.remove_suffix(1);
  }
  if (url.size() > kMaxCallbackUrl) return Malformed("longer than 64 KiB");
  const bool out_of_band = config.redirect_uri == kOutOfBand;
  const auto actual = ParseUri(url);
  if (out_of_band && (!actual || !actual->query)) {
    // The page shows the bare code; there is no state that could come with it.
    Callback pasted;
    pasted.parameters.Add("code", url);
    return pasted;
  }
  if (!actual) return Malformed(actual.error().message);
  Callback callback{ParseForm(actual->query.value_or("")), std::nullopt};
  if (!out_of_band) {
    const auto expected = ParseUri(config.redirect_uri);
    if (!expected) return NotOurs(expected.error().message);
    if (auto same = CheckAddress(*expected, *actual, callback.parameters); !same) {
      return same.error();
    }
  }
  // RFC 6749 §3.1: parameters must not occur twice, and an empty one counts as absent.
  if (callback.parameters.Count("state") > 1) return StateFailure("the callback has two states");
  const FormField* state = FindField(callback.parameters, "state");
  if (state == nullptr || state->value.empty()) {
    if (out_of_band && state == nullptr) return callback;
    return StateFailure("the callback has no state");
  }
  if (!state->valid) return StateFailure("the callback's state is not readable");
  callback.state = state->value;
  return callback;
}

Outcome<std::string> JudgeCallback(const ClientConfig& config, const Callback& callback) {
  if (auto issuer = CheckIssuer(config, callback.parameters); !issuer) {
    return issuer.error();
  }
  if (callback.parameters.Has("error")) return ProviderRefused(callback.parameters);
  if (callback.parameters.Count("code") > 1) return Malformed("it has two codes");
  const FormField* code = FindField(callback.parameters, "code");
  if (code == nullptr || code->value.empty()) return Malformed("it has neither code nor error");
  if (!code->valid) return Malformed("its code is not readable");
  return code->value;
}

}  // namespace aweber::client
