#include "conformance/browser/webdriver_user.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text/json.h"
#include "base/text/uri.h"

namespace aweber::conformance {
namespace {

constexpr Micros kLook = std::chrono::milliseconds(40);
// A step waits so long for what it needs; a page that has come to rest is looked at for a moment
// more, because scripts go on after it was loaded.
constexpr Micros kAppears = std::chrono::seconds(5);
constexpr Micros kRest = std::chrono::milliseconds(900);

// What can be followed or pressed, with the words on it.
constexpr const char* kActors = R"(
const all = [...document.querySelectorAll(
  'a[href], button, input[type=submit], input[type=image], [role=button]')];
// A field may be named "action", and then stands in the form's own property's place.
const of = (form, name) => form
  ? Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, name).get.call(form) : '';
return all.map(e => ({
  link: e.matches('a[href]'), href: e.getAttribute('href') || '', name: e.name || '', id: e.id || '',
  text: (e.innerText || e.value || '').replace(/\s+/g, ' ').trim(),
  form: e.form ? [...document.forms].indexOf(e.form) : -1,
  action: of(e.form, 'action'), method: of(e.form, 'method'), value: String(e.value || ''),
}));)";

constexpr const char* kPress = R"(
const all = document.querySelectorAll(
  'a[href], button, input[type=submit], input[type=image], [role=button]');
const one = all[arguments[0]];
for (const after of arguments[1]) setTimeout(() => one.click(), after);)";

// Milliseconds. The second press comes as fast as people press. Chromium at times drops the first
// one before it is sent: then the page is still there, and it is pressed again.
constexpr int kOnce[] = {0};
constexpr int kTwice[] = {0, 60, 400, 1200, 2000};

// What others can read on this page: other scripts, other users of the computer, extensions.
constexpr const char* kTraces = R"(
const found = [];
for (let i = 0; i < localStorage.length; ++i) {
  const key = localStorage.key(i);
  found.push(['localStorage "' + key + '"', localStorage.getItem(key)]);
}
found.push(['the title of the page', document.title]);
if (!window.caches) return found;
return (async () => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found.push(['the cache "' + name + '" of a service worker', request.url]);
    }
  }
  return found;
})();)";

// Another site's page opens a window and listens to whatever it is told.
constexpr const char* kPopup = R"(
window.heard = [];
addEventListener('message', e => heard.push(
  typeof e.data === 'string' ? e.data : JSON.stringify(e.data) ?? ''));
window.popup = window.open(arguments[0]);
return window.popup !== null;)";

constexpr const char* kFill = R"(
const field = document.forms[arguments[0]].elements[arguments[1]];
if (!field) return false;
field.value = arguments[2];
field.dispatchEvent(new Event('input', {bubbles: true}));
field.dispatchEvent(new Event('change', {bubbles: true}));
return true;)";

// Another site's page posts: a form made on that page, with the visible fields alone.
constexpr const char* kForge = R"(
const form = document.createElement('form');
form.method = 'post';
form.action = arguments[0];
for (const [name, value] of arguments[1]) {
  const field = document.createElement('input');
  field.name = name;
  field.value = value;
  form.append(field);
}
document.body.append(form);
setTimeout(() => form.submit(), 0);)";

std::string Shown(const Json& actors, bool links, bool addresses) {
  std::string text;
  for (const Json& actor : actors) {
    if (actor.value("link", false) != links) continue;
    text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ",
                        Beginning(actor.value(addresses ? "href" : "text", ""), 40));
    if (text.size() > 300) break;
  }
  const char* const what = links ? "links" : "buttons";
  return text.empty() ? fmt::format("there are no {} on it", what)
                      : fmt::format("{} there: {}", what, text);
}

