// Checks of what belongs to a web application: its session, its cookies, forms, addresses, files.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text/base64.h"
#include "conformance/checks/cookies.h"
#include "conformance/checks/families.h"
#include "conformance/checks/secrets.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {
namespace {

using mock::Endpoint;

Judgement CookieAttributes(const CaseView& view) {
  Tally tally("session cookies");
  for (const auto& cookie : CookiesSet(view)) {
    if (!cookie.NamesSession()) continue;
    std::vector<std::string> missing;
    if (!cookie.http_only) missing.emplace_back("HttpOnly");
    if (cookie.over_https && !cookie.secure) missing.emplace_back("Secure");
    if (cookie.same_site.empty()) missing.emplace_back("SameSite=Lax");
    if (cookie.same_site == "none") missing.emplace_back("SameSite=Lax instead of None");
    tally.Add(missing.empty()
                  ? Fine()
                  : Wrong(fmt::format("step {}: the cookie {} is set without {}",
                                      cookie.step->label, cookie.name, fmt::join(missing, ", "))),
              0);
  }
  return tally.Close("had HttpOnly, Secure and SameSite");
}

// 64 random bits are eleven characters of base64, sixteen of hexadecimal; digits alone say less.
bool IsGuessable(const std::string& value) {
  const bool digits = std::all_of(value.begin(), value.end(),
                                  [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
  return value.size() < 16 || (digits && value.size() < 20);
}

Judgement SessionUnguessable(const CaseView& view) {
  Tally tally("session cookies");
  std::map<std::string, std::map<std::string, std::string>> owners;  // name, value, session
  for (const auto& cookie : CookiesSet(view)) {
    if (!cookie.NamesSession()) continue;
    const std::string& session = cookie.step->session;
    const auto owner = owners[cookie.name].emplace(cookie.value, session).first;
    if (owner->second != session) {
      tally.Add(Wrong(fmt::format("step {}: the cookie {} has one value in two people's browsers",
                                  cookie.step->label, cookie.name)),
                0);
    } else if (IsGuessable(cookie.value)) {
      tally.Add(Wrong(fmt::format("step {}: the cookie {} has a value of {} characters that can be "
                                  "guessed; expected 64 random bits or a signature",
                                  cookie.step->label, cookie.name, cookie.value.size())),
                0);
    } else {
      tally.Add(Fine(), 0);
    }
  }
  return tally.Close("had values that nobody can guess");
}

// The login is the moment from which the session is worth something: an id that was known before,
// planted by somebody else perhaps, must not be it.
Judgement SessionRenewed(const CaseView& view) {
  Tally tally("logins");
  const auto cookies = CookiesSet(view);
  const auto exchanges = TokenRequests(view);
  for (const auto& step : view.steps) {
    const bool login =
        step.op == "callback" && step.reply == ReplyKind::kOk &&
        std::any_of(exchanges.begin(), exchanges.end(), [&](const BackRequest& request) {
          return request.IsExchange() && request.entry->status == 200 &&
                 During(step, *request.entry);
        });
    if (!login) continue;
    std::set<std::string> before;
    bool renewed = false;  // by the same name or another
    for (const auto& cookie : cookies) {
      if (cookie.step->session != step.session || !cookie.NamesSession()) continue;
      if (cookie.step < &step) before.insert(cookie.name);
      renewed |= cookie.step == &step;
    }
    if (before.empty()) continue;
    tally.Add(renewed ? Fine()
                      : Wrong(fmt::format("step {}: after the login the browser has the same {} as "
                                          "before; expected a new one",
                                          step.label, fmt::join(before, ", "))),
              0);
  }
  return tally.Close("gave the browser a new session");
}

// The parts of a cookie in the clear: signed sessions are base64 in two or three parts.
std::string InTheClear(const std::string& value) {
  std::string text = value + "\n" + FormDecode(value).value_or("");
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find_first_of(".|-:", at), value.size());
    std::string part = value.substr(at, end - at);
    std::replace(part.begin(), part.end(), '-', '+');
    std::replace(part.begin(), part.end(), '_', '/');
    while (part.size() % 4 != 0) part += '=';
    if (const auto decoded = Base64Decode(part)) text += "\n" + *decoded;
    at = end + 1;
  }
  return text;
}

Judgement NoSecretCookie(const CaseView& view) {
  Tally tally("cookies");
  const auto secrets = SecretsOf(view);
  if (secrets.empty()) return Unseen();
  for (const auto& cookie : CookiesSet(view)) {
    if (cookie.deletes) continue;
    const std::string text = InTheClear(cookie.value);
    Remark remark = Fine();
    for (const auto& secret : secrets) {
      if (!secret.IsIn(text)) continue;
      remark =
          Wrong(fmt::format("step {}: {} stands in the cookie {}, where whoever has the "
                            "browser can read it",
                            cookie.step->label, secret.name, cookie.name));
    }
    tally.Add(remark, 0);
  }
  return tally.Close("held no secret that can be read");
}

Judgement NoSecretAddress(const CaseView& view) {
  Tally tally("addresses of pages");
  auto secrets = SecretsOf(view);
  // The callback's own address has the code: that is how it comes.
  std::erase_if(secrets, [&](const Secret& secret) {
    return std::any_of(view.steps.begin(), view.steps.end(), [&](const auto& step) {
      return step.op == "callback" && secret.IsIn(step.sent_url);
    });
  });
  if (secrets.empty()) return Unseen();
  for (const auto& step : view.steps) {
    for (const auto& page : step.pages) {
      Remark remark = Fine();
      for (const auto& secret : secrets) {
        if (secret.IsIn(page.url) || secret.IsIn(page.headers.GetOr("Location"))) {
          remark =
              Wrong(fmt::format("step {}: {} stands in the address of a page, and so in the "
                                "browser's history and in logs",
                                step.label, secret.name));
        }
      }
      tally.Add(remark, 0);
    }
  }
  return tally.Close("held no secret");
}

// `foreign`: what another site received, or what lies in the user's browser.
Judgement NoSecretTrace(const CaseView& view, bool foreign, Tally tally) {
  const auto secrets = SecretsOf(view);
  if (secrets.empty()) return Unseen();
  for (const auto& step : view.steps) {
    for (const auto& trace : step.traces) {
      if (trace.foreign != foreign) continue;
      Remark remark = Fine();
      for (const auto& secret : secrets) {
        if (!secret.IsIn(trace.text)) continue;
        remark =
            Wrong(fmt::format("step {}: {} stands in {}", step.label, secret.name, trace.place));
      }
      tally.Add(remark, 0);
    }
  }
  return tally.Close("held no secret");
}

Judgement NoSecretStorage(const CaseView& view) {
  return NoSecretTrace(view, false, Tally("places in the browser"));
}

Judgement NoSecretThirdParty(const CaseView& view) {
  return NoSecretTrace(view, true, Tally("words to other sites"));
}

Judgement CrossSitePost(const CaseView& view) {
  Tally tally("forms posted from another site");
  for (const auto& step : view.steps) {
    if (step.op != "forge" || step.reply == ReplyKind::kNone) continue;
    Evidence evidence;
    for (const auto& request : RevokeRequests(view)) {
      if (During(step, *request.entry)) evidence.push_back(request.sequence());
    }
    // An application that sends whom it does not know to a login of its own has refused.
    const std::string left = JsonString(step.ok, "left").value_or("");
    const bool started = WithoutQuery(left) == WithoutQuery(view.authorize_url);
    if (evidence.empty() && !started) {
      if (step.reply == ReplyKind::kOk) tally.Add(Fine(), 0);  // else nothing was posted
      continue;
    }
    tally.Add(Wrong(fmt::format("step {}: a form posted by another site, without the hidden fields "
                                "of the application's own, {}",
                                step.label, started ? "started a login" : "disconnected the user")),
              evidence);
  }
  return tally.Close("had no effect");
}

Judgement TokenFile(const CaseView& view) {
  Tally tally("files with tokens");
  const auto secrets = SecretsOf(view);
  for (const auto& file : view.stored_files) {
    const bool holds = std::any_of(secrets.begin(), secrets.end(),
                                   [&](const Secret& secret) { return secret.IsIn(file.text); });
    if (!holds) continue;
    tally.Add((file.mode & 077) == 0
                  ? Fine()
                  : Wrong(fmt::format("{} holds tokens and has mode {:03o}: other users of the "
                                      "machine can read it; expected 600",
                                      file.name, file.mode & 0777)),
              0);
  }
  return tally.Close("are for the application's own eyes");
}

}  // namespace

