// The operations of a case: what each kind of step asks of the driver, the browser and the mock.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "conformance/driver/features.h"
#include "conformance/judge/step_reply.h"
#include "conformance/run/case_player.h"

namespace aweber::conformance {

using mock::Step;

namespace {

// "A" of "A/2", the second tab of A's browser.
std::string PersonOf(const std::string& session) { return session.substr(0, session.find('/')); }

// How a program is run otherwise than usual; other clients than programs take no notice.
void AddProcessMembers(const Step& step, Json& members) {
  if (step.kill_at_write > 0) members["kill_at_write"] = step.kill_at_write;
  if (step.clock > Micros::zero()) {
    members["clock_s"] = std::chrono::duration_cast<std::chrono::seconds>(step.clock).count();
  }
}

}  // namespace

const CasePlayer::OpRow CasePlayer::kOps[] = {
    {"authorize", &CasePlayer::Authorize},
    {"consent", &CasePlayer::Consent},
    {"callback", &CasePlayer::Callback},
    {"call", &CasePlayer::Call},
    {"refresh", &CasePlayer::Refresh},
    {"revoke", &CasePlayer::SimpleOperation},
    {"token", &CasePlayer::SimpleOperation},
    {"advance", &CasePlayer::Advance},
    {"restart", &CasePlayer::Restart},
    {"expire", &CasePlayer::EndTokens},
    {"revoke_tokens", &CasePlayer::EndTokens},
    {"release", &CasePlayer::Release},
    {"forge", &CasePlayer::Forge},
    {"browser", &CasePlayer::MoveBrowser},
    {"logout", &CasePlayer::SimpleOperation},
    {"store", &CasePlayer::LimitStore},
};

const CasePlayer::OpRow* CasePlayer::FindOp(std::string_view op) {
  const auto row = std::find_if(std::begin(kOps), std::end(kOps),
                                [&](const OpRow& candidate) { return candidate.op == op; });
  return row == std::end(kOps) ? nullptr : row;
}

void CasePlayer::Authorize(const Step& step, StepObservation& seen, Json& note) {
  Json members = About(step.session);
  if (step.twice) members["twice"] = true;
  if (!Ask("authorize", std::move(members), seen, note)) return;
  UserSession& session = SessionOf(step.session);
  session.no_url = seen.reply == StepObservation::Reply::kOk ? "" : DescribeReply(seen);
  if (!session.no_url.empty()) return;
  session.url = JsonString(seen.ok, "url").value_or("");
  session.redirect.clear();
  session.at.reset();
  seen.produced_url = session.url;
  if (!step.visit) return;
  const std::string endpoint = played_.base_url + "/oauth2/authorize";
  const std::string path(WithoutQuery(session.url));
  if (path != endpoint) {
    return CannotPlay(note, seen,
                      "the browser did not open the URL: it does not go to the authorize_url that "
                      "the client was given, " +
                          endpoint);
  }
  session.browser.emplace(context_.server, played_.base_url + "/oauth2/");
  KeepStop(session, session.browser->Visit(session.url), seen, note);
  seen.produced_url = session.url;
}

void CasePlayer::Consent(const Step& step, StepObservation& seen, Json& note) {
  UserSession& session = SessionOf(step.session);
  note["decision"] = step.decision;
  if (step.decision == "abandon") return;
  if (!session.browser || !session.at) {
    return CannotPlay(note, seen, "no authorization page is open");
  }
  if (!session.redirect.empty()) {
    // The page had nothing to ask: the customer had agreed before.
    note["browser"] = "was redirected without a question";
    seen.produced_url = session.redirect;
    return;
  }
  ConsentAnswer answer{session.account.username, session.account.password, step.decision != "deny"};
  if (step.decision == "wrong-password") answer.password += "-mistyped";
  if (step.decision == "developer-account") {
    for (const mock::UserAccount& account : played_.space->accounts()) {
      if (account.developer) answer = {account.username, account.password, true};
    }
  }
  KeepStop(session, session.browser->Answer(*session.at, answer), seen, note);
}

void CasePlayer::KeepStop(UserSession& session, Result<BrowserStop> stop, StepObservation& seen,
                          Json& note) {
  if (!stop) return CannotPlay(note, seen, stop.error().message);
  if (stop->redirect.empty()) stop->redirect = CopiedCode(session);
  const std::lock_guard lock(mutex_);  // another session may look at this one's code
  session.at = *stop;
  if (stop->redirect.empty()) {
    std::string words = VisibleText(stop->body);
    if (words.size() > 300) words = words.substr(0, 300) + "...";
    note["browser"] = fmt::format("shows a page, status {}: {}", stop->status, words);
    return;
  }
  session.redirect = stop->redirect;
  note["browser"] = "was redirected to " + stop->redirect;
  seen.produced_url = stop->redirect;
  const std::size_t mark = std::min(stop->redirect.find('?'), stop->redirect.size());
  const Form query = ParseForm(stop->redirect.substr(std::min(mark + 1, stop->redirect.size())));
  session.code = query.GetOr("code");
  session.state = query.GetOr("state");
}

// Out of band nothing is redirected: the customer copies the code from the page into the program.
// The driver gets it as a callback all the same, with the session's own state and the issuer,
// since the program knows for whom it asks and where it sent them.
std::string CasePlayer::CopiedCode(const UserSession& session) {
  const std::string& redirect_uri = scenario_.server.client.redirect_uri;
  if (redirect_uri != kOutOfBand) return "";
  std::string code;
  for (const mock::TokenInfo& token : played_.space->Tokens()) {
    if (token.kind == "code" && token.state == "live") code = token.value;
  }
  if (code.empty()) return "";
  const std::size_t mark = std::min(session.url.find('?'), session.url.size());
  const Form asked = ParseForm(session.url.substr(std::min(mark + 1, session.url.size())));
  Form query{{"code", code}};
  if (const auto state = asked.Get("state")) query.Add("state", *state);
  if (played_.space->settings().iss_parameter) query.Add("iss", played_.base_url);
  return redirect_uri + "?" + query.Encode();
}

void CasePlayer::Callback(const Step& step, StepObservation& seen, Json& note) {
  const UserSession& source = SessionOf(step.from.empty() ? step.session : step.from);
  std::string url = source.redirect;
  const Variables variables = VariablesFor(step.session);
  if (!step.unsolicited.empty()) {
    auto whole = Substitute(step.unsolicited, variables);
    if (!whole) return CannotPlay(note, seen, whole.error().message);
    url = *whole;
    seen.tampers.push_back("unsolicited");
  }
  if (url.empty()) {
    return CannotPlay(
        note, seen,
        source.no_url.empty()
            ? "the browser was never redirected, so there is no callback"
            : "there is no callback: the client built no authorization URL; " + source.no_url);
  }
  const auto tampered = TamperCallback(url, step.tamper, variables);
  if (!tampered) return CannotPlay(note, seen, tampered.error().message);
  for (const mock::CallbackTamper& tamper : step.tamper) {
    seen.tampers.push_back(DescribeTamper(tamper));
  }
  if (!step.from.empty()) seen.tampers.push_back("from session " + step.from);
  seen.tampers_text = fmt::format("{}", fmt::join(seen.tampers, ", "));
  seen.sent_url = *tampered;
  if (!seen.tampers.empty()) note["tampered"] = seen.tampers;
  note["url"] = seen.sent_url;
  Json members = About(step.session);
  members["url"] = seen.sent_url;
  if (step.popup) members["popup"] = true;
  Ask("callback", std::move(members), seen, note);
}

void CasePlayer::Call(const Step& step, StepObservation& seen, Json& note) {
  auto path = Substitute(step.path, VariablesFor(step.session));
  if (!path) return CannotPlay(note, seen, path.error().message);
  const bool absolute = path->find("://") != std::string::npos;
  seen.sent_url = absolute ? *path : api_url_ + *path;
  note["method"] = step.method;
  note["url"] = seen.sent_url;
  Json members = About(step.session);
  members["method"] = step.method;
  members["url"] = seen.sent_url;
  if (step.body.is_object()) members["body"] = step.body;
  AddProcessMembers(step, members);
  Ask("call", std::move(members), seen, note);
}

// A client without a "refresh now" refreshes when its access token is over: then its next API
// request, as good as any, brings the refresh about. The step is that request.
void CasePlayer::Refresh(const Step& step, StepObservation& seen, Json& note) {
  const RefreshWay way =
      context_.client == nullptr ? RefreshWay::kManual : WayToRefresh(*context_.client);
  if (way == RefreshWay::kManual) return SimpleOperation(step, seen, note);
  if (way == RefreshWay::kOn401) {
    // Without a consent page every session is the first customer's.
    const bool one_customer = played_.space->settings().auto_approve;
    const std::string& username = SessionOf(step.session).account.username;
    for (const mock::TokenInfo& token : played_.space->Tokens()) {
      if (token.kind == "access_token" && token.state == "live" &&
          (one_customer || token.username == username)) {
        static_cast<void>(played_.space->ExpireToken(token.label));
      }
    }
    note["refresh"] = "the access token was ended at the server; the next API request finds out";
  } else {
    AwaitExpiry(note);
  }
  Step call = step;
  call.method = "GET";
  call.path = "/accounts";
  seen.op = "call";
  Call(call, seen, note);
}

// Nobody can move the client's own clock: its tokens live one second (Prepare), and that is waited
// for, and the next full second for clients that count whole ones.
void CasePlayer::AwaitExpiry(Json& note) {
  constexpr Micros kOver = std::chrono::milliseconds(2100);
  std::optional<UnixTime> issued;
  for (const JournalEntry& entry : played_.space->journal().Entries()) {
    if (entry.endpoint == mock::Endpoint::kToken && entry.status == 200) {
      issued = entry.finished_real_time;
    }
  }
  note["refresh"] = "the client's own clock was waited for: its access token lives one second";
  if (!issued) return;
  const auto left = *issued + kOver - context_.clock.Now();
  if (left > Micros::zero()) context_.clock.SleepFor(std::chrono::duration_cast<Micros>(left));
}

void CasePlayer::SimpleOperation(const Step& step, StepObservation& seen, Json& note) {
  Json members = About(step.session);
  AddProcessMembers(step, members);
  Ask(step.op, std::move(members), seen, note);
}

void CasePlayer::Forge(const Step& step, StepObservation& seen, Json& note) {
  note["form"] = step.form;
  Json members = About(step.session);
  members["form"] = step.form;
  Ask("forge", std::move(members), seen, note);
}

void CasePlayer::MoveBrowser(const Step& step, StepObservation& seen, Json& note) {
  note["act"] = step.act;
  Json members = About(step.session);
  members["act"] = step.act;
  Ask("browser", std::move(members), seen, note);
}

Json CasePlayer::About(const std::string& session) const {
  const std::string person = PersonOf(session);
  Json members = {{"case", case_name_}, {"session", person}};
  if (person != session) members["tab"] = session.substr(person.size() + 1);
  return members;
}

void CasePlayer::Advance(const Step& step, StepObservation& seen, Json& note) {
  static_cast<void>(seen);
  const auto expired = step.to == "next_expiry" ? played_.space->AdvanceToNextExpiry()
                                                : played_.space->Advance(step.by);
  Json labels = Json::array();
  for (const mock::Expiry& expiry : expired) labels.push_back(expiry.label);
  note["now"] = FormatRfc3339(played_.space->Now());
  note["expired"] = std::move(labels);
}

void CasePlayer::Restart(const Step& step, StepObservation& seen, Json& note) {
  static_cast<void>(seen);
  note["kill"] = step.kill;
  context_.driver.Stop(step.kill);
  const auto identity = context_.driver.Start();
  if (!identity) {
    const std::lock_guard lock(mutex_);
    played_.driver_error = identity.error();
    played_.driver_gone = true;
    return;
  }
  Open();
}

// A change is made on a page that the user has open already: what that page reads would meet the
// end of the token first.
void CasePlayer::ApproachNextCall(const Step& step, Json& note) {
  if (context_.client == nullptr || !context_.client->calls) return;
  const auto& steps = scenario_.steps;
  auto next = std::find_if(steps.begin(), steps.end(),
                           [&](const Step& one) { return one.label == step.label; });
  if (next == steps.end() || ++next == steps.end()) return;
  if (next->op != "call" || next->method == "GET") return;
  const auto path = Substitute(next->path, VariablesFor(next->session));
  if (!path) return;
  Json members = About(next->session);
  members["method"] = next->method;
  members["url"] = api_url_ + *path;
  StepObservation approached;
  note["approach"] = Json::object();
  Ask("approach", std::move(members), approached, note["approach"]);
}

void CasePlayer::EndTokens(const Step& step, StepObservation& seen, Json& note) {
  if (step.op == "expire") ApproachNextCall(step, note);
  const UserSession& session = SessionOf(step.session);
  const auto code = played_.space->FindToken(session.code);
  if (session.code.empty() || !code) {
    return CannotPlay(note, seen, "the session has no tokens to end");
  }
  Json ended = Json::array();
  if (step.op == "revoke_tokens") {
    if (played_.space->RevokeToken(code->grant_label).ok()) ended.push_back(code->grant_label);
  } else {
    for (const mock::TokenInfo& token : played_.space->Tokens()) {
      const bool ends = token.grant_label == code->grant_label && token.kind == "access_token" &&
                        token.state == "live";
      if (ends && played_.space->ExpireToken(token.label).ok()) ended.push_back(token.label);
    }
  }
  note["ended"] = std::move(ended);
  if (!step.by_clock) return;
  SetTokenLife(usual_ttl_s_);
  AwaitOwnClock();
}

// Lets the first requests arrive at the gate, or there would be nothing to free. Where the steps
// beside it are done, none will come.
void CasePlayer::Release(const Step& step, StepObservation& seen, Json& note) {
  static_cast<void>(seen);
  if (step.settled) return ReleaseSettled(step, note);
  const auto waits = [&] {
    for (const auto& gate : played_.space->Gates()) {
      if (gate.name == step.gate && gate.waiting > 0) return true;
    }
    return false;
  };
  const Micros deadline = context_.clock.Steady() + OperationTimeout() / 2;
  while (!waits() && asking_ > 0 && !Broken() && context_.clock.Steady() < deadline) {
    context_.clock.SleepFor(std::chrono::milliseconds(1));
  }
  note["freed"] = played_.space->ReleaseGate(step.gate);
}

bool CasePlayer::Ask(const std::string& op, Json members, StepObservation& seen, Json& note) {
  const auto reply = context_.driver.Send(op, std::move(members), OperationTimeout());
  if (BrowserEvidence shown = context_.driver.TakeEvidence();
      !shown.screenshot_png_base64.empty() || !shown.console.empty()) {
    if (!shown.screenshot_png_base64.empty()) {
      note["screenshot"] = "data:image/png;base64," + shown.screenshot_png_base64;
    }
    if (!shown.console.empty()) note["console"] = shown.console;
  }
  if (!reply) {
    note["reply"] = {{"broken", reply.error().message}, {"code", reply.error().code}};
    BreakDriver(reply.error(), seen.label);
    return false;
  }
  seen.pages = context_.driver.TakePages();
  for (const Page& page : seen.pages) {
    note["pages"].push_back(fmt::format("{} {}", page.status, page.url));
  }
  seen.traces = context_.driver.TakeTraces();
  switch (reply->kind) {
    case Reply::Kind::kOk:
      seen.reply = StepObservation::Reply::kOk;
      seen.ok = reply->ok;
      note["reply"] = {{"ok", reply->ok}};
      break;
    case Reply::Kind::kErr:
      seen.reply = StepObservation::Reply::kErr;
      seen.err = reply->err;
      seen.err_kind = reply->err_kind;
      seen.err_message = reply->err_message;
      note["reply"] = {{"err", reply->err}};
      break;
    case Reply::Kind::kUnsupported:
      seen.reply = StepObservation::Reply::kUnsupported;
      seen.err_message = reply->feature;
      note["reply"] = {{"unsupported", {{"feature", reply->feature}}}};
      break;
  }
  return true;
}

void CasePlayer::CannotPlay(Json& note, const StepObservation& seen, const std::string& why) {
  note["not_played"] = why;
  const std::lock_guard lock(mutex_);
  played_.notes.push_back(fmt::format("step {}: {}", seen.label, why));
}

UserSession& CasePlayer::SessionOf(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const std::string person = PersonOf(name);
  if (person != name && sessions_.count(person) > 0) {
    sessions_[name].account = sessions_[person].account;
  }
  UserSession& session = sessions_[name];
  if (!session.account.username.empty()) return session;
  // The first session is the mock's own customer; each further one is a customer of its own, so
  // that tokens that cross over are seen.
  for (const mock::UserAccount& account : played_.space->accounts()) {
    if (!account.developer && session.account.username.empty()) session.account = account;
  }
  if (sessions_.size() > 1) {
    session.account.username = fmt::format("customer-{}@example.com", name);
    session.account.company = "Customer " + name;
    session.account.account_id += static_cast<std::int64_t>(sessions_.size());
    played_.space->AddAccount(session.account);
  }
  return session;
}

Variables CasePlayer::VariablesFor(const std::string& own) {
  const std::lock_guard lock(mutex_);
  Variables variables;
  for (const auto& [name, session] : sessions_) {
    for (const std::string& prefix : {name + ".", name == own ? std::string() : name + "."}) {
      variables[prefix + "code"] = session.code;
      variables[prefix + "state"] = session.state;
    }
  }
  variables["other"] = context_.server.other_origin() + played_.space->path_prefix();
  variables["base"] = played_.base_url;
  variables["api"] = api_url_;
  variables["redirect_uri"] = scenario_.server.client.redirect_uri;
  return variables;
}

}  // namespace aweber::conformance
