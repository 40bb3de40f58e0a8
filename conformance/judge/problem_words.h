// The words of a problem: its title, why it matters, what to change.
//
// Purpose: problems.cc finds out what belongs together, this says it. The words of a check are those
//   of its row; here are the words for what accuses no check.
// Thread safety: pure functions. Errors: none.
#pragma once

#include "conformance/judge/problems.h"
#include "conformance/result/event.h"

namespace aweber::conformance {

// Everything of `problem` that its example says. `check`: null for a case that went wrong as a
// whole.
void TellProblem(Problem& problem, const CaseResult& example, const CheckResult* check);

}  // namespace aweber::conformance
