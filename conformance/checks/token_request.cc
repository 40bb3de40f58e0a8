// Checks of the token request's form (who sent it: client_auth.cc).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text/diff.h"
#include "conformance/checks/families.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

Judgement Post(const CaseView& view) {
  return EachToken(view, "token requests", "used POST", [](const BackRequest& request) {
    const auto& method = request.entry->request.method;
    if (method == "POST") return Fine();
    // OPTIONS and HEAD come from browsers and probes, not from a token request.
    if (method == "OPTIONS" || method == "HEAD") return Silent();
    return Wrong(fmt::format("expected POST, saw {}", method));
  });
}

Judgement FormBody(const CaseView& view) {
  return EachToken(view, "token requests", "had a form body", [](const BackRequest& request) {
    const auto& raw = request.entry->request;
    if (raw.method != "POST") return Silent();
    if (raw.body.empty()) return Wrong("expected the parameters in a form body; the body is empty");
    if (request.body_is_json) return Wrong("expected a form body, saw JSON");
    if (!request.body_is_form) {
      return Wrong(fmt::format("expected Content-Type application/x-www-form-urlencoded, saw {}",
                               raw.headers.GetOr("Content-Type", "none")));
    }
    if (!request.body.AllValid()) return Wrong("the body is not form-encoded UTF-8");
    if (request.InBody("grant_type").empty() && request.query.Has("grant_type")) {
      return Wrong("grant_type is in the query, expected it in the body");
    }
    return Fine();
  });
}

Judgement NoUriCredentials(const CaseView& view) {
  return EachBackRequest(view, "token and revocation requests", "had no credentials in the URI",
                         [&](const BackRequest& request) {
                           if (request.query.Has("client_secret")) {
                             return Wrong("client_secret is in the request URI");
                           }
                           return Fine();
                         });
}

Judgement Grant(const CaseView& view) {
  return EachToken(
      view, "code exchanges", "had grant_type=authorization_code", [](const BackRequest& request) {
        const auto grant = request.Get("grant_type");
        if (request.Has("code")) {
          if (grant == "authorization_code") return Fine();
          return Wrong(fmt::format("expected grant_type=authorization_code beside a code, saw {}",
                                   grant.empty() ? "none" : grant));
        }
        if (grant == "authorization_code") {
          return Wrong("grant_type=authorization_code came without a code");
        }
        if (grant.empty() && !request.Has("refresh_token")) {
          return Wrong("a token request without grant_type");
        }
        return Silent();
      });
}

struct Delivered {
  std::string code;
  std::uint64_t before = 0;  // sequence at the moment of delivery
};

// Codes that reached the client: in the callbacks delivered, else in the redirects the mock sent.
std::vector<Delivered> DeliveredCodes(const CaseView& view) {
  std::vector<Delivered> codes;
  for (const auto& step : view.steps) {
    const auto mark = step.op == "callback" ? step.sent_url.find('?') : std::string::npos;
    if (mark == std::string::npos) continue;
    const Form query = ParseForm(std::string_view(step.sent_url).substr(mark + 1));
    for (const auto& field : query.fields()) {
      if (field.name == "code") codes.push_back({field.value, step.first_sequence});
    }
  }
  if (!codes.empty()) return codes;
  for (const auto& redirect : IssuedRedirects(view)) {
    const auto code = redirect.query.GetOr("code");
    if (!code.empty()) codes.push_back({code, redirect.entry->sequence});
  }
  return codes;
}

Judgement CodeExact(const CaseView& view) {
  const auto delivered = DeliveredCodes(view);
  return EachToken(view, "code exchanges", "carried the code as delivered",
                   [&](const BackRequest& request) {
                     const auto code = request.Get("code");
                     if (code.empty()) return Silent();
                     const Delivered* latest = nullptr;
                     for (const auto& known : delivered) {
                       if (known.code == code) return Fine();
                       if (known.before <= request.sequence()) latest = &known;
                     }
                     // Shown on a page to copy: the server knows that it issued it.
                     const auto& state = request.entry->facts.token_state;
                     if (!state.empty() && state != "unknown") return Fine();
                     if (!latest || latest->code.empty()) return Silent();
                     return Wrong("the code is not the one delivered: " +
                                  DescribeDifference(latest->code, code));
                   });
}

Judgement RedirectSame(const CaseView& view) {
  const auto authorizations = AuthorizationUrls(view);
  return EachToken(
      view, "code exchanges", "repeated the redirect_uri", [&](const BackRequest& request) {
        if (!request.IsExchange()) return Silent();
        const auto* origin = FindOrigin(view, authorizations, request.Get("code"), "");
        std::string expected = origin ? origin->Get("redirect_uri") : view.redirect_uri;
        if (expected.empty()) return Silent();
        const auto sent = request.Get("redirect_uri");
        if (sent == expected) return Fine();
        if (sent.empty()) {
          // AWeber's own samples for public clients leave it out.
          if (view.profile == "aweber" && ClientIsPublic(view, *request.entry)) return Silent();
          if (!origin) return Silent();
          return Wrong("redirect_uri was in the authorization request, expected it here too");
        }
        // Several authorization requests may have led here: any of theirs will do.
        for (const auto& other : authorizations) {
          if (!origin && other.Get("redirect_uri") == sent) return Fine();
        }
        return Wrong("redirect_uri differs from the authorization request's\n" +
                     MarkDifference(expected, sent));
      });
}

