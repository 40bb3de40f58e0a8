#include "mockserver/oauth/pages.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "base/uri.h"
#include "mockserver/oauth/scopes.h"

namespace aweber::mock {
namespace {

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem;"
    "color:#1d2733;background:#f4f6f8}"
    "main{background:#fff;border:1px solid #cfd8e1;border-radius:.5rem;padding:1.5rem}"
    "h1{font-size:1.25rem;margin-top:0}label{display:block;margin:.75rem 0}"
    "input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;"
    "border:1px solid #8796a5;border-radius:.25rem}"
    "button{font:inherit;padding:.5rem 1.25rem;border-radius:.25rem;border:1px solid #246be8;"
    "background:#246be8;color:#fff;margin-right:.5rem}"
    "button[value=cancel]{background:#fff;color:#246be8}"
    ".message{border-left:.25rem solid #c0392b;padding:.25rem .75rem;background:#fdf1ef}"
    "code{font-size:1.1rem;word-break:break-all}footer{color:#5a6875;font-size:.85rem}";

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
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n{}</main>\n"
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
  const std::string message =
      page.message.empty()
          ? ""
          : fmt::format("<p class=\"message\" role=\"alert\">{}</p>\n", EscapeHtml(page.message));
  const std::string body = fmt::format(
      "<h1>{name} would like to connect to your AWeber account</h1>\n"
      "<p>It asks to:</p>\n<ul>\n{scopes}</ul>\n{message}"
      "<form method=\"post\" action=\"{action}\">\n"
      "<input type=\"hidden\" name=\"authorization_id\" value=\"{id}\">\n"
      "<input type=\"hidden\" name=\"csrf_token\" value=\"{csrf}\">\n"
      "<label>Username <input name=\"username\" autocomplete=\"username\" value=\"{username}\" "
      "autofocus></label>\n"
      "<label>Password <input name=\"password\" type=\"password\" "
      "autocomplete=\"current-password\"></label>\n"
      "<p><button type=\"submit\" name=\"decision\" value=\"authorize\">Authorize</button>\n"
      "<button type=\"submit\" name=\"decision\" value=\"cancel\">Cancel</button></p>\n"
      "</form>\n",
      fmt::arg("name", EscapeHtml(page.integration)), fmt::arg("scopes", ScopeList(page.scopes)),
      fmt::arg("message", message), fmt::arg("action", EscapeHtml(page.action)),
      fmt::arg("id", EscapeHtml(page.authorization_id)), fmt::arg("csrf", EscapeHtml(page.csrf)),
      fmt::arg("username", EscapeHtml(page.username)));
  return Html(200, fmt::format("Authorize {}", page.integration), body,
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
                          "id=\"error\">{}</p>\n",
                          EscapeHtml(message)),
              "'none'");
}

}  // namespace aweber::mock
