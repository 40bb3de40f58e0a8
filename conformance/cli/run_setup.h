// What `run` and `explore` do alike before the first driver starts.
//
// Thread safety: called once, from the main thread. Errors: a message for the user.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "conformance/cli/commands.h"
#include "conformance/run/runner.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance {

// --seed; "" draws one.
Result<std::uint64_t> SeedOf(const std::string& text);

// Puts the reference client's command in place of "reference", and reads the start timeout. What is
// wrong, an unknown kind too, was said when the status is not kExitGood.
int ChooseDriver(RunCommand& command);
// Says why no driver can be made, of what names it: its configuration, else its kind. Exit status 2.
int ComplainOfDriver(const RunCommand& command, const Error& error);

// Do the flags fit the kind, is `command` a line that can be split, and its program no folder?
// Programs that are missing are told by the preflight, with what was tried.
Status CheckDriverWords(const DriverConfig& driver);

struct StartedMock {
  std::unique_ptr<mock::MockServer> server;
  std::string ca_file;  // in `directory`; "" with --scheme http
};
Result<StartedMock> StartMock(const RunCommand& command, std::uint64_t seed,
                              const std::string& directory);

// The command that plays `selected`, an id or a file, again.
std::string Reproduce(const RunCommand& command, const std::string& driver, std::uint64_t seed,
                      const std::string& selected);

// What the flags say of how cases are played; the rest of RunOptions is the caller's to fill.
RunOptions OptionsFrom(const RunCommand& command, const DriverKind& kind, std::uint64_t seed);

// How drivers are started, for reports; `command` is what the user gave, before ChooseDriver.
std::string ShownDriver(const RunCommand& command, const std::string& driver);

}  // namespace aweber::conformance
