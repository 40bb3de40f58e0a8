#include "conformance/checks/live_lint.h"
#include "mockserver/program/cli.h"

int main(int argc, char** argv) {
  return aweber::mock::RunMockServer(
      argc, argv, [](const auto& journal, const auto& newest, aweber::mock::Profile profile) {
        return aweber::conformance::LiveLint(journal, newest, aweber::mock::ProfileName(profile));
      });
}
