// Checks of the redirection endpoint itself: its URI, and the pages it shows to a browser.
#include <fmt/format.h>

#include <algorithm>

#include "base/text/uri.h"
#include "conformance/checks/families.h"
#include "conformance/checks/referrer.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {
namespace {

template <typename F>
Judgement EachRedirectUri(const CaseView& view, std::string_view when_fine, F remark) {
  Tally tally("redirect URIs");
  for (const auto& request : AuthorizationUrls(view)) {
    const auto text = request.Get("redirect_uri");
    const auto uri = ParseUri(text);
    if (!uri.ok()) continue;
    const auto said = remark(*uri, text);
    // In a scenario the client was told a URI: what is wrong with that one is not its choice.
    const auto told = ParseUri(view.redirect_uri);
    const bool chosen = view.scenario.empty() || !told.ok() ||
                        remark(*told, view.redirect_uri).verdict != Verdict::kViolation;
    if (said.verdict == Verdict::kViolation && !chosen) continue;
    tally.Add(said, request.sequence);
  }
  return tally.Close(when_fine);
}

Judgement Transport(const CaseView& view) {
  return EachRedirectUri(view, "were https, loopback or an app's own scheme",
                         [](const Uri& uri, const std::string& text) {
                           if (Lower(uri.scheme) != "http" || IsLoopbackHost(uri.host)) {
                             return Fine();
                           }
                           return Wrong(fmt::format("the code would travel unencrypted: {}", text));
                         });
}

Judgement LoopbackLiteral(const CaseView& view) {
  return EachRedirectUri(view, "on loopback used the IP address",
                         [](const Uri& uri, const std::string& text) {
                           if (!IsLoopbackHost(uri.host) || Lower(uri.scheme) != "http") {
                             return Silent();
                           }
                           if (Lower(uri.host) != "localhost") return Fine();
                           return Wrong(fmt::format("expected 127.0.0.1 or [::1], saw {}", text));
                         });
}

// --- pages -----------------------------------------------------------------------------------

bool IsHtml(const Page& page) {
  const auto type = MediaType(page.headers);
  return type.empty() || type == "text/html" || type == "application/xhtml+xml";
}

bool IsRedirect(const Page& page) { return page.status >= 300 && page.status < 400; }

// A URL that still carries the credentials of the callback.
bool HasCredentials(const std::string& url) {
  const auto query = QueryFields(url);
  return !query.GetOr("code").empty();
}

// A value with markup in it is hostile; in a page it must be escaped.
Judgement Sanitise(const CaseView& view) {
  Tally tally("pages shown for hostile values");
  for (const auto& callback : Callbacks(view)) {
    for (const auto& field : callback.sent.fields()) {
      if (field.value.find('<') == std::string::npos) continue;
      for (const auto& page : callback.step->pages) {
        if (!IsHtml(page) || page.body.empty()) continue;
        tally.Add(page.body.find(field.value) == std::string::npos
                      ? Fine()
                      : Wrong(fmt::format("step {}: the page repeats the value of {} with its "
                                          "markup unescaped",
                                          callback.step->label, field.name)),
                  0);
      }
    }
  }
  return tally.Close("did not repeat the markup");
}

Judgement LeakFree(const CaseView& view) {
  Tally tally("pages at the callback");
  for (const auto& callback : Callbacks(view)) {
    const auto& pages = callback.step->pages;
    const auto found =
        std::find_if(pages.rbegin(), pages.rend(), [](const Page& page) { return page.shown; });
    if (callback.code.empty() || found == pages.rend()) continue;
    const Page& last = *found;
    if (IsRedirect(last)) continue;
    tally.Add(!HasCredentials(last.url) || HidesQuery(last)
                  ? Fine()
                  : Wrong(fmt::format("step {}: the page shown still has the code in its URL and "
                                      "no Referrer-Policy that hides it",
                                      callback.step->label)),
              0);
  }
  return tally.Close("had no code in their URL, or kept it from leaking");
}

// The origins of <script src="…"> in a page.
std::vector<std::string> ScriptAuthorities(const std::string& html) {
  std::vector<std::string> found;
  const auto lower = Lower(html);
  for (auto at = lower.find("<script"); at != std::string::npos;
       at = lower.find("<script", at + 1)) {
    const auto end = lower.find('>', at);
    const auto src = lower.find("src=", at);
    if (end == std::string::npos || src == std::string::npos || src > end) continue;
    auto value = lower.substr(src + 4, end - src - 4);
    value.erase(0, value.find_first_not_of("\"' "));
    value = value.substr(0, value.find_first_of("\"' >"));
    if (value.rfind("//", 0) == 0) value.insert(0, "https:");
    if (auto authority = Authority(value); !authority.empty()) found.push_back(authority);
  }
  return found;
}

Judgement NoThirdParty(const CaseView& view) {
  Tally tally("pages with the code in their URL");
  for (const auto& step : view.steps) {
    for (const auto& page : step.pages) {
      if (step.op != "callback" || IsRedirect(page) || !IsHtml(page)) continue;
      Remark remark = Fine();
      for (const auto& authority : ScriptAuthorities(page.body)) {
        if (!HasCredentials(page.url) || authority == Authority(page.url)) continue;
        remark =
            Wrong(fmt::format("step {}: the page loads a script from {}, which can read the "
                              "code",
                              step.label, authority));
      }
      tally.Add(remark, 0);
    }
  }
  return tally.Close("loaded no script of others");
}

Judgement OpenRedirect(const CaseView& view) {
  Tally tally("callbacks naming a place to go on to");
  for (const auto& callback : Callbacks(view)) {
    for (const auto& field : callback.sent.fields()) {
      const auto target = Authority(field.value);
      if (target.empty() || target == Authority(view.redirect_uri)) continue;
      if (target == Authority(view.base_url) || callback.step->pages.empty()) continue;
      Remark remark = Fine();
      for (const auto& page : callback.step->pages) {
        if (IsRedirect(page) && Authority(page.headers.GetOr("Location")) == target) {
          remark =
              Wrong(fmt::format("step {}: the browser was sent on to {}, which the parameter "
                                "{} had named",
                                callback.step->label, target, field.name));
        }
      }
      tally.Add(remark, 0);
    }
  }
  return tally.Close("were not followed to it");
}

bool OnLoopback(const CallbackFacts& callback) {
  const auto uri = ParseUri(callback.step->sent_url);
  return uri.ok() && IsLoopbackHost(uri->host);
}

// After the flow nothing listens: a late callback is refused.
Judgement LoopbackClosed(const CaseView& view) {
  Tally tally("late callbacks to the loopback listener");
  const auto callbacks = Callbacks(view);
  for (const auto& late : callbacks) {
    const bool finished = std::any_of(callbacks.begin(), callbacks.end(), [&](const auto& other) {
      return other.index < late.index && other.authorize == late.authorize &&
             other.step->session == late.step->session && other.step->reply == ReplyKind::kOk;
    });
    if (!finished || !OnLoopback(late)) continue;
    tally.Add(MustRefuse(view, late, "the flow was over, nothing should take callbacks any more"),
              ExchangesOf(view, late));
  }
  return tally.Close("found it closed");
}

}  // namespace

