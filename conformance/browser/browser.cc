#include "conformance/browser/browser.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/ascii.h"
#include "base/text/form.h"
#include "base/text/uri.h"

namespace aweber::conformance {
namespace {

constexpr int kMaxRedirects = 10;

bool Mentions(const HtmlField& button, std::initializer_list<std::string_view> words) {
  const std::string all =
      Lower(button.name + " " + button.value + " " + button.text + " " + button.id);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return all.find(word) != std::string::npos; });
}

bool Refuses(const HtmlField& button) { return Mentions(button, {"cancel", "deny", "decline"}); }

const HtmlField* ChooseButton(const HtmlForm& form, bool approve) {
  for (const HtmlField& field : form.fields) {
    if (field.Submits() && Refuses(field) != approve) return &field;
  }
  return nullptr;
}

const HtmlForm* ChooseForm(const std::vector<HtmlForm>& forms, bool approve) {
  for (const HtmlForm& form : forms) {
    if (form.method == "post" && ChooseButton(form, approve) != nullptr) return &form;
  }
  return nullptr;
}

std::string PlainText(const std::string& body) {
  std::string text = VisibleText(body);
  if (text.size() > 200) text = text.substr(0, 200) + "...";
  return text;
}

}  // namespace

std::string ResolveReference(const std::string& page, const std::string& reference) {
  const auto base = ParseUri(page);
  // A scheme ends before the path begins; "://" in the query is the client's redirect URI.
  const bool absolute = reference.find("://") < reference.find_first_of("/?#");
  if (!base || absolute) return reference;
  if (reference.empty()) return page;
  const std::string origin =
      base->scheme + "://" +
      page.substr(base->scheme.size() + 3,
                  page.find_first_of("/?#", base->scheme.size() + 3) - (base->scheme.size() + 3));
  if (reference.starts_with("//")) return base->scheme + ":" + reference;
  if (reference.starts_with('/')) return origin + reference;
  if (reference.starts_with('?')) return origin + base->path + reference;
  return origin + base->path.substr(0, base->path.rfind('/') + 1) + reference;
}

Browser::Browser(mock::MockServer& server, std::string allowed)
    : server_(server), allowed_(std::move(allowed)) {}

Result<BrowserStop> Browser::Visit(const std::string& url) { return Open("GET", url, ""); }

Result<BrowserStop> Browser::Answer(const BrowserStop& page, const ConsentAnswer& answer) {
  const std::vector<HtmlForm> forms = ParseForms(page.body);
  const HtmlForm* form = ChooseForm(forms, answer.approve);
  if (form == nullptr) {
    return Error{
        "browser.no_form",
        fmt::format("the page has no form to {}; status {}, it says: {}",
                    answer.approve ? "authorize" : "cancel", page.status, PlainText(page.body))};
  }
  return Open("POST", ResolveReference(page.url, form->action), EncodeConsent(*form, answer));
}

Result<BrowserStop> Browser::Open(std::string method, std::string url, std::string body) {
  for (int hop = 0; hop <= kMaxRedirects; ++hop) {
    if (!url.starts_with(allowed_)) {
      return Error{"browser.foreign", fmt::format("{} does not begin with {}", url, allowed_)};
    }
    const auto uri = ParseUri(url);
    if (!uri) return Error{"browser.uri", uri.error().message};
    HttpRequest request;
    request.method = method;
    request.target = uri->RequestTarget();
    request.tls = uri->scheme == "https";
    request.server_name = uri->host;
    request.peer = "browser";
    const std::string origin = uri->Origin();
    request.headers.Add("Host", origin.substr(origin.find("://") + 3));
    request.headers.Add("User-Agent", "aweber-conformance browser");
    request.headers.Add("Accept", "text/html");
    if (!cookies_.empty()) {
      std::string cookie;
      for (const auto& [name, value] : cookies_) {
        cookie += fmt::format("{}{}={}", cookie.empty() ? "" : "; ", name, value);
      }
      request.headers.Add("Cookie", cookie);
    }
    if (method == "POST") {
      request.headers.Add("Origin", origin);
      request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
      request.headers.Add("Content-Length", std::to_string(body.size()));
      request.body = body;
    }
    const HttpResponse response = server_.Dispatch(request);
    if (response.on_sent) response.on_sent(response.body.size(), true);
    KeepCookies(response.headers);
    const bool redirects = response.status >= 300 && response.status < 400;
    const std::string location = response.headers.GetOr("Location");
    if (!redirects || location.empty()) return BrowserStop{url, response.status, response.body, ""};
    const std::string next = ResolveReference(url, location);
    if (!next.starts_with(allowed_)) return BrowserStop{url, response.status, "", location};
    url = next;
    if (response.status != 307 && response.status != 308) {
      method = "GET";
      body.clear();
    }
  }
  return Error{"browser.too_many",
               fmt::format("more than {} redirects, the last to {}", kMaxRedirects, url)};
}

void Browser::KeepCookies(const HttpHeaders& headers) {
  for (const std::string& line : headers.GetAll("Set-Cookie")) {
    const std::string pair = line.substr(0, line.find(';'));
    const std::size_t equals = pair.find('=');
    if (equals != std::string::npos) cookies_[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
}

std::string EncodeConsent(const HtmlForm& form, const ConsentAnswer& answer) {
  const HtmlField* const button = ChooseButton(form, answer.approve);
  if (button == nullptr) return "";
  Form fields;
  for (const HtmlField& field : form.fields) {
    if (field.Submits() && &field != button) continue;
    if (field.name.empty() || field.type == "button" || field.type == "reset") continue;
    if ((field.type == "checkbox" || field.type == "radio") && !field.checked) continue;
    std::string value = field.value;
    if (field.type == "password") value = answer.password;
    if (field.type == "text" || field.type == "email") value = answer.username;
    if (field.type == "checkbox" && value.empty()) value = "on";
    fields.Add(field.name, value);
  }
  return fields.Encode();
}

}  // namespace aweber::conformance
