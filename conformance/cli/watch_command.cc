// `run --watch`: the suite again whenever the client under test changes.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/os/clock.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/watch.h"
#include "conformance/result/exit_status.h"

namespace aweber::conformance {
namespace {

constexpr Micros kLook = std::chrono::milliseconds(200);

bool WasAnyPlayed(const RunModel& model) {
  return std::any_of(model.cases.begin(), model.cases.end(), [](const CaseResult& result) {
    return result.outcome != Outcome::kSkip && result.outcome != Outcome::kNotRun;
  });
}

std::vector<std::string> FailingIn(const RunModel& model) {
  std::vector<std::string> ids;
  for (const CaseResult& result : model.cases) {
    if (FailsRun(result.outcome, false)) ids.push_back(result.id);
  }
  return ids;
}

}  // namespace

int DoWatch(const RunCommand& command) {
  Watch watch(command.driver.command, command.driver.directory, command.driver.config_file);
  if (watch.files().empty()) {
    return Complain(
        "--watch: the driver's command names no file to watch. Name the client's source "
        "file in --driver, or give --driver-config",
        kExitUsage);
  }
  std::vector<std::string> failing;
  while (true) {
    // As for the progress bar: only where the terminal understands it.
    if (StandardOutputOptions(command.pretty, command.strict).progress) fmt::print("\033[H\033[2J");
    RunCommand once = command;
    const bool narrowed = !failing.empty();
    if (narrowed) {
      once.catalogue.selection.only_ids = true;
      once.catalogue.selection.ids = failing;
    }
    RunModel model;
    const int status = RunInto(once, &model);
    // A driver that broke may be mended; a wrong flag may not, and Ctrl-C ends it.
    if (status != kExitGood && status != kExitFailed && status != kExitBroken) return status;
    // What a typing error kept from being played stays what failed.
    if (WasAnyPlayed(model)) failing = FailingIn(model);
    // What had failed is mended: now the whole, for what the change may have broken.
    if (narrowed && failing.empty() && status == kExitGood) continue;
    const std::size_t files = watch.files().size();
    fmt::print("watching {} {}; Ctrl-C ends\n", files, files == 1 ? "file" : "files");
    std::fflush(stdout);
    std::string changed;
    while ((changed = watch.Changed()).empty()) {
      SystemClock::System().SleepFor(kLook, std::stop_token());
    }
    fmt::print("{} changed\n", changed);
  }
}

}  // namespace aweber::conformance
