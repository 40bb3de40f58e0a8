#include "mockserver/oauth/pages.h"

#include <fmt/format.h>

#include "base/crypto/crypto.h"
#include "base/text/base64.h"
#include "base/text/uri.h"
#include "mockserver/model/scopes.h"

namespace aweber::mock {
namespace {

// The console's colours (mockserver/console/style.css); text and ground differ by 4.5 or more.
constexpr std::string_view kStyle =
    ":root{color-scheme:light dark;--ground:#f4f6f8;--panel:#fff;--text:#17212c;--muted:#52606d;"
    "--line:#d3dae2;--control:#8592a0;--accent:#1a56c4;--on:#fff;--bad:#b1261c;--badg:#fdeeec}"
    "@media(prefers-color-scheme:dark){:root{--ground:#0f1419;--panel:#182028;--text:#e4eaf0;"
    "--muted:#9fadba;--line:#303c48;--control:#6a7886;--accent:#8ab6ff;--on:#0c1826;--bad:#ff948a;"
    "--badg:#3a1f1d}}"
    "*{box-sizing:border-box}"
    "body{font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif;max-width:29rem;"
    "margin:0 auto;padding:2.5rem 1rem;color:var(--text);background:var(--ground)}"
    "header{display:flex;justify-content:space-between;align-items:baseline;padding:0 .25rem "
    ".75rem}"
    "header b{font-size:1.15rem;letter-spacing:-.01em}header span,footer{color:var(--muted);"
    "font-size:.875rem}"
    "main{background:var(--panel);border:1px solid var(--line);border-radius:.75rem;"
    "padding:1.5rem 1.5rem 1.75rem;box-shadow:0 1px 3px rgb(0 0 0/.06)}"
    "h1{font-size:1.3rem;line-height:1.3;margin:0 0 1rem;overflow-wrap:anywhere}"
    "h2{font-size:1rem;margin:1.25rem 0 .25rem;padding-top:1.25rem;border-top:1px solid "
    "var(--line)}"
    "p{margin:.5rem 0;text-wrap:pretty}h1,h2{text-wrap:balance}ul{margin:.5rem "
    "0;padding:0;list-style:none}"
    "li{padding:.15rem 0 .15rem 1.75rem;position:relative}"
    "li::before{content:\"\";position:absolute;left:.35rem;top:.55rem;width:.7rem;height:.35rem;"
    "border:solid var(--accent);border-width:0 0 2px 2px;transform:rotate(-45deg)}"
    "label{display:block;margin:.75rem 0;font-weight:500}"
    "input{display:block;width:100%;font:inherit;font-weight:400;margin-top:.25rem;"
    "padding:.55rem .65rem;color:inherit;background:var(--panel);border:1px solid var(--control);"
    "border-radius:.5rem}"
    ":focus-visible{outline:2px solid var(--accent);outline-offset:2px}"
    ".actions{display:flex;gap:.75rem;margin-top:1.25rem}"
    "button{flex:1;font:inherit;font-weight:600;padding:.6rem 1rem;border-radius:.5rem;"
    "border:1px solid var(--accent);background:var(--accent);color:var(--on);cursor:pointer}"
    "button[value=cancel]{background:none;color:var(--accent)}"
    ".message{border-left:.25rem solid var(--bad);border-radius:.25rem;padding:.5rem .75rem;"
    "color:var(--bad);background:var(--badg)}"
    "code{display:block;font-size:1.1rem;padding:.6rem .75rem;word-break:break-all;"
    "background:var(--ground);border:1px solid var(--line);border-radius:.5rem;user-select:all}"
    "footer{padding:.75rem .25rem}";

// A redirect that follows the form's POST needs its target allowed in form-action.
std::string FormTarget(const std::string& redirect_uri) {
  if (redirect_uri == kOutOfBand) return "";
  const auto uri = ParseUri(redirect_uri);
  if (!uri) return "";
  const std::string origin = uri->Origin();
  return " " + (origin.empty() ? uri->scheme + ":" : origin);
}

HttpResponse Html(int status, std::string_view title, const std::string& body,
                  const std::string& form_action) {
  static const std::string kStyleHash = Base64Encode(Sha256(kStyle));
  HttpResponse response;
  response.status = status;
  response.headers = {
      {"Content-Type", "text/html; charset=utf-8"},
      {"Cache-Control", "no-store"},
      {"Content-Security-Policy",
       fmt::format("default-src 'none'; style-src 'sha256-{}'; form-action {}; base-uri 'none'; "
                   "frame-ancestors 'none'",
                   kStyleHash, form_action)},
      {"X-Frame-Options", "DENY"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"}};
  response.body = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n"
      "<header><b>AWeber</b><span>mock</span></header>\n<main>\n{}</main>\n"
      "<footer><p>A mock of AWeber for tests. Never type a real password here.</p></footer>\n"
      "</body>\n</html>\n",
      EscapeHtml(title), kStyle, body);
  return response;
}

std::string ScopeList(const std::vector<std::string>& scopes) {
  std::string items;
  for (const std::string& scope : scopes) {
    const std::string_view meaning = ScopeMeaning(scope);
    items += fmt::format("<li title=\"{}\">{}</li>\n", EscapeHtml(scope),
                         EscapeHtml(meaning.empty() ? scope : meaning));
  }
  return items;
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

HttpResponse RenderConsent(const ConsentPage& page) {
  // What is wrong is said at once (role), and again at the fields that have to change
  // (describedby).
  const bool again = !page.message.empty();
  const bool to_password = again && page.password_wrong;
  const std::string message =
      again ? fmt::format("<p class=\"message\" role=\"alert\" id=\"problem\">{}</p>\n",
                          EscapeHtml(page.message))
            : "";
  const std::string wrong = again ? " aria-invalid=\"true\" aria-describedby=\"problem\"" : "";
  const std::string body = fmt::format(
      "<h1>{name} would like to connect to your AWeber account</h1>\n"
      "<p>It asks to:</p>\n<ul>\n{scopes}</ul>\n"
      "<h2>Log in with your AWeber customer account</h2>\n{message}"
      "<form method=\"post\" action=\"{action}\">\n"
      "<input type=\"hidden\" name=\"authorization_id\" value=\"{id}\">\n"
      "<input type=\"hidden\" name=\"csrf_token\" value=\"{csrf}\">\n"
      "<label>Username <input name=\"username\" autocomplete=\"username\" autocapitalize=\"none\" "
      "spellcheck=\"false\" value=\"{username}\"{at_username}></label>\n"
      "<label>Password <input name=\"password\" type=\"password\" "
      "autocomplete=\"current-password\"{at_password}></label>\n"
      "<p class=\"actions\"><button type=\"submit\" name=\"decision\" "
      "value=\"authorize\">Authorize</button>\n"
      "<button type=\"submit\" name=\"decision\" value=\"cancel\">Cancel</button></p>\n"
      "</form>\n",
      fmt::arg("name", EscapeHtml(page.integration)), fmt::arg("scopes", ScopeList(page.scopes)),
      fmt::arg("message", message), fmt::arg("action", EscapeHtml(page.action)),
      fmt::arg("id", EscapeHtml(page.authorization_id)), fmt::arg("csrf", EscapeHtml(page.csrf)),
      fmt::arg("username", EscapeHtml(page.username)),
      fmt::arg("at_username", wrong + (to_password ? "" : " autofocus")),
      fmt::arg("at_password", to_password ? wrong + " autofocus" : ""));
  return Html(200, fmt::format("{}Authorize {}", again ? "Error: " : "", page.integration), body,
              "'self'" + FormTarget(page.redirect_uri));
}

HttpResponse CodePage(const std::string& code) {
  return Html(200, "Authorization code",
              fmt::format("<h1>Authorized</h1>\n<p>Copy this code into the application:</p>\n"
                          "<p><code id=\"authorization-code\">{}</code></p>\n",
                          EscapeHtml(code)),
              "'none'");
}

HttpResponse ErrorPage(int status, std::string_view message) {
  return Html(status, "Error",
              fmt::format("<h1>Something went wrong</h1>\n<p class=\"message\" role=\"alert\" "
                          "id=\"error\">{}</p>\n<p>The mock’s console says why, down to the "
                          "character that differs.</p>\n",
                          EscapeHtml(message)),
              "'none'");
}

}  // namespace aweber::mock
