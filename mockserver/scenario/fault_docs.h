// The faults as the JSON Schema and the format page show them, made of their rows.
//
// Thread safety: pure functions. A test holds both files to them.
#pragma once

#include <string>

#include "base/text/json_fwd.h"

namespace aweber::mock {

// The definitions "fault_name", "faults" and "fault" of the schema of scenario files.
Json FaultDefinitions();
// A Markdown table of the faults, and which take which phase.
std::string FaultsMarkdown();

}  // namespace aweber::mock
