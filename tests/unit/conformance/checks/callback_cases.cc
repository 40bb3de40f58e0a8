// Transcripts for the checks of callbacks, of the pages they show, and of issuers.
#include <fmt/format.h>

#include "tests/unit/conformance/checks/transcript.h"

namespace aweber::conformance::test {
namespace {
using T = Transcript;
using Reply = StepObservation::Reply;

Form Back(std::string_view state = kState, std::string_view code = kCode) {
  return {{"code", code}, {"state", state}};
}

Form Denied(std::string_view state = kState) {
  return {{"error", "access_denied"}, {"state", state}};
}

// The user authorized; `sent` is delivered and refused or accepted, or exchanged on the wire.
void Refused(T& t, const Form& sent, const Form& genuine = Back()) {
  t.Authorize(Good());
  t.Consent(genuine);
  t.Callback(sent, Reply::kErr).err_kind = "state_mismatch";
}

void Exchanged(T& t, const Form& sent, const Form& genuine = Back()) {
  t.Authorize(Good());
  t.Consent(genuine);
  t.Callback(sent, Reply::kOk, [&] { t.Token(Exchange(sent.GetOr("code", kCode))); });
}

void ExchangedElsewhere(T& t) {
  t.Authorize(Good());
  t.Callback(Back(), Reply::kOk, [&] { t.Token(Exchange()); }).sent_url =
      "https://app.example/other?" + Back().Encode();
}

void SaidOk(T& t, const Form& sent) {
  t.Authorize(Good());
  t.Consent(Back());
  t.Callback(sent, Reply::kOk);
}

std::string Flipped() { return std::string(kState.substr(0, kState.size() - 1)) + "B"; }

std::string SwappedCase() {
  std::string text(kState);
  for (char& c : text) c = static_cast<char>(std::isupper(c) ? std::tolower(c) : std::toupper(c));
  return text;
}

Form Twice() {
  auto form = Back();
  form.Add("state", kState2);
  return form;
}

StepObservation& Shown(T& t, const Form& sent, Page page) {
  t.Authorize(Good());
  t.Consent(Back());
  auto& step = t.Callback(sent, Reply::kOk, [&] { t.Token(Exchange()); });
  step.pages.push_back(std::move(page));
  return step;
}

Page Html(std::string url, std::string body, HttpHeaders headers = {}) {
  headers.Add("Content-Type", "text/html; charset=utf-8");
  return {std::move(url), 200, std::move(headers), std::move(body)};
}

std::string WithCode() { return fmt::format("{}?code={}", kRedirect, kCode); }
std::string Clean() { return "https://app.example/done"; }
}  // namespace

std::vector<CheckCase> CallbackCases() {
  const Form issued = With(Back(), "iss", "https://as.example");
  return {
      {"cb-state-mismatch", "refused", kOk, [](T& t) { Refused(t, Back(Flipped())); }},
      {"cb-state-mismatch", "exchanged", kViolation, [](T& t) { Exchanged(t, Back(Flipped())); },
       "the client exchanged the code"},
      {"cb-state-mismatch", "exchanged although it said no", kViolation,
       [](T& t) {
         t.Authorize(Good());
         t.Callback(Back(Flipped()), Reply::kErr, [&] { t.Token(Exchange()); });
       }},
      {"cb-state-mismatch", "exchanged after it said no", kViolation,
       [](T& t) {
         Refused(t, Back(Flipped()));
         t.Token(Exchange());
       }},
      {"cb-state-mismatch", "the real callback afterwards is no offence", kOk,
       [](T& t) {
         Refused(t, Back(Flipped()));
         t.Callback(Back(), Reply::kOk, [&] { t.Token(Exchange()); });
       }},
      {"cb-state-mismatch", "ok without a request", kViolation,
       [](T& t) { SaidOk(t, Back(Flipped())); }, "answered ok"},
      {"cb-state-mismatch", "the driver said nothing", kNotSeen,
       [](T& t) {
         t.Authorize(Good());
         t.Callback(Back(Flipped()), Reply::kNone);
       }},
      {"cb-state-mismatch", "a client without state", kNotSeen,
       [](T& t) {
         t.Authorize(Without(Good(), "state"));
         t.Callback(Back(Flipped()), Reply::kErr);
       }},
      {"cb-state-mismatch", "the right state", kNotSeen, [](T& t) { Exchanged(t, Back()); }},
      {"cb-state-missing", "refused", kOk, [](T& t) { Refused(t, Without(Back(), "state")); }},
      {"cb-state-missing", "empty refused", kOk, [](T& t) { Refused(t, Back("")); }},
      {"cb-state-missing", "exchanged", kViolation,
       [](T& t) { Exchanged(t, Without(Back(), "state")); }},
      {"cb-state-missing", "empty exchanged", kViolation, [](T& t) { Exchanged(t, Back("")); }},
      {"cb-state-exact", "case refused", kOk, [](T& t) { Refused(t, Back(SwappedCase())); }},
      {"cb-state-exact", "case exchanged", kViolation,
       [](T& t) { Exchanged(t, Back(SwappedCase())); }},
      {"cb-state-exact", "prefix exchanged", kViolation,
       [](T& t) { Exchanged(t, Back(kState.substr(0, 42))); }},
      {"cb-state-exact", "longer exchanged", kViolation,
       [](T& t) { Exchanged(t, Back(std::string(kState) + "x")); }},
      {"cb-state-exact", "a mismatch is another check's", kNotSeen,
       [](T& t) { Exchanged(t, Back(Flipped())); }},
      {"cb-state-single-use", "refused", kOk,
       [](T& t) {
         t.Login();
         t.Callback(Back(), Reply::kErr);
       }},
      {"cb-state-single-use", "exchanged again", kViolation,
       [](T& t) {
         t.Login();
         t.Callback(Back(), Reply::kErr, [&] { t.Refused(Exchange(), 400, "invalid_grant"); });
       },
       "accepted again"},
      {"cb-state-single-use", "says it is connected already", kNotSeen,
       [](T& t) {
         t.Login();
         t.Callback(Back(), Reply::kOk);
       }},
      {"cb-state-single-use", "a new authorization came between", kNotSeen,
       [](T& t) {
         t.Login();
         t.Login(kState2, kCode2);
       }},
      {"cb-state-bound", "refused", kOk,
       [](T& t) {
         t.Authorize(Good(kState), "A");
         t.Authorize(Good(kState2), "B");
         t.Callback(
             Back(kState), Reply::kErr, [] {}, "B");
       }},
      {"cb-state-bound", "exchanged", kViolation,
       [](T& t) {
         t.Authorize(Good(kState), "A");
         t.Authorize(Good(kState2), "B");
         t.Callback(
             Back(kState), Reply::kOk, [&] { t.Token(Exchange()); }, "B");
       },
       "another user's session"},
      {"cb-error-stops", "stopped", kOk, [](T& t) { Refused(t, Denied(), Denied()); }},
      {"cb-error-stops", "error and code, exchanged", kViolation,
       [](T& t) { Exchanged(t, With(Denied(), "code", kCode)); }},
      {"cb-error-stops", "says ok", kViolation, [](T& t) { SaidOk(t, Denied()); }},
      {"cb-error-state", "refused, the real one goes on", kOk,
       [](T& t) {
         Refused(t, Denied(Flipped()));
         t.Callback(Back(), Reply::kOk, [&] { t.Token(Exchange()); });
       }},
      {"cb-error-state", "accepted", kViolation, [](T& t) { SaidOk(t, Denied(Flipped())); }},
      {"cb-error-state", "believed, and ends the real one", kViolation,
       [](T& t) {
         t.Authorize(Good());
         t.Consent(Back());
         t.Callback(Denied(Flipped()), Reply::kErr).err_kind = "provider_error";
         t.Callback(Back(), Reply::kErr);
       },
       "a forged error was believed"},
      {"cb-error-state", "believed, when the real one was over", kOk,
       [](T& t) {
         Exchanged(t, Back());
         t.Callback(Denied(Flipped()), Reply::kErr).err_kind = "provider_error";
         t.Callback(Back(), Reply::kErr);
       }},
      {"cb-error-state", "drops the login at a forged callback", kOk,
       [](T& t) {
         Refused(t, Denied(Flipped()));
         t.Callback(Back(), Reply::kErr);
       }},
      {"cb-error-state", "a real error", kNotSeen, [](T& t) { Refused(t, Denied(), Denied()); }},
      {"cb-unknown-ignored", "ignored", kOk,
       [](T& t) { Exchanged(t, With(Back(), "utm_source", "mail")); }},
      {"cb-unknown-ignored", "refused", kViolation,
       [](T& t) { Refused(t, With(Back(), "utm_source", "mail")); }},
      {"cb-unknown-ignored", "said ok and did nothing", kNotSeen,
       [](T& t) { SaidOk(t, With(Back(), "utm_source", "mail")); }},
      {"cb-unknown-ignored", "taken, and the exchange was refused", kNotSeen,
       [](T& t) {
         t.Authorize(Good());
         t.Callback(With(Back(), "utm_source", "mail"), Reply::kErr,
                    [&] { t.Refused(Exchange(kCode), 400, "invalid_grant"); });
       }},
      {"cb-unknown-ignored", "the redirect URI's own query", kNotSeen,
       [](T& t) {
         t.view().redirect_uri = "https://app.example/callback?tenant=1";
         Exchanged(t, With(Back(), "tenant", "1"));
       }},
      {"cb-dup-refused", "refused", kOk, [](T& t) { Refused(t, Twice()); }},
      {"cb-dup-refused", "exchanged", kViolation, [](T& t) { Exchanged(t, Twice()); }},
      {"cb-order-free", "state first", kOk,
       [](T& t) {
         Exchanged(t, {{"state", kState}, {"code", kCode}});
       }},
      {"cb-order-free", "refused", kViolation,
       [](T& t) {
         Refused(t, {{"state", kState}, {"code", kCode}});
       }},
      {"cb-order-free", "refused, for its state had come back in another session", kNotSeen,
       [](T& t) {
         t.Authorize(Good());
         t.Callback(
             {{"code", "of-b"}, {"state", kState}}, StepObservation::Reply::kErr, [] {}, "B");
         t.Callback({{"state", kState}, {"code", kCode}}, StepObservation::Reply::kErr);
       }},
      {"cb-order-free", "the usual order says nothing", kNotSeen,
       [](T& t) { Exchanged(t, Back()); }},
      {"cb-code-opaque", "2 KiB", kOk,
       [](T& t) { Exchanged(t, Back(kState, std::string(2048, 'x'))); }},
      {"cb-code-opaque", "reserved characters", kOk,
       [](T& t) { Exchanged(t, Back(kState, "a+b/c=d e&f%20g")); }},
      {"cb-code-opaque", "cut", kViolation,
       [](T& t) {
         t.Authorize(Good());
         t.Callback(Back(kState, std::string(2048, 'x')), Reply::kErr,
                    [&] { t.Token(Exchange(std::string(256, 'x'))); });
       },
       "2048 characters expected, 256 seen"},
      {"cb-code-opaque", "refused", kViolation,
       [](T& t) { Refused(t, Back(kState, std::string(2048, 'x'))); }},
      {"cb-code-opaque", "an ordinary code", kNotSeen, [](T& t) { Exchanged(t, Back()); }},
      {"cb-uri-match", "refused", kOk,
       [](T& t) {
         t.MakePublic();
         t.Authorize(Good());
         t.Callback(Back(), Reply::kErr).sent_url = "https://app.example/other?" + Back().Encode();
       }},
      {"cb-uri-match", "exchanged", kViolation,
       [](T& t) {
         t.MakePublic();
         ExchangedElsewhere(t);
       }},
      {"cb-uri-match", "a web server's routes say where", kNotSeen, ExchangedElsewhere},
      {"iss-equal", "refused", kOk,
       [=](T& t) { Refused(t, With(Back(), "iss", "https://evil.example"), issued); }},
      {"iss-equal", "exchanged", kViolation,
       [=](T& t) { Exchanged(t, With(Back(), "iss", "https://as.example.evil"), issued); },
       "^ character 19"},
      {"iss-equal", "right", kNotSeen, [=](T& t) { Exchanged(t, issued, issued); }},
      {"iss-required", "refused", kOk, [=](T& t) { Refused(t, Back(), issued); }},
      {"iss-required", "not claimed", kNotSeen,
       [=](T& t) {
         t.view().features = {"state"};
         t.Authorize(Good());
         t.Consent(issued);
         t.Callback(Back(), Reply::kOk, [&] { t.Token(Exchange()); });
       }},
      {"iss-required", "exchanged", kViolation, [=](T& t) { Exchanged(t, Back(), issued); }},
      {"iss-required", "the server sends none", kNotSeen, [](T& t) { Exchanged(t, Back()); }},
      {"mixup-endpoint", "own server", kOk, [](T& t) { t.Login(); }},
      {"mixup-endpoint", "another server", kViolation,
       [](T& t) {
         t.Authorize(Good());
         t.Callback(Back(), Reply::kErr, [&] {
           auto& entry = t.Token(Exchange());
           entry.endpoint = mock::Endpoint::kOther;
           entry.request.headers.Set("Host", "localhost:9");
         });
       },
       "localhost:9"},
  };
}

std::vector<CheckCase> RedirectionCases() {
  const auto get = [](T& t, const char* uri) {
    t.MakeForeign();
    t.Get(With(Good(), "redirect_uri", uri));
  };
  const Form hostile = {{"error", "access_denied"},
                        {"error_description", "<script>alert(1)</script>"},
                        {"state", kState}};
  const Form next = With(Back(), "next", "https://evil.example/phish");
  return {
      {"cb-transport", "https", kOk, [=](T& t) { get(t, "https://a.example/cb"); }},
      {"cb-transport", "loopback", kOk, [=](T& t) { get(t, "http://127.0.0.1:5000/cb"); }},
      {"cb-transport", "an app's own scheme", kOk, [=](T& t) { get(t, "com.example.app:/cb"); }},
      {"cb-transport", "http", kViolation, [=](T& t) { get(t, "http://a.example/cb"); },
       "unencrypted"},
      {"cb-transport", "http, as the scenario told it", kNotSeen,
       [](T& t) {
         t.view().redirect_uri = "http://a.example/cb";
         t.Get(With(Good(), "redirect_uri", "http://a.example/cb"));
       }},
      {"cb-transport", "http told, and a slash added", kNotSeen,
       [](T& t) {
         t.view().redirect_uri = "http://a.example/cb";
         t.Get(With(Good(), "redirect_uri", "http://a.example/cb/"));
       }},
      {"cb-transport", "http though https was told", kViolation,
       [](T& t) { t.Get(With(Good(), "redirect_uri", "http://app.example/callback")); }},
      {"cb-loopback-literal", "IPv4", kOk, [=](T& t) { get(t, "http://127.0.0.1:5000/cb"); }},
      {"cb-loopback-literal", "IPv6", kOk, [=](T& t) { get(t, "http://[::1]:5000/cb"); }},
      {"cb-loopback-literal", "localhost", kViolation,
       [=](T& t) { get(t, "http://localhost:5000/cb"); }},
      {"cb-loopback-literal", "a web application", kNotSeen,
       [=](T& t) { get(t, "https://a.example/cb"); }},
      {"cb-sanitise", "escaped", kOk,
       [=](T& t) { Shown(t, hostile, Html(Clean(), "&lt;script&gt;alert(1)&lt;/script&gt;")); }},
      {"cb-sanitise", "repeated", kViolation,
       [=](T& t) { Shown(t, hostile, Html(Clean(), "<p><script>alert(1)</script></p>")); },
       "error_description"},
      {"cb-leak-free", "clean URL", kOk, [](T& t) { Shown(t, Back(), Html(Clean(), "done")); }},
      {"cb-leak-free", "what a script asked for later is not what the bar shows", kViolation,
       [](T& t) {
         auto& step = Shown(t, Back(), Html(WithCode(), "done"));
         step.pages.push_back(Html(Clean(), "{}"));
         step.pages.back().shown = false;
       }},
      {"cb-leak-free", "no-referrer", kOk,
       [](T& t) {
         Shown(t, Back(), Html(WithCode(), "done", {{"Referrer-Policy", "no-referrer"}}));
       }},
      {"cb-leak-free", "a policy, and one for newer browsers", kOk,
       [](T& t) {
         Shown(t, Back(),
               Html(WithCode(), "done",
                    {{"Referrer-Policy", "no-referrer, strict-origin-when-cross-origin"}}));
       }},
      {"cb-leak-free", "a word that no browser knows comes last", kOk,
       [](T& t) {
         Shown(t, Back(), Html(WithCode(), "done", {{"Referrer-Policy", "Origin, not-yet"}}));
       }},
      {"cb-leak-free", "the last policy shows all", kViolation,
       [](T& t) {
         Shown(t, Back(),
               Html(WithCode(), "done", {{"Referrer-Policy", "no-referrer, unsafe-url"}}));
       }},
      {"cb-leak-free", "meta", kOk,
       [](T& t) {
         Shown(t, Back(), Html(WithCode(), "<meta name=\"referrer\" content=\"no-referrer\">"));
       }},
      {"cb-leak-free", "meta, content first, single quotes", kOk,
       [](T& t) {
         Shown(t, Back(), Html(WithCode(), "<META CONTENT='Same-Origin' NAME='referrer'/>"));
       }},
      {"cb-leak-free", "meta without quotes, the old name", kOk,
       [](T& t) { Shown(t, Back(), Html(WithCode(), "<meta name=referrer content=never>")); }},
      {"cb-leak-free", "meta that hides nothing from https", kViolation,
       [](T& t) {
         Shown(t, Back(),
               Html(WithCode(), "<meta name=\"referrer\" content=\"no-referrer-when-downgrade\">"));
       }},
      {"cb-leak-free", "meta in a comment", kViolation,
       [](T& t) {
         Shown(t, Back(),
               Html(WithCode(), "<!-- <meta name=\"referrer\" content=\"no-referrer\"> -->"));
       }},
      {"cb-leak-free", "meta takes the header back", kViolation,
       [](T& t) {
         Shown(t, Back(),
               Html(WithCode(), "<meta content=\"always\" name=\"referrer\">",
                    {{"Referrer-Policy", "no-referrer"}}));
       }},
      {"cb-leak-free", "a tag that is cut short", kViolation,
       [](T& t) { Shown(t, Back(), Html(WithCode(), "<meta name='referrer' content='no-re")); }},
      {"cb-leak-free", "code in the URL", kViolation,
       [](T& t) { Shown(t, Back(), Html(WithCode(), "done")); }, "Referrer-Policy"},
      {"cb-no-third-party", "own script", kOk,
       [](T& t) { Shown(t, Back(), Html(WithCode(), "<script src='/app.js'></script>")); }},
      {"cb-no-third-party", "third party on a clean URL", kOk,
       [](T& t) {
         Shown(t, Back(), Html(Clean(), "<script src=\"https://ads.example/a.js\"></script>"));
       }},
      {"cb-no-third-party", "third party", kViolation,
       [](T& t) {
         Shown(t, Back(), Html(WithCode(), "<script src=\"//ads.example/a.js\"></script>"));
       },
       "ads.example"},
      {"cb-open-redirect", "stays", kOk, [=](T& t) { Shown(t, next, Html(Clean(), "done")); }},
      {"cb-open-redirect", "goes there", kViolation,
       [=](T& t) {
         Shown(t, next, {WithCode(), 302, {{"Location", "https://evil.example/phish"}}, ""});
       },
       "evil.example"},
      {"cb-open-redirect", "no browser", kNotSeen, [=](T& t) { t.Callback(next, Reply::kOk); }},
      {"cb-loopback-close", "a late callback finds nobody", kOk,
       [](T& t) {
         const std::string url = "http://127.0.0.1:5000/cb?" + Back().Encode();
         t.Authorize(Good());
         t.Callback(Back(), Reply::kOk, [&] { t.Token(Exchange()); }).sent_url = url;
         t.Callback(Back(), Reply::kErr).sent_url = url;
       }},
      {"cb-loopback-close", "a late callback is answered", kViolation,
       [](T& t) {
         const std::string url = "http://127.0.0.1:5000/cb?" + Back().Encode();
         t.Authorize(Good());
         t.Callback(Back(), Reply::kOk, [&] { t.Token(Exchange()); }).sent_url = url;
         t.Callback(Back(), Reply::kOk).sent_url = url;
       }},
      {"cb-loopback-close", "a late callback is taken", kViolation,
       [](T& t) {
         const std::string url = "http://127.0.0.1:5000/cb?" + Back().Encode();
         t.Authorize(Good());
         t.Callback(Back(), Reply::kOk, [&] { t.Token(Exchange()); }).sent_url = url;
         t.Callback(Back(), Reply::kErr, [&] { t.Token(Exchange()); }).sent_url = url;
       }},
      {"cb-loopback-close", "a web application", kNotSeen,
       [](T& t) {
         t.Login();
         t.Callback(Back(), Reply::kErr);
       }},
  };
}

}  // namespace aweber::conformance::test
