#include "conformance/browser/web_user.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/form.h"
#include "base/text/uri.h"
#include "conformance/browser/browser.h"
#include "conformance/checks/referrer.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kMaxKeptBody = 512u << 10;

bool IsHtml(const Page& page) {
  const std::string type = page.headers.GetOr("Content-Type", "text/html");
  return type.find("html") != std::string::npos;
}

const HtmlField* FindButton(const HtmlForm& form, const Pattern& words) {
  for (const HtmlField& field : form.fields) {
    if (!field.Submits()) continue;
    for (const std::string* said : {&field.text, &field.value, &field.name, &field.id}) {
      if (words.Matches(*said)) return &field;
    }
  }
  return nullptr;
}

constexpr const char* kForger = "https://another-site.example";

// What a page of another site can send: what a user would type, and the button.
Result<std::string> EncodeForged(const HtmlField& button,
                                 const std::vector<std::pair<std::string, std::string>>& fill) {
  Form sent;
  for (const auto& [name, value] : fill) sent.Add(name, value);
  if (!button.name.empty()) sent.Add(button.name, button.value);
  return sent.Encode();
}

// What a link on `page` tells the same site of it (Referrer Policy §8.3).
std::string ReferrerFrom(const Page& page) {
  const std::string policy = ReferrerPolicy(page);
  if (policy == "no-referrer") return "";
  const auto uri = ParseUri(page.url);
  if (!uri) return "";
  if (policy == "origin" || policy == "strict-origin") return uri->Origin() + "/";
  return page.url.substr(0, page.url.find('#'));
}

std::string ListOf(std::string_view what, const std::vector<std::string>& texts) {
  std::vector<std::string> shown;
  for (const std::string& text : texts) {
    if (shown.size() == 10) break;
    shown.push_back(fmt::format("\"{}\"", Beginning(text, 40)));
  }
  if (shown.empty()) return fmt::format("there are no {} on it", what);
  return fmt::format("{} there: {}", what, fmt::join(shown, ", "));
}

std::vector<std::string> TextsOf(const std::vector<HtmlLink>& links, bool addresses) {
  std::vector<std::string> texts;
  texts.reserve(links.size());
  for (const HtmlLink& link : links) {
    texts.push_back(addresses || link.text.empty() ? link.href : link.text);
  }
  return texts;
}

std::vector<std::string> ButtonsOf(const std::vector<HtmlForm>& forms) {
  std::vector<std::string> texts;
  for (const HtmlForm& form : forms) {
    for (const HtmlField& field : form.fields) {
      if (field.Submits()) texts.push_back(field.text.empty() ? field.value : field.text);
    }
  }
  return texts;
}

}  // namespace

namespace {

Error NeedsRealBrowser(std::string_view what) {
  return Error{"web.unsupported", fmt::format("only a real browser can {}", what)};
}

}  // namespace

std::string Beginning(std::string text, std::size_t limit) {
  if (text.size() > limit) text = text.substr(0, limit) + "...";
  return text;
}

Error LeftBefore(const std::string& name, std::size_t step, const std::string& url) {
  return {"web.left", fmt::format("{}[{}]: the application had sent the browser to {} before this "
                                  "step",
                                  name, step, url)};
}

Error NotPosted(const std::string& name) {
  return {"web.form", fmt::format("{}: the form is sent by GET, as any link would be; another site "
                                  "posted nothing",
                                  name)};
}

Result<WebPlace> UserBrowser::Act(const std::string& act) { return NeedsRealBrowser(act); }

Result<WebPlace> UserBrowser::OpenPopup(const std::string& url) {
  static_cast<void>(url);
  return NeedsRealBrowser("open a popup");
}

Result<WebPlace> UserBrowser::PlayTwice(const std::string& name, const std::vector<WebStep>& steps,
                                        const Variables& variables) {
  static_cast<void>(name), static_cast<void>(steps), static_cast<void>(variables);
  return NeedsRealBrowser("press twice at once");
}

std::optional<std::string> WebAddress::TargetOf(const std::string& url) const {
  const auto uri = ParseUri(url);
  if (!uri || !uri->has_authority) return std::nullopt;
  const auto same = [&](const std::string& origin) {
    const auto known = ParseUri(origin);
    // The scheme is left open: an application behind a proxy that tells it nothing says http.
    const bool standard = uri->Origin() == origin || (!uri->port && known && !known->port);
    return known && known->host == uri->host && standard &&
           (uri->scheme == "http" || uri->scheme == "https");
  };
  if (!same(shown) && !same(real)) return std::nullopt;
  return uri->RequestTarget();
}

WebUser::WebUser(HttpClient& http, WebProfile& profile, WebAddress address, int max_redirects,
                 std::stop_token stop)
    : http_(http),
      profile_(profile),
      address_(std::move(address)),
      max_redirects_(max_redirects),
      stop_(std::move(stop)) {}

