// Checks of client authentication at the token endpoint, for exchanges and refreshes alike.
#include "conformance/checks/client_auth.h"

#include <fmt/format.h>

#include <optional>

#include "base/text/uri.h"
#include "conformance/checks/families.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {

ClientAuthSeen AuthOf(const BackRequest& request) {
  ClientAuthSeen seen;
  seen.basic = request.basic.has_value();
  seen.body = !request.InBody("client_secret").empty();
  seen.query = !request.query.GetOr("client_secret").empty();
  return seen;
}

namespace {

// Is `text` what was told, with some characters percent-escaped and others left as they are?
bool IsPartlyEscaped(std::string_view text, std::string_view told) {
  while (!text.empty() && !told.empty()) {
    const auto one = PercentDecode(text.substr(0, 3));
    const bool escaped = text[0] == '%' && one.ok() && *one == told.substr(0, 1);
    if (!escaped && text[0] != told[0]) return false;
    text.remove_prefix(escaped ? 3 : 1);
    told.remove_prefix(1);
  }
  return text.empty() && told.empty();
}

// Raw, form-encoded, or something between: how is tk-basic-encoded's.
bool MaySay(std::string_view sent, const std::string& told) {
  return sent == told || FormDecode(sent) == told || IsPartlyEscaped(sent, told);
}

}  // namespace

std::optional<std::string> OtherClient(const CaseView& view, const BackRequest& request) {
  if (view.scenario.empty() || view.client_id.empty()) return std::nullopt;  // nobody told it
  if (const auto& basic = request.basic) {
    // A raw client_id with a colon splits at the wrong place.
    const bool split =
        basic->user + ":" + basic->password == view.client_id + ":" + view.client_secret;
    if (!split && !MaySay(basic->user, view.client_id)) {
      return "HTTP Basic names another client than the one it was told to be";
    }
    if (!split && !view.client_secret.empty() && !MaySay(basic->password, view.client_secret)) {
      return "HTTP Basic has another secret than the one it was given";
    }
  }
  if (const auto id = request.Get("client_id"); !id.empty() && id != view.client_id) {
    return "client_id is not the one it was given";
  }
  const auto secret = request.Get("client_secret");
  if (!secret.empty() && !view.client_secret.empty() && secret != view.client_secret) {
    return "client_secret is not the one it was given";
  }
  return std::nullopt;
}

Remark Authenticates(const CaseView& view, const BackRequest& request) {
  if (!ClientIsConfidential(view, *request.entry)) return Silent();
  const auto seen = AuthOf(request);
  // RFC 6749 §2.3.1: an empty secret may be omitted; naming the client is then all there is.
  const bool told_empty = !view.scenario.empty() && view.client_secret.empty();
  if (told_empty) {
    return request.basic || request.Has("client_id")
               ? Fine()
               : Wrong("the request names no client: expected HTTP Basic or client_id");
  }
  if (seen.Count() == 0) {
    return Wrong("a confidential client sent no credentials; expected HTTP Basic with its secret");
  }
  if (seen.basic && request.basic->password.empty() && !seen.body && !seen.query) {
    return Wrong("HTTP Basic with an empty password; expected the client secret");
  }
  if (auto other = OtherClient(view, request)) return Wrong(*other);
  return Fine();
}

