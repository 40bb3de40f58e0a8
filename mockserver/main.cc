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

}  // namespace

int main(int argc, char** argv) {
  return RunProgram("aweber-mockserver", mock::kExitCannotStart,
                    [&] { return mock::RunMockServer(argc, argv, PartsFromChecks()); });
}
