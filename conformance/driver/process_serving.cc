#include "conformance/driver/process_serving.h"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "conformance/driver/message.h"
#include "conformance/driver/process_reply.h"
#include "conformance/driver/time_limit.h"

namespace aweber::conformance {
namespace {

class Daemons {
 public:
  Daemons(const ProcessConfig& config, const DriverEnvironment& environment, ProcessCase& in)
      : config_(config), environment_(environment), in_(in), http_(MakePatientClient()) {}

  Status Start() {
    const Micros deadline = environment_.clock->Steady() + config_.within;
    for (int i = 0; i < config_.serve->times; ++i) {
      auto daemon = in_.Start(config_.serve->command);
      if (!daemon) return daemon.error();
      daemon->program->CloseInput();
      if (Status ready = Await(*daemon, deadline); !ready) return ready;
      in_.KeepServing(std::move(daemon).value());
    }
    return {};
  }

 private:
  bool IsReady(const StartedCommand& daemon, Micros deadline) {
    const ServeConfig& serve = *config_.serve;
    if (!serve.ready_file.empty()) {
      return ::access((in_.home() + "/" + serve.ready_file).c_str(), F_OK) == 0;
    }
    if (!serve.ready_url.empty()) {
      const auto url = Substitute(serve.ready_url, in_.variables());
      if (!url) return false;
      const TimeLimit limit(*environment_.clock, deadline - environment_.clock->Steady(),
                            environment_.stop);
      const auto page = http_->Send("GET", *url, {}, "", limit.token());
      return page && page->status < 500;
    }
    return !serve.ready || serve.ready->Matches(daemon.program->Output() + "\n" + daemon.errors);
  }

  Status Await(StartedCommand& daemon, Micros deadline) {
    while (true) {
      in_.Gather(daemon);
      const bool ready = IsReady(daemon, deadline);
      if (const auto status = daemon.program->Poll()) {
        return Error{"driver.died", fmt::format("the serve command ended ({}); its last line: {}",
                                                status->Describe(), LastWords(daemon))};
      }
      if (ready) return {};
      if (environment_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
      if (environment_.clock->Steady() >= deadline) {
        return Error{"driver.timeout",
                     fmt::format("the serve command was not ready within {}; its last line: {}",
                                 SecondsText(config_.within), LastWords(daemon))};
      }
      environment_.clock->SleepFor(kWatch, environment_.stop);
    }
  }

  const ProcessConfig& config_;
  const DriverEnvironment& environment_;
  ProcessCase& in_;
  const std::unique_ptr<HttpClient> http_;
};

}  // namespace

Status StartServing(const ProcessConfig& config, const DriverEnvironment& environment,
                    ProcessCase& in) {
  if (!config.serve || in.Serves()) return {};
  return Daemons(config, environment, in).Start();
}

}  // namespace aweber::conformance
