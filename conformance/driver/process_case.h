// ProcessCase: one open case of the process driver: its folder, and all that was started in it.
//
// Purpose: starts commands with the case's environment and limits, and keeps what outlives the step
//   that started it: logins that wait for their callback, daemons, commands that left something
//   behind. What a case shows to the runner (processes, files) is read here too.
// Ownership: owns the programs and the folders; the destructor ends and removes both. `config`,
//   `environment` and `words` outlive it.
// Thread safety: Start, Gather, Finish and the looks from several threads at once; the rest from one.
// Units: real time. Errors: Error{"driver.config"}, Error{"driver.spawn"}.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text/json_fwd.h"
#include "conformance/driver/kinds.h"
#include "conformance/driver/launch.h"
#include "conformance/driver/process_config.h"
#include "conformance/driver/process_table.h"
#include "conformance/driver/program.h"

namespace aweber::conformance {

// After the end of what started it: a daemon that is asked to end gets so long.
inline constexpr Micros kDaemonGrace = std::chrono::seconds(2);
// How often a program is looked at while it is waited for.
inline constexpr Micros kWatch = std::chrono::milliseconds(5);

// What programs said, whichever stream it went to: people see both. From any thread.
class SpokenWords {
 public:
  void Add(const std::string& text);
  std::string Take();

 private:
  std::mutex mutex_;
  std::string text_;
};

// A command that has been started.
struct StartedCommand {
  std::unique_ptr<Program> program;
  std::string errors;  // its standard error so far
};

class ProcessCase {
 public:
  // `open`: the members of the operation. `port`: for the program's own listener.
  static Result<std::unique_ptr<ProcessCase>> Open(const ProcessConfig& config,
                                                   const DriverEnvironment& environment,
                                                   SpokenWords& words, const Json& open,
                                                   std::uint16_t port);
  ~ProcessCase();
  ProcessCase(const ProcessCase&) = delete;
  ProcessCase& operator=(const ProcessCase&) = delete;

  // An operation whose effect is not to be seen yet, from its begin until Seen().
  class Begin {
   public:
    explicit Begin(ProcessCase& in) : in_(&in) {
      ++in_->starting_;
      ++in_->begun_;
    }
    ~Begin() { Seen(); }
    Begin(const Begin&) = delete;
    Begin& operator=(const Begin&) = delete;
    void Seen() {
      if (ProcessCase* const in = std::exchange(in_, nullptr)) --in->starting_;
    }

   private:
    ProcessCase* in_;
  };

  const std::string& name() const { return launched_.name; }
  const std::string& home() const { return home_; }
  const Variables& variables() const { return launched_.variables; }

  // `before`: words before the command's own, literally.
  Result<StartedCommand> Start(const CommandWords& words,
                               const std::vector<std::string>& before = {});
  // Takes what it wrote to standard error meanwhile.
  void Gather(StartedCommand& command);
  // It has ended by itself. What it started goes on until the case is closed.
  void Finish(StartedCommand command);

  // A login that waits for its callback; one for each session, an earlier one is ended.
  void KeepLogin(const std::string& session, StartedCommand login);
  std::optional<StartedCommand> TakeLogin(const std::string& session);
  void KeepServing(StartedCommand daemon);
  bool Serves() const;
  // Ends logins and daemons: the customer has left, or the computer is switched off.
  void EndKept(Micros grace);
  // Ends everything at once, whatever group or session it moved to.
  void KillAll();
  // Ends everything and removes the folders. Answers the commands of what was left running that
  // nobody had a reason to leave.
  std::vector<std::string> Close();

  // The addresses that programs were to open in the browser, in order.
  std::vector<std::string> OpenedUrls() const;
  CrowdView LookAtCrowd() const;
  StoreView LookAtStore() const;
  // See Driver.
  bool Kill(std::uint16_t local_port);
  void Limit(StoreLimit limit);

 private:
  ProcessCase(const ProcessConfig& config, const DriverEnvironment& environment, SpokenWords& words,
              const std::string& folder);
  std::vector<std::unique_ptr<Program>> TakeKept();
  void End(const std::vector<std::unique_ptr<Program>>& programs, Micros grace);
  std::vector<std::string> LeftBehind() const;
  std::set<std::uint16_t> MockPorts() const;

  const ProcessConfig& config_;
  const DriverEnvironment& environment_;
  SpokenWords& words_;
  const std::string folder_, home_;
  const ProcessTable processes_;
  LaunchedCase launched_;
  std::atomic<StoreLimit> limit_{StoreLimit::kNone};
  std::atomic<int> starting_{0};  // see Begin
  std::atomic<std::uint64_t> begun_{0};
  bool closed_ = false;

  mutable std::mutex mutex_;  // the members below
  std::map<std::string, StartedCommand> logins_;
  std::vector<std::unique_ptr<Program>> serving_;
  std::vector<std::unique_ptr<Program>> left_;  // ended, but something holds their streams open
};

}  // namespace aweber::conformance