Result<WebPlace> WebUser::Open(const std::string& url, bool cross_site) {
  return Go("GET", url.starts_with('/') ? address_.shown + url : url, "", cross_site);
}

Result<WebPlace> WebUser::PlayFrom(WebPlace at, std::size_t first, const std::string& name,
                                   const std::vector<WebStep>& steps, const Variables& variables) {
  for (std::size_t i = first; i < steps.size(); ++i) {
    if (!at.left.empty()) {
      return LeftBefore(name, i, at.left);
    }
    auto next = Do(steps[i], at, variables);
    if (!next) {
      return Error{next.error().code, fmt::format("{}[{}]: {}", name, i, next.error().message)};
    }
    at = std::move(next).value();
  }
  return at;
}

Result<WebPlace> WebUser::Forge(const std::string& name, const std::vector<WebStep>& steps,
                                const Variables& variables) {
  WebPlace at;
  if (steps.size() > 1) {
    auto before = Play(name, {steps.begin(), steps.end() - 1}, variables);
    if (!before) return before;
    if (!before->left.empty()) return LeftBefore(name, steps.size() - 1, before->left);
    at = std::move(before).value();
  }
  forges_ = true;
  auto place = Do(steps.back(), at, variables);
  forges_ = false;
  return place;
}

Result<WebPlace> WebUser::Do(const WebStep& step, const WebPlace& at, const Variables& variables) {
  if (step.kind != WebStep::Kind::kOpen) referrer_ = ReferrerFrom(at.page);
  if (forges_) referrer_ = std::string(kForger) + "/";
  auto place = Lead(step, at, variables);
  referrer_.clear();
  return place;
}

Result<WebPlace> WebUser::Lead(const WebStep& step, const WebPlace& at,
                               const Variables& variables) {
  if (step.kind == WebStep::Kind::kOpen) {
    const auto path = Substitute(step.path, variables);
    if (!path) return path.error();
    return Open(*path, false);
  }
  if (at.page.url.empty()) {
    return Error{"web.step",
                 "the first step must be \"open\": the built-in browser shows no page from before; "
                 "browser: chromium does"};
  }
  if (step.kind == WebStep::Kind::kSubmit) return Submit(step, at, variables);
  const std::vector<HtmlLink> links = ParseLinks(at.page.body);
  for (const HtmlLink& link : links) {
    const bool by_address = step.kind == WebStep::Kind::kFollowHref;
    if (!step.words->Matches(by_address ? link.href : link.text)) continue;
    return Go("GET", ResolveReference(at.page.url, link.href), "", false);
  }
  const bool by_address = step.kind == WebStep::Kind::kFollowHref;
  return Error{
      at.page.status >= 500 ? "web.page" : "web.step",
      fmt::format("no link {} \"{}\" on {}; {}; the page: {}", by_address ? "to" : "with the text",
                  step.words->text(), PathOfPage(at.page),
                  ListOf("links", TextsOf(links, by_address)), DescribePage(at.page))};
}

Result<WebPlace> WebUser::Submit(const WebStep& step, const WebPlace& at,
                                 const Variables& variables) {
  std::vector<std::pair<std::string, std::string>> fill;
  for (const auto& [name, value] : step.fill) {
    auto filled = Substitute(value, variables);
    if (!filled) return filled.error();
    fill.emplace_back(name, std::move(filled).value());
  }
  const std::vector<HtmlForm> forms = ParseForms(at.page.body);
  for (const HtmlForm& form : forms) {
    const HtmlField* const button = FindButton(form, *step.words);
    if (button == nullptr) continue;
    auto fields = forges_ ? EncodeForged(*button, fill) : EncodeForm(form, button, fill);
    if (!fields) return fields.error();
    std::string target = ResolveReference(at.page.url, form.action);
    if (forges_ && form.method != "post") return NotPosted("forge");
    if (form.method == "post") return Go("POST", target, *fields, false);
    return Go("GET", fmt::format("{}?{}", WithoutQuery(target), *fields), "", false);
  }
  return Error{
      at.page.status >= 500 ? "web.page" : "web.step",
      fmt::format("no button \"{}\" on {}; {}; the page: {}", step.words->text(),
                  PathOfPage(at.page), ListOf("buttons", ButtonsOf(forms)), DescribePage(at.page))};
}

Result<WebPlace> WebUser::Go(std::string method, std::string url, std::string body,
                             bool cross_site) {
  WebPlace place;
  for (int hop = 0; hop <= max_redirects_; ++hop) {
    const auto target = address_.TargetOf(url);
    if (!target) {
      place.left = url;
      return place;
    }
    auto page = Fetch(method, *target, body, cross_site);
    if (!page) return page.error();
    pages_.push_back(*page);
    place.page = std::move(page).value();
    const std::string location = place.page.headers.GetOr("Location");
    const int status = place.page.status;
    if (status < 300 || status >= 400 || location.empty()) return place;
    url = ResolveReference(place.page.url, location);
    if (status != 307 && status != 308) {
      method = "GET";
      body.clear();
    }
    // A redirect does not change who sent the user: Strict cookies stay away to its end.
  }
  return Error{"web.redirects",
               fmt::format("the application redirects for ever: more than {} redirects, the last "
                           "to {}",
                           max_redirects_, url)};
}

