// Lint: the checks that need nothing but the wire, over traffic that was recorded elsewhere.
//
// Purpose: the same judges as in a run, without a scenario: a HAR from a browser or a proxy, or a
//   mock's journal. A check is `ok` only when it saw what it judges; what it cannot know is
//   `not-seen`.
// Redacted recordings: where the mock's journal has "[redacted:at-1]", the same label stands for
//   the same secret, so checks of presence and sameness still hold. A check of a secret's own
//   letters does not: the mock judged those itself when the request came, and a journal (not a HAR)
//   carries what it found; else they are `not-seen`.
// Thread safety: pure functions. Errors: Error{"har.invalid"}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "conformance/checks/check.h"

namespace aweber::conformance {

struct Traffic {
  std::vector<JournalEntry> entries;
  bool redacted = false;  // secrets were taken out
  bool judged = false;    // a mock's journal: its entries carry what its own lint found
};

struct LintRow {
  const Check* check = nullptr;
  Level level = Level::kMust;
  Judgement judgement;
};

// A HAR, or the list of a mock's admin API.
Result<Traffic> ReadTraffic(std::string_view text);
// A row for every check of the wire that the profile has, in the order of the table.
std::vector<LintRow> LintTraffic(const Traffic& traffic, const std::string& profile);

}  // namespace aweber::conformance