namespace {

Judgement ClientAuth(const CaseView& view) {
  return EachToken(view, "token requests", "were authenticated", [&](const BackRequest& request) {
    return request.IsExchange() ? Authenticates(view, request) : Silent();
  });
}

Judgement OneAuthMethod(const CaseView& view) {
  return EachBackRequest(view, "token and revocation requests", "used one way to authenticate",
                         [](const BackRequest& request) {
                           const auto seen = AuthOf(request);
                           if (seen.Count() == 0) return Silent();
                           if (seen.Count() == 1) return Fine();
                           std::string ways;
                           if (seen.basic) ways += "HTTP Basic, ";
                           if (seen.body) ways += "client_secret in the body, ";
                           if (seen.query) ways += "client_secret in the query, ";
                           ways.resize(ways.size() - 2);
                           return Wrong(fmt::format("expected one way to authenticate, saw {}: {}",
                                                    seen.Count(), ways));
                         });
}

// "encoded" | "raw" | "part" | "" when they cannot be told apart, or none gives what was told.
std::string BasicForm(const CaseView& view, const BackRequest& request) {
  if (view.scenario.empty() || view.client_id.empty() || view.client_secret.empty()) {
    return request.entry->facts.basic_encoding;
  }
  const auto& [user, password] = *request.basic;
  const bool raw = user == view.client_id && password == view.client_secret;
  // What decodes to the right thing was encoded, whichever of the legal escapes was chosen.
  const bool encoded =
      FormDecode(user) == view.client_id && FormDecode(password) == view.client_secret;
  // A raw client_id with a colon splits at the wrong place; it is raw all the same.
  const bool split = user + ":" + password == view.client_id + ":" + view.client_secret;
  if (encoded && !raw) return "encoded";
  if ((raw || split) && !encoded) return "raw";
  const bool part =
      IsPartlyEscaped(user, view.client_id) && IsPartlyEscaped(password, view.client_secret);
  return part && !raw && !encoded ? "part" : "";
}

Judgement BasicEncoded(const CaseView& view) {
  return EachBackRequest(
      view, "HTTP Basic credentials", "were form-encoded first", [&](const BackRequest& request) {
        if (!request.basic) return Silent();
        const auto form = BasicForm(view, request);
        if (form == "encoded") return Fine();
        if (form == "raw") {
          return Wrong(
              "client id and secret were put into HTTP Basic raw, expected each "
              "form-encoded first");
        }
        if (form == "part") {
          return Wrong(
              "client id and secret were put into HTTP Basic with some of their "
              "characters escaped and others raw, expected each form-encoded first");
        }
        return Silent();
      });
}

Judgement BasicPreferred(const CaseView& view) {
  return EachBackRequest(
      view, "token and revocation requests", "used HTTP Basic", [&](const BackRequest& request) {
        const auto seen = AuthOf(request);
        if (!ClientIsConfidential(view, *request.entry) || seen.Count() == 0) return Silent();
        if (seen.basic) return Fine();
        if (!view.told_auth.empty() && view.told_auth != "basic")
          return Silent();  // it was asked to
        return Wrong(fmt::format("client_secret is in the {}, expected HTTP Basic",
                                 seen.body ? "body" : "query"));
      });
}

Judgement PublicId(const CaseView& view) {
  return EachToken(view, "token requests", "named the client", [&](const BackRequest& request) {
    // An unknown client's type is not known; without any id there is nothing to look up.
    if (!request.IsExchange() && !request.IsRefresh()) return Silent();
    if (!ClientIsPublic(view, *request.entry)) return Silent();
    if (auto other = OtherClient(view, request)) return Wrong(*other);
    if (request.Has("client_id")) return Fine();
    // AWeber takes "Basic base64(client_id:)" from public clients: it names the client as well.
    if (request.basic && !request.basic->user.empty()) return Fine();
    return Wrong("a public client must name itself; expected client_id in the body");
  });
}

}  // namespace

std::vector<Check> ClientAuthChecks() {
  using enum Level;
  return {
      {.id = "tk-auth",
       .statement = "A confidential client authenticates when it exchanges a code.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §3.2.1, §4.1.3; AWeber guide, step 3",
       .seen = Seen::kWire,
       .why = "Without its secret anybody who caught the code could redeem it.",
       .fix = "Send client id and secret by HTTP Basic.",
       .judge = ClientAuth},
      {.id = "tk-auth-one",
       .statement = "Each request uses one way to authenticate.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §2.3",
       .seen = Seen::kWire,
       .why = "Strict servers answer invalid_request; lenient ones pick one in secret.",
       .fix = "Send HTTP Basic, and no client_secret beside it.",
       .judge = OneAuthMethod},
      {.id = "tk-basic-encoded",
       .statement = "Client id and secret are form-encoded before HTTP Basic.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §2.3.1, Appendix B",
       .seen = Seen::kWire,
       .why = "A secret with + / % : or & works raw with one server and fails with the next.",
       .fix = "Form-encode id and secret each, join with ':', then base64.",
       .judge = BasicEncoded,
       .note = "Seen only when a secret has characters that the encoding changes; the message says "
               "which form was sent."},
      {.id = "tk-basic-preferred",
       .statement = "HTTP Basic is used rather than parameters.",
       .levels = Everywhere(kShould),
       .source = "RFC 6749 §2.3.1; AWeber guide, step 3",
       .seen = Seen::kWire,
       .why = "Bodies and queries are logged far more often than the Authorization header.",
       .fix = "Move client id and secret into the Authorization header.",
       .judge = BasicPreferred},
      {.id = "tk-public-id",
       .statement = "A client that does not authenticate sends its client_id.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §3.2.1, §4.1.3",
       .seen = Seen::kWire,
       .why = "It keeps the client from accepting a code that was meant for another one.",
       .fix = "Add client_id to the body of the token request.",
       .judge = PublicId,
       .note = "HTTP Basic with an empty secret names the client too and AWeber takes it."},
  };
}

}  // namespace aweber::conformance