// A refusal before anything was done leaves the code unused, and "try later" invites a retry: what
// counts is that the server took the code, whether or not the client learnt of it.
bool Spent(const BackRequest& request) {
  const auto& entry = *request.entry;
  const bool try_later = ClientSaw(entry) && (entry.status >= 500 || entry.status == 429);
  if (try_later) return false;
  return entry.facts.committed || entry.status == 200;
}

Judgement CodeOnce(const CaseView& view) {
  std::map<std::string, std::uint64_t> spent;
  return EachToken(
      view, "code exchanges", "used a code for the first time", [&](const BackRequest& request) {
        const auto code = request.Get("code");
        if (code.empty()) return Silent();
        const auto before = spent.find(code);
        Remark remark = Fine();
        if (before != spent.end()) {
          remark = Wrong(
              fmt::format("the code was sent again after request {} had used it", before->second));
        } else if (Spent(request)) {
          spent.emplace(code, request.sequence());
        }
        return remark;
      });
}

Judgement NoDuplicatesInForm(const CaseView& view) {
  return EachBackRequest(
      view, "token and revocation requests", "had no repeated parameter",
      [](const BackRequest& request) {
        for (const auto* form : {&request.body, &request.query}) {
          const auto twice = form->Duplicates();
          if (twice.empty()) continue;
          return Wrong(fmt::format("parameter {} is sent {} times", twice.front(),
                                   form->Count(twice.front())));
        }
        for (const auto& field : request.query.fields()) {
          if (!request.body.Has(field.name)) continue;
          return Wrong(fmt::format("parameter {} is in the query and in the body", field.name));
        }
        return Fine();
      });
}

}  // namespace

std::vector<Check> TokenRequestChecks() {
  using enum Level;
  return {
      {.id = "tk-post",
       .statement = "Token requests use POST.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §3.2; AWeber guide, step 3",
       .seen = Seen::kWire,
       .why = "A GET puts codes and secrets into every access log.",
       .fix = "Send the parameters in the body of a POST.",
       .judge = Post},
      {.id = "tk-form",
       .statement = "Token requests have a form-encoded body and say so.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §4.1.3, §6; AWeber guide, step 3",
       .seen = Seen::kWire,
       .why = "A server that is not lenient reads nothing from JSON or from the query.",
       .fix = "Content-Type: application/x-www-form-urlencoded, and a body that is.",
       .judge = FormBody},
      {.id = "tk-no-uri-creds",
       .statement = "The client secret is not in the token request's URI.",
       .levels = By(kOff, kMust, kMust),
       .source = "RFC 6749 §2.3.1",
       .seen = Seen::kWire,
       .why = "URIs are logged by proxies and servers; a logged secret is a lost secret.",
       .fix = "Send it by HTTP Basic.",
       .judge = NoUriCredentials,
       .note = "AWeber's guide permits credentials as query parameters; RFC 6749 forbids them."},
      {.id = "tk-grant",
       .statement = "A code is exchanged with grant_type=authorization_code.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §4.1.3; AWeber guide, step 3",
       .seen = Seen::kWire,
       .why = "Anything else is unsupported_grant_type.",
       .fix = "Send grant_type=authorization_code and the code.",
       .judge = Grant},
      {.id = "tk-code-exact",
       .statement = "The code is sent exactly as it was delivered.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §4.1.3",
       .seen = Seen::kWire,
       .why = "A code that was trimmed, cut or decoded twice is an unknown code.",
       .fix = "Form-decode the callback's query once, encode the code once, change nothing else.",
       .judge = CodeExact},
      {.id = "tk-redirect-same",
       .statement = "The token request repeats the authorization request's redirect_uri.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §4.1.3; AWeber guide, step 3",
       .seen = Seen::kWire,
       .why = "Otherwise the server refuses the code, and a stolen one could be redeemed.",
       .fix = "Use one constant for both requests.",
       .judge = RedirectSame,
       .note = "AWeber's samples for public clients leave redirect_uri out here, so aweber does "
               "not ask them for it."},
      {.id = "tk-code-once",
       .statement = "A code that was used is never sent again.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §4.1.2",
       .seen = Seen::kWire,
       .why = "A second use may revoke the tokens that the first one got.",
       .fix = "Forget the code when its request is sent; when the reply is lost, authorize again.",
       .judge = CodeOnce,
       .note = "A retry after 429 or 5xx, or after a refusal that used nothing, is not counted."},
      {.id = "tk-no-dup",
       .statement = "No parameter of a token request is repeated.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §3.2",
       .seen = Seen::kWire,
       .why = "Which of two values counts is the server's whim.",
       .fix = "Set each parameter once.",
       .judge = NoDuplicatesInForm},
  };
}

}  // namespace aweber::conformance
