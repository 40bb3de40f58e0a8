// What `init` writes for a project, decided before anything is written.
//
// Ownership, thread safety: values; pure functions.
// Errors: Error{"init.*"} that says what was seen and which flag decides.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/init/embedded.h"
#include "conformance/init/project.h"

namespace aweber::conformance {

// What the user said; "" leaves it to what was found.
struct InitChoice {
  std::string language;
  std::string library;
  std::string kind;  // exec, prompt or webapp
  std::string ci;    // github, gitlab or none
};

struct PlannedFile {
  std::string path;  // below the project
  std::string text;
  bool executable = false;
};

struct InitPlan {
  std::string seen;                // one sentence: what was found, and what follows from it
  std::vector<std::string> notes;  // sentences: a manifest that could not be read, another way
  std::vector<PlannedFile> files;
  std::string next;        // what to do before the first run; "" when nothing is left to do
  int places_to_fill = 0;  // marked TODO
};

inline constexpr const char* kAdapterFolder = "aweber-adapter";
inline constexpr const char* kSettingsFile = "aweber-conformance.yaml";

// `place` names the folder in messages.
Result<InitPlan> PlanInit(const Project& project, const InitChoice& choice,
                          const std::string& place);

}  // namespace aweber::conformance
