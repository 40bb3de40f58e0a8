#include <malloc.h>

#include <algorithm>
#include <thread>

#include "base/os/standard_streams.h"
#include "conformance/checks/check.h"
#include "conformance/checks/live_lint.h"
#include "mockserver/program/cli.h"

namespace {

using namespace aweber;

mock::ProgramParts PartsFromChecks() {
  mock::ProgramParts parts;
  parts.linter = [](const auto& journal, const auto& newest, mock::Profile profile) {
    return conformance::LiveLint(journal, newest, mock::ProfileName(profile));
  };
  for (const conformance::Check& check : conformance::AllChecks()) {
    parts.checks.emplace_back(check.id);
  }
  return parts;
}

// As many pools of memory as cores, not eight times as many: what one thread frees, another then uses
// again, and a mock that is up for weeks stays as large as it was after minutes.
void UseFewPools() {
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, static_cast<int>(std::max(2u, std::thread::hardware_concurrency())));
#endif
}

}  // namespace

int main(int argc, char** argv) {
  UseFewPools();
  return RunProgram("aweber-mockserver", mock::kExitCannotStart,
                    [&] { return mock::RunMockServer(argc, argv, PartsFromChecks()); });
}
