// CasePlayer: the steps of one case, behind PlayCase (player.h).
//
// Ownership: refers to the context and the scenario of the call. Thread safety: the steps of a
//   `parallel` run on threads of their own; `mutex_` guards what they share. Two parallel steps
//   never move the browser of the same session.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/browser/browser.h"
#include "conformance/browser/tamper.h"
#include "conformance/run/crowd.h"
#include "conformance/run/player.h"

namespace aweber::conformance {

// One user of the integration.
struct UserSession {
  std::optional<Browser> browser;
  mock::UserAccount account;
  std::string url;                // the client's authorization URL
  std::string no_url;             // why there is none, where the client said so
  std::optional<BrowserStop> at;  // where the browser stands
  std::string redirect;           // the callback URL as the mock sent it
  std::string code, state;
};

class CasePlayer {
 public:
  CasePlayer(const PlayerContext& context, const mock::Scenario& scenario, int repetition)
      : context_(context), scenario_(scenario), repetition_(repetition) {}

  PlayedCase Play();

 private:
  struct OpRow {
    std::string_view op;
    void (CasePlayer::*run)(const mock::Step&, StepObservation&, Json&);
  };
  static const OpRow kOps[];
  static const OpRow* FindOp(std::string_view op);

  Status Prepare();
  bool Open();
  void RunSteps(const std::vector<mock::Step>& steps, const std::string& suffix);
  void RunStep(const mock::Step& step, const std::string& suffix);
  void RunParallel(const mock::Step& step, const std::string& suffix);
  void Observe(const mock::Step& step, const std::string& suffix, std::size_t slot);

  void Authorize(const mock::Step& step, StepObservation& seen, Json& note);
  void Consent(const mock::Step& step, StepObservation& seen, Json& note);
  void Callback(const mock::Step& step, StepObservation& seen, Json& note);
  void Call(const mock::Step& step, StepObservation& seen, Json& note);
  void Refresh(const mock::Step& step, StepObservation& seen, Json& note);
  void AwaitExpiry(Json& note);
  void SimpleOperation(const mock::Step& step, StepObservation& seen, Json& note);
  void Advance(const mock::Step& step, StepObservation& seen, Json& note);
  void Restart(const mock::Step& step, StepObservation& seen, Json& note);
  void EndTokens(const mock::Step& step, StepObservation& seen, Json& note);
  void ApproachNextCall(const mock::Step& step, Json& note);
  void MoveBrowser(const mock::Step& step, StepObservation& seen, Json& note);
  Json About(const std::string& session) const;  // the members that name it to a driver
  void Forge(const mock::Step& step, StepObservation& seen, Json& note);
  void Release(const mock::Step& step, StepObservation& seen, Json& note);
  void ReleaseSettled(const mock::Step& step, Json& note);
  bool AwaitStill(const mock::Step& step, Micros deadline);
  CrowdMoment MomentOf(const mock::Step& step, const CrowdView& crowd);
  void LimitStore(const mock::Step& step, StepObservation& seen, Json& note);
  void AwaitOwnClock();
  void AwaitHeld(const mock::Step& step);
  void SetTokenLife(std::int64_t seconds);
  void LookAtStore(const std::string& after);

  // The rules that act only during `step`, installed; their ids.
  std::vector<std::string> InstallRules(const mock::Step& step);
  bool Ask(const std::string& op, Json members, StepObservation& seen, Json& note);
  void KeepStop(UserSession& session, Result<BrowserStop> stop, StepObservation& seen, Json& note);
  std::string CopiedCode(const UserSession& session);
  void CannotPlay(Json& note, const StepObservation& seen, const std::string& why);
  UserSession& SessionOf(const std::string& name);
  Variables VariablesFor(const std::string& session);
  Micros Spent();  // of the case's own limit
  Micros OperationTimeout();
  // `step`: the label of the step that waited for it; "" between steps.
  void BreakDriver(Error error, const std::string& step = "");
  bool Broken();
  void Settle();
  void KeepStoredFiles();

  const PlayerContext& context_;
  const mock::Scenario& scenario_;
  const int repetition_;
  std::string case_name_;
  std::string store_dir_, api_url_;
  bool limited_ = false;           // the store cannot be written now
  std::atomic<int> asking_{0};     // parallel steps that still wait for the client
  std::atomic<int> held_back_{0};  // those of them that wait for a request at a gate to begin
  std::atomic<std::uint64_t> begins_{0};  // operations that have begun once all those have
  Micros started_{0};
  std::int64_t usual_ttl_s_ = 0;  // of access tokens, before SetTokenLife
  std::mutex mutex_;              // everything below while steps run in parallel
  std::map<std::string, UserSession> sessions_;
  PlayedCase played_;
};

}  // namespace aweber::conformance
