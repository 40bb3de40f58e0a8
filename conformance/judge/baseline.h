// Baseline: failures that are known and, for now, accepted.
//
// Purpose: `fail`, `inconclusive` and `error` become `xfail` where an entry covers them; a case
//   that passes against an entry that names it becomes `xpass`; entries that cover nothing are
//   stale. Both fail the run, so a baseline can only shrink.
// Ownership, thread safety: a plain value with const members; the run records what was used.
// Errors: Error{"baseline.*"}: "file:line:col: ..." for an unknown key, a missing reason, an id or
//   a check that does not exist.
// Source: docs/baselines.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "conformance/result/event.h"
#include "conformance/result/run_model.h"

namespace aweber::conformance {

struct BaselineEntry {
  std::string cases;    // glob over ids
  std::string check;    // "" covers whatever fails in these cases
  std::string reason;   // required
  std::string see;      // how to see it: a place in the client's code, a command
  std::string issue;    // where it is tracked
  std::string client;   // condition: only for a client of this name
  std::string profile;  // condition: only in this profile
  std::string expires;  // "2026-12-31": the last day on which it counts
  int line = 0;
};

struct Baseline {
  std::vector<BaselineEntry> entries;
  std::string file;
};

// `known_ids` and `known_checks`: what entries may name.
Result<Baseline> ParseBaseline(std::string_view text, const std::string& file,
                               const std::vector<std::string>& known_ids,
                               const std::vector<std::string>& known_checks);

// Applies a baseline to the results of one run, one after the other.
class BaselineRun {
 public:
  BaselineRun(const Baseline& baseline, const RunInfo& info, UnixTime now);
  void Apply(CaseResult& result);
  // Entries whose cases ran and none of them failed as it says, or all of whose cases were skipped,
  // in words. An entry of which nothing was selected is let be.
  std::vector<std::string> Stale() const;

 private:
  struct Use {
    const BaselineEntry* entry;
    bool expired = false;
    bool ran = false;      // a case that it names was played to the end
    bool skipped = false;  // a case that it names needs what the client does not claim
    bool used = false;     // it covered a failure
    bool passed_by_name = false;
  };
  std::vector<Use> uses_;
  std::string file_;
};

// A case in `error` says nothing of the client, so no entry is made for it: only one that somebody
// wrote, for the whole case, is kept.
bool IsLeftOut(const CaseResult& result, const Baseline& old);
// The text of a baseline for everything that failed in `model`, without what is left out. Entries
// of `old` that are still needed keep all that they say.
std::string WriteBaseline(const RunModel& model, const Baseline& old);

}  // namespace aweber::conformance
