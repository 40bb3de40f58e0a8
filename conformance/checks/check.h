// Check: one small thing a client must do, with its statement, levels, source, and a pure judge.
//
// Purpose: the table of checks. W checks judge any traffic; P, B and R checks judge what one
//   scenario observed. `docs/checks.md` and `explain` are generated from this table.
// Ownership, thread safety: the table is constant; judges are pure functions.
// Errors: a judge never fails: what it cannot know is kNotSeen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/checks/case_view.h"

namespace aweber::conformance {

enum class Level { kMust, kShould, kGuide, kInterop, kOff };
const char* LevelName(Level level);  // "must" "should" "guide" "interop" "off"

// Where a check can be seen: W on the wire in any traffic, P provoked by a scenario, B with the
// web-application driver, R in the driver's words.
enum class Seen { kWire, kProvoked, kBrowser, kReport };

struct Levels {
  Level aweber, rfc6749, rfc9700;
  Level For(std::string_view profile) const;
};

// kOk needs something observed; absence is kNotSeen.
enum class Verdict { kOk, kViolation, kNotSeen };

struct Judgement {
  Verdict verdict = Verdict::kNotSeen;
  std::string message;                  // what was expected and what was seen, redacted
  std::vector<std::uint64_t> evidence;  // journal sequence numbers
};

struct Check {
  std::string_view id;         // "cb-state-mismatch"
  std::string_view statement;  // one line
  Levels levels;
  std::string_view source;  // "RFC 6749 §10.12"
  Seen seen;
  std::string_view why;  // why a user should care
  std::string_view fix;  // how to fix it
  Judgement (*judge)(const CaseView&);
  // False where the citation could not be checked against the source's own text; `note` says so and
  // says why the levels of the profiles differ, where they do.
  bool verified = true;
  std::string_view note = "";
};

// Every check, in the order of the flow.
const std::vector<Check>& AllChecks();
const Check* FindCheck(std::string_view id);

}  // namespace aweber::conformance
