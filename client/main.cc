// aweber-client: the reference client on a command line, and a driver for aweber-conformance.
#include "base/os/standard_streams.h"
#include "client/program/cli.h"

int main(int argc, char** argv) {
  using namespace aweber;
  EndWhenOutOfMemory("aweber-client", client::kExitFailed);
  return RunProgram("aweber-client", client::kExitFailed,
                    [&] { return client::RunClientProgram(argc, argv); });
}