std::vector<Check> WebApplicationChecks() {
  using enum Level;
  return {
      {.id = "wb-cookie-attributes",
       .statement = "The session's cookie has HttpOnly, Secure and SameSite.",
       .levels = Everywhere(kShould),
       .source = "RFC 6265 §4.1.2.5, §4.1.2.6, §8.3; RFC 9700 §4.7",
       .seen = Seen::kBrowser,
       .why = "A script, an unencrypted page or another site's form could use the login.",
       .fix =
           "Set-Cookie: …; HttpOnly; Secure; SameSite=Lax. Strict loses the state at the callback.",
       .judge = CookieAttributes,
       .verified = false,
       .note = "The RFC defines the attributes; that a session needs all three is our judgement."},
      {.id = "wb-session-unguessable",
       .statement = "Nobody can guess the session's cookie.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.10; RFC 6265 §8.4",
       .seen = Seen::kBrowser,
       .why = "Whoever counts on has the next user's AWeber account.",
       .fix = "Draw 128 random bits for each session, or sign the cookie.",
       .judge = SessionUnguessable,
       .verified = false,
       .note = "The sections ask it of credentials; a session's cookie is one."},
      {.id = "wb-session-renewed",
       .statement = "The session gets a new cookie at the login.",
       .levels = Everywhere(kShould),
       .source = "RFC 6265 §8.4",
       .seen = Seen::kBrowser,
       .why = "An attacker who planted a session in the browser before shares it afterwards.",
       .fix = "Regenerate the session's id in the callback, keeping its data.",
       .judge = SessionRenewed,
       .verified = false,
       .note = "Session fixation is named there; the cure is common practice."},
      {.id = "wb-no-secret-cookie",
       .statement = "No token stands in a cookie for all to read.",
       .levels = Everywhere(kShould),
       .source = "RFC 6749 §10.3, §10.4; RFC 6265 §8.3",
       .seen = Seen::kBrowser,
       .why = "Cookies lie in profiles, backups and logs; a signature hides nothing.",
       .fix = "Keep tokens on the server, or encrypt the cookie.",
       .judge = NoSecretCookie,
       .verified = false,
       .note = "The sections ask for confidentiality in storage; cookies are ours to name."},
      {.id = "wb-no-secret-address",
       .statement = "No token or secret stands in a page's address.",
       .levels = By(kShould, kShould, kMust),
       .source = "RFC 6750 §5.3; RFC 9700 §4.3.2",
       .seen = Seen::kBrowser,
       .why = "Addresses are kept in histories and logs and are sent to other sites.",
       .fix = "Keep tokens in the session and send the browser to an address without them.",
       .judge = NoSecretAddress,
       .note = "RFC 6750 says should; RFC 9700 forbids access tokens in addresses."},
      {.id = "wb-no-secret-storage",
       .statement = "No token stays in localStorage, a service worker's cache or a page's title.",
       .levels = Everywhere(kShould),
       .source = "RFC 6749 §10.3",
       .seen = Seen::kBrowser,
       .why = "Every script of the site can read it, and it outlives the visit.",
       .fix = "Keep tokens in memory or on the server; let no service worker cache the callback.",
       .judge = NoSecretStorage,
       .verified = false,
       .note = "The section asks for confidentiality in storage; these places are ours to name."},
      {.id = "wb-no-secret-third-party",
       .statement = "No code or token is told to another site.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.3, §10.5; RFC 9700 §4.2.4",
       .seen = Seen::kBrowser,
       .why = "An address, a Referer or a message to any window is read by whoever is there.",
       .fix = "Redirect after the callback, say no-referrer, and name the target of postMessage.",
       .judge = NoSecretThirdParty,
       .verified = false,
       .note = "The sections ask for confidentiality in transit; postMessage is ours to name."},
      {.id = "wb-cross-site-post",
       .statement = "Another site cannot post the connect and disconnect forms.",
       .levels = Everywhere(kShould),
       .source = "RFC 6749 §10.12",
       .seen = Seen::kBrowser,
       .why = "A page that the user visits could disconnect them, or connect them elsewhere.",
       .fix = "Put an unguessable value of the session into the form and compare it.",
       .judge = CrossSitePost,
       .verified = false,
       .note =
           "The section is about the redirection endpoint; SameSite holds most such posts off."},
      {.id = "wb-token-file",
       .statement = "Files with tokens are readable by the application alone.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.3",
       .seen = Seen::kBrowser,
       .why = "Every other program and backup on the machine can take the account over.",
       .fix = "Create the file with mode 600 before the first token is written to it.",
       .judge = TokenFile},
  };
}

}  // namespace aweber::conformance