// The place of the actor that `step` means among `actors`; -1 when there is none.
int FindActor(const WebStep& step, const Json& actors) {
  for (std::size_t i = 0; i < actors.size(); ++i) {
    const Json& actor = actors[i];
    const bool link = actor.value("link", false);
    if (step.kind == WebStep::Kind::kFollowHref) {
      if (link && step.words->Matches(actor.value("href", ""))) return static_cast<int>(i);
      continue;
    }
    // A button outside a form is a link to its user: scripts make both do the same.
    const bool in_form = actor.value("form", -1) >= 0;
    if (step.kind == WebStep::Kind::kSubmit ? link : in_form && !link) continue;
    for (const char* const word : {"text", "name", "id"}) {
      if (word != std::string_view("text") && step.kind != WebStep::Kind::kSubmit) continue;
      if (step.words->Matches(actor.value(word, ""))) return static_cast<int>(i);
    }
  }
  return -1;
}

// A browser's message repeats the address that it could not open, and that may hold a code.
std::string WithoutQueries(const std::string& text) {
  std::string out;
  bool in_query = false;
  for (const char c : text) {
    if (c == '?') in_query = true;
    if (c == ' ' || c == '\'' || c == '"' || c == '\n') in_query = false;
    if (!in_query) out += c;
  }
  return out;
}

// " ("Cookies?")" of chromedriver's "unexpected alert open: {Alert text : Cookies?}".
std::string WordsOfDialog(const std::string& message) {
  constexpr std::string_view kBefore = "{Alert text : ";
  const std::size_t at = message.find(kBefore);
  if (at == std::string::npos) return "";
  const std::string words = message.substr(at + kBefore.size());
  return fmt::format(" (\"{}\")", words.substr(0, words.rfind('}')));
}

}  // namespace

WebDriverUser::WebDriverUser(WebDriver& browser, BrowserFront& front, Clock& clock,
                             WebAddress address, std::stop_token stop)
    : browser_(browser),
      front_(front),
      clock_(clock),
      address_(std::move(address)),
      stop_(std::move(stop)) {
  browser_.StopWhen(stop_);
}

Error WebDriverUser::Problem(const Error& error) const {
  if (error.code == "webdriver.gone") return Error{"web.gone", error.message};
  if (error.code == "webdriver.unexpected alert open") {
    return Error{"web.step", fmt::format("the page asks in a JavaScript dialog, which is dismissed "
                                         "here{}: let it ask in the page, or not at all in tests",
                                         WordsOfDialog(error.message))};
  }
  return Error{"web.network", fmt::format("{}: {}", last_request_, WithoutQueries(error.message))};
}

Result<WebPlace> WebDriverUser::Open(const std::string& url, bool cross_site) {
  const std::string whole = url.starts_with('/') ? address_.shown + url : url;
  last_request_ = fmt::format("GET {}", WithoutQuery(whole));
  // The address bar is nobody's site: SameSite and Referer are true only where a page leads on.
  if (const Status opened = browser_.Open(cross_site ? front_.CourierUrl() : whole); !opened) {
    return Problem(opened.error());
  }
  if (cross_site) {
    const auto sent = browser_.Run("location.assign(arguments[0])", Json::array({whole}));
    if (!sent) return Problem(sent.error());
    if (const Status gone = LeaveCourier(); !gone) return gone.error();
  }
  return Where();
}

// A page of AWeber's site has sent the browser on: waits until it has gone.
Status WebDriverUser::LeaveCourier() {
  const Micros deadline = clock_.Steady() + kAppears;
  while (clock_.Steady() < deadline && clock_.SleepFor(kLook, stop_)) {
    const auto at = browser_.Url();
    if (!at) return Problem(at.error());
    if (*at != front_.CourierUrl()) break;
  }
  return {};
}

