// The commands for whoever begins: `init`, `doctor`, `docs` and `schema`.
//
// Thread safety: plain values; each function is called once, from the main thread.
// Errors: a message on standard error and an exit status of runner.h.
#pragma once

#include <string>

#include "conformance/init/plan.h"

namespace aweber::conformance {

struct InitCommand {
  std::string directory = ".";
  InitChoice choice;
  bool force = false;  // overwrite what is there
};

// Writes an adapter, settings and a workflow, or nothing at all.
int DoInit(const InitCommand& command);
// Says what the suite would find on this machine: interpreters, browsers, certificates, ports.
int DoDoctor();
// Prints a page of docs/, named without its ending; "" lists them.
int DoDocs(const std::string& name);
// Prints a JSON Schema; "" lists them.
int DoSchema(const std::string& name);

}  // namespace aweber::conformance
