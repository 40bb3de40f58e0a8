#include "conformance/player.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "base/crypto.h"
#include "base/form.h"
#include "base/random.h"
#include "base/uri.h"
#include "conformance/browser.h"
#include "conformance/features.h"
#include "conformance/tamper.h"

namespace aweber::conformance {
namespace {

using mock::Scenario;
using mock::Step;

// Real time that a reply already sent may take to be noted down in the journal.
constexpr int kSettleMs = 500;
constexpr Micros kCloseTimeout = std::chrono::seconds(5);

// One user of the integration.
struct Session {
  std::optional<Browser> browser;
  mock::UserAccount account;
  std::string url;                // the client's authorization URL
  std::optional<BrowserStop> at;  // where the browser stands
  std::string redirect;           // the callback URL as the mock sent it
  std::string code, state;
};

class CasePlayer {
 public:
  CasePlayer(const PlayerContext& context, const Scenario& scenario, int repetition)
      : context_(context), scenario_(scenario), repetition_(repetition) {}

  PlayedCase Play();

 private:
  struct OpRow {
    std::string_view op;
    void (CasePlayer::*run)(const Step&, StepObservation&, Json&);
  };
  static const OpRow kOps[];

  Status Prepare();
  bool Open();
  void RunSteps(const std::vector<Step>& steps, const std::string& suffix);
  void RunStep(const Step& step, const std::string& suffix);
  void RunParallel(const Step& step, const std::string& suffix);
  void Observe(const Step& step, const std::string& suffix, std::size_t slot);

  void Authorize(const Step& step, StepObservation& seen, Json& note);
  void Consent(const Step& step, StepObservation& seen, Json& note);
  void Callback(const Step& step, StepObservation& seen, Json& note);
  void Call(const Step& step, StepObservation& seen, Json& note);
  void SimpleOperation(const Step& step, StepObservation& seen, Json& note);
  void Advance(const Step& step, StepObservation& seen, Json& note);
  void Restart(const Step& step, StepObservation& seen, Json& note);
  void EndTokens(const Step& step, StepObservation& seen, Json& note);
  void Release(const Step& step, StepObservation& seen, Json& note);

  bool Ask(const std::string& op, Json members, StepObservation& seen, Json& note);
  void KeepStop(Session& session, Result<BrowserStop> stop, StepObservation& seen, Json& note);
  std::string CopiedCode(const Session& session);
  void CannotPlay(Json& note, const StepObservation& seen, const std::string& why);
  Session& SessionOf(const std::string& name);
  Variables VariablesFor(const std::string& session);
  Micros OperationTimeout();
  void BreakDriver(Error error);
  bool Broken();
  void Settle();