Result<Page> WebUser::Fetch(const std::string& method, const std::string& target,
                            const std::string& body, bool cross_site) {
  HttpHeaders headers;
  const std::size_t host = address_.shown.find("://") + 3;
  headers.Add("Host", address_.shown.substr(host));
  headers.Add("User-Agent", "aweber-conformance browser");
  headers.Add("Accept", "text/html,*/*;q=0.5");
  if (address_.shown != address_.real) {
    headers.Add("X-Forwarded-Proto", address_.shown.substr(0, host - 3));
    headers.Add("X-Forwarded-Host", address_.shown.substr(host));
    headers.Add("X-Forwarded-For", "127.0.0.1");
  }
  const std::string path(WithoutQuery(target));
  const auto shown = ParseUri(address_.shown);
  const bool secure = shown && (shown->scheme == "https" || IsLoopbackHost(shown->host));
  const std::string cookies = profile_.CookieHeader(path, secure, cross_site);
  if (!cookies.empty()) headers.Add("Cookie", cookies);
  if (!referrer_.empty()) headers.Add("Referer", referrer_);
  if (method == "POST") {
    headers.Add("Origin", forges_ ? kForger : address_.shown);
    headers.Add("Sec-Fetch-Site", forges_ ? "cross-site" : "same-origin");
    headers.Add("Content-Type", "application/x-www-form-urlencoded");
  }
  last_request_ = fmt::format("{} {}", method, address_.real + path);
  auto response = http_.Send(method, address_.real + target, headers, body, stop_);
  if (!response) {
    return Error{"web.network", fmt::format("{}: {}", last_request_, response.error().message)};
  }
  for (const std::string& line : response->headers.GetAll("Set-Cookie"))
    profile_.SetCookie(line, path);
  Page page;
  page.url = address_.shown + target;
  page.status = response->status;
  page.headers = response->headers;
  page.body = std::move(response->body);
  if (page.body.size() > kMaxKeptBody) page.body.resize(kMaxKeptBody);
  return page;
}

Result<std::string> EncodeForm(const HtmlForm& form, const HtmlField* button,
                               const std::vector<std::pair<std::string, std::string>>& fill) {
  Form sent;
  std::vector<std::string> names;
  std::vector<std::string> filled;
  for (const HtmlField& field : form.fields) {
    if (field.name.empty() || field.type == "button" || field.type == "reset") continue;
    if (field.Submits() && &field != button) continue;
    names.push_back(field.name);
    const auto typed = std::find_if(fill.begin(), fill.end(),
                                    [&](const auto& row) { return row.first == field.name; });
    const bool ticks = field.type == "checkbox" || field.type == "radio";
    if (typed != fill.end()) {
      filled.push_back(field.name);
      // One of several radio buttons is chosen by its value.
      if (field.type == "radio" && field.value != typed->second) continue;
      sent.Add(field.name, typed->second);
    } else if (!ticks || field.checked) {
      sent.Add(field.name, ticks && field.value.empty() ? "on" : field.value);
    }
  }
  for (const auto& [name, value] : fill) {
    if (std::find(filled.begin(), filled.end(), name) == filled.end()) {
      return Error{"web.step", fmt::format("the form has no field \"{}\"; its fields: {}", name,
                                           fmt::join(names, ", "))};
    }
  }
  return sent.Encode();
}

std::string PathOfPage(const Page& page) {
  const auto uri = ParseUri(page.url);
  return uri && !uri->path.empty() ? uri->path : "/";
}

std::string DescribePage(const Page& page, bool runs_scripts) {
  std::string words = IsHtml(page) ? VisibleText(page.body) : page.body;
  words = Beginning(std::move(words), 200);
  std::string text = fmt::format("status {} at {}: {}", page.status, WithoutQuery(page.url),
                                 words.empty() ? "an empty page" : words);
  if (!runs_scripts && IsHtml(page) && page.body.find("<script") != std::string::npos) {
    text +=
        " (the page has scripts, and the built-in browser runs none: where one does the work, take "
        "browser: chromium, or name the address that it opens in a step \"open\")";
  }
  if (IsHtml(page) && page.body.find("type=\"password\"") != std::string::npos) {
    text += " (the page asks for a password: a step \"submit\" with \"fill\" logs in)";
  }
  if (!runs_scripts && IsHtml(page) &&
      page.body.find("http-equiv=\"refresh\"") != std::string::npos) {
    text += " (it moves on by a meta refresh, which is not followed)";
  }
  return text;
}

}  // namespace aweber::conformance
