// Checks of API requests: how the token travels, and what a 401 or 403 makes the client do.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "conformance/checks/families.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

constexpr std::string_view kApiRequests = "API requests";

template <typename F>
Judgement EachCall(const CaseView& view, std::string_view when_fine, F remark) {
  Tally tally(kApiRequests);
  for (const auto& request : ApiRequests(view)) {
    // AWeber's OAuth 1 is not judged here.
    if (request.authorization.rfind("OAuth oauth_", 0) == 0) continue;
    if (request.Methods() > 0) tally.Add(remark(request), request.sequence());
  }
  return tally.Close(when_fine);
}

std::string SchemeOf(const ApiRequest& request) {
  return request.authorization.substr(0, request.authorization.find(' '));
}

// Without a scheme the first word is the token itself: not for a report.
std::string SchemeShown(const ApiRequest& request) {
  const auto scheme = SchemeOf(request);
  return request.header_token.empty() ? "a header without a scheme" : "the scheme " + scheme;
}

Judgement Header(const CaseView& view) {
  return EachCall(view, "carried the token in the header", [](const ApiRequest& request) {
    if (!request.has_authorization) {
      return Wrong(fmt::format("the token is in the {}, expected Authorization: Bearer",
                               request.form_token.empty() ? "query" : "form"));
    }
    if (EqualsIgnoreCase(SchemeOf(request), "Bearer")) return Fine();
    return Wrong(fmt::format("expected Authorization: Bearer, saw {}", SchemeShown(request)));
  });
}

// RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
bool IsB64Token(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/").find(c) != std::string_view::npos;
  });
}

Judgement Syntax(const CaseView& view) {
  std::set<std::string> issued;
  for (const auto& tokens : TokensIssued(view)) issued.insert(tokens.access_token);
  return EachCall(view, "had a well-formed Authorization header", [&](const ApiRequest& request) {
    if (!request.has_authorization) return Silent();
    // Schemes compare without case (RFC 9110 §11.1).
    if (!EqualsIgnoreCase(SchemeOf(request), "Bearer")) {
      return Wrong(fmt::format("expected the scheme Bearer, saw {}", SchemeShown(request)));
    }
    // What the server issued is sent as it came, whatever its characters.
    if (IsB64Token(request.header_token) || issued.count(request.header_token) > 0) return Fine();
    return Wrong(request.header_token.empty()
                     ? "Bearer is followed by no token"
                     : "the token in the header has quotes, spaces or other characters around it");
  });
}

Judgement OneMethod(const CaseView& view) {
  return EachCall(view, "carried the token once", [](const ApiRequest& request) {
    if (request.Methods() == 1) return Fine();
    std::string places;
    if (request.has_authorization) places += "header, ";
    if (!request.form_token.empty()) places += "form, ";
    if (!request.query_token.empty()) places += "query, ";
    places.resize(places.size() - 2);
    return Wrong(fmt::format("expected the token in one place, saw it in {}: {}", request.Methods(),
                             places));
  });
}

Judgement NoQuery(const CaseView& view) {
  return EachCall(view, "had no token in the URI", [](const ApiRequest& request) {
    return request.query_token.empty() ? Fine() : Wrong("access_token is in the request URI");
  });
}

Judgement FormRules(const CaseView& view) {
  Tally tally("API requests with the token in the body");
  for (const auto& request : ApiRequests(view)) {
    if (request.form_token.empty()) continue;
    const auto& raw = request.entry->request;
    Remark remark = Fine();
    if (raw.method == "GET") {
      remark = Wrong("a GET carries the token in its body; a body means nothing there");
    } else if (MediaType(raw.headers) != "application/x-www-form-urlencoded") {
      remark =
          Wrong(fmt::format("a token in the body needs Content-Type "
                            "application/x-www-form-urlencoded, saw {}",
                            raw.headers.GetOr("Content-Type", "none")));
    }
    tally.Add(remark, request.sequence());
  }
  return tally.Close("followed the rules for it");
}

}  // namespace

std::vector<Check> ResourceChecks() {
  using enum Level;
  return {
      {.id = "rs-header",
       .statement = "API requests carry the token as Authorization: Bearer.",
       .levels = Everywhere(kShould),
       .source = "RFC 6750 §2.1; AWeber guide, step 4",
       .seen = Seen::kWire,
       .why = "Headers are logged least; AWeber's guide prefers them too.",
       .fix = "Send Authorization: Bearer TOKEN.",
       .judge = Header},
      {.id = "rs-syntax",
       .statement = "The header is Bearer, a space, and the token alone.",
       .levels = Everywhere(kMust),
       .source = "RFC 6750 §2.1",
       .seen = Seen::kWire,
       .why = "Quotes or another scheme name make a good token an unknown one.",
       .fix = "Write \"Bearer \" and append the token as it was issued.",
       .judge = Syntax},
      {.id = "rs-one-method",
       .statement = "The token is sent in one place of a request.",
       .levels = Everywhere(kMust),
       .source = "RFC 6750 §2; AWeber guide, step 4",
       .seen = Seen::kWire,
       .why = "A server must refuse two; one that does not may use the stale one.",
       .fix = "Choose the header and remove the parameter.",
       .judge = OneMethod},
      {.id = "rs-no-query",
       .statement = "The token is not in the request URI.",
       .levels = By(kOff, kShould, kMust),
       .source = "RFC 9700 §4.3.2; RFC 6750 §2.3",
       .seen = Seen::kWire,
       .why = "URIs end up in logs, histories and Referer headers.",
       .fix = "Send Authorization: Bearer TOKEN.",
       .judge = NoQuery,
       .note = "AWeber's guide permits the query; RFC 6750 §2.3 says SHOULD NOT, RFC 9700 MUST "
               "NOT."},
      {.id = "rs-form-rules",
       .statement = "A token in the body comes form-encoded and not with GET.",
       .levels = Everywhere(kMust),
       .source = "RFC 6750 §2.2",
       .seen = Seen::kWire,
       .why = "Otherwise the server does not read the body for it.",
       .fix = "Use the header; else POST with application/x-www-form-urlencoded.",
       .judge = FormRules},
  };
}

}  // namespace aweber::conformance
