// Judgements in few words, and the loop most wire checks share.
//
// Purpose: a judge says "for each such request: fine, or this is wrong with it, or it says
//   nothing"; folding those into one Judgement is the same everywhere.
// Thread safety: pure functions. Errors: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/checks/check.h"

namespace aweber::conformance {

using Evidence = std::vector<std::uint64_t>;

Judgement Passed(std::string message, Evidence evidence = {});
Judgement Violated(std::string message, Evidence evidence = {});
Judgement Unseen(std::string message = "");

// What one request says about a check.
struct Remark {
  Verdict verdict = Verdict::kNotSeen;
  std::string message;
};
inline Remark Fine() { return {Verdict::kOk, ""}; }
inline Remark Wrong(std::string message) { return {Verdict::kViolation, std::move(message)}; }
inline Remark Silent() { return {}; }

// Gathers findings: one violation decides, else one observation that was fine, else not seen.
class Tally {
 public:
  // `subject` names what was looked at, in the plural: "authorization requests".
  explicit Tally(std::string_view subject) : subject_(subject) {}
  void Add(const Remark& remark, std::uint64_t sequence);
  void Add(const Remark& remark, const Evidence& sequences);
  // `when_fine`: what the fine ones had in common, "had response_type=code".
  Judgement Close(std::string_view when_fine) const;

 private:
  std::string subject_;
  std::string first_violation_;
  std::size_t violations_ = 0;
  std::size_t fine_ = 0;
  Evidence violation_evidence_;
  Evidence fine_evidence_;
};

// Levels in a table row.
constexpr Levels Everywhere(Level level) { return {level, level, level}; }
constexpr Levels By(Level aweber, Level rfc6749, Level rfc9700) {
  return {aweber, rfc6749, rfc9700};
}

}  // namespace aweber::conformance
