// Checks of the authorization request, state excepted (state.cc).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text/diff.h"
#include "base/text/uri.h"
#include "conformance/checks/families.h"
#include "conformance/checks/verdicts.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

constexpr std::string_view kRequests = "authorization requests";

template <typename F>
Judgement EachRequest(const CaseView& view, std::string_view when_fine, F remark) {
  Tally tally(kRequests);
  for (const auto& request : AuthorizationUrls(view)) {
    tally.Add(remark(request), request.sequence);
  }
  return tally.Close(when_fine);
}

Judgement ResponseType(const CaseView& view) {
  return EachRequest(view, "had response_type=code", [](const AuthorizationUrl& request) {
    const auto type = request.Get("response_type");
    if (type == "code") return Fine();
    if (type.empty())
      return Wrong("expected response_type=code; the parameter is missing or empty");
    return Wrong(fmt::format("expected response_type=code, saw response_type={}", type));
  });
}

Judgement ClientId(const CaseView& view) {
  return EachRequest(view, "named the client", [&](const AuthorizationUrl& request) {
    const auto id = request.Get("client_id");
    if (id.empty()) return Wrong("expected a client_id; the parameter is missing or empty");
    if (!view.client_id.empty() && !view.scenario.empty()) {
      if (id == view.client_id) return Fine();
      return Wrong("the client_id is not the one the client was given\n" +
                   MarkDifference(view.client_id, id));
    }
    if (!request.entry) return Silent();
    if (request.entry->facts.client_known) return Fine();
    return Wrong(fmt::format("no client is registered with the client_id sent ({})", id));
  });
}

Judgement RedirectPresent(const CaseView& view) {
  return EachRequest(view, "carried a redirect_uri", [&](const AuthorizationUrl& request) {
    if (!request.Get("redirect_uri").empty()) return Fine();
    if (view.profile == "aweber") {
      return Wrong("expected a redirect_uri; the parameter is missing or empty");
    }
    // RFC 6749 §3.1.2.3: optional when one complete URI is registered; the server knows.
    const bool refused = request.entry && request.entry->status >= 400;
    return refused ? Wrong("redirect_uri was needed and missing: the server refused the request")
                   : Silent();
  });
}

Judgement RedirectAbsolute(const CaseView& view) {
  return EachRequest(view, "had an absolute redirect_uri", [](const AuthorizationUrl& request) {
    const auto uri = request.Get("redirect_uri");
    if (uri.empty()) return Silent();
    if (uri.find('#') != std::string::npos) {
      return Wrong(fmt::format("redirect_uri must not have a fragment: {}", uri));
    }
    if (!ParseUri(uri).ok()) {
      return Wrong(fmt::format("redirect_uri is not an absolute URI: {}", uri));
    }
    return Fine();
  });
}

// RFC 8252 §7.3 lets the port of a loopback redirect vary; AWeber compares it too.
bool SameButForLoopbackPort(const std::string& a, const std::string& b) {
  auto left = ParseUri(a), right = ParseUri(b);
  if (!left.ok() || !right.ok()) return false;
  if (!IsLoopbackHost(left->host) || left->scheme != "http") return false;
  left->port = right->port = std::nullopt;
  left->port_text = right->port_text = std::nullopt;
  return left->ToString() == right->ToString();
}

Judgement RedirectRegistered(const CaseView& view) {
  if (view.redirect_uri.empty()) return Unseen("the registered redirect URI is not known");
  return EachRequest(
      view, "used the registered redirect URI", [&](const AuthorizationUrl& request) {
        const auto uri = request.Get("redirect_uri");
        if (uri.empty()) return Silent();
        if (uri == view.redirect_uri) return Fine();
        if (view.profile == "rfc9700" && SameButForLoopbackPort(uri, view.redirect_uri))
          return Fine();
        return Wrong("redirect_uri is not byte for byte the registered one\n" +
                     MarkDifference(view.redirect_uri, uri));
      });
}

Judgement QueryKept(const CaseView& view) {
  const auto mark = view.authorize_url.find('?');
  if (mark == std::string::npos) return Unseen("the authorization endpoint had no query");
  const Form own = ParseForm(std::string_view(view.authorize_url).substr(mark + 1));
  return EachRequest(view, "kept the endpoint's own query", [&](const AuthorizationUrl& request) {
    for (const auto& field : own.fields()) {
      if (request.Get(field.name) == field.value) continue;
      return Wrong(fmt::format("the endpoint's own parameter {}={} is gone or changed in {}",
                               field.name, field.value, "the authorization URL"));
    }
    return Fine();
  });
}

Judgement NoDuplicatesInUrl(const CaseView& view) {
  return EachRequest(view, "had no repeated parameter", [](const AuthorizationUrl& request) {
    const auto twice = request.query.Duplicates();
    if (twice.empty()) return Fine();
    return Wrong(fmt::format("parameter {} is sent {} times", twice.front(),
                             request.query.Count(twice.front())));
  });
}

// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
bool IsScopeCharacter(char c) { return c >= 0x21 && c <= 0x7e && c != '"' && c != '\\'; }

bool IsAWeberScope(std::string_view text) {
  constexpr std::array<std::string_view, 9> kScopes = {
      "account.read",    "list.read",        "list.write",
      "subscriber.read", "subscriber.write", "subscriber.read-extended",
      "email.read",      "email.write",      "landing-page.read"};
  return std::find(kScopes.begin(), kScopes.end(), text) != kScopes.end();
}

// "a,b" is one legal scope-token; it is a list gone wrong when its parts are scopes.
bool JoinsScopes(const std::string& token, const CaseView& view, char joint) {
  const auto at = token.find(joint);
  if (at == std::string::npos || at == 0) return false;
  const std::string first = token.substr(0, at);
  return IsAWeberScope(first) ||
         std::find(view.scopes.begin(), view.scopes.end(), first) != view.scopes.end();
}

Judgement ScopeSyntax(const CaseView& view) {
  return EachRequest(view, "had a well-formed scope", [&](const AuthorizationUrl& request) {
    const auto scope = request.query.Get("scope");
    if (!scope || scope->empty()) return Silent();
    if (scope->front() == ' ' || scope->back() == ' ' || scope->find("  ") != std::string::npos) {
      return Wrong("scope has an empty entry: exactly one space separates two scopes");
    }
    for (const auto& token : SplitWords(*scope)) {
      if (!std::all_of(token.begin(), token.end(), IsScopeCharacter)) {
        return Wrong(fmt::format("scope has a character that no scope may have: {}", token));
      }
      for (const char joint : {',', ';'}) {
        if (!JoinsScopes(token, view, joint)) continue;
        return Wrong(
            fmt::format("scopes are separated by '{}', expected a space: {}", joint, token));
      }
    }
    return Fine();
  });
}

// Decodes once more and sees whether that gives what was meant.
std::optional<std::string> EncodedTwice(const AuthorizationUrl& request, const CaseView& view) {
  const auto again = [](const std::string& value) { return FormDecode(value).value_or(value); };
  const auto uri = request.Get("redirect_uri");
  if (uri.find("://") == std::string::npos && again(uri).find("://") != std::string::npos) {
    return "redirect_uri";
  }
  const auto scope = request.Get("scope");
  const auto words = SplitWords(again(scope));
  if (scope.find(' ') == std::string::npos && words.size() > 1) {
    const bool known = std::all_of(words.begin(), words.end(), [&](const std::string& word) {
      return IsAWeberScope(word) ||
             std::find(view.scopes.begin(), view.scopes.end(), word) != view.scopes.end();
    });
    // A '+' that was itself encoded is the space's encoding, encoded again.
    if (known) return "scope";
  }
  return std::nullopt;
}

Judgement Encoding(const CaseView& view) {
  return EachRequest(view, "were form-encoded once", [&](const AuthorizationUrl& request) {
    for (const auto& field : request.query.fields()) {
      if (!field.valid) {
        return Wrong(fmt::format("{} is not form-encoded UTF-8: {}", field.raw_name,
                                 "a percent escape is malformed or the bytes are not UTF-8"));
      }
      for (const char c : field.raw_name + field.raw_value) {
        if (c > 0x20 && c < 0x7f) continue;
        return Wrong(fmt::format("{} has a raw byte that must be percent-encoded", field.name));
      }
    }
    if (const auto name = EncodedTwice(request, view)) {
      return Wrong(fmt::format("{} is encoded twice", *name));
    }
    return Fine();
  });
}

Judgement NoSecret(const CaseView& view) {
  return EachRequest(view, "had no client secret", [&](const AuthorizationUrl& request) {
    if (request.query.Has("client_secret")) {
      return Wrong("client_secret is in the authorization URL, which the browser shows and stores");
    }
    // Short secrets could occur by chance.
    if (view.client_secret.size() < 8) return Fine();
    for (const auto& field : request.query.fields()) {
      if (field.value.find(view.client_secret) == std::string::npos) continue;
      return Wrong(fmt::format("parameter {} of the authorization URL contains the client secret",
                               field.name));
    }
    return Fine();
  });
}

Judgement NoImplicit(const CaseView& view) {
  return EachRequest(view, "did not ask for a token", [](const AuthorizationUrl& request) {
    const auto types = SplitWords(request.Get("response_type"));
    if (types.empty()) return Silent();
    if (std::find(types.begin(), types.end(), "token") == types.end()) return Fine();
    return Wrong("response_type asks for a token in the redirect (implicit grant)");
  });
}

Judgement NoPassword(const CaseView& view) {
  Tally tally("token requests");
  for (const auto& request : TokenRequests(view)) {
    const auto grant = request.Get("grant_type");
    if (grant.empty()) continue;
    tally.Add(grant == "password"
                  ? Wrong("grant_type=password: the client handles the customer's password")
                  : Fine(),
              request.sequence());
  }
  return tally.Close("used another grant than the password");
}

}  // namespace