std::vector<Check> RedirectionChecks() {
  using enum Level;
  return {
      {.id = "cb-sanitise",
       .statement = "Values from the callback are not repeated unescaped in a page.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.14",
       .seen = Seen::kBrowser,
       .why = "error_description is the attacker's to choose: it would run as script.",
       .fix = "Escape every value for HTML; better, show a text of your own for each error code.",
       .judge = Sanitise},
      {.id = "cb-leak-free",
       .statement = "The page after the callback does not keep the code in its URL.",
       .levels = Everywhere(kShould),
       .source = "RFC 6749 §3.1.2.5; RFC 9700 §4.2.4",
       .seen = Seen::kBrowser,
       .why = "The URL goes to every linked site as Referer, and stays in the history.",
       .fix = "Redirect to a clean URL after the exchange; set Referrer-Policy: no-referrer.",
       .judge = LeakFree},
      {.id = "cb-no-third-party",
       .statement = "The callback page loads no third-party scripts.",
       .levels = Everywhere(kShould),
       .source = "RFC 6749 §3.1.2.5",
       .seen = Seen::kBrowser,
       .why = "Any script in the page can read the code from the URL.",
       .fix = "Redirect first; load analytics on the page after that.",
       .judge = NoThirdParty},
      {.id = "cb-transport",
       .statement = "The redirect URI is https, a loopback address, or an app's own scheme.",
       .levels = By(kShould, kShould, kMust),
       .source = "RFC 9700 §2.6; RFC 6749 §3.1.2.1",
       .seen = Seen::kWire,
       .why = "On plain http everybody on the way can take the code.",
       .fix = "Register an https redirect URI.",
       .judge = Transport,
       .note = "RFC 6749 §3.1.2.1 says SHOULD, RFC 9700 §2.6 MUST NOT send it unencrypted."},
      {.id = "cb-open-redirect",
       .statement = "The callback does not forward the browser to an address it is given.",
       .levels = Everywhere(kMust),
       .source = "RFC 9700 §4.11.1, §2.1; RFC 6749 §10.15",
       .seen = Seen::kBrowser,
       .why = "Phishers love links that start with a name people trust.",
       .fix = "Keep the place to go on to in the session, or allow only local paths.",
       .judge = OpenRedirect},
      {.id = "cb-loopback-literal",
       .statement = "A loopback redirect URI has the IP address, not localhost.",
       .levels = Everywhere(kShould),
       .source = "RFC 8252 §8.3",
       .seen = Seen::kWire,
       .why = "localhost may resolve to another interface, or be filtered.",
       .fix = "Register http://127.0.0.1:PORT/… and listen there.",
       .judge = LoopbackLiteral},
      {.id = "cb-loopback-close",
       .statement = "The loopback listener is open only during the flow.",
       .levels = Everywhere(kShould),
       .source = "RFC 8252 §8.3",
       .seen = Seen::kProvoked,
       .why = "An open port takes callbacks nobody asked for.",
       .fix = "Open the port when the browser is sent off, close it after the answer.",
       .judge = LoopbackClosed},
  };
}

}  // namespace aweber::conformance
