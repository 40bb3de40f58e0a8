// ShellWord: what in a command line only a shell would act on.
//
// Purpose: commands are split into words and started without a shell; && or NAME=VALUE in one is a
//   mistake that should be told before anything runs. Thread safety: a pure function.
#pragma once

#include <string>
#include <string_view>

namespace aweber::conformance {

// The first word outside quotes that a shell would act on, such as && or NAME=VALUE; "" for none.
std::string ShellWord(std::string_view line);
// What a configuration is told whose command has such a word.
std::string NeedsShell(std::string_view word);

}  // namespace aweber::conformance
