// What one step of a case came to, in words and numbers, for the verdict.
//
// Thread safety: pure functions. Errors: none; what is not known is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/checks/case_view.h"

namespace aweber::conformance {

// Is `label` the step called `wanted`, or that step in a later round of a repeat ("call@2")?
bool IsStep(const std::string& label, const std::string& wanted);

// "it answered err state_mismatch (...)".
std::string DescribeReply(const StepObservation& step);

// The status that a reply to `call` tells, in either of the two ways a client may tell it.
std::optional<std::int64_t> ToldStatus(const StepObservation& step);

// The last line of what a program printed, shortened; "" when it printed nothing.
std::string LastWords(std::string_view printed);

// Something went wrong with this request: the client did not get what it asked for.
bool WasRefused(const JournalEntry& entry);

}  // namespace aweber::conformance