Result<WebPlace> WebDriverUser::Where() {
  const Micros deadline = clock_.Steady() + kAppears;
  std::string last;
  while (true) {
    const auto url = browser_.Url();
    if (!url) return Problem(url.error());
    const auto ready = browser_.Run("return document.readyState");
    if (!ready && ready.error().code == "webdriver.gone") return Problem(ready.error());
    const bool rests = ready && *ready == "complete" && *url == last;
    if (rests || clock_.Steady() >= deadline || stop_.stop_requested()) break;
    last = *url;
    clock_.SleepFor(kLook, stop_);
  }
  WebPlace place;
  const auto url = browser_.Url();
  if (!url) return Problem(url.error());
  if (!address_.TargetOf(*url)) {
    place.left = *url;
    return place;
  }
  place.page.status = 200;
  if (auto answered = front_.LastPage(*url)) place.page = std::move(*answered);
  place.page.url = *url;
  const auto html = browser_.Run("return document.documentElement.outerHTML");
  if (!html) return Problem(html.error());
  if (html->is_string()) place.page.body = html->get<std::string>();
  return place;
}

Result<WebPlace> WebDriverUser::Await(WebPlace at, const Wanted& good) {
  Micros rests_until = clock_.Steady() + kRest;
  const Micros deadline = clock_.Steady() + kAppears;
  while (!good(at) && clock_.Steady() < std::min(rests_until, deadline)) {
    if (!clock_.SleepFor(kLook, stop_)) break;
    auto now = Where();
    if (!now) return now;
    if (now->beside.empty()) now->beside = at.beside;
    const bool moved = now->left != at.left || now->page.body != at.page.body;
    if (moved) rests_until = clock_.Steady() + kRest;
    at = std::move(now).value();
  }
  return at;
}

Result<WebPlace> WebDriverUser::PlayFrom(WebPlace from, std::size_t first, const std::string& name,
                                         const std::vector<WebStep>& steps,
                                         const Variables& variables) {
  if (first == 0 && !steps.empty() && steps.front().kind != WebStep::Kind::kOpen) {
    if (const Status here = ComeBack(); !here) return here.error();
  }
  Result<WebPlace> at = std::move(from);
  for (std::size_t i = first; i < steps.size(); ++i) {
    if (!at->left.empty()) {
      return LeftBefore(name, i, at->left);
    }
    at = Do(steps[i], variables, kOnce);
    if (!at) return Error{at.error().code, fmt::format("{}[{}]: {}", name, i, at.error().message)};
  }
  return at;
}

// Steps that begin on the page that the user sees: one who went back to AWeber's comes forward again.
Status WebDriverUser::ComeBack() {
  const auto url = browser_.Url();
  if (!url) return Problem(url.error());
  if (address_.TargetOf(*url)) return {};
  last_request_ = "forward";
  if (const Status gone = browser_.Forward(); !gone) return Problem(gone.error());
  return {};
}

Result<WebPlace> WebDriverUser::PlayTwice(const std::string& name,
                                          const std::vector<WebStep>& steps,
                                          const Variables& variables) {
  auto before = Play(name, {steps.begin(), steps.end() - 1}, variables);
  if (!before || !before->left.empty()) return before;
  front_.HoldFirstPage();
  return Do(steps.back(), variables, kTwice);
}

Result<WebPlace> WebDriverUser::Act(const std::string& act) {
  last_request_ = act;
  const Status done = act == "back" ? browser_.Back() : browser_.Reload();
  if (!done) return Problem(done.error());
  return Where();
}

