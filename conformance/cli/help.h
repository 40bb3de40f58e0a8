// How `--help` is laid out: commands and their options in groups, with examples below.
//
// Purpose: the commands say what there is (cli.cc); the tables of help.cc say in which order a reader
//   meets it. An option without a row shows under "Options"; a row without an option is a mistake
//   that a test finds (tests/e2e/help_test.cc).
// Ownership, thread safety: functions without state.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace aweber::conformance {

// Call it when every command is there.
void LayOutHelp(CLI::App& app);

// What the program says when it is given no word at all. `has_settings`: this folder has an
// aweber-conformance.yaml, so `init` was here.
std::string WhereToBegin(bool has_settings);

}  // namespace aweber::conformance
