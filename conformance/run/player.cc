#include "conformance/run/player.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <future>

#include "base/crypto/crypto.h"
#include "base/os/file.h"
#include "base/os/random.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "conformance/driver/features.h"
#include "conformance/run/case_player.h"
#include "conformance/run/disk_room.h"

namespace aweber::conformance {
namespace {

// Real time that a reply already sent may take to be noted down in the journal.
constexpr int kSettleMs = 500;
constexpr Micros kCloseTimeout = std::chrono::seconds(5);

template <typename F>
bool AnyStep(const std::vector<mock::Step>& steps, F is) {
  return std::any_of(steps.begin(), steps.end(),
                     [&](const mock::Step& step) { return is(step) || AnyStep(step.steps, is); });
}
bool IsRefresh(const mock::Step& step) { return step.op == "refresh"; }
bool EndsByClock(const mock::Step& step) { return step.by_clock; }

}  // namespace

using mock::Scenario;
using mock::Step;

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
  KeepStoredFiles();
  if (const Status room = CheckDiskRoom(context_.store_root); !room) {
    played_.harness_error = room.error();
  }
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
  usual_ttl_s_ = played_.space->settings().access_token_ttl;
  const bool on_expiry = context_.client != nullptr && AnyStep(scenario_.steps, IsRefresh) &&
                         WayToRefresh(*context_.client) == RefreshWay::kOnExpiry;
  // See AwaitExpiry and AwaitOwnClock.
  if (on_expiry || AnyStep(scenario_.steps, EndsByClock)) SetTokenLife(1);
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

void CasePlayer::SetTokenLife(std::int64_t seconds) {
  mock::Settings settings = played_.space->settings();
  settings.access_token_ttl = seconds;
  played_.space->SetSettings(settings);
}

bool CasePlayer::Open() {
  const bool is_public = scenario_.server.client.type == "public";
  played_.client_public = is_public;
  // A TLS fault sits at a listener of its own.
  const auto below = [&](mock::Endpoint endpoint, std::string_view path) {
    return context_.server.OriginFor(*played_.space, endpoint) + played_.space->path_prefix() +
           std::string(path);
  };
  api_url_ = below(mock::Endpoint::kApi, "/1.0");
  Json members = {{"case", case_name_},
                  {"authorize_url", played_.authorize_url},
                  {"token_url", below(mock::Endpoint::kToken, "/oauth2/token")},
                  {"revoke_url", below(mock::Endpoint::kRevoke, "/oauth2/revoke")},
                  {"api_url", api_url_},
                  {"client_type", scenario_.server.client.type},
                  {"client_id", played_.client_id}};
  if (!is_public) members["client_secret"] = played_.client_secret;
  members["redirect_uri"] = played_.redirect_uri;
  members["scopes"] = scenario_.server.client.scopes;
  members["store_dir"] = store_dir_;
  for (const char* const feature : {"auth", "token_transport"}) {
    if (std::string way = NeededWay(scenario_, feature); !way.empty()) {
      members[feature] = std::move(way);
    }
  }
  // RFC 9207 §2.3: a client learns from the server's metadata that every callback carries iss.
  if (played_.space->settings().iss_parameter) members["issuer"] = played_.base_url;
  // RFC 8414 §2: and from code_challenge_methods_supported, whether it is to send a challenge.
  const bool takes_pkce = is_public || played_.space->settings().confidential_pkce != "refuse";
  if (takes_pkce) members["pkce"] = Json::array({"S256"});
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
  if (step.optional && context_.client != nullptr && !CanPlay(step, *context_.client)) return;
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
  const auto asks = std::count_if(step.steps.begin(), step.steps.end(),
                                  [](const Step& one) { return one.op != "release"; });
  asking_ = static_cast<int>(asks);
  held_back_ =
      static_cast<int>(std::count_if(step.steps.begin(), step.steps.end(),
                                     [](const Step& one) { return !one.when_held.empty(); }));
  const auto crowd = context_.driver.LookAtCrowd();
  begins_ = (crowd ? crowd->begun : 0) + static_cast<std::uint64_t>(asks);
  const std::vector<std::string> rules = InstallRules(step);
  std::vector<std::future<void>> asked;  // each waits for its end, also when a later one is refused
  for (std::size_t i = 0; i < step.steps.size(); ++i) {
    asked.push_back(std::async(std::launch::async, [&, i] {
      if (!step.steps[i].when_held.empty()) AwaitHeld(step.steps[i]);
      Observe(step.steps[i], suffix, first + i);
      if (step.steps[i].op == "release") return;
      {
        const std::lock_guard lock(mutex_);
        if (played_.transcript[first + i].contains("not_played")) --begins_;
      }
      --asking_;
    }));
  }
  for (std::future<void>& one : asked) one.get();
  for (const std::string& rule : rules) played_.space->RemoveFault(rule);
  LookAtStore(step.label);
}

void CasePlayer::Observe(const Step& step, const std::string& suffix, std::size_t slot) {
  StepObservation seen;
  seen.label = step.label + suffix;
  seen.op = step.op;
  seen.session = step.session.substr(0, step.session.find('/'));
  Json note = {{"label", seen.label}, {"op", step.op}, {"session", step.session}};
  seen.first_sequence = played_.space->journal().LastSequence() + 1;
  const std::vector<std::string> rules = InstallRules(step);
  const OpRow* const row = FindOp(step.op);
  if (row == nullptr) {
    CannotPlay(note, seen, "this step cannot be played here");
  } else {
    (this->*row->run)(step, seen, note);
  }
  seen.last_sequence = played_.space->journal().LastSequence();
  for (const std::string& rule : rules) played_.space->RemoveFault(rule);
  note["requests"] = {seen.first_sequence, seen.last_sequence};
  if (asking_ == 0) LookAtStore(step.label);
  const std::lock_guard lock(mutex_);
  played_.steps[slot] = std::move(seen);
  played_.transcript[slot] = std::move(note);
}

std::vector<std::string> CasePlayer::InstallRules(const Step& step) {
  std::vector<std::string> ids;
  for (const mock::Rule& rule : scenario_.server.rules) {
    if (!rule.during.empty() && rule.during == step.label) {
      ids.push_back(played_.space->AddFault(rule));
    }
  }
  return ids;
}

Micros CasePlayer::OperationTimeout() {
  const int patience = context_.driver.Patience();
  const Micros left = scenario_.limits.whole * patience - Spent();
  return std::max(std::min(scenario_.limits.operation * patience, left),
                  Micros(std::chrono::milliseconds(1)));
}

Micros CasePlayer::Spent() {
  return context_.clock.Steady() - started_ - context_.driver.SpentStarting();
}

void CasePlayer::BreakDriver(Error error, const std::string& step) {
  const Micros spent = Spent();
  const Micros whole = scenario_.limits.whole * context_.driver.Patience();
  if (error.code == "driver.timeout" && spent >= whole) {
    error.message += fmt::format("; the whole case is over its limit of {:g} s",
                                 std::chrono::duration<double>(whole).count());
  }
  const std::lock_guard lock(mutex_);
  if (played_.driver_error) return;
  played_.driver_error = std::move(error);
  played_.broken_step = step;
}

bool CasePlayer::Broken() {
  const std::lock_guard lock(mutex_);
  return played_.driver_error.has_value();
}

// A client can have its reply before the server has noted that it left.
void CasePlayer::Settle() {
  for (const JournalEntry& entry : played_.space->journal().Entries()) {
    if (entry.state != mock::EntryState::kUnderWay || entry.fault.Has(mock::FaultKind::kHang))
      continue;
    played_.space->journal().Wait(
        entry.sequence - 1,
        [&](const JournalEntry& now) {
          return now.sequence == entry.sequence && now.state != mock::EntryState::kUnderWay;
        },
        kSettleMs);
  }
}

// The files of the client's store, for the checks that look at how tokens lie on the disk.
void CasePlayer::KeepStoredFiles() {
  constexpr std::size_t kMostFiles = 200, kMostBytes = 1u << 20;
  const std::string store = context_.driver.StoreDirectory();
  if (store.empty()) return;
  namespace fs = std::filesystem;
  std::error_code failure;
  for (fs::recursive_directory_iterator at(store, failure), end; !failure && at != end;
       at.increment(failure)) {
    std::error_code gone;
    if (!at->is_regular_file(gone) || at->is_symlink(gone) || at->file_size(gone) > kMostBytes) {
      continue;
    }
    if (played_.stored_files.size() == kMostFiles) return;
    auto text = ReadFile(at->path().string());
    if (!text) continue;  // it was replaced meanwhile
    played_.stored_files.push_back({at->path().lexically_relative(store).string(),
                                    static_cast<unsigned>(at->status(gone).permissions()) & 07777,
                                    std::move(text).value()});
  }
}

PlayedCase PlayCase(const PlayerContext& context, const Scenario& scenario, int repetition) {
  // A client with its redirect URI built in is registered with that one. Scenarios that are about
  // another are not played with it (features.h).
  const std::string fixed = context.driver.FixedRedirectUri();
  const bool public_only = context.driver.IsPublicOnly();
  const std::vector<std::string> scopes = context.driver.OwnScopes();
  if (fixed.empty() && !public_only && scopes.empty()) {
    return CasePlayer(context, scenario, repetition).Play();
  }
  Scenario own = scenario;
  std::vector<std::string>& registered = own.server.client.scopes;
  registered.insert(registered.end(), scopes.begin(), scopes.end());
  if (!fixed.empty()) own.server.client.redirect_uri = fixed;
  if (public_only) own.server.client.type = "public";
  return CasePlayer(context, own, repetition).Play();
}

std::string SpaceName(std::uint64_t seed, const std::string& scenario_id, int repetition) {
  const std::string material = fmt::format("{}/{}/{}", seed, scenario_id, repetition);
  return "c" + HexLower(Sha256(material)).substr(0, 12);
}

}  // namespace aweber::conformance