  const PlayerContext& context_;
  const Scenario& scenario_;
  const int repetition_;
  std::string case_name_;
  std::string store_dir_;
  Micros started_{0};
  std::mutex mutex_;  // everything below while steps run in parallel
  std::map<std::string, Session> sessions_;
  PlayedCase played_;
};

const CasePlayer::OpRow CasePlayer::kOps[] = {
    {"authorize", &CasePlayer::Authorize},     {"consent", &CasePlayer::Consent},
    {"callback", &CasePlayer::Callback},       {"call", &CasePlayer::Call},
    {"refresh", &CasePlayer::SimpleOperation}, {"revoke", &CasePlayer::SimpleOperation},
    {"token", &CasePlayer::SimpleOperation},   {"advance", &CasePlayer::Advance},
    {"restart", &CasePlayer::Restart},         {"expire", &CasePlayer::EndTokens},
    {"revoke_tokens", &CasePlayer::EndTokens}, {"release", &CasePlayer::Release},
};

PlayedCase CasePlayer::Play() {
  started_ = context_.clock.Steady();
  if (const Status prepared = Prepare(); !prepared) {
    played_.harness_error = prepared.error();
    return std::move(played_);
  }
  context_.driver.TakeStderr();  // what came late belongs to no case that can still be told
  context_.driver.TakeWarnings();
  if (Open()) {
    RunSteps(scenario_.steps, "");
    if (!Broken()) {
      const auto closed = context_.driver.Send("close", {{"case", case_name_}}, kCloseTimeout);
      if (!closed) BreakDriver(closed.error());
    }
  }
  Settle();
  played_.stderr_text = context_.driver.TakeStderr();
  played_.warnings = context_.driver.TakeWarnings();
  const std::chrono::duration<double, std::milli> took = context_.clock.Steady() - started_;
  played_.duration_ms = took.count();
  return std::move(played_);
}

Status CasePlayer::Prepare() {
  case_name_ = SpaceName(context_.seed, scenario_.id, repetition_);
  mock::SpaceOptions options;
  options.name = case_name_;
  options.settings =
      mock::SettingsFor(mock::ProfileFromName(context_.profile).value_or(mock::Profile::kAWeber));
  options.seed = SeededRandom(context_.seed, case_name_).NextU64();
  auto space = context_.server.CreateSpace(options);
  if (!space) return space.error();
  played_.space = *space;
  const auto registered = context_.server.Play(*played_.space, scenario_);
  if (!registered) return registered.error();
  const mock::ScenarioClient& client = scenario_.server.client;
  played_.registered_secret = registered->secret;
  played_.client_id = client.told_client_id.value_or(registered->id);
  played_.client_secret = client.told_client_secret.value_or(registered->secret);
  played_.redirect_uri = client.told_redirect_uri.value_or(client.redirect_uri);
  played_.base_url = context_.server.base_url() + played_.space->path_prefix();
  played_.authorize_url = played_.base_url + "/oauth2/authorize";
  if (!client.authorize_query.empty()) {
    played_.authorize_url = AppendQuery(played_.authorize_url, client.authorize_query);
  }
  store_dir_ = context_.store_root + "/" + case_name_;
  std::error_code failure;
  std::filesystem::create_directory(store_dir_, failure);
  if (failure) return Error{"file.mkdir", store_dir_ + ": " + failure.message()};
  return {};
}

bool CasePlayer::Open() {
  const bool is_public = scenario_.server.client.type == "public";
  Json members = {{"case", case_name_},
                  {"authorize_url", played_.authorize_url},
                  {"token_url", played_.base_url + "/oauth2/token"},
                  {"revoke_url", played_.base_url + "/oauth2/revoke"},
                  {"api_url", played_.base_url + "/1.0"},
                  {"client_type", scenario_.server.client.type},
                  {"client_id", played_.client_id}};
  if (!is_public) members["client_secret"] = played_.client_secret;
  members["redirect_uri"] = played_.redirect_uri;
  members["scopes"] = scenario_.server.client.scopes;
  members["store_dir"] = store_dir_;
  const auto reply = context_.driver.Send("open", std::move(members), OperationTimeout());
  if (!reply) {
    BreakDriver(reply.error());
    return false;
  }
  if (reply->kind != Reply::Kind::kOk) {
    played_.driver_error =
        Error{"driver.open",
              fmt::format("the driver refused to open the case: {} {}",
                          reply->kind == Reply::Kind::kErr ? reply->err_kind : "unsupported",
                          reply->err_message)};
    return false;
  }
  return true;
}

void CasePlayer::RunSteps(const std::vector<Step>& steps, const std::string& suffix) {
  for (const Step& step : steps) {
    if (Broken()) return;
    RunStep(step, suffix);
  }
}

void CasePlayer::RunStep(const Step& step, const std::string& suffix) {
  if (step.op == "parallel") return RunParallel(step, suffix);
  if (step.op == "repeat") {
    for (int time = 1; time <= step.times && !Broken(); ++time) {
      RunSteps(step.steps, time == 1 ? suffix : fmt::format("{}@{}", suffix, time));
    }
    return;
  }
  std::size_t slot = 0;
  {
    const std::lock_guard lock(mutex_);
    slot = played_.steps.size();
    played_.steps.emplace_back();
    played_.transcript.push_back(Json::object());
  }
  Observe(step, suffix, slot);
}

// Slots are taken in the order of the file before anything runs, so that the observations of a run
// have one order whatever the threads do.
void CasePlayer::RunParallel(const Step& step, const std::string& suffix) {
  const std::size_t first = played_.steps.size();
  for (std::size_t i = 0; i < step.steps.size(); ++i) {
    played_.steps.emplace_back();
    played_.transcript.push_back(Json::object());
    SessionOf(step.steps[i].session);
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < step.steps.size(); ++i) {
    threads.emplace_back([&, i] { Observe(step.steps[i], suffix, first + i); });
  }
  for (std::thread& thread : threads) thread.join();
}

void CasePlayer::Observe(const Step& step, const std::string& suffix, std::size_t slot) {
  StepObservation seen;
  seen.label = step.label + suffix;
  seen.op = step.op;
  seen.session = step.session;
  Json note = {{"label", seen.label}, {"op", step.op}, {"session", step.session}};
  seen.first_sequence = played_.space->journal().LastSequence() + 1;
  const auto row = std::find_if(std::begin(kOps), std::end(kOps),
                                [&](const OpRow& candidate) { return candidate.op == step.op; });
  if (row == std::end(kOps)) {
    CannotPlay(note, seen, "this step cannot be played here");
  } else {
    (this->*row->run)(step, seen, note);
  }
  seen.last_sequence = played_.space->journal().LastSequence();
  note["requests"] = {seen.first_sequence, seen.last_sequence};
  const std::lock_guard lock(mutex_);
  played_.steps[slot] = std::move(seen);
  played_.transcript[slot] = std::move(note);
}

void CasePlayer::Authorize(const Step& step, StepObservation& seen, Json& note) {
  if (!Ask("authorize", {{"case", case_name_}, {"session", step.session}}, seen, note)) return;
  if (seen.reply != StepObservation::Reply::kOk) return;
  Session& session = SessionOf(step.session);
  session.url = JsonString(seen.ok, "url").value_or("");
  session.redirect.clear();
  session.at.reset();
  seen.produced_url = session.url;
  if (!step.visit) return;
  const std::string endpoint = played_.base_url + "/oauth2/authorize";
  const std::string path = session.url.substr(0, session.url.find_first_of("?#"));
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
  Session& session = SessionOf(step.session);
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

void CasePlayer::KeepStop(Session& session, Result<BrowserStop> stop, StepObservation& seen,
                          Json& note) {
  if (!stop) return CannotPlay(note, seen, stop.error().message);
  session.at = *stop;
  if (stop->redirect.empty()) stop->redirect = CopiedCode(session);
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
// The driver gets it as a callback all the same, with the session's own state, since the program
// knows for which session it asks.
std::string CasePlayer::CopiedCode(const Session& session) {
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
  return redirect_uri + "?" + query.Encode();
}

void CasePlayer::Callback(const Step& step, StepObservation& seen, Json& note) {
  const Session& source = SessionOf(step.from.empty() ? step.session : step.from);
  std::string url = source.redirect;
  const Variables variables = VariablesFor(step.session);
  if (!step.unsolicited.empty()) {
    auto whole = Substitute(step.unsolicited, variables);
    if (!whole) return CannotPlay(note, seen, whole.error().message);
    url = *whole;
    seen.tampers.push_back("unsolicited");
  }
  if (url.empty()) {
    return CannotPlay(note, seen, "the browser was never redirected, so there is no callback");
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
  Ask("callback", {{"case", case_name_}, {"session", step.session}, {"url", seen.sent_url}}, seen,
      note);
}

void CasePlayer::Call(const Step& step, StepObservation& seen, Json& note) {
  auto path = Substitute(step.path, VariablesFor(step.session));
  if (!path) return CannotPlay(note, seen, path.error().message);
  const bool absolute = path->find("://") != std::string::npos;
  seen.sent_url = absolute ? *path : played_.base_url + "/1.0" + *path;
  note["method"] = step.method;
  note["url"] = seen.sent_url;
  Json members = {{"case", case_name_},
                  {"session", step.session},
                  {"method", step.method},
                  {"url", seen.sent_url}};
  if (step.body.is_object()) members["body"] = step.body;
  Ask("call", std::move(members), seen, note);
}

void CasePlayer::SimpleOperation(const Step& step, StepObservation& seen, Json& note) {
  Ask(step.op, {{"case", case_name_}, {"session", step.session}}, seen, note);
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

void CasePlayer::EndTokens(const Step& step, StepObservation& seen, Json& note) {
  const Session& session = SessionOf(step.session);
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
}

// Lets the first requests arrive at the gate, or there would be nothing to free.
void CasePlayer::Release(const Step& step, StepObservation& seen, Json& note) {
  static_cast<void>(seen);
  const auto waits = [&] {
    for (const auto& gate : played_.space->Gates()) {
      if (gate.name == step.gate && gate.waiting > 0) return true;
    }
    return false;
  };
  const Micros deadline = context_.clock.Steady() + OperationTimeout() / 2;
  while (!waits() && !Broken() && context_.clock.Steady() < deadline) {
    context_.clock.SleepFor(std::chrono::milliseconds(1));
  }
  note["freed"] = played_.space->ReleaseGate(step.gate);
}

bool CasePlayer::Ask(const std::string& op, Json members, StepObservation& seen, Json& note) {
  const auto reply = context_.driver.Send(op, std::move(members), OperationTimeout());
  if (!reply) {
    note["reply"] = {{"broken", reply.error().message}};
    BreakDriver(reply.error());
    return false;
  }
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

Session& CasePlayer::SessionOf(const std::string& name) {
  const std::lock_guard lock(mutex_);
  Session& session = sessions_[name];
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
  variables["api"] = played_.base_url + "/1.0";
  variables["redirect_uri"] = scenario_.server.client.redirect_uri;
  return variables;
}

Micros CasePlayer::OperationTimeout() {
  const Micros left = scenario_.limits.whole - (context_.clock.Steady() - started_);
  return std::max(std::min(scenario_.limits.operation, left), Micros(std::chrono::milliseconds(1)));
}

void CasePlayer::BreakDriver(Error error) {
  const Micros spent = context_.clock.Steady() - started_;
  if (error.code == "driver.timeout" && spent >= scenario_.limits.whole) {
    error.message += fmt::format("; the whole case is over its limit of {:g} s",
                                 std::chrono::duration<double>(scenario_.limits.whole).count());
  }
  const std::lock_guard lock(mutex_);
  if (!played_.driver_error) played_.driver_error = std::move(error);
}

bool CasePlayer::Broken() {
  const std::lock_guard lock(mutex_);
  return played_.driver_error.has_value();
}

// A client can have its reply before the server has noted that it left.
void CasePlayer::Settle() {
  for (const JournalEntry& entry : played_.space->journal().Entries()) {
    if (entry.state != mock::EntryState::kOpen || entry.fault == "hang") continue;
    played_.space->journal().Wait(
        entry.sequence - 1,
        [&](const JournalEntry& now) {
          return now.sequence == entry.sequence && now.state != mock::EntryState::kOpen;
        },
        kSettleMs);
  }
}

}  // namespace

PlayedCase PlayCase(const PlayerContext& context, const Scenario& scenario, int repetition) {
  return CasePlayer(context, scenario, repetition).Play();
}

std::string SpaceName(std::uint64_t seed, const std::string& scenario_id, int repetition) {
  const std::string material = fmt::format("{}/{}/{}", seed, scenario_id, repetition);
  return "c" + HexLower(Sha256(material)).substr(0, 12);
}

}  // namespace aweber::conformance
