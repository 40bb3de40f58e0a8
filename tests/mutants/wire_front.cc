// The front channel: the authorization URL and the callback.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/crypto/crypto.h"
#include "base/text/base64.h"
#include "base/text/uri.h"
#include "tests/mutants/part.h"
#include "tests/mutants/wire.h"

namespace aweber::mutants {
namespace {

using D = Deviation;
constexpr const char* kOutOfBand = "urn:ietf:wg:oauth:2.0:oob";

std::string MakeState(const Registration& client, Mistake deviation, Random& random,
                      std::int64_t now_us) {
  static int counter = 0;
  switch (deviation) {
    case D::kNoState:
      return "";
    case D::kCounterState:
      return fmt::format("{}", ++counter);
    case D::kClockState:
      return fmt::format("{}", now_us);
    case D::kShortState:
      return random.Alphanumeric(4);
    case D::kFixedState: {
      static const std::string fixed = random.Base64UrlToken(32);
      return fixed;
    }
    case D::kSecretInState:
      return random.Base64UrlToken(16) + "." + client.client_secret;
    case D::kLongState:
      return random.Alphanumeric(300);
    default:
      return random.Base64UrlToken(32);
  }
}

bool UsesPkce(const Registration& client, Mistake deviation) {
  if (client.is_public) return deviation != D::kPublicWithoutPkce;
  if (deviation == D::kPkceOnConfidential) return true;
  return client.pkce_always && deviation != D::kConfidentialWithoutPkce;
}

std::string MakeVerifier(Mistake deviation, Random& random) {
  if (deviation == D::kShortVerifier) return random.Base64UrlToken(15);
  if (deviation == D::kVerifierReused) {
    static const std::string reused = random.Base64UrlToken(32);
    return reused;
  }
  return random.Base64UrlToken(32);
}

void AddChallenge(Form& form, const Pending& pending, Mistake deviation) {
  if (pending.verifier.empty()) return;
  std::string challenge = PkceS256Challenge(pending.verifier);
  if (deviation == D::kPkcePlain || deviation == D::kPkceDowngrade) challenge = pending.verifier;
  if (deviation == D::kChallengePadded) challenge += "=";
  if (deviation == D::kChallengeHex) challenge = HexLower(Sha256(pending.verifier));
  form.Add("code_challenge", challenge);
  if (deviation == D::kPkceMethodOmitted) return;
  const bool plain = deviation == D::kPkcePlain || deviation == D::kPkceDowngrade;
  const char* method = plain ? "plain" : deviation == D::kMethodCase ? "s256" : "S256";
  form.Add("code_challenge_method", method);
}

}  // namespace

std::string RedirectWith(const Registration& client, Mistake deviation) {
  std::string uri = client.redirect_uri;
  const auto swap = [&uri](std::string_view from, std::string_view to) {
    if (uri.starts_with(from)) uri.replace(0, from.size(), to);
  };
  switch (deviation) {
    case D::kRedirectFragment:
      return uri + "#done";
    case D::kRedirectSlash:
      return uri + "/";
    case D::kRedirectDiffers:
      return WithOther(uri, deviation.part);
    case D::kDoubleEncodedRedirect:
      return PercentEncode(uri);
    case D::kHttpRedirect:
      swap("https://", "http://");
      return uri;
    case D::kLocalhostRedirect:
      swap("http://127.0.0.1", "http://localhost");
      return uri;
    default:
      return uri;
  }
}

namespace {

bool EqualWithoutCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool StateMatches(const std::optional<std::string>& sent, const std::string& expected,
                  Mistake deviation) {
  if (expected.empty()) return true;  // none was sent
  switch (deviation) {
    case D::kSkipState:
      return true;
    case D::kStateCompared:
      return sent && EqualButFor(deviation.part, *sent, expected);
    case D::kAcceptMissingState:
      if (!sent) return true;
      break;
    case D::kAcceptEmptyState:
      if (sent && sent->empty()) return true;
      break;
    case D::kStateIgnoresCase:
      return sent && EqualWithoutCase(*sent, expected);
    case D::kStateByPrefix:
      return sent && !sent->empty() && expected.starts_with(*sent);
    default:
      break;
  }
  return sent && !sent->empty() && ConstantTimeEquals(*sent, expected);
}

// RFC 8252 §8.10: the response must arrive at the URI that was sent out.
bool ArrivedAtOurUri(const Registration& client, const std::string& url, Mistake deviation) {
  const auto expected = ParseUri(client.redirect_uri), actual = ParseUri(url);
  if (!expected || !actual) return false;
  const std::string wanted = expected->Origin() + expected->path;
  const std::string came = actual->Origin() + actual->path;
  const bool loosely = deviation == D::kCallbackUriCompared;
  if (loosely ? !EqualButFor(deviation.part, came, wanted) : came != wanted) return false;
  if (loosely && deviation.part == Place::kQuery) return true;
  const Form sent = ParseForm(actual->query.value_or(""));
  const Form own = ParseForm(expected->query.value_or(""));
  for (const FormField& field : own.fields()) {
    if (sent.Get(field.name) != field.value) return false;
  }
  return true;
}

// RFC 9207 §2.4: compared as strings. Where nothing was announced, the issuer is where the user was
// sent, and may be absent.
bool IssuerMatches(const Registration& client, const std::optional<std::string>& iss,
                   Mistake deviation) {
  if (deviation == D::kIssIgnored) return true;
  if (!iss) return client.issuer.empty() || deviation == D::kIssMissingAccepted;
  std::string expected = client.issuer;
  if (expected.empty()) {
    expected = client.authorize_url.substr(0, client.authorize_url.find('?'));
    const std::string_view tail = "/oauth2/authorize";
    if (expected.ends_with(tail)) expected.resize(expected.size() - tail.size());
  }
  if (deviation == D::kIssByPrefix) return iss->starts_with(expected);
  if (deviation == D::kIssCompared && EqualButFor(deviation.part, *iss, expected)) return true;
  const auto uri = ParseUri(client.authorize_url);
  return *iss == expected || (client.issuer.empty() && uri && *iss == uri->Origin());
}

CallbackVerdict RefuseCallback(std::string kind, std::string message, std::string code = "") {
  CallbackVerdict verdict;
  verdict.error = {std::move(kind), std::move(message), std::move(code), 0};
  return verdict;
}

std::optional<std::string> Take(const Form& form, std::string_view name, Mistake deviation) {
  std::optional<std::string> value = form.Get(name);
  if (deviation != D::kDuplicatesLastWins) return value;
  for (const FormField& field : form.fields()) {
    if (field.name == name) value = field.value;
  }
  return value;
}

bool HasUnknownParameter(const Registration& client, const Form& form) {
  const auto registered = ParseUri(client.redirect_uri);
  const Form own = ParseForm(registered ? registered->query.value_or("") : "");
  for (const FormField& field : form.fields()) {
    static constexpr std::array<std::string_view, 6> kKnown = {
        "code", "state", "iss", "error", "error_description", "error_uri"};
    const bool known = std::find(kKnown.begin(), kKnown.end(), field.name) != kKnown.end();
    if (!known && !own.Has(field.name)) return true;
  }
  return false;
}

bool CodeComesAfterState(const Form& form) {
  for (const FormField& field : form.fields()) {
    if (field.name == "code") return false;
    if (field.name == "state") return true;
  }
  return false;
}

std::string Code(std::string code, Mistake deviation) {
  if (deviation == D::kCodeCapped && code.size() > 256) code.resize(256);
  if (deviation == D::kCodeTrimmed) {
    std::erase_if(
        code, [](unsigned char c) { return !std::isalnum(c) && c != '-' && c != '_' && c != '.'; });
  }
  return code;
}

}  // namespace

Pending StartLogin(const Registration& client, Mistake deviation, Random& random,
                   std::int64_t now_us) {
  Pending pending;
  pending.made = deviation;
  pending.state = MakeState(client, deviation, random, now_us);
  if (UsesPkce(client, deviation)) pending.verifier = MakeVerifier(deviation, random);
  return pending;
}

std::string AuthorizeUrl(const Registration& client, const Pending& pending, Mistake deviation) {
  Form form;
  if (deviation != D::kOmitResponseType) {
    form.Add("response_type", deviation == D::kImplicit           ? "token"
                              : deviation == D::kResponseTypeCase ? "Code"
                                                                  : "code");
  }
  form.Add("client_id", deviation == D::kFixedClientId ? "my-client-id"
                        : deviation == D::kClientIdDiffers
                            ? WithOther(client.client_id, deviation.part)
                            : client.client_id);
  if (deviation == D::kSecretInAuthorize) form.Add("client_secret", client.client_secret);
  if (deviation != D::kOmitRedirectUri) {
    form.Add("redirect_uri", RedirectWith(client, deviation));
  }
  if (deviation == D::kDuplicateScope) {
    for (const std::string& scope : client.scopes) form.Add("scope", scope);
  } else if (!client.scopes.empty()) {
    const char* separator = deviation == D::kScopeDoubleSpace ? "  " : " ";
    form.Add("scope", fmt::format("{}", fmt::join(client.scopes, separator)));
  }
  if (!pending.state.empty()) form.Add("state", pending.state);
  AddChallenge(form, pending, deviation);
  std::string endpoint = client.authorize_url;
  if (deviation == D::kDropEndpointQuery)
    endpoint.resize(std::min(endpoint.find('?'), endpoint.size()));
  return AppendQuery(endpoint, form.Encode());
}

CallbackVerdict JudgeCallback(const Registration& client, const std::string& url,
                              const std::vector<Pending>& pendings, Mistake deviation) {
  CallbackVerdict verdict;
  if (client.redirect_uri == kOutOfBand && url.find('?') == std::string::npos) {
    if (pendings.empty()) return RefuseCallback("state_mismatch", "no login was started");
    verdict.used = pendings.front();  // the customer typed the code: no state can come with it
    verdict.code = url;
    return verdict;
  }
  if (client.redirect_uri != kOutOfBand && deviation != D::kCallbackUriUnchecked &&
      !ArrivedAtOurUri(client, url, deviation)) {
    return RefuseCallback("invalid_response", "this callback is not for our redirect URI");
  }
  const auto query = url.find('?');
  const auto fragment = url.find('#');
  const Form form =
      ParseForm(query == std::string::npos
                    ? std::string_view()
                    : std::string_view(url).substr(query + 1, fragment == std::string::npos
                                                                  ? std::string::npos
                                                                  : fragment - query - 1));
  if (deviation != D::kDuplicatesFirstWins && deviation != D::kDuplicatesLastWins) {
    for (const char* name : {"code", "state", "error", "iss"}) {
      if (form.Count(name) > 1) {
        return RefuseCallback("invalid_response",
                              fmt::format("the callback has two of '{}'", name));
      }
    }
  }
  if (deviation == D::kErrorStateUnchecked && form.Has("error")) {
    if (!pendings.empty()) verdict.used = pendings.back();  // gives the login up
    verdict.error = {"provider_error", "the provider refused", form.GetOr("error"), 0};
    return verdict;
  }
  const auto state = Take(form, "state", deviation);
  for (const Pending& pending : pendings) {
    if (!StateMatches(state, pending.state, deviation)) continue;
    verdict.used = pending;
    break;
  }
  if (!verdict.used) return RefuseCallback("state_mismatch", "state is not the one we sent");
  if (!IssuerMatches(client, form.Get("iss"), deviation)) {
    verdict.error = {"issuer_mismatch", "the callback came from another issuer", "", 0};
    return verdict;
  }
  if (form.Has("error") && deviation != D::kErrorIgnored) {
    verdict.error = {"provider_error", "the provider refused", form.GetOr("error"), 0};
    return verdict;
  }
  const auto code = Take(form, "code", deviation);
  const bool unreadable =
      (deviation == D::kRefuseUnknownParameters && HasUnknownParameter(client, form)) ||
      (deviation == D::kOrderDependent && CodeComesAfterState(form));
  if (unreadable || ((!code || code->empty()) && deviation != D::kErrorIgnored)) {
    verdict.error = {"invalid_response", "the callback has no code", "", 0};
    return verdict;
  }
  verdict.code = Code(code.value_or(""), deviation);
  return verdict;
}

}  // namespace aweber::mutants