Result<WebPlace> WebDriverUser::OpenPopup(const std::string& url) {
  last_request_ = fmt::format("GET {}", WithoutQuery(url));
  if (const Status opened = browser_.Open(front_.CourierUrl()); !opened) {
    return Problem(opened.error());
  }
  const auto opener = browser_.Window();
  const auto before = browser_.Windows();
  if (!opener) return Problem(opener.error());
  if (!before) return Problem(before.error());
  const auto popped = browser_.Run(kPopup, Json::array({url}));
  if (!popped) return Problem(popped.error());
  const auto after = browser_.Windows();
  if (!after) return Problem(after.error());
  const auto popup = std::find_if(after->begin(), after->end(), [&](const std::string& one) {
    return std::find(before->begin(), before->end(), one) == before->end();
  });
  // One that closed itself at once has said what it had to say.
  if (popup == after->end()) {
    if (const Status closed = ClosePopup("", ""); !closed) return Problem(closed.error());
    return WebPlace{};
  }
  Result<WebPlace> place = WebPlace{};
  if (browser_.SwitchTo(*popup)) {
    place = Where();
    if (place) place = Await(*place, [](const WebPlace&) { return false; });
  }
  if (const Status closed = ClosePopup(*opener, *popup); !closed) return Problem(closed.error());
  // It may have closed itself meanwhile, as popups do.
  return place ? place : Result<WebPlace>(WebPlace{});
}

Status WebDriverUser::ClosePopup(const std::string& opener, const std::string& popup) {
  if (!popup.empty()) {
    if (browser_.SwitchTo(popup)) static_cast<void>(browser_.CloseWindow());
    if (Status back = browser_.SwitchTo(opener); !back) return back;
  }
  const auto heard = browser_.Run("return window.heard || []");
  if (!heard) return heard.error();
  std::string words;  // none is worth knowing too: somebody listened
  for (const Json& message : *heard) {
    if (message.is_string()) words += message.get<std::string>() + "\n";
  }
  heard_.push_back({"a message to the site that opened the window", std::move(words), true});
  return {};
}

std::vector<Page> WebDriverUser::TakePages() {
  std::vector<Page> pages = front_.TakePages();
  const auto last =
      std::find_if(pages.rbegin(), pages.rend(), [](const Page& page) { return page.shown; });
  if (last == pages.rend()) return pages;
  // A script may have written another address into the bar since.
  const auto url = browser_.Url();
  if (url && address_.TargetOf(*url)) last->url = *url;
  return pages;
}

std::vector<BrowserTrace> WebDriverUser::TakeTraces() {
  std::vector<BrowserTrace> traces = std::exchange(heard_, {});
  // Nothing is worth knowing too: every request of the page would have been seen.
  traces.push_back({"requests to other sites", "", true});
  for (BrowserTrace& trace : front_.TakeForeign()) traces.push_back(std::move(trace));
  const auto url = browser_.Url();
  if (!url || !address_.TargetOf(*url)) return traces;
  const auto found = browser_.Run(kTraces);
  if (!found || !found->is_array()) return traces;
  for (const Json& row : *found) {
    if (!row.is_array() || row.size() != 2 || !row[0].is_string() || !row[1].is_string()) continue;
    traces.push_back({row[0].get<std::string>(), row[1].get<std::string>(), false});
  }
  return traces;
}

Result<WebPlace> WebDriverUser::Do(const WebStep& step, const Variables& variables,
                                   std::span<const int> presses) {
  if (step.kind == WebStep::Kind::kOpen) {
    const auto path = Substitute(step.path, variables);
    if (!path) return path.error();
    return Open(*path, false);
  }
  const Micros deadline = clock_.Steady() + kAppears;
  while (true) {
    const auto actors = browser_.Run(kActors);
    if (!actors) return Problem(actors.error());
    const int found = FindActor(step, *actors);
    if (found >= 0) {
      const int form = (*actors)[static_cast<std::size_t>(found)].value("form", -1);
      if (const Status filled = Fill(step, form, variables); !filled) return filled.error();
      const auto before = browser_.Windows();
      const auto pressed =
          browser_.Run(kPress, Json::array({found, std::vector(presses.begin(), presses.end())}));
      if (!pressed) return Problem(pressed.error());
      const int seen = presses.size() > 1 ? front_.AwaitSecondPress() : 1;
      clock_.SleepFor(kLook, stop_);
      auto place = Where();
      if (place && place->left.empty() && before) place->beside = Beside(before->size());
      if (place) place->presses = seen;
      return place;
    }
    if (clock_.Steady() < deadline && clock_.SleepFor(kLook, stop_)) continue;
    auto place = Where();
    if (!place) return place;
    const bool submits = step.kind == WebStep::Kind::kSubmit;
    const bool by_address = step.kind == WebStep::Kind::kFollowHref;
    return Error{
        place->page.status >= 500 ? "web.page" : "web.step",
        fmt::format("no {} \"{}\" on {}; {}; the page: {}",
                    submits      ? "button"
                    : by_address ? "link to"
                                 : "link with the text",
                    step.words->text(), PathOfPage(place->page),
                    Shown(*actors, !submits, by_address), DescribePage(place->page, true))};
  }
}

