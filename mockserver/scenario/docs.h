// The scenarios as a page: docs/scenarios.md, generated and held to the files by a test.
//
// Thread safety: a pure function. Errors: none.
#pragma once

#include <string>
#include <vector>

#include "mockserver/scenario/scenario.h"

namespace aweber::mock {

// `scenarios` as BuiltInScenarios() gives them; the variants of a file become one entry.
std::string ScenariosMarkdown(const std::vector<Scenario>& scenarios);

}  // namespace aweber::mock