std::vector<Check> AuthorizeChecks() {
  using enum Level;
  return {
      {.id = "az-response-type",
       .statement = "The authorization request has response_type=code.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §4.1.1; AWeber guide, step 1",
       .seen = Seen::kWire,
       .why = "Without it the server cannot know which flow is meant and refuses the customer.",
       .fix = "Add response_type=code to the authorization URL, in lower case.",
       .judge = ResponseType},
      {.id = "az-client-id",
       .statement = "The authorization request names the registered client_id.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §4.1.1",
       .seen = Seen::kWire,
       .why = "An unknown client is refused with a page; the customer never comes back.",
       .fix = "Copy the client ID from the integration's page, without spaces around it.",
       .judge = ClientId},
      {.id = "az-redirect-present",
       .statement = "The authorization request carries a redirect_uri when one is needed.",
       .levels = By(kGuide, kMust, kMust),
       .source = "RFC 6749 §3.1.2.3; AWeber guide, step 1",
       .seen = Seen::kWire,
       .why = "The server cannot know where to send the customer when several are registered.",
       .fix = "Always send redirect_uri, the one registered.",
       .judge = RedirectPresent,
       .note = "AWeber's guide always sends it; the RFC only asks for it when the registration "
               "leaves a choice, so there it is judged only when the server refused."},
      {.id = "az-redirect-absolute",
       .statement = "redirect_uri is an absolute URI without a fragment.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §3.1.2",
       .seen = Seen::kWire,
       .why = "A relative URI leads nowhere; a fragment swallows the code.",
       .fix = "Send the whole URI with its scheme, and nothing after a '#'.",
       .judge = RedirectAbsolute},
      {.id = "az-redirect-registered",
       .statement = "redirect_uri equals the registered one byte for byte.",
       .levels = By(kGuide, kInterop, kInterop),
       .source = "AWeber guide, step 1; RFC 6749 §3.1.2.3; RFC 9700 §2.1",
       .seen = Seen::kWire,
       .why = "A slash, a port or http for https is enough for \"Invalid redirect URI\".",
       .fix = "Keep one constant for the redirect URI and register exactly that text.",
       .judge = RedirectRegistered,
       .note = "The RFCs bind the server to compare exactly; that the client sends the same text "
               "follows. rfc9700 lets a loopback port vary (RFC 8252 §7.3); AWeber does not."},
      {.id = "az-query-kept",
       .statement = "A query that the authorization endpoint already has is kept.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §3.1",
       .seen = Seen::kProvoked,
       .why = "A client that cuts or doubles the '?' breaks at providers that route by query.",
       .fix = "Append with '&' when the endpoint has a '?', and drop nothing.",
       .judge = QueryKept},
      {.id = "az-no-dup",
       .statement = "No parameter of the authorization request is repeated.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §3.1",
       .seen = Seen::kWire,
       .why = "Servers take the first, the last, or refuse: what happens is luck.",
       .fix = "Set each parameter once; replace instead of appending.",
       .judge = NoDuplicatesInUrl},
      {.id = "az-scope-syntax",
       .statement = "scope is a list of scopes with one space between two.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §3.3; AWeber guide, step 1",
       .seen = Seen::kWire,
       .why = "A list joined by commas is one unknown scope to the server.",
       .fix = "Join the scopes with a single space and form-encode the whole.",
       .judge = ScopeSyntax},
      {.id = "az-encoding",
       .statement = "The authorization request is form-encoded UTF-8, once.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §4.1.1, Appendix B",
       .seen = Seen::kWire,
       .why = "Encoded twice, the redirect URI no longer equals the registered one.",
       .fix = "Hand plain values to one URL builder and encode nothing by hand.",
       .judge = Encoding},
      {.id = "az-no-secret",
       .statement = "The client secret is not in the authorization URL.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §2.3.1",
       .seen = Seen::kWire,
       .why = "The URL is in the customer's browser, its history and every log on the way.",
       .fix = "Send the secret to the token endpoint only.",
       .judge = NoSecret},
      {.id = "az-no-implicit",
       .statement = "The client does not ask for a token in the redirect.",
       .levels = By(kGuide, kOff, kShould),
       .source = "RFC 9700 §2.1.2; AWeber guide, step 1",
       .seen = Seen::kWire,
       .why = "A token in a URL leaks through history, Referer and logs.",
       .fix = "Use response_type=code.",
       .judge = NoImplicit,
       .note = "RFC 6749 defines the implicit grant, so rfc6749 leaves it to az-response-type."},
      {.id = "az-no-password",
       .statement = "The client never uses the password grant.",
       .levels = By(kGuide, kShould, kMust),
       .source = "RFC 9700 §2.4; RFC 6749 §10.7",
       .seen = Seen::kWire,
       .why = "It teaches customers to give their password away, and AWeber has no such grant.",
       .fix = "Send the customer to the authorization page instead.",
       .judge = NoPassword,
       .note = "RFC 6749 asks to minimize it, RFC 9700 forbids it."},
  };
}

}  // namespace aweber::conformance