// A user who stays on the page should be told what else came of pressing.
std::string WebDriverUser::Beside(std::size_t windows_before) {
  if (const auto windows = browser_.Windows(); windows && windows->size() > windows_before) {
    return "it opened a window of its own, which is not looked at: name the address that it opens "
           "in a step \"open\"";
  }
  if (const auto file = front_.Download()) {
    return fmt::format("{} is a download, which is refused here", PathOfPage(*file));
  }
  return "";
}

Status WebDriverUser::Fill(const WebStep& step, int form, const Variables& variables) {
  for (const auto& [name, value] : step.fill) {
    const auto filled = Substitute(value, variables);
    if (!filled) return filled.error();
    const auto done = browser_.Run(kFill, Json::array({form, name, *filled}));
    if (!done) return Problem(done.error());
    if (*done != true) {
      return Error{"web.step", fmt::format("the form has no field \"{}\"", name)};
    }
  }
  return {};
}

// The form's own address is read from the application's page, then a page of AWeber's site, which
// is another one, posts to it: what cookies come along is the browser's to say.
Result<WebPlace> WebDriverUser::Forge(const std::string& name, const std::vector<WebStep>& steps,
                                      const Variables& variables) {
  auto before = Play(name, {steps.begin(), steps.end() - 1}, variables);
  if (!before) return before;
  if (!before->left.empty()) return LeftBefore(name, steps.size() - 1, before->left);
  const auto actors = browser_.Run(kActors);
  if (!actors) return Problem(actors.error());
  const int found = FindActor(steps.back(), *actors);
  if (found < 0) return Error{"web.step", fmt::format("{}: there is no form to post", name)};
  const Json& button = (*actors)[static_cast<std::size_t>(found)];
  if (button.value("form", -1) < 0) {
    return Error{"web.step", fmt::format("{}: \"{}\" is in no form that could be posted", name,
                                         steps.back().words->text())};
  }
  if (button.value("method", "") != "post") return NotPosted(name);
  if (const Status opened = browser_.Open(front_.CourierUrl()); !opened) {
    return Problem(opened.error());
  }
  Json fields = Json::array();
  if (const std::string field = button.value("name", ""); !field.empty()) {
    fields.push_back(Json::array({field, button.value("value", "")}));
  }
  for (const auto& [field, value] : steps.back().fill) {
    fields.push_back(Json::array({field, Substitute(value, variables).value_or("")}));
  }
  const auto posted = browser_.Run(kForge, Json::array({button.value("action", ""), fields}));
  if (!posted) return Problem(posted.error());
  if (const Status gone = LeaveCourier(); !gone) return gone.error();
  return Where();
}

BrowserEvidence WebDriverUser::TakeEvidence(std::stop_token stop) {
  browser_.StopWhen(std::move(stop));
  BrowserEvidence evidence;
  if (auto png = browser_.Screenshot()) evidence.screenshot_png_base64 = std::move(png).value();
  for (const Json& line : browser_.Console()) {
    evidence.console.push_back(
        fmt::format("{} {}", line.value("level", ""), Beginning(line.value("message", ""), 500)));
    if (evidence.console.size() == 20) break;
  }
  return evidence;
}

}  // namespace aweber::conformance
