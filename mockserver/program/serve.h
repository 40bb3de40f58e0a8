// Serve: runs the mock until SIGINT or SIGTERM.
//
// Purpose: starts the server, prints where everything is, logs each request, reloads scenarios.
// Thread safety: call once, from main. Errors: the Error of whatever could not start.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "mockserver/admin/scenario_library.h"
#include "mockserver/program/config.h"

namespace aweber::mock {

Status Serve(Config config);

// Loads the library as configured and finds the scenario that --scenario names (an id or a file);
// nothing when none is named. `place` stands before it in messages: "--scenario ".
Result<std::optional<Scenario>> FindConfiguredScenario(const Config& config,
                                                       ScenarioLibrary& library,
                                                       std::string_view place);

}  // namespace aweber::mock
