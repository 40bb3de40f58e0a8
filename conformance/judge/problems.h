// Problems: how many different things are wrong, and which first.
//
// Purpose: one mistake of a client shows in many cases, and as several checks in one of them. A
//   problem is one cause: a check (or the outcome of a step) with one kind of evidence, over all
//   the cases where it shows. Every report is rendered from this list.
// How causes are told apart:
//   1. A case that provokes something (its subject fails) explains what fails later in the same
//      case, unless that also fails where nothing provoked it: then it is a cause of its own.
//   2. Of the checks that one cause shows as, the gravest names the problem.
//   3. A case that could not be judged because its control failed belongs to the control's problem.
//   4. An outcome that failed by the same reply of the client as another problem belongs to that.
// Thread safety: pure functions. Errors: none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/json_fwd.h"
#include "conformance/result/event.h"

namespace aweber::conformance {

struct Problem {
  std::string id;     // "tk-code-once", "tr-error-class:not-json"; the same in every run
  std::string check;  // "" where no check is accused
  std::string level;  // of the check; "" without one
  // The gravest of its cases: fail, error, flaky, xpass, inconclusive, xfail (known), warn.
  Outcome outcome = Outcome::kFail;
  std::string harm;                // HarmName; "" where it is not known
  std::string title;               // what is wrong, one sentence
  std::string why;                 // why it matters to the integration's users
  std::string fix;                 // what to change
  std::string code;                // the same in the client's language, where the manual has it
  std::string source;              // "RFC 6749 §4.1.2"
  std::vector<std::string> cases;  // where it shows, in the order of the run
  std::vector<std::string> also;   // other checks that it shows as
  std::string example;             // the plainest of its cases
  std::string seen;                // what was seen in the example
  std::vector<std::uint64_t> evidence;  // requests of the example's journal
  std::string reproduce;                // the command that plays the example again
  std::string see;                      // the page that explains: "docs/checks/tk-code-once.md"
};

// The gravest first: what loses money or accounts, then broken flows, then what only should be
// otherwise, then what nothing is known of; known failures last.
// `language`: the client's, for Problem::code.
std::vector<Problem> ProblemsOf(const std::vector<CaseResult>& cases,
                                std::string_view language = "");

Json ProblemToJson(const Problem& problem);
Json ProblemsToJson(const std::vector<Problem>& problems);

// What the id of a problem means that is not the id of a check, "driver:..."; "" for any other word.
std::string ExplainProblemId(std::string_view id);

// What the kind of evidence in the id of a check's problem means, "not-json" of
// "tr-error-class:not-json"; "" where the check has no such kind.
std::string ExplainKind(std::string_view check, std::string_view kind);

// Is it one of those that a baseline lists?
inline bool IsKnown(const Problem& problem) { return problem.outcome == Outcome::kXFail; }

}  // namespace aweber::conformance
